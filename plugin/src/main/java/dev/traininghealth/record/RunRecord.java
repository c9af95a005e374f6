package dev.traininghealth.record;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The static record of a run, with its {@link RunDescription}. A storage keeps one per worker. */
public final class RunRecord extends HealthRecord {
  @Serial private static final long serialVersionUID = 1L;
  private transient volatile @Nullable RunDescription parsed;

  /** Creates an empty record to decode bytes into, as storages do. */
  public RunRecord() {}

  /**
   * Creates a record of a run.
   *
   * @param sessionId the session of the record
   * @param workerId the worker of the record
   * @param timestamp its key, milliseconds since 1970
   * @param description the description of the run
   */
  public RunRecord(String sessionId, String workerId, long timestamp, RunDescription description) {
    super(sessionId, workerId, timestamp, 0, RunPayload.write(description));
    parsed = description;
  }

  /**
   * {@return the recorded description}
   *
   * @throws RecordException if the record is of a newer version, or broken
   */
  public RunDescription description() throws RecordException {
    RunDescription description = parsed;
    if (description == null) {
      description = RunPayload.read(payload());
      parsed = description;
    }
    return description;
  }

  @Override
  byte kind() {
    return 1;
  }

  @Override
  void forgetParsed() {
    parsed = null;
  }
}
