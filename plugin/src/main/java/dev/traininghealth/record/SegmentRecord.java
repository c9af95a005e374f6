package dev.traininghealth.record;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * An update record with one {@link Segment}. The timestamp is the key of a place in the storage,
 * not a time. A growing segment, its coarser form, and a later segment that reuses the place are
 * put under the same key.
 */
public final class SegmentRecord extends HealthRecord {
  @Serial private static final long serialVersionUID = 1L;
  private static final int MERGED = 1;
  private transient volatile @Nullable Segment parsed;

  /** Creates an empty record to decode bytes into, as storages do. */
  public SegmentRecord() {}

  /**
   * Creates a record of a segment.
   *
   * @param sessionId the session of the record
   * @param workerId the worker of the record
   * @param timestamp the key of its place in the storage
   * @param segment the rows
   */
  public SegmentRecord(String sessionId, String workerId, long timestamp, Segment segment) {
    super(sessionId, workerId, timestamp, 0, segment.payload());
    parsed = segment;
  }

  private SegmentRecord(String sessionId, String workerId, long timestamp) {
    super(sessionId, workerId, timestamp, MERGED, new byte[0]);
  }

  /**
   * Creates the record that replaces a segment whose rows have moved to a coarser one.
   *
   * @param sessionId the session of the record
   * @param workerId the worker of the record
   * @param timestamp the key of the place in the storage
   * @return a record without a segment
   */
  public static SegmentRecord merged(String sessionId, String workerId, long timestamp) {
    return new SegmentRecord(sessionId, workerId, timestamp);
  }

  /**
   * Whether this place is empty because its rows have moved to a coarser segment.
   *
   * @return true if there is no segment to read
   */
  public boolean isMerged() {
    return (flags() & MERGED) != 0;
  }

  /**
   * Reads the segment.
   *
   * @return the segment, which shares this record's bytes
   * @throws RecordException if the record is of a newer version, broken, or {@linkplain #isMerged
   *     merged}
   */
  public Segment segment() throws RecordException {
    Segment segment = parsed;
    if (segment == null) {
      if (isMerged()) {
        throw new RecordException("an empty record: its segment is part of a coarser one now");
      }
      segment = Segment.read(payload());
      parsed = segment;
    }
    return segment;
  }

  /**
   * Whether the segment can belong to a run; checked before the segment is expanded.
   *
   * @param run description of the run
   * @return whether the segment has as many series as those of the run
   * @throws RecordException if the record is of a newer version or truncated
   */
  public boolean isDescribedBy(RunDescription run) throws RecordException {
    return run.describes(SegmentFormat.seriesOf(payload()));
  }

  @Override
  byte kind() {
    return 2;
  }

  @Override
  void forgetParsed() {
    parsed = null;
  }
}
