package dev.traininghealth.json;

import dev.traininghealth.Fuzz;
import dev.traininghealth.numbers.SavedNumbers;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Any bytes are numbers or a JSON object, or are refused. */
@AddLifecycleHook(Fuzz.class)
final class JsonFuzzTest {
  private static final int TRIES = 2_000;

  /** A name or a number becomes an entry of a map. */
  private static final long BYTES_PER_BYTE = 400;

  private static final BoundedJson.Limits LIMITS = new BoundedJson.Limits(1 << 20, 16, 50_000);

  private static final List<byte[]> NUMBERS = List.of(written(1), written(40), written(0));

  private static final List<byte[]> OBJECTS =
      List.of(
          text("{\"a\": [1, 2.5, \"x\", null, true, {\"b\": {}}], \"c\": \"\\u00e4\\n\"}"),
          text(
              "{\"key\": \"say.x\", \"arguments\": [{\"number\": \"NaN\"}, {\"list\": [[], [1]]}]}"),
          text("{}"));

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] written(int length) {
    SavedNumbers inner = new SavedNumbers().put("z", -0.0).put("n", Double.NaN).put("l", length);
    inner.put("array", new double[length]).put("long", new long[] {3, Long.MIN_VALUE});
    try {
      return NumbersJson.write(
          new SavedNumbers().put("s", inner).put("ü", new long[length]).put("t", inner));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Provide
  Arbitrary<Random> randoms() {
    return Arbitraries.randoms();
  }

  @Property(
      tries = TRIES,
      seed = Fuzz.SEED,
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.OFF)
  void shouldReadOrRefuseAnyNumbers(@ForAll("randoms") Random random) {
    Fuzz.check(
        Fuzz.input(random, NUMBERS),
        BYTES_PER_BYTE,
        e -> e instanceof IOException,
        input -> Fuzz.use(NumbersJson.read(input)));
  }

  /** The length of the text is right, so that the text is reached. */
  @Property(
      tries = TRIES,
      seed = Fuzz.SEED,
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.OFF)
  void shouldReadOrRefuseAnyTextOfNumbers(@ForAll("randoms") Random random) {
    byte[] whole = NUMBERS.get(random.nextInt(NUMBERS.size()));
    int length = ByteBuffer.wrap(whole).getInt();
    byte[] changed =
        Fuzz.input(random, List.of(ByteBuffer.allocate(length).put(whole, 4, length).array()));
    byte[] input =
        ByteBuffer.allocate(whole.length - length + changed.length)
            .putInt(changed.length)
            .put(changed)
            .put(whole, 4 + length, whole.length - 4 - length)
            .array();
    Fuzz.check(
        input,
        BYTES_PER_BYTE,
        e -> e instanceof IOException,
        bytes -> Fuzz.use(NumbersJson.read(bytes)));
  }

  @Property(
      tries = TRIES,
      seed = Fuzz.SEED,
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.OFF)
  void shouldReadOrRefuseAnyObject(@ForAll("randoms") Random random) {
    Fuzz.check(
        Fuzz.input(random, OBJECTS),
        BYTES_PER_BYTE,
        e -> e instanceof InvalidObjectException,
        input -> Fuzz.use(BoundedJson.read(input, 0, input.length, LIMITS)));
  }
}
