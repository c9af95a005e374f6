package dev.traininghealth.run;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.guard.GuardedCallback;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.publish.GatheringRouter;
import dev.traininghealth.publish.RecordedWorker;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What workers in other programs have found, read from their records. It is logged with the
 * worker's name, unless the worker has done so in this program, and passed to the user's callbacks.
 * Thread-safe.
 */
final class GatheredWorkers implements GatheringRouter.Sink {
  private static final Logger log = LoggerFactory.getLogger(GatheredWorkers.class);

  /** Runs that are kept. Those that started first are forgotten. */
  private static final int MAX_RUNS = 1000;

  /** Longest wait for each of the user's callbacks. */
  private static final Duration MAX_CALLBACK_WAIT = Duration.ofSeconds(1);

  private final GuardedCallback<Diagnosis> onDiagnosis;
  private final GuardedCallback<Intervention> onIntervention;

  /** In the order in which they started. */
  private final Map<RecordedWorker, Logged> runs = new LinkedHashMap<>();

  /** A run's log, and whether the listener has been closed since its latest record. */
  private static final class Logged {
    final RunLog log;
    boolean ended;

    Logged(RunLog log) {
      this.log = log;
    }
  }

  GatheredWorkers(
      @Nullable Consumer<Diagnosis> onDiagnosis, @Nullable Consumer<Intervention> onIntervention) {
    this.onDiagnosis = new GuardedCallback<>("diagnoses", onDiagnosis);
    this.onIntervention = new GuardedCallback<>("interventions", onIntervention);
  }

  @Override
  public void started(RecordedWorker worker) {
    logOf(worker);
  }

  @Override
  public void found(RecordedWorker worker, Diagnosis diagnosis) {
    logOf(worker).log(diagnosis);
    onDiagnosis.accept(diagnosis);
  }

  @Override
  public void done(RecordedWorker worker, Intervention intervention) {
    logOf(worker).log(intervention);
    onIntervention.accept(intervention);
  }

  private synchronized RunLog logOf(RecordedWorker worker) {
    Logged known = runs.get(worker);
    if (known == null) {
      boolean isLoggedHere = ExecutorRuns.SHARED.has(worker.sessionId());
      known = new Logged(isLoggedHere ? RunLog.silent() : RunLog.ofWorker(worker.workerId()));
      runs.put(worker, known);
      if (runs.size() > MAX_RUNS) {
        runs.remove(runs.keySet().iterator().next());
      }
    }
    known.ended = false;
    return known.log;
  }

  /** {@return the results of each worker, over all of its runs} */
  synchronized List<WorkerResults> results() {
    Map<List<String>, WorkerResults> byWorker = new LinkedHashMap<>();
    runs.forEach(
        (worker, logged) ->
            byWorker.merge(
                List.of(worker.sessionId(), worker.workerId()),
                results(worker, logged),
                WorkerResults::then));
    return List.copyOf(byWorker.values());
  }

  /** {@return one run for each worker} */
  synchronized List<TrainingRun> runs() {
    Map<List<String>, TrainingRun> byWorker = new LinkedHashMap<>();
    runs.forEach(
        (worker, logged) ->
            byWorker.merge(
                List.of(worker.sessionId(), worker.workerId()),
                new TrainingRun(
                    worker.sessionId(),
                    worker.workerId(),
                    logged.ended,
                    0,
                    results(worker, logged).summary()),
                (a, b) ->
                    new TrainingRun(
                        a.sessionId(), a.workerId(), b.ended(), 0, a.summary().plus(b.summary()))));
    return List.copyOf(byWorker.values());
  }

  private static WorkerResults results(RecordedWorker worker, Logged logged) {
    TrainingCost cost =
        new TrainingCost(
            worker.costShare(), worker.startCostSeconds(), worker.protectionCostSeconds());
    return new WorkerResults(
        worker.diagnoses(),
        worker.interventions(),
        List.of(),
        logged.log.summary(
            worker.iterations(), worker.counts(), worker.isDryRun(), cost, worker.checks()));
  }

  /** Waits until the callbacks have received all earlier events. */
  void flush() {
    onDiagnosis.flush(MAX_CALLBACK_WAIT);
    onIntervention.flush(MAX_CALLBACK_WAIT);
  }

  /**
   * Waits for the callbacks and logs one summary of all workers. A record that follows continues.
   */
  void close() {
    runs().stream().map(TrainingRun::sessionId).distinct().forEach(ExecutorRuns.SHARED::end);
    flush();
    TrainingSummary sum = TrainingSummary.EMPTY;
    int workers = 0;
    synchronized (this) {
      for (Map.Entry<RecordedWorker, Logged> each : runs.entrySet()) {
        if (!each.getValue().ended) {
          each.getValue().ended = true;
          sum = sum.plus(results(each.getKey(), each.getValue()).summary());
          workers++;
        }
      }
    }
    if (workers > 0) {
      log.info("{} Spark workers: {}", workers, sum);
    }
  }
}
