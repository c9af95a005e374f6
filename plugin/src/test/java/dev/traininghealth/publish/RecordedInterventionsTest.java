package dev.traininghealth.publish;

import static dev.traininghealth.publish.InterventionFixtures.done;
import static dev.traininghealth.publish.InterventionFixtures.intervention;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.InterventionRecord;
import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.RecordedIntervention;
import dev.traininghealth.record.SegmentRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.deeplearning4j.core.storage.Persistable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How interventions come through a recorder into a storage. */
@Timeout(60)
class RecordedInterventionsTest extends RecorderFixture {
  private static Intervention skip(long id) {
    return intervention(id, Kind.SKIP, id, true);
  }

  private List<InterventionRecord> records() {
    List<InterventionRecord> records = new ArrayList<>();
    for (Persistable update :
        router.storage.getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "w", Long.MIN_VALUE)) {
      if (update instanceof InterventionRecord record) {
        records.add(record);
      }
    }
    return records;
  }

  private List<RecordedIntervention> interventions() {
    List<RecordedIntervention> interventions = new ArrayList<>();
    for (InterventionRecord record : records()) {
      try {
        interventions.add(record.intervention());
      } catch (RecordException e) {
        throw new AssertionError(e);
      }
    }
    interventions.sort(Comparator.comparingLong(RecordedIntervention::id));
    return interventions;
  }

  private List<Long> ids() {
    return interventions().stream().map(RecordedIntervention::id).toList();
  }

  @Test
  void shouldPutRowsThenDiagnosesThenInterventionsUnderKeysOfTheirOwn() {
    record(0, 2_000);
    recorder.flush();
    router.puts.clear();
    recorder.record(skip(0));
    recorder.record(
        DiagnosisFixtures.diagnosis(0, Problem.UNNORMALIZED_FEATURES, Severity.WARNING, 0));
    record(2_000, 2_001);
    recorder.flush();

    List<Class<?>> kinds = new ArrayList<>();
    router.puts.forEach(put -> kinds.add(put.getClass()));
    assertThat(kinds.lastIndexOf(SegmentRecord.class))
        .isLessThan(kinds.indexOf(DiagnosisRecord.class));
    assertThat(kinds.indexOf(DiagnosisRecord.class))
        .isLessThan(kinds.indexOf(InterventionRecord.class));
    assertThat(interventions().get(0).run()).isEqualTo(run.startMillis());
    assertThat(interventions().get(0).timeMillis()).isEqualTo(START);
    assertThat(rows(stored())).as("no row was replaced").isEqualTo(2_001);
    List<Long> keys =
        router.storage.getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "w", Long.MIN_VALUE).stream()
            .map(Persistable::getTimeStamp)
            .toList();
    assertThat(keys).doesNotHaveDuplicates();
  }

  @Test
  void shouldReplaceWhatIsDoneAgainAndCountIt() {
    record(0, 1);
    recorder.record(intervention(0, Kind.CLIP, 0, true));
    recorder.record(skip(1));
    recorder.flush();
    List<Long> keys = records().stream().map(InterventionRecord::getTimeStamp).toList();

    recorder.record(done(intervention(0, Kind.CLIP, 0, true), 50, 70));
    recorder.record(skip(2));
    recorder.record(intervention(3, Kind.CLIP, 80, true));
    recorder.record(intervention(4, Kind.CLIP, 81, false));
    recorder.flush();

    assertThat(interventions())
        .extracting(RecordedIntervention::times, RecordedIntervention::total)
        .containsExactly(tuple(50, 50), tuple(1, 1), tuple(1, 2), tuple(1, 51), tuple(1, 1));
    assertThat(interventions().get(0).lastIteration()).isEqualTo(70);
    assertThat(records().stream().map(InterventionRecord::getTimeStamp)).startsWith(keys.get(0));
  }

  private static Tuple tuple(long times, long total) {
    return Tuple.tuple(times, total);
  }

  @Test
  void shouldPutAgainWhatAStorageDidNotTake() {
    record(0, 1);
    recorder.record(intervention(0, Kind.CLIP, 0, true));
    recorder.flush();
    router.failure = new IllegalAccessError("store was closed");
    recorder.record(done(intervention(0, Kind.CLIP, 0, true), 2, 1));
    recorder.record(skip(1));
    recorder.flush();
    assertThat(ids()).containsExactly(0L);

    router.failure = null;
    recorder.flush();
    assertThat(interventions().get(0).times()).isEqualTo(2);
    assertThat(ids()).containsExactly(0L, 1L);

    int puts = router.puts.size();
    recorder.flush();
    assertThat(router.puts).as("nothing twice").hasSize(puts);
  }

  @Test
  void shouldBeHeardBeforeTheFirstRowAndNotAfterTheEnd() {
    recorder.record(skip(0));
    recorder.flush();
    assertThat(ids()).containsExactly(0L);

    recorder.close();
    recorder.record(skip(1));
    recorder.flush();
    assertThat(ids()).containsExactly(0L);
  }

  /** A run that is skipped and clipped all along: what happens rarely stays, and every count. */
  @Test
  void shouldKeepWhatIsRareWhenThereAreThousands() {
    record(0, 1);
    recorder.record(intervention(0, Kind.ROLLBACK, 0, true));
    recorder.record(intervention(1, Kind.LOWER_LEARNING_RATE, 1, true));
    Intervention clip = intervention(2, Kind.CLIP, 2, true);
    recorder.record(clip);
    for (long id = 3; id < 5_000; id++) {
      recorder.record(skip(id));
      if (id % 300 == 0) {
        recorder.flush();
      }
    }
    recorder.record(done(clip, 2, 5_001));
    recorder.flush();

    assertThat(records()).hasSize(KeyedHistory.MAX_ENTRIES);
    assertThat(ids()).startsWith(0L, 1L, 2L).endsWith(4_998L, 4_999L).doesNotContain(3L);
    assertThat(total("SKIP")).isEqualTo(4_997);
    assertThat(total("CLIP")).as("its place had been another's for a while").isEqualTo(2);
    Stream<Long> keys = records().stream().map(InterventionRecord::getTimeStamp);
    assertThat(keys).doesNotHaveDuplicates();
  }

  private long total(String kind) {
    return interventions().stream()
        .filter(i -> i.kind().equals(kind))
        .mapToLong(RecordedIntervention::total)
        .max()
        .orElse(0);
  }
}
