package dev.traininghealth.record;

import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An update record with one {@link RecordedIntervention}. The timestamp is the key of a place in
 * the storage, not a time. A repeated intervention is put again under the same key.
 */
public final class InterventionRecord extends HealthRecord {
  @Serial private static final long serialVersionUID = 1L;
  private transient volatile @Nullable RecordedIntervention parsed;

  /** Creates an empty record to decode bytes into, as storages do. */
  public InterventionRecord() {}

  private InterventionRecord(String sessionId, String workerId, long timestamp, byte[] payload) {
    super(sessionId, workerId, timestamp, 0, payload);
  }

  /**
   * Creates a record of the text that {@link #json} has returned.
   *
   * @param sessionId the session of the record
   * @param workerId the worker of the record
   * @param timestamp the key of its place in the storage
   * @param json a JSON object
   * @return the record
   * @throws RecordException if the text is no such record
   * @hidden
   */
  public static InterventionRecord ofJson(
      String sessionId, String workerId, long timestamp, String json) throws RecordException {
    InterventionRecord record =
        new InterventionRecord(
            sessionId, workerId, timestamp, json.getBytes(StandardCharsets.UTF_8));
    Objects.requireNonNull(record.intervention());
    return record;
  }

  /**
   * Creates a record of an intervention.
   *
   * @param sessionId the session of the record
   * @param workerId the worker of the record
   * @param timestamp the key of its place in the storage
   * @param intervention the intervention to record
   */
  public InterventionRecord(
      String sessionId, String workerId, long timestamp, RecordedIntervention intervention) {
    super(sessionId, workerId, timestamp, 0, InterventionPayload.write(intervention));
    parsed = intervention;
  }

  /**
   * {@return the recorded intervention}
   *
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
