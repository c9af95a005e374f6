package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.InterventionRecord;
import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.RecordedIntervention.Branch;
import dev.traininghealth.record.RecordedIntervention.Point;
import dev.traininghealth.trial.Trial;
import java.io.File;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Adam;

/** The results of trials of learning rates are in the remedies, wherever these are read. */
final class TriedRemediesRecordedTest {
  /** A rate that is too high to learn anything. */
  private static final double TOO_HIGH = 3;

  @Test
  void shouldNameTheTriedRatesEverywhere(@TempDir Path folder) throws Exception {
    File file = folder.resolve("stats.bin").toFile();
    StatsStorage storage = new FileStatsStorage(file);
    Queue<Diagnosis> reported = new ConcurrentLinkedQueue<>();
    TrainingHealthListenerBuilder builder =
        TrainingHealthListener.builder(storage)
            .sessionId("s")
            .workerId("w")
            .onDiagnosis(reported::add)
            .protecting();
    InjectedRun run = new InjectedRun(LearningNetwork.MLP, new Adam(TOO_HIGH), builder);
    TrainingHealthListener listener = run.listener;
    while (listener.trials().stream().noneMatch(Trial::isAdopted)) {
      assertThat(run.net.getIterationCount()).as("a change was adopted").isLessThan(400);
      run.until(run.net.getIterationCount() + 1);
    }
    Trial trial = listener.trials().get(listener.trials().size() - 1);
    run.until(run.net.getIterationCount() + 3);
    listener.close();

    Map<Long, List<String>> now = new HashMap<>();
    listener.diagnoses().forEach(d -> now.put(d.id(), advice(d)));
    assertThat(now.values().stream().flatMap(List::stream))
        .anyMatch(
            advice ->
                advice.startsWith("Lower the learning rate from 3 to ")
                    && advice.contains(
                        "Tried on copies at iteration " + trial.iteration() + " for ")
                    && advice.contains(" at 3 as it is ("));
    Map<Long, List<String>> latestReported = new HashMap<>();
    reported.forEach(d -> latestReported.put(d.id(), advice(d)));
    assertThat(latestReported).isEqualTo(now);
    assertThat(reported)
        .as("at first not tried")
        .anyMatch(d -> advice(d).stream().anyMatch(a -> a.endsWith("This was not tried.")));
    storage.close();
    StatsStorage opened = new FileStatsStorage(file);
    assertThat(recorded(opened)).isEqualTo(now);
    List<Branch> branches = triedAt(opened, trial.iteration());
    assertThat(branches).as("what the trial has shown").hasSameSizeAs(trial.branches());
    for (int i = 0; i < branches.size(); i++) {
      assertThat(branches.get(i).factor()).isEqualTo(trial.branches().get(i).factor());
      assertThat(branches.get(i).adopted()).isEqualTo(i == trial.winner());
      assertThat(branches.get(i).course())
          .hasSizeBetween(1, 6)
          .startsWith(new Point(0, trial.branches().get(i).scoreBefore()));
    }
    opened.close();
  }

  private static List<Branch> triedAt(StatsStorage storage, long iteration) throws RecordException {
    for (Persistable update :
        storage.getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "w", Long.MIN_VALUE)) {
      if (update instanceof InterventionRecord record
          && record.intervention().kind().equals("TRIAL")
          && record.intervention().iteration() == iteration) {
        return record.intervention().branches();
      }
    }
    throw new AssertionError("no trial at iteration " + iteration);
  }

  private static List<String> advice(Diagnosis d) {
    return d.remedies().stream().map(Remedy::advice).toList();
  }

  private static Map<Long, List<String>> recorded(StatsStorage storage) throws RecordException {
    Map<Long, List<String>> recorded = new HashMap<>();
    for (Persistable update :
        storage.getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "w", Long.MIN_VALUE)) {
      if (update instanceof DiagnosisRecord record) {
        RecordedDiagnosis d = record.diagnosis();
        recorded.put(d.id(), d.remedies().stream().map(r -> r.advice().english()).toList());
      }
    }
    return recorded;
  }
}
