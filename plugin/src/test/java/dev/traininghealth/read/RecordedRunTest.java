package dev.traininghealth.read;

import static dev.traininghealth.publish.DiagnosisFixtures.diagnosis;
import static dev.traininghealth.publish.DiagnosisFixtures.recorded;
import static dev.traininghealth.publish.RecordFixtures.absorbed;
import static dev.traininghealth.publish.RecordFixtures.merge;
import static dev.traininghealth.publish.RecordFixtures.runRecord;
import static dev.traininghealth.publish.RecordFixtures.segmentRecord;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.publish.DiagnosisFixtures;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.SegmentRecord;
import dev.traininghealth.record.Series.Scope;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;

final class RecordedRunTest {
  private final RunDescription description = RecordFixtures.denseRun(1);
  private final RecordFixtures.Rows rows = RecordFixtures.rows(description);
  private final CountingStorage storage = new CountingStorage();
  private final RecordedRun run = new RecordedRun(storage, "s", "w");
  private int iteration;

  private static final class CountingStorage extends InMemoryStatsStorage {
    final List<Long> asked = new ArrayList<>();
    int all;
    boolean broken;

    @Override
    public Persistable getUpdate(String session, String type, String worker, long timestamp) {
      asked.add(timestamp);
      return super.getUpdate(session, type, worker, timestamp);
    }

    @Override
    public List<Persistable> getAllUpdatesAfter(
        String session, String type, String worker, long timestamp) {
      if (broken) {
        throw new IllegalStateException("closed");
      }
      all++;
      return super.getAllUpdatesAfter(session, type, worker, timestamp);
    }
  }

  private Segment segment() {
    for (int i = 0; i < 4; i++) {
      rows.row(iteration++).set(Quantity.SCORE, Scope.RUN, 0, iteration);
    }
    return rows.segment();
  }

  private void put(long key, Segment segment) {
    storage.putUpdate(segmentRecord("s", "w", key, segment));
    run.updateChanged(key);
  }

  private Timeline timeline() {
    return Objects.requireNonNull(run.read().timeline());
  }

  @Test
  void shouldReadEverythingOnceAndThenWhatChangedAlone() {
    storage.putStaticInfo(runRecord("s", "w", description));
    put(10, segment());
    put(20, segment());
    assertThat(timeline().byIteration()).hasSize(8);

    put(30, segment());

    assertThat(timeline().byIteration()).hasSize(12);
    assertThat(storage.all).isEqualTo(1);
    assertThat(storage.asked).containsExactly(30L);
  }

  @Test
  void shouldKeepTheVersionWhileNothingChanges() {
    storage.putStaticInfo(runRecord("s", "w", description));
    put(10, segment());
    String version = run.read().version();

    assertThat(run.read().version()).isEqualTo(version);
    put(20, segment());
    assertThat(run.read().version()).isNotEqualTo(version);
  }

  @Test
  void shouldFollowCoarsening() {
    storage.putStaticInfo(runRecord("s", "w", description));
    Segment first = segment();
    Segment second = segment();
    put(10, first);
    put(20, second);
    run.read();

    put(10, merge(first, second));
    assertThat(timeline().byIteration()).as("the finer one is inside").hasSize(4);
    storage.putUpdate(absorbed("s", "w", 20));
    run.updateChanged(20);

    assertThat(timeline().byIteration()).hasSize(4);
    assertThat(timeline().lastIteration()).isEqualTo(7);
  }

  @Test
  void shouldSayWhatItCannotReadAndShowTheRest() {
    storage.putStaticInfo(runRecord("s", "w", description));
    put(10, segment());
    for (long key = 20; key < 23; key++) {
      SegmentRecord newer = new SegmentRecord();
      newer.decode(ofNextVersion(segmentRecord("s", "w", key, segment()).encode()));
      storage.putUpdate(newer);
    }

    RecordedRun.State state = run.read();

    assertThat(Objects.requireNonNull(state.timeline()).byIteration()).hasSize(4);
    assertThat(state.problems()).hasSize(1);
    state
        .problems()
        .forEach(
            (message, records) -> {
              assertThat(message).contains("version 3").contains("update the plugin");
              assertThat(records).isEqualTo(3);
            });
  }

  private static byte[] ofNextVersion(byte[] record) {
    ByteBuffer.wrap(record).putShort(6, (short) 3);
    return record;
  }

  @Test
  void shouldHaveNoTimelineBeforeTheRunIsDescribed() {
    put(10, segment());
    assertThat(run.read().timeline()).isNull();

    storage.putStaticInfo(runRecord("s", "w", description));
    run.descriptionChanged();

    assertThat(timeline().byIteration()).hasSize(4);
  }

