package dev.traininghealth.record;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * Reads the bytes of a {@link PayloadWriter}. They come from a storage or from the network and are
 * not trusted. No array is allocated before that many bytes are present.
 */
final class PayloadReader {
  private final ByteBuffer bytes;

  PayloadReader(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
  }

  int position() {
    return bytes.position();
  }

  int remaining() {
    return bytes.remaining();
  }

  int getByte() throws RecordException {
    try {
      return bytes.get() & 0xff;
    } catch (BufferUnderflowException e) {
      throw truncated();
    }
  }

  int getInt() throws RecordException {
    try {
      return bytes.getInt();
    } catch (BufferUnderflowException e) {
      throw truncated();
    }
  }

  long getLong() throws RecordException {
    try {
      return bytes.getLong();
    } catch (BufferUnderflowException e) {
      throw truncated();
    }
  }

  long getVarLong() throws RecordException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int b = getByte();
      value |= (long) (b & 0x7f) << shift;
      if ((b & 0x80) == 0) {
        return value;
      }
    }
    throw new RecordException("broken record: a number of more than 64 bits");
  }

  long getSignedVarLong() throws RecordException {
    long value = getVarLong();
    return (value >>> 1) ^ -(value & 1);
  }

  /** A number of entries that follow, each of at least the given size in bytes. */
  int getCount(int minBytesEach) throws RecordException {
    int count = getInt();
    if (count < 0 || (long) count * minBytesEach > bytes.remaining()) {
      throw new RecordException(
          "broken record: it claims " + count + " entries in " + bytes.remaining() + " bytes");
    }
    return count;
  }

  void skip(long count) throws RecordException {
    if (count < 0 || count > bytes.remaining()) {
      throw truncated();
    }
    bytes.position(bytes.position() + (int) count);
  }

  /** Checks that everything was read except for padding. */
  void expectEnd() throws RecordException {
    int end = bytes.limit();
    while (end > bytes.position() && bytes.get(end - 1) == HealthRecord.PADDING) {
      end--;
    }
    bytes.limit(end);
    if (bytes.hasRemaining()) {
      throw new RecordException(
          "broken record: " + bytes.remaining() + " bytes too many at its end");
    }
  }

  private RecordException truncated() {
    return new RecordException("broken record: it ends after " + bytes.limit() + " bytes");
  }
}
