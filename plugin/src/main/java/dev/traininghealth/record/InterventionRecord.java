package dev.traininghealth.record;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * An update record: one {@link RecordedIntervention}. The timestamp is the key of a place in the
 * storage, not a time: an intervention that is done again is put again under the same one.
 */
public final class InterventionRecord extends HealthRecord {
  @Serial private static final long serialVersionUID = 1L;
  private transient volatile @Nullable RecordedIntervention parsed;

  /** Creates an empty record to decode another's bytes into, as storages do. */
  public InterventionRecord() {}

  /**
   * Creates a record of an intervention.
   *
   * @param sessionId the session that it belongs to
   * @param workerId the worker that it belongs to
   * @param timestamp the key of its place in the storage
   * @param intervention what was done
   */
  public InterventionRecord(
      String sessionId, String workerId, long timestamp, RecordedIntervention intervention) {
    super(sessionId, workerId, timestamp, 0, InterventionPayload.write(intervention));
    parsed = intervention;
  }

  /**
   * Reads the intervention.
   *
   * @return what was done
   * @throws RecordException if the record is of a newer version, or broken
   */
  public RecordedIntervention intervention() throws RecordException {
    RecordedIntervention intervention = parsed;
    if (intervention == null) {
      intervention = InterventionPayload.read(payload());
      parsed = intervention;
    }
    return intervention;
  }

  @Override
  byte kind() {
    return 4;
  }

  @Override
  void forgetParsed() {
    parsed = null;
  }
}
