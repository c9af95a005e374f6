package dev.traininghealth.run;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.workers.WorkerGroups;
import dev.traininghealth.trial.Trial;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/**
 * What the workers that train with clones of one listener have found, by worker.
 *
 * <p>DL4J clones the listener for each worker, again at each call of {@code fit}. A clone joins at
 * its first iteration. If an earlier clone had the same worker id, its run ends, and the new one
 * continues with its results and with what it has learned. What workers in other programs find is
 * read from their records.
 *
 * <p>Thread-safe. The lock is never held while a listener's runs are called, because they have
 * their own.
 */
final class WorkerRuns {
  /** Workers whose results are kept. Those that joined first are forgotten. */
  static final int MAX_WORKERS = 64;

  /** One worker: the clone that it has now, and the results of its earlier ones. */
  private static final class Worker {
    private final String sessionId;
    private final String workerId;
    private ListenerRuns present;
    private WorkerResults earlier = WorkerResults.NONE;

    Worker(String sessionId, String workerId, ListenerRuns present) {
      this.sessionId = sessionId;
      this.workerId = workerId;
      this.present = present;
    }
  }

  private final Map<List<String>, Worker> workers = new LinkedHashMap<>();

  /** What workers in other programs find. */
  private final GatheredWorkers gathered;

  /** The workers that share their gradients, which change learning rates and stop together. */
  private final WorkerGroups groups = new WorkerGroups();

  /** A state that the user has restored, from which each worker continues that has no other. */
  private @Nullable SavedState restored;

  /** Whether stops go through early stopping's condition, so that no exception is thrown. */
  private volatile boolean stopsThroughEarlyStopping;

  /** Whether a worker has got another clone since early stopping started, as in each epoch. */
  private boolean epochEnded;

  /** Whether an earlier clone has asked for a stop since early stopping started. */
  private boolean stopRequested;

  /**
   * Creates an object without workers.
   *
   * @param onDiagnosis receives each diagnosis of workers in other programs, or null
   * @param onIntervention receives each of their interventions, or null
   */
  WorkerRuns(
      @Nullable Consumer<Diagnosis> onDiagnosis, @Nullable Consumer<Intervention> onIntervention) {
    gathered = new GatheredWorkers(onDiagnosis, onIntervention);
  }

  /** {@return what workers in other programs find, which a router reads from their records} */
  GatheredWorkers gathered() {
    return gathered;
  }

  /** Lets a clone's new run make changes together with those of other workers. */
  void connect(Pipeline pipeline) {
    ProtectedRun run = pipeline.protectedRun();
    if (run != null) {
      run.changeTogetherWith(groups);
    }
  }

  /**
   * Adds the runs of a clone at its first iteration.
   *
   * @return what an earlier clone for this worker or this model has learned, or what the user has
   *     restored; null for nothing
   */
  @Nullable SavedState join(ListenerRuns runs, Model model, String sessionId, String workerId) {
    List<ListenerRuns> ending = new ArrayList<>();
    Worker worker;
    ListenerRuns before = null;
    SavedState given;
    synchronized (this) {
      given = restored;
      for (Worker other : workers.values()) {
        ModelRun run = other.present.current();
        if (run != null && run.isOf(model)) {
          before = other.present;
          ending.add(before);
        } else if (run != null && run.isModelReleased()) {
          ending.add(other.present);
        }
      }
      List<String> key = List.of(sessionId, workerId);
      Worker known = workers.get(key);
      if (known != null) {
        before = known.present;
        known.present = runs;
        epochEnded = true;
      }
      worker = known == null ? new Worker(sessionId, workerId, runs) : known;
      workers.put(key, worker);
      forgetOldest(ending);
    }
    SavedState learned = before == null ? null : before.state();
    boolean stopped = before != null && isStopRequested(before);
    if (before != null) {
      before.close();
    }
    ending.forEach(ListenerRuns::close);
    synchronized (this) {
      stopRequested |= stopped;
      if (before != null && before != worker.present && !isPresent(before)) {
        worker.earlier = worker.earlier.then(WorkerResults.of(before));
      }
    }
    return learned == null ? given : learned.withoutLearningRateFactor();
  }

  private boolean isPresent(ListenerRuns runs) {
    return workers.values().stream().anyMatch(worker -> worker.present == runs);
  }

  private void forgetOldest(List<ListenerRuns> ending) {
    Iterator<Worker> oldest = workers.values().iterator();
    while (workers.size() > MAX_WORKERS) {
      ending.add(oldest.next().present);
      oldest.remove();
    }
  }

