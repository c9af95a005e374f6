package dev.traininghealth.run;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.guard.GuardedCallback;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.live.LiveRun;
import dev.traininghealth.live.RunObservers;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.publish.Recorder;
import dev.traininghealth.publish.WorkerRouter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.jspecify.annotations.Nullable;

/**
 * Reports a run's diagnoses and interventions to the log, the user's callbacks, the recorder and
 * the threads that read counts. Events before the recorder has started are kept and recorded when
 * it starts. Thread-safe.
 */
final class RunReporter {
  /** Longest wait for all of the user's callbacks together. */
  private static final Duration MAX_CALLBACK_WAIT = Duration.ofSeconds(2);

  private final RunLog log;
  private final boolean logsSummary;
  private final GuardedCallback<Diagnosis> onDiagnosis;
  private final GuardedCallback<Intervention> onIntervention;
  private final LiveRun live;
  private final List<Diagnosis> diagnoses = new ArrayList<>();
  private final List<Intervention> interventions = new ArrayList<>();
  private @Nullable Recorder recorder;

  /**
   * Creates the reporter of a run. That of a Spark worker names it, and leaves the summary to the
   * driver.
   */
  static RunReporter of(StatsStorageRouter storage, String workerId, RunObservers observers) {
    return WorkerRouter.isOne(storage)
        ? new RunReporter(RunLog.ofWorker(workerId), false, observers)
        : new RunReporter(new RunLog(), true, observers);
  }

  private RunReporter(RunLog log, boolean logsSummary, RunObservers observers) {
    this.log = log;
    this.logsSummary = logsSummary;
    onDiagnosis = new GuardedCallback<>("diagnoses", observers.onDiagnosis());
    onIntervention = new GuardedCallback<>("interventions", observers.onIntervention());
    live = observers.live().start();
  }

  /** Sets what counts the interventions of the run for other threads. */
  void countInterventionsBy(Supplier<Map<Intervention.Kind, Long>> counts) {
    live.countInterventionsBy(counts);
  }

  /** Shows the numbers of a complete iteration to other threads. */
  void onIterationDone(NetworkLayout layout, MeasurementWriter measurement) {
    live.onIterationDone(layout, measurement.measurement());
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
    live.count(diagnosis);
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
    live.end();
  }
}
