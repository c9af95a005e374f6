package dev.traininghealth.record;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import org.deeplearning4j.core.storage.Persistable;

/**
 * A record as DL4J's storages hold it, in memory and in files, and pass it to a UI in another
 * process. Storages identify a record only by its class name and its bytes. They create it with the
 * constructor without arguments and {@code decode}.
 *
 * <p>The bytes are a header, whose layout never changes, and a payload, whose layout depends on the
 * header's version. {@code decode} reads the header and throws an {@link IllegalArgumentException}
 * if it is broken. The payload is read only on access, so that a storage can pass on records of a
 * newer plugin.
 *
 * <pre>
 * int magic, byte kind, byte flags, short version, long timestamp,
 * string session, string type, string worker  (int length, then UTF-8)
 * int payloadLength, payload, spaces
 * </pre>
 *
 * <p>Spaces, which are part of the payload's length, fill a record up to one of few lengths, so
 * that a file storage can use the space of a replaced record again. Version 1 has none.
 *
 * <p>The payload of a segment is binary, see {@link SegmentFormat}; that of the others is JSON. A
 * reader ignores unknown JSON fields and has a default for missing ones, so a new field needs no
 * new version.
 */
public abstract sealed class HealthRecord implements Persistable
    permits RunRecord, SegmentRecord, DiagnosisRecord, InterventionRecord {
  /** The type id of all records of this plugin in a storage. */
  public static final String TYPE_ID = "TrainingHealth";

  /** The newest payload version that can be read, and the one that is written. */
  static final int VERSION = 2;

  /** Follows a payload up to the record's length; white space in JSON. */
  static final byte PADDING = ' ';

  /**
   * Number of lengths between a power of two and the next. With 8 of them a record is 6 % longer on
   * average, and 12.5 % at most.
   */
  private static final int LENGTHS_PER_OCTAVE = 8;

  /** Shorter records differ by as many bytes; a file storage rounds up to 16 anyway. */
  private static final int MIN_LENGTH_STEP = 16;

  /**
   * Longer records have no padding, with which a reader could refuse them as too large. Of those
   * that are put often, segments, the largest have about 3 MB.
   */
  private static final int MAX_PADDED_LENGTH = RecordJson.MAX_BYTES / 2;

  @Serial private static final long serialVersionUID = 1L;
  private static final int MAGIC = 0x444C5448; // DLTH
  private static final int FIXED_BYTES = 4 + 1 + 1 + 2 + 8 + 4 * 4;
  private static final byte[] TYPE_BYTES = TYPE_ID.getBytes(StandardCharsets.UTF_8);

  private String sessionId = "";
  private String workerId = "";
  private long timestamp;
  private int version = VERSION;
  private int flags;
  private byte[] payload = {};

  /** Number of bytes that follow the payload; 0 if the record was read, as they are part of it. */
  private int padding;

  HealthRecord() {}

  HealthRecord(String sessionId, String workerId, long timestamp, int flags, byte[] payload) {
    this.sessionId = Objects.requireNonNull(sessionId, "sessionId");
    this.workerId = Objects.requireNonNull(workerId, "workerId");
    this.timestamp = timestamp;
    this.flags = flags;
    this.payload = payload;
    int length = encodingLengthBytes();
    padding = paddedLength(length) - length;
  }

  /**
   * The length of a record that has so many bytes at least. A {@code FileStatsStorage} keeps the
   * space of a replaced record for later ones of the same length, and neither splits nor joins such
   * spaces. If each state of a growing record had its own length, the file would grow by nearly all
   * of them.
   *
   * @param length bytes without padding, above 0
   * @return one of {@value #LENGTHS_PER_OCTAVE} lengths per octave, at least {@code length}; {@code
   *     length} itself above {@link #MAX_PADDED_LENGTH}
   */
  static int paddedLength(int length) {
    if (length > MAX_PADDED_LENGTH) {
      return length;
    }
    int step = Math.max(MIN_LENGTH_STEP, Integer.highestOneBit(length) / LENGTHS_PER_OCTAVE);
    return (length + step - 1) / step * step;
  }

  /** Distinguishes the bytes of this kind of record from those of others. */
  abstract byte kind();

  /** Called after the bytes of this record were replaced. */
  abstract void forgetParsed();

  final int flags() {
    return flags;
  }

  /** The payload, which must not be changed; throws if its version is newer than this plugin's. */
  final byte[] payload() throws RecordException {
    if (version > VERSION) {
      throw new RecordException(
          "record of version "
              + version
              + ", this plugin reads up to "
              + VERSION
              + ": update the plugin where the UI runs");
    }
    return payload;
  }

  /**
   * Returns the payload as text, for any record but a segment.
   *
   * @return a JSON object
   * @throws RecordException if the record is of a newer version
   * @hidden
   */
  public final String json() throws RecordException {
    return new String(payload(), StandardCharsets.UTF_8).strip();
  }

  @Override
  public final String getSessionID() {
    return sessionId;
  }

  @Override
  public final String getTypeID() {
    return TYPE_ID;
  }

  @Override
  public final String getWorkerID() {
    return workerId;
  }

  @Override
  public final long getTimeStamp() {
    return timestamp;
  }

  @Override
  public final int encodingLengthBytes() {
    return FIXED_BYTES
        + sessionId.getBytes(StandardCharsets.UTF_8).length
        + TYPE_BYTES.length
        + workerId.getBytes(StandardCharsets.UTF_8).length
        + payload.length
        + padding;
  }

  @Override
  public final byte[] encode() {
    ByteBuffer buffer = ByteBuffer.allocate(encodingLengthBytes());
    encode(buffer);
    return buffer.array();
  }

  @Override
  public final void encode(ByteBuffer buffer) {
    buffer.putInt(MAGIC).put(kind()).put((byte) flags).putShort((short) version);
    buffer.putLong(timestamp);
    putBytes(buffer, sessionId.getBytes(StandardCharsets.UTF_8));
    putBytes(buffer, TYPE_BYTES);
    putBytes(buffer, workerId.getBytes(StandardCharsets.UTF_8));
    buffer.putInt(payload.length + padding).put(payload);
    for (int i = 0; i < padding; i++) {
      buffer.put(PADDING);
    }
  }

  @Override
  public final void encode(OutputStream outputStream) throws IOException {
    outputStream.write(encode());
  }

  @Override
  public final void decode(byte[] bytes) {
    decode(ByteBuffer.wrap(bytes), true);
  }

  @Override
  public final void decode(InputStream inputStream) throws IOException {
    decode(inputStream.readAllBytes());
  }

  @Override
  public final void decode(ByteBuffer buffer) {
    decode(buffer, false);
  }

  private void decode(ByteBuffer buffer, boolean toTheEnd) {
    if (buffer.remaining() < FIXED_BYTES) {
      throw new IllegalArgumentException(
          "not a TrainingHealth record: " + buffer.remaining() + " bytes are too few for one");
    }
    int magic = buffer.getInt();
    if (magic != MAGIC) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "not a TrainingHealth record: it starts with %08x", magic));
    }
    byte readKind = buffer.get();
    if (readKind != kind()) {
      throw new IllegalArgumentException(
          "a TrainingHealth record of kind " + readKind + " instead of " + kind());
    }
    int readFlags = buffer.get() & 0xff;
    int readVersion = buffer.getShort() & 0xffff;
    long readTimestamp = buffer.getLong();
    String readSession = new String(getBytes(buffer, "session id"), StandardCharsets.UTF_8);
    String readType = new String(getBytes(buffer, "type id"), StandardCharsets.UTF_8);
    if (!readType.equals(TYPE_ID)) {
      throw new IllegalArgumentException("not a TrainingHealth record: another type id");
    }
    String readWorker = new String(getBytes(buffer, "worker id"), StandardCharsets.UTF_8);
    byte[] readPayload = getBytes(buffer, "payload");
    if (toTheEnd && buffer.hasRemaining()) {
      throw new IllegalArgumentException(
          "not a TrainingHealth record: " + buffer.remaining() + " bytes too many at its end");
    }
    payload = readPayload;
    padding = 0;
    sessionId = readSession;
    workerId = readWorker;
    timestamp = readTimestamp;
    version = readVersion;
    flags = readFlags;
    forgetParsed();
  }

  private static void putBytes(ByteBuffer buffer, byte[] bytes) {
    buffer.putInt(bytes.length).put(bytes);
  }

  private static byte[] getBytes(ByteBuffer buffer, String what) {
    int length = buffer.remaining() < 4 ? -1 : buffer.getInt();
    if (length < 0 || length > buffer.remaining()) {
      throw new IllegalArgumentException(
          "broken TrainingHealth record: its " + what + " is cut off");
    }
    byte[] bytes = new byte[length];
    buffer.get(bytes);
    return bytes;
  }
}
