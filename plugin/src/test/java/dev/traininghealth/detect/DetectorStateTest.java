package dev.traininghealth.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.URL;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DetectorStateTest {
  /** What deserialisation is attacked with, and what is merely unknown. */
  static Stream<Object> foreign() throws IOException {
    return Stream.of(
        new URL("http://localhost"),
        URI.create("http://localhost"),
        new File("somewhere"),
        new ArrayList<>(List.of((Object) new URL[2])),
        new HashMap<>(Map.of(1, new URL("http://localhost"))),
        new ArrayList<>(List.of(new File("somewhere"))),
        (Comparator<String> & Serializable) String::compareTo,
        Proxy.newProxyInstance(
            DetectorStateTest.class.getClassLoader(),
            new Class<?>[] {Comparable.class, Serializable.class},
            (Handler) (proxy, method, arguments) -> 0));
  }

  private interface Handler extends java.lang.reflect.InvocationHandler, Serializable {}

  private static byte[] plain(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  private static Object read(byte[] bytes) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = DetectorState.reader(bytes, History.class)) {
      return in.readObject();
    }
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void shouldNeitherWriteNorReadForeignClasses(Object foreign) throws IOException {
    byte[] bytes = plain(foreign);

    assertThatExceptionOfType(InvalidClassException.class).isThrownBy(() -> read(bytes));
    assertThatExceptionOfType(InvalidClassException.class)
        .isThrownBy(
            () -> {
              try (ObjectOutputStream out =
                  DetectorState.writer(new ByteArrayOutputStream(), History.class)) {
                out.writeObject(foreign);
              }
            });
  }

  @Test
  void shouldReadLargeCollectionsAndRefuseThoseThatBytesOnlyClaim()
      throws IOException, ClassNotFoundException {
    HashMap<Integer, double[]> large = new HashMap<>();
    for (int i = 0; i < 50_000; i++) {
      large.put(i, new double[] {i});
    }
    assertThat((HashMap<?, ?>) read(plain(large))).hasSize(50_000);
    assertThat((boolean[]) read(plain(new boolean[3_000_000]))).hasSize(3_000_000);

    byte[] claims = plain(new double[1]);
    claims[claims.length - 12] = 0x7f; // of the length, before the one element
    assertThatExceptionOfType(InvalidClassException.class).isThrownBy(() -> read(claims));
  }

  @Test
  void shouldRefuseWhatIsNestedWithoutEnd() throws IOException {
    List<Object> nested = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      nested = new ArrayList<>(List.of(nested));
    }
    byte[] bytes = plain(nested);

    assertThatExceptionOfType(InvalidClassException.class).isThrownBy(() -> read(bytes));
  }
}
