package dev.traininghealth.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.FailureBundle;
import dev.traininghealth.LearningNetwork;
import dev.traininghealth.Networks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** A bundle may come from anywhere: what it claims must neither fill the memory nor run code. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class BundleLimitsTest {
  private static final String MANIFEST =
      "version=1\niteration=1\nepoch=0\nupdated=false\nmodel=MultiLayerNetwork\n";

  private static final AtomicBoolean hasRun = new AtomicBoolean();

  /** Runs code when it is deserialized. */
  private static final class Payload implements Serializable {
    @Serial private static final long serialVersionUID = 1L;

    @Serial
    private void readObject(ObjectInputStream in) {
      hasRun.set(true);
    }
  }

  @TempDir Path folder;
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  private Path bundle(String properties) throws IOException {
    Path file = folder.resolve("iteration-000001.zip");
    entries.put("bundle.properties", properties.getBytes(StandardCharsets.UTF_8));
    Files.write(file, zip(entries));
    return file;
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static String counts(String key, long count) {
    StringBuilder text = new StringBuilder(MANIFEST);
    for (String each :
        new String[] {"features", "featuresMask", "labels", "labelsMask", "layerMask", "state"}) {
      text.append(each).append('=').append(each.equals(key) ? count : 0).append('\n');
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"features", "featuresMask", "labels", "labelsMask", "layerMask", "state"})
  void shouldRefuseCountsThatNoListenerWrites(String key) throws IOException {
    for (long count : new long[] {2_000_000_000L, 100_001, -1}) {
      Path file = bundle(counts(key, count));
      assertThatThrownBy(() -> FailureBundle.open(file).multiDataSet())
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining(key + " is " + count + ", but must be 0 to 100000");
    }
  }

  /** A number of more than 32 bits must not become another one. */
  @ParameterizedTest
  @ValueSource(strings = {"iteration", "epoch"})
  void shouldRefuseCountsThatDl4jCannotHave(String key) throws IOException {
    for (long count : new long[] {(1L << 32) + 7, 1L << 31, -1, Long.MIN_VALUE}) {
      Path file = bundle(MANIFEST.replaceAll(key + "=.*", key + "=" + count));
      FailureBundle bundle = FailureBundle.open(file);
      assertThatThrownBy(() -> number(bundle, key))
          .isInstanceOf(IOException.class)
          .hasMessage(
              "%s is damaged: %s is %d, but must be 0 to 2147483647; use another bundle of the same"
                  + " run",
              file, key, count);
    }
  }

  private static long number(FailureBundle bundle, String key) throws IOException {
    return key.equals("epoch") ? bundle.epoch() : bundle.iteration();
  }

  @ParameterizedTest
  @CsvSource({"layer, -1", "parameter, -1", "exampleCount, 0"})
  void shouldRefuseAnOriginThatNoListenerFinds(String key, int min) throws IOException {
    String origin =
        MANIFEST
            + """
            diagnosis.0.problem=non_finite
            diagnosis.0.origin.place=FEATURES
            diagnosis.0.origin.layer=-1
            diagnosis.0.origin.parameter=-1
            diagnosis.0.origin.count=3
            diagnosis.0.origin.examples=4 7
            diagnosis.0.origin.exampleCount=2
            diagnosis.0.origin.overflow=false
            diagnosis.0.origin.largestFeature=1.5
            """;
    assertThat(FailureBundle.open(bundle(origin)).origin()).isNotNull();
    for (long number : new long[] {(1L << 32) + 1, min - 1L}) {
      Path file =
          bundle(origin.replaceAll("origin." + key + "=.*", "origin." + key + "=" + number));
      assertThatThrownBy(() -> FailureBundle.open(file).origin())
          .isInstanceOf(IOException.class)
          .hasMessageContaining(
              "diagnosis.0.origin.%s is %d, but must be %d to 2147483647", key, number, min);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"4294967296, 4294967296", "65536, 65536", "9223372036854775807, 2"})
  void shouldRefuseAShapeThatOverflows(String shape) throws IOException {
    ByteArrayOutputStream npy = new ByteArrayOutputStream();
    NpyArray.write(Nd4j.ones(DataType.FLOAT, 1, 1), npy);
    String whole = npy.toString(StandardCharsets.ISO_8859_1);
    entries.put(
        "features.0.npy",
        whole
            .replace("(1, 1)", "(" + shape + ")")
            .replace(" ".repeat(shape.length() - 4) + "\n", "\n")
            .substring(0, whole.length() - 4) // no data
            .getBytes(StandardCharsets.ISO_8859_1));
    Path file = bundle(counts("features", 1) + "type.features.0=FLOAT\n");
    assertThatThrownBy(() -> FailureBundle.open(file).multiDataSet())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("2147483647 elements");
  }

  @Test
  void shouldRefuseEntriesThatAreTooLarge() throws IOException {
    entries.put("features.0.npy", new byte[5_000]);
    Path file = bundle(counts("features", 1) + "type.features.0=FLOAT\n");
    assertThatThrownBy(() -> BundleReader.open(file, 4_999).minibatch())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("features.0.npy would take more than 4999 bytes");
    assertThatThrownBy(() -> BundleReader.open(file, 2_000))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("its arrays together would take more than 4000 bytes");

    entries.put("model.zip", zip(Map.of("configuration.json", new byte[50_000])));
    Path model = bundle(MANIFEST);
    assertThatThrownBy(() -> BundleReader.open(model, 40_000).network())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(model.toString())
        .hasMessageContaining("model.zip would take more than 40000 bytes");
  }

  @Test
  void shouldRefuseALargeManifest() throws IOException {
    Path file = folder.resolve("large.zip");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("bundle.properties"));
      for (int i = 0; i < 17; i++) {
        zip.write(new byte[1 << 20]);
      }
    }
    assertThatThrownBy(() -> FailureBundle.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("bundle.properties would take more than 16777216 bytes");
  }

  /** DL4J deserializes a preprocessor that it finds beside the network. */
  @Test
  void shouldRunNoCodeOfAModelsFile() throws IOException {
    MultiLayerNetwork net = LearningNetwork.MLP.create(new Sgd(0.1));
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    ModelSerializer.writeModel(net, model, true);
    entries.put("model.zip", model.toByteArray());
    assertThat(FailureBundle.open(bundle(MANIFEST)).network().params()).isEqualTo(net.params());

    ByteArrayOutputStream object = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(object)) {
      out.writeObject(new Payload());
    }
    Map<String, byte[]> inside = model(net);
    inside.put("preprocessor.bin", object.toByteArray());
    entries.put("model.zip", zip(inside));
    Path file = bundle(MANIFEST);
    hasRun.set(false);
    assertThatThrownBy(() -> FailureBundle.open(file).network())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("preprocessor.bin in its model.zip is not from a listener");
    assertThat(hasRun).isFalse();
  }

  @Test
  void shouldRefuseAManifestThatIsNoText() throws IOException {
    Path file = bundle(MANIFEST + "text=\\uxyz\n");
    assertThatThrownBy(() -> FailureBundle.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  /** ND4J would allocate what an array claims, or read memory beyond its data. */
  @ParameterizedTest
  @ValueSource(strings = {"length", "rank", "size", "stride", "type", "form", "end"})
  void shouldRefuseAnArrayThatClaimsWhatItDoesNotHave(String claim) throws IOException {
    MultiLayerNetwork net = LearningNetwork.MLP.create(new Sgd(0.1));
    Map<String, byte[]> inside = model(net);
    byte[] array = inside.getOrDefault("coefficients.bin", new byte[0]);
    // The texts MIXED_DATA_TYPES and LONG around the length of the shape, then rank, sizes,
    // strides.
    int shape = 2 + "MIXED_DATA_TYPES".length() + 8 + 2 + "LONG".length();
    int data = shape + 6 * 8;
    ByteBuffer bytes = ByteBuffer.wrap(array);
    assertThat(bytes.getLong(shape)).as("rank").isEqualTo(1);
    assertThat(bytes.getLong(shape + 8)).as("size").isEqualTo(net.numParams());
    switch (claim) {
      case "length" -> bytes.putLong(data + 2 + bytes.getShort(data), 1L << 40);
      case "rank" -> bytes.putLong(shape, 1L << 40);
      case "size" -> bytes.putLong(shape + 8, 1L << 31);
      case "stride" -> bytes.putLong(shape + 16, 1L << 31);
      case "form" -> array = changed(array, "MIXED_DATA_TYPES", "DIRECT");
      case "type" -> bytes.putLong(shape + 24, 0);
      default -> array = Arrays.copyOf(array, array.length - 4);
    }
    inside.put("coefficients.bin", array);
    entries.put("model.zip", zip(inside));
    Path file = bundle(MANIFEST);
    assertThatThrownBy(() -> FailureBundle.open(file).network())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("coefficients.bin in its model.zip ");
  }

  /** DL4J reads nested JSON by recursion. */
  @Test
  void shouldRefuseADeepConfiguration() throws IOException {
    Map<String, byte[]> inside = model(LearningNetwork.MLP.create(new Sgd(0.1)));
    inside.put("configuration.json", ("{\"confs\":" + "[".repeat(1_000_000)).getBytes(UTF_8));
    entries.put("model.zip", zip(inside));
    Path file = bundle(MANIFEST);
    assertThatThrownBy(() -> FailureBundle.open(file).network())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("cannot restore");
  }

  @Test
  void shouldReadNetworksOfAnyType() throws IOException {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT, DataType.FLOAT16}) {
      MultiLayerNetwork net = Networks.MLP.create(new Adam(0.1), type);
      entries.put("model.zip", zip(model(net)));
      assertThat(FailureBundle.open(bundle(MANIFEST)).network().params()).isEqualTo(net.params());
    }
  }

  private static byte[] changed(byte[] bytes, String before, String after) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.replace((char) before.length() + before, (char) after.length() + after)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private Map<String, byte[]> model(MultiLayerNetwork net) throws IOException {
    Path written = folder.resolve("model.zip");
    ModelSerializer.writeModel(net, written.toFile(), true);
    Map<String, byte[]> inside = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(written.toFile())) {
      for (ZipEntry each : Collections.list(zip.entries())) {
        inside.put(each.getName(), zip.getInputStream(each).readAllBytes());
      }
    }
    return inside;
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF8", "COMPRESSED", "UNKNOWN"})
  void shouldRefuseTypesThatAreNoNumbers(String type) throws IOException {
    ByteArrayOutputStream npy = new ByteArrayOutputStream();
    NpyArray.write(Nd4j.ones(DataType.FLOAT, 1, 1), npy);
    entries.put("features.0.npy", npy.toByteArray());
    Path file = bundle(counts("features", 1) + "type.features.0=" + type + "\n");
    assertThatThrownBy(() -> FailureBundle.open(file).multiDataSet())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("features.0.npy cannot be of the type " + type);
  }
}
