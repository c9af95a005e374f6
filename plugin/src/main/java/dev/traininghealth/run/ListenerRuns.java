package dev.traininghealth.run;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.network.Network;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs of one listener. A run belongs to one model object and its parameter arrays: when
 * another model calls, its run begins, under a session id of its own, and the run before ends.
 *
 * <p>A model whose run was ended in this way may come back, where networks are trained in turns or
 * by several threads. Its run then goes on, and from then on several runs stay open at once.
 *
 * <p>Thread-safe; while one model calls, no lock is taken.
 */
final class ListenerRuns implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private static final Logger log = LoggerFactory.getLogger(ListenerRuns.class);

  /** Runs that are open at once, each of which holds a network's snapshots and copies. */
  static final int MAX_OPEN = 8;

  /** Ended runs that are listed, and models that are known again; of older ones nothing is kept. */
  static final int MAX_LISTED = 100;

  private final ListenerSettings settings;

  /** Workers' weights are averaged between two iterations, which is no change from outside. */
  private final boolean ofWorker;

  /** Whether early stopping asks whether to end, so that nothing is thrown. */
  private volatile boolean stopsByCondition;

  private transient @Nullable Consumer<Diagnosis> onDiagnosis;
  private transient @Nullable Consumer<Intervention> onIntervention;
  private transient Guard guard = RunGuards.watching();
  private transient boolean warnedOfMissingStorage;
  private transient @Nullable SavedState saved;

  /** The runs of the models that may call again, oldest call first. */
  private transient Deque<ModelRun> known = new ArrayDeque<>();

  private transient Deque<TrainingRun> ended = new ArrayDeque<>();

  /** The run of the model that called last. */
  private transient volatile @Nullable ModelRun current;

  /**
   * The ids that the listener had when the latest run began, and how many have begun under them.
   */
  private transient String sessionId = "";

  private transient String workerId = "";
  private transient int begun;

  /** A model has come back after another had taken over: runs are kept open for each other. */
  private transient boolean inTurns;

  private transient boolean warnedOfTooMany;

  ListenerRuns(
      ListenerSettings settings,
      boolean ofWorker,
      @Nullable Consumer<Diagnosis> onDiagnosis,
      @Nullable Consumer<Intervention> onIntervention) {
    this.settings = settings;
    this.ofWorker = ofWorker;
    this.onDiagnosis = onDiagnosis;
    this.onIntervention = onIntervention;
  }

  /** The same for another worker: settings and callbacks, and no run yet. */
  ListenerRuns forWorker() {
    return new ListenerRuns(settings.forWorker(), true, onDiagnosis, onIntervention);
  }

  /**
   * The model's run, which begins if it is a network and has none.
   *
   * @return null where nothing can be observed
   */
  @Nullable ModelRun of(Model model, RoutingIterationListener listener) {
    ModelRun run = current;
    if (run != null && run.isOpenFor(model)) {
      return run;
    }
    if (!Network.isSupported(model)) {
      return null; // pretraining calls with one layer
    }
    try {
      return enter(model, listener);
    } catch (Throwable e) { // of a model whose arrays cannot be asked for, say
      guard.failed(e);
      return null;
    }
  }

  /** The model's run if it is open; none begins. */
  @Nullable Pipeline open(Model model) {
    ModelRun run = current;
    if (run == null || !run.isOf(model)) {
      run = find(model);
    }
    return run == null ? null : run.pipeline();
  }

  /** When an iteration of a model is over. */
  void iterationEnds(Model model) {
    ModelRun run = current;
    if (run == null || !run.isOf(model)) {
      run = find(model);
    }
    if (run != null) {
      run.iterationEnds();
    }
  }

  private synchronized @Nullable ModelRun find(Model model) {
    for (ModelRun run : known) {
      if (run.isOf(model)) {
        return run;
      }
    }
    return null;
  }

  private synchronized @Nullable ModelRun enter(Model model, RoutingIterationListener listener) {
    StatsStorageRouter storage = storage(listener);
    if (storage == null) {
      return null;
    }
    takeIds(listener);
    ModelRun run = find(model);
    if (run != null && run.isGivenUp()) {
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
      log.warn(
          "Nothing is measured: the listener has no storage. Give it one with"
              + " setStorageRouter(...); one that cannot be serialized is left behind when the"
              + " listener is.");
    }
    return storage;
  }

  /** Under ids that somebody has set since, runs are counted anew. */
  private void takeIds(RoutingIterationListener listener) {
    if (!listener.getSessionID().equals(sessionId) || !listener.getWorkerID().equals(workerId)) {
      sessionId = listener.getSessionID();
      workerId = listener.getWorkerID();
      begun = 0;
      known.clear(); // all of them closed: that is done before ids change
      current = null;
    }
  }

  private ModelRun begin(Model model, @Nullable ModelRun before, StatsStorageRouter storage) {
    ModelRun last = current;
    boolean another = last != null && last != before;
    if (before != null && before.wasTakenOver()) {
      comesBack();
    }
    if (another) {
      endOthers();
    }
    ModelRun run = before;
    if (run == null) {
      // A restored state goes on with the run that it is of, though the network is a new object.
      int number = saved != null ? Math.max(1, begun) : begun + 1;
      run = new ModelRun(model, number == 1 ? sessionId : sessionId + "-run" + number, workerId);
      begun = number;
      if (another) {
        log.info(
            "Another network is trained with this listener: it has a run of its own, session {}",
            run.sessionId);
      }
    }
    try {
      run.open(pipeline(run, storage));
    } catch (Throwable e) {
      run.giveUp();
      guard.failed(e);
    }
    return run;
  }

  private Pipeline pipeline(ModelRun run, StatsStorageRouter storage) {
    Pipeline pipeline =
        new Pipeline(settings, storage, run.sessionId, run.workerId, onDiagnosis, onIntervention);
    if (stopsByCondition) {
      pipeline.stopThroughEarlyStopping();
    }
    if (!ofWorker) {
      pipeline.watchForOutsideChanges();
    }
    SavedState state = saved != null ? saved : run.takeLearned();
    if (state != null) {
      pipeline.resume(state);
      saved = null;
    }
    return pipeline;
  }

  private void comesBack() {
    if (!inTurns) {
      inTurns = true;
      log.info(
          "Several networks are trained in turns with this listener: each keeps its run, and the"
              + " {} that were trained last are kept open",
          MAX_OPEN);
    }
  }

  private void endOthers() {
    inTurns |= known.stream().anyMatch(ModelRun::isBusyElsewhere);
    long open = known.stream().filter(ModelRun::isOpen).count();
    for (ModelRun run : known) { // those first that have not called for longest
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
      log.warn(
          "More than {} networks are trained in turns with one listener: runs end and begin again"
              + " all the time. Give each network a listener of its own.",
          MAX_OPEN);
    }
  }

  /** Forgets models that have been collected, and those that have not called for longest. */
  private void trim() {
    known.removeIf(run -> run.isOfNobody() && !run.isOpen());
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
    list(run.result());
    if (run != current) {
      run.forgetDetails();
    }
  }

  private void list(TrainingRun result) {
    if (result.summary().iterations() > 0) {
      ended.addLast(result);
      if (ended.size() > MAX_LISTED) {
        ended.removeFirst();
      }
    }
  }

  /** Ends all runs. A model that calls again goes on with its own. */
  synchronized void close() {
    known.forEach(this::end);
    inTurns = false;
  }

  /** Takes what is to go on with; for the next run. */
  synchronized void restore(Path file) throws IOException {
    if (known.stream().anyMatch(ModelRun::isOpen)) {
      throw new IllegalStateException(
          "restore must be called before the network is trained with this listener, or after"
              + " close()");
    }
    saved = SavedState.read(file);
  }

  /** What has been learned in the current run; null where there is none. */
  @Nullable SavedState state() {
    Pipeline p = pipeline();
    return p == null ? null : p.state();
  }

  /** From now on early stopping asks, and nothing is thrown. */
  synchronized void stopThroughEarlyStopping() {
    stopsByCondition = true;
    for (ModelRun run : known) {
      Pipeline p = run.pipeline();
      if (p != null) {
        p.stopThroughEarlyStopping();
      }
    }
  }

  /** What early stopping asks; null before the first iteration, or where nothing is protected. */
  @Nullable ProtectedRun protectedRun() {
    Pipeline p = pipeline();
    return p == null ? null : p.protectedRun();
  }

  /** Hands over all that was measured in the runs that are open. */
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

  private @Nullable Pipeline pipeline() {
    ModelRun run = current;
    return run == null ? null : run.pipeline();
  }

  /** Lists something of the current run; empty before the first. */
  <T> List<T> ofCurrent(Function<ModelRun, List<T>> listed) {
    ModelRun run = current;
    return run == null ? List.of() : listed.apply(run);
  }

  TrainingSummary summary() {
    ModelRun run = current;
    return run == null ? TrainingSummary.EMPTY : run.result().summary();
  }

  synchronized List<TrainingRun> runs() {
    List<TrainingRun> runs = new ArrayList<>(ended);
    openRuns().forEach(run -> runs.add(run.result()));
    return List.copyOf(runs);
  }

  @Serial
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    guard = RunGuards.watching();
    known = new ArrayDeque<>();
    ended = new ArrayDeque<>();
    sessionId = "";
    workerId = "";
  }
}
