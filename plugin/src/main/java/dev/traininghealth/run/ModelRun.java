package dev.traininghealth.run;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.trial.Trial;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The run of one model object, open while it has a {@link Pipeline}.
 *
 * <p>The reference to the model is weak, so that a trained network can be garbage-collected. While
 * the run is open, its pipeline holds the network's arrays.
 */
final class ModelRun {
  private static final Logger log = LoggerFactory.getLogger(ModelRun.class);

  /** Says that no iteration can start until the run is opened. */
  private static final Object CLOSED = new Object();

  private final WeakReference<Model> model;
  final String sessionId;
  final String workerId;

  /** Address of the parameters, 0 if the network has none. */
  private long parameters;

  /** The gradient array of the model when {@link #parameters} was read. */
  private @Nullable INDArray gradients;

  private volatile @Nullable Pipeline pipeline;

  /**
   * The thread that is between the backward pass and the end of an iteration, null between two
   * iterations, or {@link #CLOSED}.
   */
  private final AtomicReference<@Nullable Object> iterating = new AtomicReference<>(CLOSED);

  /** The pipeline's diagnoses when it was closed. */
  private List<Diagnosis> diagnoses = List.of();

  private List<Intervention> interventions = List.of();
  private List<Trial> trials = List.of();
  private TrainingRun result;

  /** What the run had learned when another network's run started, to continue from. */
  private @Nullable SavedState learned;

  private boolean takenOver;
  private boolean disabled;

  ModelRun(Model model, String sessionId, String workerId) {
    this.model = new WeakReference<>(model);
    this.sessionId = sessionId;
    this.workerId = workerId;
    result = new TrainingRun(sessionId, workerId, true, 0, TrainingSummary.EMPTY);
    parameters = address(model);
    gradients = model.getGradientsViewArray();
  }

  boolean isOf(Model other) {
    return model.get() == other;
  }

  boolean isModelCollected() {
    return model.get() == null;
  }

  /** {@return whether the model is no longer trained, because its arrays have been closed} */
  boolean isModelReleased() {
    Model trained = model.get();
    INDArray ofTrained = trained == null ? null : trained.getGradientsViewArray();
    return trained == null || (ofTrained != null && ofTrained.wasClosed());
  }

  /** {@return whether the run is open for this model with unchanged arrays, as at most calls} */
  boolean isOpenFor(Model other) {
    return pipeline != null
        && iterating.get() != CLOSED
        && isOf(other)
        && other.getGradientsViewArray() == gradients;
  }

  /**
   * Checks whether the model has other parameter arrays than before.
   *
   * <p>Reads them only if the gradient array has changed, because DL4J creates both together.
   */
  boolean hasOtherArrays(Model same) {
    INDArray now = same.getGradientsViewArray();
    if (now == gradients) {
      return false;
    }
    gradients = now;
    long before = parameters;
    parameters = address(same);
    return parameters != before;
  }

  private static long address(Model model) {
    INDArray parameters = model.params();
    return parameters.isEmpty() ? 0 : parameters.data().address();
  }

  @Nullable Pipeline pipeline() {
    return pipeline;
  }

  boolean isOpen() {
    return pipeline != null;
  }

  void open(Pipeline opened) {
    pipeline = opened;
    iterating.set(null);
  }

  /** Marks the run as one that cannot be observed, so that no other attempt is made. */
  void disable() {
    disabled = true;
  }

  boolean isDisabled() {
    return disabled;
  }

  /**
   * Called at each callback of an iteration.
   *
   * @return false if another thread is ending the run, or has ended it
   */
  boolean startIteration() {
    Object before = iterating.get();
    Thread caller = Thread.currentThread();
    return before == caller || (before != CLOSED && iterating.compareAndSet(before, caller));
  }

  void onIterationEnd() {
    iterating.compareAndSet(Thread.currentThread(), null);
  }

  /** {@return whether another live thread is within an iteration of this run} */
  boolean isIteratingOnOtherThread() {
    return isOtherThread(iterating.get());
  }

  /**
   * Keeps iterations from starting, so that the run can be closed between two of them.
   *
   * @return false, without any change, if another live thread is within an iteration
   */
  boolean holdIterations() {
    Object before = iterating.get();
    return !isOtherThread(before) && iterating.compareAndSet(before, CLOSED);
  }

  private static boolean isOtherThread(@Nullable Object iterating) {
    return iterating instanceof Thread other && other != Thread.currentThread() && other.isAlive();
  }

  /** Keeps what the run has learned until the model calls again. */
  void keepLearned() {
    Pipeline p = pipeline;
    takenOver = true;
    try {
      learned = p == null ? null : p.state();
    } catch (Throwable e) {
      log.warn(
          "The learned state of the run of session {} cannot be kept: if its network is trained"
              + " again, the run learns its usual levels again",
          sessionId,
          e);
    }
  }

  /** {@return whether the run was ended because another network's run started} */
  boolean wasTakenOver() {
    return takenOver;
  }

  /** Returns what the run had learned and forgets it; null if nothing was kept. */
  @Nullable SavedState takeLearned() {
    SavedState state = learned;
    learned = null;
    return state;
  }

  /** Ends the run. Keeps its results and releases everything else. */
  void close() {
    Pipeline p = pipeline;
    if (p != null) {
      pipeline = null;
      iterating.set(CLOSED);
      gradients = null;
      diagnoses = p.diagnoses();
      interventions = ofProtection(p, ProtectedRun::interventions);
      trials = ofProtection(p, ProtectedRun::trials);
      result = new TrainingRun(sessionId, workerId, true, p.outsideChanges(), p.summary());
      p.close();
    }
  }

  /** Keeps only the summary of an ended run. */
  void forgetDetails() {
    diagnoses = List.of();
    interventions = List.of();
    trials = List.of();
  }

  List<Diagnosis> diagnoses() {
    Pipeline p = pipeline;
    return p == null ? diagnoses : p.diagnoses();
  }

  List<Intervention> interventions() {
    Pipeline p = pipeline;
    return p == null ? interventions : ofProtection(p, ProtectedRun::interventions);
  }

  List<Trial> trials() {
    Pipeline p = pipeline;
    return p == null ? trials : ofProtection(p, ProtectedRun::trials);
  }

  private static <T> List<T> ofProtection(Pipeline p, Function<ProtectedRun, List<T>> list) {
    ProtectedRun run = p.protectedRun();
    return run == null ? List.of() : list.apply(run);
  }

  TrainingRun result() {
    Pipeline p = pipeline;
    return p == null
        ? result
        : new TrainingRun(sessionId, workerId, false, p.outsideChanges(), p.summary());
  }
}
