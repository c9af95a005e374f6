package dev.traininghealth;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * Inputs that nobody meant to be read, and the property of all readers: an answer or a clear
 * refusal, with memory and work that the size of the input bounds.
 *
 * <p>As a hook it sets the number of tries of a property: those of its annotation, or those of the
 * system property {@value #TRIES}. A property of slow tries takes a share of that number.
 */
public final class Fuzz implements AroundPropertyHook {
  /** The system property with the number of tries of each property. */
  public static final String TRIES = "fuzz.tries";

  /** The seed of all properties, so that each run has the same inputs. */
  public static final String SEED = "23";

  /** Memory for what any call allocates, such as tables of a parser and classes, bytes. */
  private static final long CONSTANT_BYTES = 4 << 20;

  /** Processor time for the same; what is loaded at first takes part of it. */
  private static final long CONSTANT_NANOS = 2_000_000_000L;

  private static final long NANOS_PER_BYTE = 20_000;

  private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Lengths and counts that no honest writer has. */
  private static final int[] ABSURD = {
    Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 0, 1, 255, 256, 65_536, 16 << 20, 1 << 30, 715_827_883
  };

  private static final String[] ABSURD_TEXT = {
    "null",
    "[]",
    "{}",
    "true",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999",
    "1e999",
    "1e-999",
    "\"NaN\"",
    "\"-Infinity\"",
    "\"double[999999999]\"",
    "\"\"",
    "\"\\ud800\"",
    "[[[[[[[[[[[[[[[[[[[[",
    "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":",
    "2147483647",
    "\\u0000",
    "%",
    "../"
  };

  /** The share of {@value #TRIES} of a property whose single try is slow, as 1 / n. */
  @Retention(RetentionPolicy.RUNTIME)
  public @interface OneIn {
    /** {@return n} */
    int value();
  }

  /** Reads an input, and all that the result gives. */
  public interface Reader {
    void read(byte[] input) throws Exception;
  }

  /** A hook of a class applies to its properties. */
  @Override
  public PropagationMode propagateTo() {
    return PropagationMode.DIRECT_DESCENDANTS;
  }

  @Override
  public PropertyExecutionResult aroundProperty(
      PropertyLifecycleContext context, PropertyExecutor property) {
    Integer tries = Integer.getInteger(TRIES);
    if (tries != null) {
      int part = context.findAnnotation(OneIn.class).map(OneIn::value).orElse(1);
      context.attributes().setTries(Math.max(1, tries / part));
    }
    return property.execute();
  }

  /** {@return random bytes, or valid ones that were changed} */
  public static byte[] input(Random random, List<byte[]> valid) {
    if (random.nextInt(8) == 0) {
      byte[] bytes = new byte[random.nextInt(random.nextInt(20) == 0 ? 5_000 : 100)];
      random.nextBytes(bytes);
      return bytes;
    }
    byte[] bytes = valid.get(random.nextInt(valid.size())).clone();
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      bytes = changed(random, bytes, valid);
    }
    return bytes;
  }

  private static byte[] changed(Random random, byte[] bytes, List<byte[]> valid) {
    int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
    switch (random.nextInt(9)) {
      case 0 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 1 -> { // repeated
        byte[] part = Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 200));
        return joined(bytes, bytes.length, repeated(part, 1 + random.nextInt(20)), bytes, at);
      }
      case 2 -> { // the start of one and the end of another
        byte[] other = valid.get(random.nextInt(valid.size()));
        return joined(bytes, at, new byte[0], other, Math.min(at, other.length));
      }
      case 3 -> { // a length
        if (bytes.length >= 4) {
          int start = Math.min(at, bytes.length - 4);
          ByteBuffer.wrap(bytes).putInt(start, ABSURD[random.nextInt(ABSURD.length)]);
        }
        return bytes;
      }
      case 4 -> { // a number or a word of a text
        return withOtherWord(random, bytes, at);
      }
      case 5 -> {
        byte[] more = new byte[1 + random.nextInt(10)];
        random.nextBytes(more);
        return joined(bytes, at, more, bytes, at);
      }
      default -> {
        for (int n = 1 + random.nextInt(4); n > 0 && bytes.length > 0; n--) {
          int i = random.nextInt(bytes.length);
          bytes[i] = (byte) (random.nextBoolean() ? random.nextInt() : bytes[i] ^ (1 << (at % 8)));
        }
        return bytes;
      }
    }
  }

  private static byte[] withOtherWord(Random random, byte[] bytes, int at) {
    int from = at;
    while (from < bytes.length && !isWord(bytes[from])) {
      from++;
    }
    int to = from;
    while (to < bytes.length && isWord(bytes[to])) {
      to++;
    }
    byte[] word = ABSURD_TEXT[random.nextInt(ABSURD_TEXT.length)].getBytes(StandardCharsets.UTF_8);
    return joined(bytes, from, word, bytes, to);
  }

  private static boolean isWord(byte b) {
    return Character.isLetterOrDigit(b) || b == '.' || b == '-' || b == '+';
  }

  private static byte[] repeated(byte[] part, int times) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < times; i++) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] joined(byte[] head, int until, byte[] middle, byte[] tail, int from) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(head, 0, until);
    out.writeBytes(middle);
    out.write(tail, from, tail.length - from);
    return out.toByteArray();
  }

  /** Reads all of a value. */
  public static void use(Object value) {
    if (value.hashCode() == 0 && value.toString().equals("never")) {
      throw new AssertionError(value);
    }
  }

  /**
   * Checks that reading gives an answer or a refusal, and takes no more than the input allows.
   *
   * @param bytesPerByte memory that reading may allocate for each byte of the input, in sum
   * @param isRefusal whether a reader may throw this
   */
  public static void check(
      byte[] input, long bytesPerByte, Predicate<Throwable> isRefusal, Reader reader) {
    Cost cost = read(input, isRefusal, reader);
    if (!cost.isWithin(input.length, bytesPerByte)) {
      cost = read(input, isRefusal, reader); // the first time may have loaded classes
    }
    if (!cost.isWithin(input.length, bytesPerByte)) {
      throw new AssertionError(cost + " for " + shown(input));
    }
  }

  /** What reading has taken: memory that was allocated, and processor time. */
  private record Cost(long bytes, long nanos) {
    boolean isWithin(int length, long bytesPerByte) {
      return bytes <= CONSTANT_BYTES + bytesPerByte * length
          && nanos <= CONSTANT_NANOS + NANOS_PER_BYTE * length;
    }
  }

  private static Cost read(byte[] input, Predicate<Throwable> isRefusal, Reader reader) {
    long bytes = THREAD.getCurrentThreadAllocatedBytes();
    long nanos = THREAD.getCurrentThreadCpuTime();
    try {
      reader.read(input);
    } catch (Throwable e) { // also Errors
      if (!isRefusal.test(e)) {
        throw new AssertionError("No refusal for " + shown(input), e);
      }
    }
    return new Cost(
        THREAD.getCurrentThreadAllocatedBytes() - bytes, THREAD.getCurrentThreadCpuTime() - nanos);
  }

  private static String shown(byte[] input) {
    return input.length + " bytes: " + Base64.getEncoder().encodeToString(input);
  }
}
