package dev.traininghealth.record;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * An update record: one {@link RecordedDiagnosis}. The timestamp is the key of a place in the
 * storage, not a time: a diagnosis whose cause becomes known, or that ends, is put again under the
 * same one.
 */
public final class DiagnosisRecord extends HealthRecord {
  @Serial private static final long serialVersionUID = 1L;
  private transient volatile @Nullable RecordedDiagnosis parsed;

  /** Creates an empty record to decode another's bytes into, as storages do. */
  public DiagnosisRecord() {}

  /**
   * Creates a record of a diagnosis.
   *
   * @param sessionId the session that it belongs to
   * @param workerId the worker that it belongs to
   * @param timestamp the key of its place in the storage
   * @param diagnosis what was found
   */
  public DiagnosisRecord(
      String sessionId, String workerId, long timestamp, RecordedDiagnosis diagnosis) {
    super(sessionId, workerId, timestamp, 0, DiagnosisPayload.write(diagnosis));
    parsed = diagnosis;
  }

  /**
   * Reads the diagnosis.
   *
   * @return what was found
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
