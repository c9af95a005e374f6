package dev.traininghealth.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A column of ints as bytes, in the shortest of a few forms. Each form allows reading any single
 * entry in place. A constant column (a learning rate, the count of a bucket) takes five bytes, a
 * column that is measured every tenth time about a tenth.
 */
final class Column {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  /** One value for all entries. */
  private static final int CONSTANT = 0;

  /** Four bytes per entry. */
  private static final int DENSE = 1;

  /** One bit per entry, set if it is not {@link ShortDouble#ABSENT}, then those entries, dense. */
  private static final int SPARSE = 2;

  /** An unsigned byte per entry. */
  private static final int BYTES = 3;

  /** An unsigned short per entry. */
  private static final int SHORTS = 4;

  private Column() {}

  static void write(PayloadWriter out, int[] values, int count) {
    int first = count == 0 ? 0 : values[0];
    boolean constant = true;
    int bits = 0;
    int present = 0;
    for (int i = 0; i < count; i++) {
      int value = values[i];
      constant &= value == first;
      bits |= value;
      present += value == ShortDouble.ABSENT ? 0 : 1;
    }
    if (constant) {
      out.putByte(CONSTANT);
      out.putInt(first);
    } else if (bits >>> 8 == 0) {
      out.putByte(BYTES);
      for (int i = 0; i < count; i++) {
        out.putByte(values[i]);
      }
    } else if (bits >>> 16 == 0) {
      out.putByte(SHORTS);
      for (int i = 0; i < count; i++) {
        out.putShort(values[i]);
      }
    } else if (bitmapBytes(count) + 4L * present < 4L * count) {
      writeSparse(out, values, count);
    } else {
      out.putByte(DENSE);
      out.putInts(values, count);
    }
  }

  private static void writeSparse(PayloadWriter out, int[] values, int count) {
    out.putByte(SPARSE);
    for (int i = 0; i < count; i += 8) {
      int bitmap = 0;
      for (int j = i; j < Math.min(i + 8, count); j++) {
        bitmap |= values[j] == ShortDouble.ABSENT ? 0 : 1 << (j - i);
      }
      out.putByte(bitmap);
    }
    for (int i = 0; i < count; i++) {
      if (values[i] != ShortDouble.ABSENT) {
        out.putInt(values[i]);
      }
    }
  }

  /** Skips a column after checking that it is complete. */
  static void skip(PayloadReader in, byte[] bytes, int count) throws RecordException {
    switch (in.getByte()) {
      case CONSTANT -> in.skip(4);
      case DENSE -> in.skip(4L * count);
      case SPARSE -> {
        int bitmap = in.position();
        in.skip(bitmapBytes(count));
        in.skip(4L * setBits(bytes, bitmap, count));
      }
      case BYTES -> in.skip(count);
      case SHORTS -> in.skip(2L * count);
      default -> throw new RecordException("broken record: a column of unknown form");
    }
  }

  /** The entry {@code i} of a column of {@code count} entries that starts at {@code offset}. */
  static int get(byte[] bytes, int offset, int count, int i) {
    int data = offset + 1;
    return switch (bytes[offset]) {
      case CONSTANT -> (int) INTS.get(bytes, data);
      case DENSE -> (int) INTS.get(bytes, data + 4 * i);
      case SPARSE ->
          (bytes[data + (i >> 3)] & 1 << (i & 7)) == 0
              ? ShortDouble.ABSENT
              : (int) INTS.get(bytes, data + bitmapBytes(count) + 4 * setBits(bytes, data, i));
      case BYTES -> bytes[data + i] & 0xff;
      default -> ((bytes[data + 2 * i] & 0xff) << 8) | (bytes[data + 2 * i + 1] & 0xff);
    };
  }

  /** Reads all entries into an array, starting at the given index of the array. */
  static void read(byte[] bytes, int offset, int count, int[] into, int at) {
    int data = offset + 1;
    switch (bytes[offset]) {
      case CONSTANT -> Arrays.fill(into, at, at + count, (int) INTS.get(bytes, data));
      case DENSE -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = (int) INTS.get(bytes, data + 4 * i);
        }
      }
      case SPARSE -> {
        int next = data + bitmapBytes(count);
        for (int i = 0; i < count; i++) {
          if ((bytes[data + (i >> 3)] & 1 << (i & 7)) == 0) {
            into[at + i] = ShortDouble.ABSENT;
          } else {
            into[at + i] = (int) INTS.get(bytes, next);
            next += 4;
          }
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = get(bytes, offset, count, i);
        }
      }
    }
  }

  private static int bitmapBytes(int count) {
    return (count + 7) >> 3;
  }

  /** The number of set bits among the first {@code count} bits. */
  private static int setBits(byte[] bytes, int offset, int count) {
    int set = 0;
    for (int i = 0; i < count >> 3; i++) {
      set += Integer.bitCount(bytes[offset + i] & 0xff);
    }
    if ((count & 7) != 0) {
      set += Integer.bitCount(bytes[offset + (count >> 3)] & (1 << (count & 7)) - 1);
    }
    return set;
  }
}
