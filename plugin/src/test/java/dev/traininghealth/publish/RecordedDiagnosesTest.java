package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.SegmentRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.core.storage.Persistable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How diagnoses come through a recorder into a storage. */
@Timeout(60)
class RecordedDiagnosesTest extends RecorderFixture {
  private static Diagnosis info(long id) {
    return DiagnosisFixtures.diagnosis(id, Problem.PLATEAU, Severity.INFO, id);
  }

  private static Diagnosis warning(long id) {
    return DiagnosisFixtures.diagnosis(id, Problem.DEAD_RELU, Severity.WARNING, id);
  }

  private static Diagnosis critical(long id) {
    return DiagnosisFixtures.diagnosis(id, Problem.NON_FINITE, Severity.CRITICAL, id);
  }

  private List<DiagnosisRecord> records() {
    List<DiagnosisRecord> records = new ArrayList<>();
    for (Persistable update :
        router.storage.getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "w", Long.MIN_VALUE)) {
      if (update instanceof DiagnosisRecord record) {
        records.add(record);
      }
    }
    return records;
  }

  private List<RecordedDiagnosis> diagnoses() {
    List<RecordedDiagnosis> diagnoses = new ArrayList<>();
    for (DiagnosisRecord record : records()) {
      try {
        diagnoses.add(record.diagnosis());
      } catch (RecordException e) {
        throw new AssertionError(e);
      }
    }
    diagnoses.sort(Comparator.comparingLong(RecordedDiagnosis::id));
    return diagnoses;
  }

  private List<Long> ids() {
    return diagnoses().stream().map(RecordedDiagnosis::id).toList();
  }

  @Test
  void shouldPutTheRowsFirstAndShareNoKeyWithThem() {
    recorder.record(critical(0));
    record(0, 2_000);
    recorder.flush();
    router.puts.clear();
    recorder.record(warning(1));
    record(2_000, 2_001);
    recorder.flush();

    List<Class<?>> kinds = new ArrayList<>();
    router.puts.forEach(put -> kinds.add(put.getClass()));
    assertThat(kinds.indexOf(DiagnosisRecord.class))
        .isGreaterThan(kinds.lastIndexOf(SegmentRecord.class));
    assertThat(ids()).containsExactly(0L, 1L);
    assertThat(diagnoses().get(0).run()).isEqualTo(run.startMillis());
    assertThat(diagnoses().get(0).timeMillis()).isEqualTo(START);
    assertThat(rows(stored())).isEqualTo(2_001);
  }

  @Test
  void shouldReplaceADiagnosisUnderItsOwnKey() {
    record(0, 1);
    recorder.record(warning(0));
    recorder.record(critical(1));
    recorder.flush();
    List<Long> keys = records().stream().map(DiagnosisRecord::getTimeStamp).toList();

    recorder.record(DiagnosisFixtures.causedBy(warning(0), 1));
    recorder.flush();
    assertThat(diagnoses().get(0).causeId()).isEqualTo(1);
    recorder.record(DiagnosisFixtures.ended(DiagnosisFixtures.causedBy(warning(0), 1), 60));
    recorder.flush();

    assertThat(diagnoses().get(0).causeId()).isEqualTo(1);
    assertThat(diagnoses().get(0).endIteration()).isEqualTo(60);
    assertThat(diagnoses().get(1).isResolved()).isFalse();
    assertThat(records().stream().map(DiagnosisRecord::getTimeStamp)).isEqualTo(keys);
  }

  @Test
  void shouldPutAgainWhatAStorageDidNotTake() {
    record(0, 1);
    recorder.record(warning(0));
    recorder.flush();
    router.failure = new IllegalAccessError("store was closed");
    recorder.record(DiagnosisFixtures.ended(warning(0), 9));
    recorder.record(critical(1));
    recorder.flush();
    assertThat(diagnoses().get(0).isResolved()).isFalse();

    router.failure = null;
    recorder.flush();

    assertThat(diagnoses().get(0).endIteration()).isEqualTo(9);
    assertThat(ids()).containsExactly(0L, 1L);
  }

  @Test
  void shouldBeHeardBeforeTheFirstRowAndNotAfterTheEnd() {
    recorder.record(critical(0));
    recorder.flush();
    assertThat(ids()).containsExactly(0L);
    assertThat(router.storage.getStaticInfo("s", HealthRecord.TYPE_ID, "w")).isNotNull();

    recorder.close();
    recorder.record(critical(1));
    recorder.flush();
    assertThat(ids()).containsExactly(0L);
  }

  /** A sick run that goes on and on: what stands outlives what is over, alarms outlive notes. */
  @Test
  void shouldKeepThePlacesOfWhatMattersWhenThereAreThousands() {
    record(0, 1);
    recorder.record(critical(0));
    recorder.record(DiagnosisFixtures.ended(warning(1), 5));
    for (long id = 2; id < 5_000; id++) {
      Diagnosis d = id % 2 == 0 ? info(id) : warning(id);
      recorder.record(d);
      recorder.record(DiagnosisFixtures.ended(d, id + 1));
      if (id % 300 == 0) {
        recorder.flush();
      }
    }
    recorder.record(warning(5_000));
    recorder.flush();

    assertThat(records()).hasSize(KeyedHistory.MAX_ENTRIES);
    List<RecordedDiagnosis> kept = diagnoses();
    assertThat(kept.get(0).severity()).isEqualTo("CRITICAL");
    assertThat(kept.get(kept.size() - 1).id()).isEqualTo(5_000);
    assertThat(kept).filteredOn(d -> d.severity().equals("INFO")).hasSizeLessThan(2);
    assertThat(ids()).contains(4_999L, 4_997L).doesNotContain(1L, 3L);
  }

  @Test
  void shouldTakeACriticalOneForAMildOneWhereAllStand() {
    record(0, 1);
    for (long id = 0; id < KeyedHistory.MAX_ENTRIES; id++) {
      recorder.record(warning(id));
    }
    recorder.record(warning(2_000));
    recorder.record(info(2_001));
    recorder.flush();
    assertThat(ids()).as("the first came first").doesNotContain(2_000L, 2_001L);

    recorder.record(critical(2_002));
    recorder.record(DiagnosisFixtures.ended(warning(2_000), 7));
    recorder.flush();

    assertThat(ids()).hasSize(KeyedHistory.MAX_ENTRIES).contains(0L, 998L, 2_002L);
    assertThat(ids()).doesNotContain(999L, 2_000L);
  }

  @Test
  void shouldPutNothingTwice() {
    record(0, 1);
    recorder.record(critical(0));
    recorder.flush();
    int puts = router.puts.size();
    recorder.flush();
    assertThat(router.puts).hasSize(puts);
    assertThat(Objects.requireNonNull(router.storage.getLatestUpdate("s", "TrainingHealth", "w")))
        .isInstanceOf(DiagnosisRecord.class);
  }
}
