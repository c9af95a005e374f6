package dev.traininghealth.run;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.guard.GuardedCallback;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.publish.Recorder;
import dev.traininghealth.publish.WorkerRouter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.jspecify.annotations.Nullable;

/**
 * Reports a run's diagnoses and interventions to the log, the user's callbacks and the recorder.
 * Events before the recorder has started are kept and recorded when it starts. Thread-safe.
 */
final class RunReporter {
  /** Longest wait for all of the user's callbacks together. */
  private static final Duration MAX_CALLBACK_WAIT = Duration.ofSeconds(2);

  private final RunLog log;
  private final boolean logsSummary;
  private final GuardedCallback<Diagnosis> onDiagnosis;
  private final GuardedCallback<Intervention> onIntervention;
  private final List<Diagnosis> diagnoses = new ArrayList<>();
  private final List<Intervention> interventions = new ArrayList<>();
  private @Nullable Recorder recorder;

  /**
   * Creates the reporter of a run. That of a Spark worker names it, and leaves the summary to the
   * driver.
   */
  static RunReporter of(
      StatsStorageRouter storage,
      String workerId,
      @Nullable Consumer<Diagnosis> onDiagnosis,
      @Nullable Consumer<Intervention> onIntervention) {
    return WorkerRouter.isOne(storage)
        ? new RunReporter(RunLog.ofWorker(workerId), false, onDiagnosis, onIntervention)
        : new RunReporter(new RunLog(), true, onDiagnosis, onIntervention);
  }

  private RunReporter(
      RunLog log,
      boolean logsSummary,
      @Nullable Consumer<Diagnosis> onDiagnosis,
      @Nullable Consumer<Intervention> onIntervention) {
    this.log = log;
    this.logsSummary = logsSummary;
    this.onDiagnosis = new GuardedCallback<>("diagnoses", onDiagnosis);
    this.onIntervention = new GuardedCallback<>("interventions", onIntervention);
  }

  /** Records all earlier events, and later ones as they are reported. */
  synchronized void startRecording(Recorder to) {
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

  /** {@return the summary of the run so far} */
  TrainingSummary summary(
      long iterations,
      Map<Intervention.Kind, Long> interventionCounts,
      boolean dryRun,
      TrainingCost cost,
      List<Check> checks) {
    return log.summary(iterations, interventionCounts, dryRun, cost, checks);
  }

  /** Waits until the callbacks have received all earlier events, at most two seconds. */
  void flush() {
    long start = System.nanoTime();
    onDiagnosis.flush(MAX_CALLBACK_WAIT);
    onIntervention.flush(MAX_CALLBACK_WAIT.minusNanos(System.nanoTime() - start));
  }

  /** Logs the summary if it is to be logged, waits for the callbacks and ends them. */
  void close(TrainingSummary summary) {
    if (logsSummary) {
      RunLog.log(summary);
    }
    flush();
    onDiagnosis.end();
    onIntervention.end();
  }
}
