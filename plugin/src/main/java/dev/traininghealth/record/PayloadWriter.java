package dev.traininghealth.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing array of bytes, big-endian; reused from one record to the next. */
final class PayloadWriter {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes = new byte[256];
  private int length;

  void clear() {
    length = 0;
  }

  int length() {
    return length;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  void putByte(int value) {
    reserve(1);
    bytes[length++] = (byte) value;
  }

  void putShort(int value) {
    reserve(2);
    bytes[length++] = (byte) (value >> 8);
    bytes[length++] = (byte) value;
  }

  void putInt(int value) {
    reserve(4);
    INTS.set(bytes, length, value);
    length += 4;
  }

  void putInts(int[] values, int count) {
    reserve(4 * count);
    byte[] to = bytes;
    int at = length;
    for (int i = 0; i < count; i++) {
      INTS.set(to, at + 4 * i, values[i]);
    }
    length = at + 4 * count;
  }

  /** Overwrites an int that was put before. */
  void putIntAt(int position, int value) {
    INTS.set(bytes, position, value);
  }

  void putLong(long value) {
    reserve(8);
    LONGS.set(bytes, length, value);
    length += 8;
  }

  /** Puts a number in 7 bits per byte, the least significant first, so that small ones take one. */
  void putVarLong(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      putByte((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    putByte((int) rest);
  }

  /** Puts a number as {@link #putVarLong} does, but short also for small negative ones. */
  void putSignedVarLong(long value) {
    putVarLong((value << 1) ^ (value >> 63));
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
