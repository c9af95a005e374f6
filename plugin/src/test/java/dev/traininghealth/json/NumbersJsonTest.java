package dev.traininghealth.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.numbers.SavedNumbers;
import java.io.InvalidObjectException;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NumbersJsonTest {
  private static final double[] SPECIAL = {
    0,
    -0.0,
    1,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    -Double.MAX_VALUE,
    0.1,
    1e300,
    1234567890123456.0
  };

  private static SavedNumbers random(Random random, int depth) {
    SavedNumbers numbers = new SavedNumbers();
    int count = random.nextInt(6);
    for (int i = 0; i < count; i++) {
      String name = i + new String[] {"", "\"", " ü\u0000", "{}", "a.b"}[random.nextInt(5)];
      switch (random.nextInt(depth < NumbersJson.MAX_DEPTH ? 5 : 4)) {
        case 0 -> numbers.put(name, random.nextLong());
        case 1 ->
            numbers.put(
                name,
                random.nextBoolean()
                    ? SPECIAL[random.nextInt(SPECIAL.length)]
                    : Double.longBitsToDouble(random.nextLong()));
        case 2 -> numbers.put(name, random.longs(random.nextInt(80)).toArray());
        case 3 ->
            numbers.put(
                name,
                random.nextBoolean() ? SPECIAL : random.doubles(random.nextInt(80)).toArray());
        default -> numbers.put(name, random(random, depth + 1));
      }
    }
    return numbers;
  }

  @Test
  void shouldReadWhatItWrote() throws Exception {
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      SavedNumbers numbers = random(random, 1);
      assertThat(NumbersJson.read(NumbersJson.write(numbers))).isEqualTo(numbers);
    }
  }

  @Test
  void shouldRefuseToWriteWhatItCannotRead() {
    SavedNumbers deep = new SavedNumbers();
    for (int i = 0; i < NumbersJson.MAX_DEPTH; i++) {
      deep = new SavedNumbers().put("a", deep);
    }
    SavedNumbers tooDeep = deep;
    SavedNumbers many = new SavedNumbers();
    for (int i = 0; i <= NumbersJson.MAX_ENTRIES; i++) {
      many.put(String.valueOf(i), i);
    }
    SavedNumbers large = new SavedNumbers().put("a", new double[NumbersJson.MAX_BYTES / 8]);
    for (SavedNumbers each : new SavedNumbers[] {tooDeep, many, large}) {
      assertThatThrownBy(() -> NumbersJson.write(each))
          .isInstanceOf(InvalidObjectException.class)
          .hasMessageContaining("more than");
    }
  }

  /** Jackson's table of names is full when many have the same hash, whatever its secret. */
  @Test
  void shouldRefuseNamesOfEqualHashes() throws Exception {
    Random random = new Random(3);
    Set<String> names = new LinkedHashSet<>();
    while (names.size() < 20_000) {
      int first = ascii(random);
      int mixed = first + (first >>> 15);
      mixed ^= mixed >>> 9;
      int second = (0x5a5a5a5a - mixed) * 0x3e0f83e1; // times 33 it is the difference
      if (isAscii(second)) {
        byte[] name = ByteBuffer.allocate(8).putInt(first).putInt(second).array();
        names.add('"' + new String(name, UTF_8) + "\":1");
      }
    }
    byte[] text = ("{" + String.join(",", names) + "}").getBytes(UTF_8);
    byte[] numbers = ByteBuffer.allocate(4 + text.length).putInt(text.length).put(text).array();

    assertThatThrownBy(() -> NumbersJson.read(numbers))
        .isInstanceOf(InvalidObjectException.class)
        .hasMessageContaining("cannot be read: IllegalStateException");
    SavedNumbers sound = new SavedNumbers().put("first", 1).put("second name of it", 2.5);
    assertThat(NumbersJson.read(NumbersJson.write(sound)))
        .as("the table of names is not spoiled for others")
        .isEqualTo(sound);
  }

  /** Whether each byte is a character that needs no escaping. */
  private static boolean isAscii(int quad) {
    for (int shift = 0; shift < 32; shift += 8) {
      int c = (quad >>> shift) & 0xff;
      if (c < '#' || c > 'z' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  private static int ascii(Random random) {
    int quad = 0;
    for (int i = 0; i < 4; i++) {
      quad = (quad << 8) | ('@' + random.nextInt(27) + 32 * random.nextInt(2));
    }
    return quad;
  }
}
