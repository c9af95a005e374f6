package dev.traininghealth.json;

import dev.traininghealth.numbers.SavedNumbers;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.OutputStreamWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * Converts numbers to bytes and back.
 *
 * <p>The bytes are the length of a JSON text, that text, and the larger arrays. The arrays follow
 * in the order in which the text names them, with eight bytes per number. In the text, a section is
 * an object and a small array is an array. A larger or empty array is a string such as {@code
 * "double[4096]"}. A {@code double} has a point or an exponent, or is {@code "NaN"}, {@code
 * "Infinity"} or {@code "-Infinity"}. A number with neither a point nor an exponent is a {@code
 * long}.
 *
 * <p>Jackson takes a third of a second at its first use. Therefore only saving and restoring use
 * this class, not an iteration.
 *
 * @hidden
 */
public final class NumbersJson {
  /** Maximum of all bytes, enough for eight million numbers. */
  public static final int MAX_BYTES = 64 << 20;

  /** Maximum of the text's bytes. A network of 100,000 parameter arrays takes three million. */
  public static final int MAX_JSON_BYTES = 8 << 20;

  /** Maximum of names and numbers in the text. As objects they take far more memory than text. */
  public static final int MAX_ENTRIES = 500_000;

  /** Maximum depth of nested sections; the plugin's have five levels. */
  static final int MAX_DEPTH = 16;

  /** Maximum length of an array that is written into the text, where people can read it. */
  static final int MAX_INLINE_NUMBERS = 32;

  private NumbersJson() {}

  /**
   * Converts numbers to bytes.
   *
   * @throws InvalidObjectException if they exceed a limit of {@link #read}
   */
  public static byte[] write(SavedNumbers numbers) throws IOException {
    Writer writer = new Writer();
    try (JsonGenerator out =
        BoundedJson.generator(new OutputStreamWriter(writer.json, StandardCharsets.UTF_8))) {
      out.useDefaultPrettyPrinter();
      writer.section(out, numbers, 1);
    }
    if (writer.json.size() > MAX_JSON_BYTES) {
      throw tooLarge(writer.json.size(), MAX_JSON_BYTES, "bytes of names and numbers");
    }
    long size = 4L + writer.json.size() + writer.arrays.size();
    if (size > MAX_BYTES) {
      throw tooLarge(size, MAX_BYTES, "bytes");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) size);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(writer.json.size());
      writer.json.writeTo(out);
      writer.arrays.writeTo(out);
    }
    return bytes.toByteArray();
  }

  private static InvalidObjectException tooLarge(long size, long max, String what) {
    return new InvalidObjectException("it would have " + size + " " + what + ", more than " + max);
  }

  /**
   * Reads bytes that {@link #write} returned, with memory bounded by the limits above.
   *
   * @throws IOException if they have another form or are damaged
   */
  public static SavedNumbers read(byte[] bytes) throws IOException {
    ByteBuffer arrays = ByteBuffer.wrap(bytes);
    int length = bytes.length < Integer.BYTES ? -1 : arrays.getInt();
    if (length < 0 || length > arrays.remaining() || length > MAX_JSON_BYTES) {
      throw new InvalidObjectException("the length of its text is " + length);
    }
    arrays.position(Integer.BYTES + length);
    return NumbersJsonParser.parse(bytes, Integer.BYTES, length, arrays);
  }

  private static final class Writer {
    final ByteArrayOutputStream json = new ByteArrayOutputStream();
    final ByteArrayOutputStream arrays = new ByteArrayOutputStream();
    private int entries;

    void section(JsonGenerator out, SavedNumbers numbers, int depth) throws IOException {
      if (depth > MAX_DEPTH) {
        throw tooLarge(depth, MAX_DEPTH, "nested sections");
      }
      out.writeStartObject();
      for (String name : numbers.names()) {
        countEntries(1);
        out.writeFieldName(name);
        Object value = numbers.get(name);
        if (value instanceof Long number) {
          out.writeNumber(number);
        } else if (value instanceof Double number) {
          out.writeNumber(number);
        } else if (value instanceof long[] array) {
          longs(out, array);
        } else if (value instanceof double[] array) {
          doubles(out, array);
        } else {
          section(out, (SavedNumbers) value, depth + 1);
        }
      }
      out.writeEndObject();
    }

    private void longs(JsonGenerator out, long[] array) throws IOException {
      if (isInline(array.length)) {
        out.writeArray(array, 0, array.length);
        countEntries(array.length);
        return;
      }
      out.writeString("long[" + array.length + "]");
      byte[] bytes = newBuffer(array.length);
      ByteBuffer.wrap(bytes).asLongBuffer().put(array);
      arrays.write(bytes);
    }

    private void doubles(JsonGenerator out, double[] array) throws IOException {
      if (isInline(array.length)) {
        out.writeArray(array, 0, array.length);
        countEntries(array.length);
        return;
      }
      out.writeString("double[" + array.length + "]");
      byte[] bytes = newBuffer(array.length);
      ByteBuffer.wrap(bytes).asDoubleBuffer().put(array);
      arrays.write(bytes);
    }

    private static boolean isInline(int length) {
      return length > 0 && length <= MAX_INLINE_NUMBERS;
    }

    private byte[] newBuffer(int numbers) throws InvalidObjectException {
      long size = arrays.size() + 8L * numbers;
      if (size > MAX_BYTES) {
        throw tooLarge(size, MAX_BYTES, "bytes of arrays");
      }
      return new byte[8 * numbers];
    }

    private void countEntries(int more) throws InvalidObjectException {
      entries += more;
      if (entries > MAX_ENTRIES) {
        throw tooLarge(entries, MAX_ENTRIES, "names and numbers");
      }
    }
  }
}
