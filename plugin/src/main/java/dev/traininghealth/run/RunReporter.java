package dev.traininghealth.run;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.guard.GuardedCallback;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.publish.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells what is found and done in a run to all who want to know: the log, the user's callbacks and,
 * once there is a recorder, the records; what came before is told it then. Thread-safe.
 */
final class RunReporter {
  /** The longest wait for the user's callbacks, all together. */
  private static final Duration CALLBACK_WAIT = Duration.ofSeconds(2);

  private final RunLog log = new RunLog();
  private final GuardedCallback<Diagnosis> onDiagnosis;
  private final GuardedCallback<Intervention> onIntervention;
  private final List<Diagnosis> diagnoses = new ArrayList<>();
  private final List<Intervention> interventions = new ArrayList<>();
  private @Nullable Recorder recorder;

  RunReporter(
      @Nullable Consumer<Diagnosis> onDiagnosis, @Nullable Consumer<Intervention> onIntervention) {
    this.onDiagnosis = new GuardedCallback<>("diagnoses", onDiagnosis);
    this.onIntervention = new GuardedCallback<>("interventions", onIntervention);
  }

  /** From now on there are records. */
  synchronized void record(Recorder to) {
    recorder = to;
    diagnoses.forEach(to::record);
    interventions.forEach(to::record);
    diagnoses.clear();
    interventions.clear();
  }

  synchronized void report(Diagnosis diagnosis) {
    log.log(diagnosis);
    onDiagnosis.accept(diagnosis);
    if (recorder == null) {
      diagnoses.add(diagnosis);
    } else {
      recorder.record(diagnosis);
    }
  }

  synchronized void report(Intervention intervention) {
    log.log(intervention);
    onIntervention.accept(intervention);
    if (recorder == null) {
      interventions.add(intervention);
    } else {
      recorder.record(intervention);
    }
  }

  /** The run in short, up to now. */
  TrainingSummary summary(
      long iterations, Map<Intervention.Kind, Long> done, boolean dryRun, double recentCostShare) {
    return log.summary(iterations, done, dryRun, recentCostShare);
  }

  /** Waits until the callbacks have had all that was told before. */
  void flush() {
    long start = System.nanoTime();
    onDiagnosis.flush(CALLBACK_WAIT);
    onIntervention.flush(CALLBACK_WAIT.minusNanos(System.nanoTime() - start));
  }

  /** Tells what it all came to, and ends. */
  void close(TrainingSummary summary) {
    RunLog.log(summary);
    flush();
    onDiagnosis.end();
    onIntervention.end();
  }
}
