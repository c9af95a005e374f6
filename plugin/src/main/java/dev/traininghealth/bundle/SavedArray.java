package dev.traininghealth.bundle;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.shape.options.ArrayOptionsHelper;

/**
 * Checks an array of a model file before ND4J reads it.
 *
 * <p>ND4J (1.0.0-M2.1) allocates whatever length the file names. It also believes a shape that is
 * larger than the data. Such an array reads memory that is not its own, which may end the JVM.
 */
final class SavedArray {
  /** Maximum rank of ND4J's arrays. */
  private static final int MAX_RANK = 32;

  /** The forms of a buffer whose length has eight bytes. Older ones have four. */
  private static final Set<String> FORMS = Set.of("MIXED_DATA_TYPES", "LONG_SHAPE");

  /** Numbers of a shape besides sizes and strides: rank, type, element stride, order. */
  private static final int SHAPE_EXTRAS = 4;

  private SavedArray() {}

  /**
   * Checks that a stream is one whole array of floating-point numbers, as ND4J writes it.
   *
   * @param all the stream, which is read to its end
   * @throws IOException if it is not; the message continues a sentence that names the array
   */
  static void check(InputStream all) throws IOException {
    DataInputStream in = new DataInputStream(all);
    long[] shape = shape(in);
    long length = length(in);
    DataType type = type(in.readUTF());
    if (!type.isFPType() || typeOf(shape) != type) {
      throw new IOException("has numbers of the type " + type);
    }
    long bytes = in.transferTo(OutputStream.nullOutputStream());
    if (length < 0 || length > bytes || length * type.width() != bytes) {
      throw new IOException("has " + bytes + " bytes of " + length + " numbers");
    }
    if (!fits(shape, length)) {
      throw new IOException("has a shape that does not fit its " + length + " numbers");
    }
  }

  private static long[] shape(DataInputStream in) throws IOException {
    long numbers = length(in);
    if (numbers < SHAPE_EXTRAS
        || numbers > 2 * MAX_RANK + SHAPE_EXTRAS
        || type(in.readUTF()) != DataType.INT64) {
      throw new IOException("has a shape of " + numbers + " numbers");
    }
    long[] shape = new long[(int) numbers];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = in.readLong();
    }
    if (shape[0] < 0 || shape[0] > MAX_RANK || 2 * shape[0] + SHAPE_EXTRAS != numbers) {
      throw new IOException("has a shape of rank " + shape[0] + " in " + numbers + " numbers");
    }
    return shape;
  }

  private static long length(DataInputStream in) throws IOException {
    if (!FORMS.contains(in.readUTF())) {
      throw new IOException("has an unknown form");
    }
    return in.readLong();
  }

  private static DataType type(String name) throws IOException {
    try {
      return DataType.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw new IOException("has numbers of an unknown type", e);
    }
  }

  private static DataType typeOf(long[] shape) throws IOException {
    try {
      return ArrayOptionsHelper.dataType(shape);
    } catch (RuntimeException e) { // ND4J's own
      throw new IOException("has a shape of an unknown type", e);
    }
  }

  /** {@return whether sizes and strides stay within the numbers, and name all of them} */
  private static boolean fits(long[] shape, long length) {
    int rank = (int) shape[0];
    long order = shape[shape.length - 1];
    long elements = 1;
    long last = 0;
    for (int i = 1; i <= rank; i++) {
      long size = shape[i];
      long stride = shape[rank + i];
      if (size < 1 || size > length / elements || stride < 0 || stride > length) {
        return false;
      }
      elements *= size;
      last += (size - 1) * stride;
      if (last >= length) {
        return false;
      }
    }
    return elements == length && (order == 'c' || order == 'f');
  }
}
