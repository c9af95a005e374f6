package dev.traininghealth.record;

import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An update record with one {@link RecordedDiagnosis}. The timestamp is the key of a place in the
 * storage, not a time. A diagnosis whose cause becomes known, or that is resolved, is put again
 * under the same key.
 */
public final class DiagnosisRecord extends HealthRecord {
  @Serial private static final long serialVersionUID = 1L;
  private transient volatile @Nullable RecordedDiagnosis parsed;

  /** Creates an empty record to decode bytes into, as storages do. */
  public DiagnosisRecord() {}

  private DiagnosisRecord(String sessionId, String workerId, long timestamp, byte[] payload) {
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
  public static DiagnosisRecord ofJson(
      String sessionId, String workerId, long timestamp, String json) throws RecordException {
    DiagnosisRecord record =
        new DiagnosisRecord(sessionId, workerId, timestamp, json.getBytes(StandardCharsets.UTF_8));
    Objects.requireNonNull(record.diagnosis());
    return record;
  }

  /**
   * Creates a record of a diagnosis.
   *
   * @param sessionId the session of the record
   * @param workerId the worker of the record
   * @param timestamp the key of its place in the storage
   * @param diagnosis the diagnosis to record
   */
  public DiagnosisRecord(
      String sessionId, String workerId, long timestamp, RecordedDiagnosis diagnosis) {
    super(sessionId, workerId, timestamp, 0, DiagnosisPayload.write(diagnosis));
    parsed = diagnosis;
  }

  /**
   * {@return the recorded diagnosis}
   *
   * @throws RecordException if the record is of a newer version, or broken
   */
  public RecordedDiagnosis diagnosis() throws RecordException {
    RecordedDiagnosis diagnosis = parsed;
    if (diagnosis == null) {
      diagnosis = DiagnosisPayload.read(payload());
      parsed = diagnosis;
    }
    return diagnosis;
  }

  @Override
  byte kind() {
    return 3;
  }

  @Override
  void forgetParsed() {
    parsed = null;
  }
}
