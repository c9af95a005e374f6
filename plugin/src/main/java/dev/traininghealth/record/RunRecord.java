package dev.traininghealth.record;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The static record of a run: its {@link RunDescription}. A storage keeps one for each worker. */
public final class RunRecord extends HealthRecord {
  @Serial private static final long serialVersionUID = 1L;
  private transient volatile @Nullable RunDescription parsed;

  /** Creates an empty record to decode another's bytes into, as storages do. */
  public RunRecord() {}

  /**
   * Creates a record of a run.
   *
   * @param sessionId the session that it belongs to
   * @param workerId the worker that it belongs to
   * @param timestamp its key, milliseconds since 1970
   * @param description what is known of the run
   */
  public RunRecord(String sessionId, String workerId, long timestamp, RunDescription description) {
    super(sessionId, workerId, timestamp, 0, RunPayload.write(description));
    parsed = description;
  }

  /**
   * Reads the description.
   *
   * @return what is known of the run
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
