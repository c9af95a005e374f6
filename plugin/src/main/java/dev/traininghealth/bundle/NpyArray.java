package dev.traininghealth.bundle;

import dev.traininghealth.array.OffHeapMemory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads and writes arrays in NumPy's format 1.0, so that {@code numpy.load} can read them.
 *
 * <p>DOUBLE is written as {@code <f8}, other floating-point types as {@code <f4} and all other
 * types as {@code <i8}. This loses nothing. The manifest has the type, to which the reader casts.
 *
 * <p>ND4J's own {@code toNpyByteArray} and {@code createNpyFromByteArray} (1.0.0-M2.1) are not
 * used. They mix up the elements of arrays in f-order and end the JVM on BFLOAT16. From a truncated
 * file they read beyond its end, whatever memory follows.
 */
final class NpyArray {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNMENT = 64;

  /** Maximum rank of ND4J's arrays. */
  private static final int MAX_RANK = 32;

  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '(<f4|<f8|<i8)', 'fortran_order': False, 'shape': \\(([0-9, ]*)\\),"
              + " \\}\\s*");

  private NpyArray() {}

  static void write(INDArray array, OutputStream out) throws IOException {
    String element = element(array.dataType());
    String shape =
        Arrays.stream(array.shape()).mapToObj(String::valueOf).collect(Collectors.joining(", "));
    if (array.rank() == 1) {
      shape += ","; // Python's tuple of one element
    }
    String header =
        "{'descr': '" + element + "', 'fortran_order': False, 'shape': (" + shape + "), }";
    int unpadded = MAGIC.length + 2 + header.length() + 1;
    int padding = (ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT;
    byte[] text = (header + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
    out.write(MAGIC);
    out.write(text.length & 0xff);
    out.write(text.length >> 8);
    out.write(text);
    INDArray inOrder = array.dup('c');
    try {
      writeElements(inOrder, element, out);
    } finally {
      OffHeapMemory.release(inOrder);
    }
  }

  private static String element(DataType type) {
    return !type.isFPType() ? "<i8" : type == DataType.DOUBLE ? "<f8" : "<f4";
  }

  private static void writeElements(INDArray array, String element, OutputStream out)
      throws IOException {
    boolean wide = !element.equals("<f4");
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    INDArray flat = array.reshape(array.length());
    for (long i = 0; i < array.length(); i++) {
      if (buffer.remaining() < Long.BYTES) {
        out.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
      if (!wide) {
        buffer.putFloat(flat.getFloat(i));
      } else if (element.equals("<f8")) {
        buffer.putDouble(flat.getDouble(i));
      } else {
        buffer.putLong(flat.getLong(i));
      }
    }
    out.write(buffer.array(), 0, buffer.position());
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if the bytes are not such a file; the message continues a sentence that
   *     names the file
   */
  static INDArray read(byte[] file, DataType type) throws IOException {
    if (type.width() < 1) { // ND4J would convert numbers to texts, or end the JVM
      throw new IOException("cannot be of the type " + type);
    }
    if (file.length < MAGIC.length + 2
        || !Arrays.equals(MAGIC, Arrays.copyOf(file, MAGIC.length))) {
      throw new IOException("is not an array in NumPy's format 1.0");
    }
    ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int length = buffer.getShort(MAGIC.length) & 0xffff;
    int start = MAGIC.length + 2 + length;
    String header =
        start > file.length
            ? ""
            : new String(file, MAGIC.length + 2, length, StandardCharsets.US_ASCII);
    Matcher parsed = HEADER.matcher(header);
    if (!parsed.matches()) {
      throw new IOException("has an unsupported header: " + header.strip());
    }
    String element = parsed.group(1);
    long[] shape =
        Pattern.compile(",")
            .splitAsStream(parsed.group(2))
            .map(String::strip)
            .filter(size -> !size.isEmpty())
            .mapToLong(Long::parseLong)
            .toArray();
    int width = element.equals("<f4") ? Float.BYTES : Long.BYTES;
    long elements = elements(shape);
    if (file.length - start != elements * width) {
      throw new IOException(
          "has " + (file.length - start) + " bytes of data instead of " + elements * width);
    }
    buffer.position(start);
    return elements(buffer.slice().order(ByteOrder.LITTLE_ENDIAN), element, (int) elements)
        .reshape(shape)
        .castTo(type);
  }

  /**
   * {@return the product of the sizes}
   *
   * @throws IOException if it or the rank is too large
   */
  private static long elements(long[] shape) throws IOException {
    long elements = 1;
    for (long size : shape) {
      if (shape.length > MAX_RANK || size > Integer.MAX_VALUE / Math.max(1, elements)) {
        throw new IOException(
            "has a shape of more than "
                + MAX_RANK
                + " dimensions or "
                + Integer.MAX_VALUE
                + " elements");
      }
      elements *= size;
    }
    return elements;
  }

  private static INDArray elements(ByteBuffer data, String element, int count) {
    if (element.equals("<f4")) {
      float[] values = new float[count];
      data.asFloatBuffer().get(values);
      return Nd4j.createFromArray(values);
    }
    if (element.equals("<f8")) {
      double[] values = new double[count];
      data.asDoubleBuffer().get(values);
      return Nd4j.createFromArray(values);
    }
    long[] values = new long[count];
    data.asLongBuffer().get(values);
    return Nd4j.createFromArray(values);
  }
}
