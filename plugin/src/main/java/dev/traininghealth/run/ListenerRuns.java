package dev.traininghealth.run;

import dev.traininghealth.guard.Guard;
import dev.traininghealth.live.RunObservers;
import dev.traininghealth.network.Network;
import dev.traininghealth.publish.WorkerRouter;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/**
 * The runs of one listener.
 *
 * <p>A run belongs to one model object and its parameter arrays. When another model calls, a new
 * run starts under its own session id, and the previous run ends. If networks are trained in turns
 * or by several threads, a model whose run was ended calls again. Its run then continues, and from
 * then on several runs stay open at once.
 *
 * <p>Thread-safe. No lock is taken while the same model calls.
 */
final class ListenerRuns implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** Runs that are open at once. Each holds snapshots and copies of its network. */
  static final int MAX_OPEN = 8;

  /** Models that are recognized. Older ones are forgotten. */
  static final int MAX_LISTED = 100;

  private final ListenerSettings settings;

  /** If true, weights may change between iterations, because those of workers are averaged. */
  private final boolean isForWorker;

  /** Gathers what clones find for the listener that the user holds; null if this is that one. */
  private final transient @Nullable WorkerRuns original;

  /** Number of the networks on Spark that the listener was given to. */
  int sparkNetworks;

  /** Whether this clone has joined the original. */
  private transient boolean joined;

  /** Whether stops go through early stopping's condition, so that no exception is thrown. */
  private volatile boolean stopsThroughEarlyStopping;

  /** Shared with clones. */
  transient RunObservers observers;

  private transient Guard guard = RunGuards.forStart();
  private transient boolean warnedOfMissingStorage;
  private transient @Nullable SavedState saved;

  /** The runs of the models that may call again, ordered by their last call, oldest first. */
  private transient Deque<ModelRun> known = new ArrayDeque<>();

  private transient EndedRuns ended = new EndedRuns();

  /** The run of the model that called last. */
  private transient volatile @Nullable ModelRun current;

  /** The listener's session id when the latest run started. */
  private transient String sessionId = "";

  private transient String workerId = "";

  /** Number of runs that started under these ids. */
  private transient int startedRuns;

  /** Whether a model has called again after another's run had started. Runs then stay open. */
  private transient boolean inTurns;

  private transient boolean warnedOfTooMany;

  ListenerRuns(
      ListenerSettings settings,
      boolean isForWorker,
      RunObservers observers,
      @Nullable WorkerRuns original) {
    this.settings = settings;
    this.isForWorker = isForWorker;
    this.original = original;
    this.observers = observers;
  }

  /** {@return the runs for another worker, with the same settings and callbacks and none open} */
  ListenerRuns forWorker(WorkerRuns workers) {
    return new ListenerRuns(settings, true, observers, workers);
  }

  /**
   * Finds the model's run, or starts one if the model is a network without an open run.
   *
   * @return null if the model cannot be observed
   */
  @Nullable ModelRun openRun(Model model, RoutingIterationListener listener) {
    ModelRun run = current;
    if (run != null && run.isOpenFor(model)) {
      return run;
    }
    if (!Network.isSupported(model)) {
      return null; // pretraining calls with a single layer
    }
    try {
      return switchTo(model, listener);
    } catch (Throwable e) { // for example if the model does not return its arrays
      guard.failed(e);
      return null;
    }
  }

  /** {@return the pipeline of the model's run, or null if that is not open} */
  @Nullable Pipeline openPipeline(Model model) {
    ModelRun run = runOf(model);
    return run == null ? null : run.pipeline();
  }

  /** Called when an iteration of a model has ended. */
  void onIterationEnd(Model model) {
    ModelRun run = runOf(model);
    if (run != null) {
      run.onIterationEnd();
    }
  }

  /** {@return the run of the model that called last, or null before the first call} */
  @Nullable ModelRun current() {
    return current;
  }

  private @Nullable ModelRun runOf(Model model) {
    ModelRun run = current;
    return run != null && run.isOf(model) ? run : find(model);
  }

  private synchronized @Nullable ModelRun find(Model model) {
    for (ModelRun run : known) {
      if (run.isOf(model)) {
        return run;
      }
    }
    return null;
  }

  private synchronized @Nullable ModelRun switchTo(Model model, RoutingIterationListener listener) {
    StatsStorageRouter storage = storage(listener);
    if (storage == null) {
      return null;
    }
    updateIds(listener);
    ModelRun run = find(model);
    if (run != null && run.isDisabled()) {
      return null;
    }
    if (run != null && run.hasOtherArrays(model)) {
      end(run);
      known.remove(run);
      run = null;
    }
    if (run == null || !run.isOpen()) {
      run = begin(model, run, storage);
    }
    trim();
    ModelRun last = current;
    if (last != null && last != run && !last.isOpen()) {
      last.forgetDetails();
    }
    known.remove(run);
    known.addLast(run);
    current = run;
    return run;
  }

  private @Nullable StatsStorageRouter storage(RoutingIterationListener listener) {
    StatsStorageRouter storage = listener.getStorageRouter();
    if (storage == null && !warnedOfMissingStorage) {
      warnedOfMissingStorage = true;
      RunLog.logMissingStorage();
    }
    return storage;
  }

  /** Counts runs from 1 again if the listener has other ids than at the latest start. */
  private void updateIds(RoutingIterationListener listener) {
    if (!listener.getSessionID().equals(sessionId) || !listener.getWorkerID().equals(workerId)) {
      sessionId = listener.getSessionID();
      workerId = listener.getWorkerID();
      startedRuns = 0;
      known.clear(); // all are closed, because the listener closes before its ids change
      current = null;
    }
  }

  private ModelRun begin(Model model, @Nullable ModelRun before, StatsStorageRouter storage) {
    ModelRun last = current;
    boolean another = last != null && last != before;
    if (before != null && before.wasTakenOver()) {
      keepRunsOpen();
    }
    if (another) {
      endOthers();
    }
    join(model);
    ModelRun run = before;
    if (run == null) {
      // A restored state continues its run, although the loaded network is a new object.
      int number = saved != null ? Math.max(1, startedRuns) : startedRuns + 1;
      run = new ModelRun(model, number == 1 ? sessionId : sessionId + "-run" + number, workerId);
      startedRuns = number;
      if (another) {
        RunLog.logAnother(run.sessionId);
      }
    }
    try {
      run.open(pipeline(model, run, storage));
    } catch (Throwable e) {
      run.disable();
      guard.failed(e);
    }
    return run;
  }

  /** Joins the original, and continues from what an earlier clone for this worker has learned. */
  private void join(Model model) {
    if (original != null && !joined) {
      joined = true;
      saved = original.join(this, model, sessionId, workerId);
      stopsThroughEarlyStopping |= original.stopsThroughEarlyStopping();
    }
  }

  private Pipeline pipeline(Model model, ModelRun run, StatsStorageRouter storage) {
    return WorkerRouter.isOne(storage)
        ? ExecutorRuns.SHARED.continued(
            model,
            storage,
            List.of(sessionId, workerId, sparkNetworks),
            () -> pipeline(run, storage, true))
        : pipeline(run, storage, isForWorker);
  }

  private Pipeline pipeline(ModelRun run, StatsStorageRouter storage, boolean ofWorker) {
    ListenerSettings own = ofWorker ? settings.forWorker() : settings;
    Pipeline pipeline = new Pipeline(own, storage, run, observers);
    if (stopsThroughEarlyStopping) {
      pipeline.stopThroughEarlyStopping();
    }
    if (!ofWorker) {
      pipeline.watchForOutsideChanges();
    }
    if (original != null) {
      original.connect(pipeline);
    }
    SavedState state = saved != null ? saved : run.takeLearned();
    if (state != null) {
      pipeline.resume(state);
      saved = null;
    }
    return pipeline;
  }

  private void keepRunsOpen() {
    if (!inTurns) {
      inTurns = true;
      RunLog.logTurns(MAX_OPEN);
    }
  }

  private void endOthers() {
    inTurns |= known.stream().anyMatch(ModelRun::isIteratingOnOtherThread);
    long open = known.stream().filter(ModelRun::isOpen).count();
    for (ModelRun run : known) { // oldest call first
      // A run is ended between two iterations only; one within an iteration is trained in turns.
      inTurns |= run.isOpen() && !inTurns && !run.holdIterations();
      if (run.isOpen() && (!inTurns || open >= MAX_OPEN)) {
        warnOfTooMany();
        run.keepLearned();
        end(run);
        open--;
      }
    }
  }

  private void warnOfTooMany() {
    if (inTurns && !warnedOfTooMany) {
      warnedOfTooMany = true;
      RunLog.logTooMany(MAX_OPEN);
    }
  }

  /** Forgets garbage-collected models and, beyond the limit, those with the oldest calls. */
  private void trim() {
    known.removeIf(run -> run.isModelCollected() && !run.isOpen());
    for (Iterator<ModelRun> all = known.iterator(); known.size() > MAX_LISTED && all.hasNext(); ) {
      if (!all.next().isOpen()) {
        all.remove();
      }
    }
  }

  private void end(ModelRun run) {
    if (!run.isOpen()) {
      return;
    }
    try {
      run.close();
    } catch (Throwable e) {
      guard.failed(e);
    }
    ended.add(run.result());
    if (run != current) {
      run.forgetDetails();
    }
  }

  /** Ends all runs. A model that calls again continues its run. */
  synchronized void close() {
    known.forEach(this::end);
    inTurns = false;
  }

  synchronized boolean isAnyOpen() {
    return known.stream().anyMatch(ModelRun::isOpen);
  }

  /** Continues the next run from a saved state. */
  synchronized void restore(SavedState state) {
    saved = state;
  }

  /** {@return what the current run has learned, or null before its first gradient} */
  @Nullable SavedState state() {
    ModelRun run = current;
    Pipeline p = run == null ? null : run.pipeline();
    return p == null ? null : p.state();
  }

  /** From now on, runs stop through early stopping's condition, without an exception. */
  synchronized void stopThroughEarlyStopping() {
    stopsThroughEarlyStopping = true;
    for (ModelRun run : known) {
      Pipeline p = run.pipeline();
      if (p != null) {
        p.stopThroughEarlyStopping();
      }
    }
  }

  /** Hands all measurements of the open runs to the storage. */
  void flush() {
    for (ModelRun run : openRuns()) {
      Pipeline p = run.pipeline();
      if (p != null) {
        p.flush();
      }
    }
  }

  private synchronized List<ModelRun> openRuns() {
    return known.stream().filter(ModelRun::isOpen).toList();
  }

  /** {@return a list of the current run, empty before the first run} */
  <T> List<T> ofCurrent(Function<ModelRun, List<T>> list) {
    ModelRun run = current;
    return run == null ? List.of() : list.apply(run);
  }

  TrainingSummary summary() {
    ModelRun run = current;
    return run == null ? TrainingSummary.EMPTY : run.result().summary();
  }

  synchronized List<TrainingRun> runs() {
    return Stream.concat(ended.list().stream(), openRuns().stream().map(ModelRun::result)).toList();
  }

  @Serial
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    guard = RunGuards.forStart();
    observers = RunObservers.withoutCallbacks();
    known = new ArrayDeque<>();
    ended = new EndedRuns();
    sessionId = "";
    workerId = "";
  }
}
