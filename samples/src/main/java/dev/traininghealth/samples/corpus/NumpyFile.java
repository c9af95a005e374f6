package dev.traininghealth.samples.corpus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads an array of any number type from a file of NumPy, as FLOAT in C order. ND4J's reader takes
 * arrays in Fortran order for arrays in C order, and ends the JVM at a big-endian one.
 */
final class NumpyFile {
  private static final int MAGIC_BYTES = 6;

  /** Position of the length of the header, after the magic bytes and two of the version. */
  private static final int LENGTH_POSITION = MAGIC_BYTES + 2;

  private static final Pattern TYPE = Pattern.compile("'descr': *'([<>|=])([biuf])([1248])'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order': *(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape': *\\(([0-9, ]*)\\)");

  private NumpyFile() {}

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read, or is no array of numbers
   */
  static INDArray read(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.limit() < LENGTH_POSITION + Integer.BYTES || bytes.get(1) != 'N') {
      throw new IOException("no file of NumPy");
    }
    boolean first = bytes.get(MAGIC_BYTES) == 1;
    int length =
        first
            ? Short.toUnsignedInt(bytes.getShort(LENGTH_POSITION))
            : bytes.getInt(LENGTH_POSITION);
    int start = LENGTH_POSITION + (first ? Short.BYTES : Integer.BYTES);
    if (length < 0 || length > bytes.limit() - start) {
      throw new IOException("its header is cut off");
    }
    String header = new String(content, start, length, StandardCharsets.ISO_8859_1);
    Matcher type = found(TYPE, header);
    long[] shape =
        Arrays.stream(found(SHAPE, header).group(1).split(",", -1))
            .filter(size -> !size.isBlank())
            .mapToLong(size -> Long.parseLong(size.trim()))
            .toArray();
    int size = Integer.parseInt(type.group(3));
    long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    if (count != (bytes.limit() - start - length) / size) {
      throw new IOException("its shape " + Arrays.toString(shape) + " does not fit its length");
    }
    bytes.order(type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[(int) count];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value(bytes, start + length + i * size, type.group(2), size);
    }
    return ordered(values, shape, found(ORDER, header).group(1).equals("True"));
  }

  private static INDArray ordered(float[] values, long[] shape, boolean fortran) {
    long[] sizes = shape.length == 0 ? new long[] {1} : shape;
    INDArray flat = Nd4j.createFromArray(values);
    return fortran ? flat.reshape('f', sizes).dup('c') : flat.reshape('c', sizes);
  }

  private static Matcher found(Pattern pattern, String header) throws IOException {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new IOException("no numbers of a known type: " + header.trim());
    }
    return matcher;
  }

  private static double value(ByteBuffer bytes, int position, String kind, int size)
      throws IOException {
    return switch (kind + size) {
      case "b1", "u1" -> Byte.toUnsignedInt(bytes.get(position));
      case "i1" -> bytes.get(position);
      case "i2" -> bytes.getShort(position);
      case "u2" -> Short.toUnsignedInt(bytes.getShort(position));
      case "i4" -> bytes.getInt(position);
      case "u4" -> Integer.toUnsignedLong(bytes.getInt(position));
      case "i8" -> bytes.getLong(position);
      case "u8" -> unsigned(bytes.getLong(position));
      case "f2" -> half(bytes.getShort(position));
      case "f4" -> bytes.getFloat(position);
      case "f8" -> bytes.getDouble(position);
      default -> throw new IOException("numbers of the unknown type " + kind + size);
    };
  }

  private static double unsigned(long value) {
    return value >= 0 ? value : (value >>> 1) * 2.0;
  }

  /** The number of an IEEE half: 1 bit of sign, 5 of exponent, 10 of fraction. */
  private static double half(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    double size =
        switch (exponent) {
          case 0 -> Math.scalb((double) fraction, -24);
          case 0x1f -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
          default -> Math.scalb((double) (fraction + 0x400), exponent - 25);
        };
    return bits < 0 ? -size : size;
  }
}