  @Test
  void shouldReadAnewAfterAFailure() {
    storage.putStaticInfo(runRecord("s", "w", description));
    put(10, segment());
    storage.broken = true;
    assertThatThrownBy(run::read).hasMessage("closed");

    storage.broken = false;

    assertThat(timeline().byIteration()).hasSize(4);
  }

  @Test
  void shouldReadEverythingWhenTooMuchChangedToKeepApart() {
    storage.putStaticInfo(runRecord("s", "w", description));
    put(10, segment());
    run.read();
    for (long key = 0; key < 10_000; key++) {
      run.updateChanged(key);
    }
    run.read();

    assertThat(storage.all).isEqualTo(2);
    assertThat(storage.asked.size()).isLessThan(10_000);
  }

  private void put(long key, RecordedDiagnosis diagnosis) {
    storage.putUpdate(DiagnosisFixtures.record("s", "w", key, diagnosis));
    run.updateChanged(key);
  }

  private List<Long> ids() {
    return run.read().diagnoses().all().stream().map(s -> s.diagnosis().id()).toList();
  }

  @Test
  void shouldFollowDiagnosesAsTheyChange() {
    storage.putStaticInfo(runRecord("s", "w", description));
    put(10, segment());
    Diagnosis nan = diagnosis(0, Problem.NON_FINITE, Severity.CRITICAL, 2);
    Diagnosis note = diagnosis(1, Problem.PLATEAU, Severity.INFO, 3);
    put(20, recorded(nan, description));
    put(30, recorded(note, description));
    assertThat(ids()).as("the newest first").containsExactly(1L, 0L);
    assertThat(run.read().diagnoses().status()).isEqualTo("critical");

    put(20, recorded(DiagnosisFixtures.ended(nan, 9), description));
    assertThat(ids()).as("what stands first").containsExactly(1L, 0L);
    assertThat(run.read().diagnoses().status()).isEqualTo("info");
    assertThat(storage.asked).containsExactly(20L);

    put(
        30,
        recorded(diagnosis(7, Problem.UNNORMALIZED_FEATURES, Severity.WARNING, 3), description));
    assertThat(ids()).as("a place is used again").containsExactly(7L, 0L);
    assertThat(run.read().diagnoses().total()).isEqualTo(8);
    assertThat(timeline().byIteration()).hasSize(4);
  }

  @Test
  void shouldTakeWhatAnOlderRunFoundForOver() {
    RunDescription older = ofStart(description.startMillis() - 500);
    storage.putStaticInfo(runRecord("s", "w", description));
    storage.putUpdate(runRecord("s", "w", older));
    rows.row(100).set(Quantity.SCORE, Scope.RUN, 0, 1);
    put(10, rows.segment());
    put(20, recorded(diagnosis(0, Problem.NON_FINITE, Severity.CRITICAL, 90), older));
    put(30, recorded(diagnosis(1, Problem.NON_FINITE, Severity.CRITICAL, 120), older));
    put(40, recorded(diagnosis(0, Problem.PLATEAU, Severity.INFO, 105), description));
    RunDescription newer = ofStart(description.startMillis() + 1);
    put(50, recorded(diagnosis(0, Problem.UNNORMALIZED_FEATURES, Severity.CRITICAL, 105), newer));

    List<Diagnoses.Shown> shown = run.read().diagnoses().all();

    assertThat(shown).hasSize(2);
    assertThat(shown.get(0).diagnosis().problem()).isEqualTo("plateau");
    assertThat(shown.get(1).diagnosis().iteration()).isEqualTo(90);
    assertThat(shown.get(1).end()).as("when the newer run began").isEqualTo(100);
    assertThat(run.read().diagnoses().status()).isEqualTo("info");
  }

  private RunDescription ofStart(long millis) {
    return new RunDescription(
        description.modelClass(),
        description.layers(),
        description.parameters(),
        description.series(),
        millis,
        description.settings());
  }

  @Test
  void shouldSayThatADiagnosisCannotBeRead() {
    storage.putStaticInfo(runRecord("s", "w", description));
    put(10, segment());
    byte[] bytes =
        DiagnosisFixtures.record(
                "s",
                "w",
                20,
                recorded(
                    diagnosis(0, Problem.UNNORMALIZED_FEATURES, Severity.INFO, 0), description))
            .encode();
    DiagnosisRecord newer = new DiagnosisRecord();
    newer.decode(ofNextVersion(bytes));
    storage.putUpdate(newer);

    assertThat(run.read().diagnoses().all()).isEmpty();
    assertThat(run.read().problems().keySet()).first().asString().contains("update the plugin");
  }
}