  /** {@return the present clones' runs; those of the worker that joined first are first} */
  private synchronized List<ListenerRuns> present() {
    return workers.values().stream().map(worker -> worker.present).toList();
  }

  private synchronized <T> List<T> each(Function<Worker, T> value) {
    return workers.values().stream().map(value).toList();
  }

  /** {@return the results of each worker up to now} */
  private List<WorkerResults> results() {
    record Both(WorkerResults earlier, ListenerRuns present) {}

    return Stream.concat(
            each(worker -> new Both(worker.earlier, worker.present)).stream()
                .map(both -> both.earlier.then(WorkerResults.of(both.present))),
            gathered.results().stream())
        .toList();
  }

  /** {@return the diagnoses of the listener's own run, then those of each worker} */
  List<Diagnosis> diagnoses(List<Diagnosis> own) {
    return all(own, WorkerResults::diagnoses);
  }

  /** {@return the interventions of the listener's own run, then those of each worker} */
  List<Intervention> interventions(List<Intervention> own) {
    return all(own, WorkerResults::interventions);
  }

  /** {@return the trials of the listener's own run, then those of each worker} */
  List<Trial> trials(List<Trial> own) {
    return all(own, WorkerResults::trials);
  }

  private <T> List<T> all(List<T> own, Function<WorkerResults, List<T>> ofWorker) {
    List<WorkerResults> results = results();
    if (results.isEmpty()) {
      return own;
    }
    List<T> all = new ArrayList<>(own);
    results.forEach(result -> all.addAll(ofWorker.apply(result)));
    return List.copyOf(all);
  }

  /** {@return the sum of the listener's own run and those of all workers} */
  TrainingSummary summary(TrainingSummary own) {
    TrainingSummary sum = own;
    for (WorkerResults result : results()) {
      sum = sum.plus(result.summary());
    }
    return sum;
  }

  /** {@return one run for each worker} */
  List<TrainingRun> runs() {
    record Named(String sessionId, String workerId, WorkerResults earlier, ListenerRuns present) {}

    return Stream.concat(
            each(w -> new Named(w.sessionId, w.workerId, w.earlier, w.present)).stream()
                .map(
                    w -> {
                      WorkerResults results = w.earlier.then(WorkerResults.of(w.present));
                      return new TrainingRun(
                          w.sessionId, w.workerId, !w.present.isAnyOpen(), 0, results.summary());
                    }),
            gathered.runs().stream())
        .toList();
  }

  /** {@return what the first worker that has learned anything has learned; null for none} */
  @Nullable SavedState state() {
    for (ListenerRuns runs : present()) {
      SavedState state = runs.state();
      if (state != null) {
        return state;
      }
    }
    return null;
  }

  /** Lets workers that join later continue from a state. */
  synchronized void restore(SavedState state) {
    restored = state;
  }

  boolean isAnyOpen() {
    return present().stream().anyMatch(ListenerRuns::isAnyOpen);
  }

  void flush() {
    forEach(ListenerRuns::flush);
    gathered.flush();
  }

  void close() {
    forEach(ListenerRuns::close);
    gathered.close();
  }

  /** Calls a method of all present clones' runs. */
  private void forEach(Consumer<ListenerRuns> method) {
    present().forEach(method);
  }

  boolean stopsThroughEarlyStopping() {
    return stopsThroughEarlyStopping;
  }

  /** From now on, workers stop through early stopping's condition, without an exception. */
  void stopThroughEarlyStopping() {
    stopsThroughEarlyStopping = true;
    forEach(ListenerRuns::stopThroughEarlyStopping);
  }

  /** Called when early stopping starts, also if it starts again. */
  void onEarlyStoppingStart() {
    synchronized (this) {
      epochEnded = false;
      stopRequested = false;
    }
    for (ListenerRuns runs : present()) {
      ProtectedRun run = ProtectedRun.ofCurrent(runs);
      if (run != null) {
        run.onEarlyStoppingStart();
      }
    }
  }

  private static boolean isStopRequested(ListenerRuns runs) {
    ProtectedRun run = ProtectedRun.ofCurrent(runs);
    return run != null && run.stop() != null;
  }

  /** {@return whether a worker asks for a stop and an epoch has ended, which leaves a model} */
  boolean shouldStopEarly() {
    synchronized (this) {
      if (!epochEnded || stopRequested) {
        return epochEnded;
      }
    }
    return present().stream().anyMatch(WorkerRuns::isStopRequested);
  }
}
