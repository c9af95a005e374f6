package dev.traininghealth.run;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.trial.Trial;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The run of one model object: open while it has a {@link Pipeline}. The model is held weakly, so
 * that a network that has been trained can be collected; while the run is open its pipeline holds
 * the network's arrays.
 */
final class ModelRun {
  private static final Logger log = LoggerFactory.getLogger(ModelRun.class);

  private final WeakReference<Model> model;
  final String sessionId;
  final String workerId;

  /** Where the parameters lie, and the gradients that they were last looked up for. */
  private long parameters;

  private @Nullable INDArray gradients;

  private volatile @Nullable Pipeline pipeline;

  /** The thread that is between the gradient and the end of an iteration. */
  private volatile @Nullable Thread trainer;

  /** What the pipeline had come to when it was closed. */
  private List<Diagnosis> diagnoses = List.of();

  private List<Intervention> interventions = List.of();
  private List<Trial> trials = List.of();
  private TrainingRun result;

  /** What had been learned when another network took over, to go on with. */
  private @Nullable SavedState learned;

  private boolean takenOver;
  private boolean givenUp;

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

  boolean isOfNobody() {
    return model.get() == null;
  }

  /** Open, and called by the same model with the same arrays: as it is at nearly every call. */
  boolean isOpenFor(Model other) {
    return pipeline != null && isOf(other) && other.getGradientsViewArray() == gradients;
  }

  /**
   * Whether the model has other parameter arrays than before. They are looked up only where its
   * gradients are others, since DL4J makes both together.
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
  }

  /** It cannot be observed: that is not tried again. */
  void giveUp() {
    givenUp = true;
  }

  boolean isGivenUp() {
    return givenUp;
  }

  void iterationBegins() {
    trainer = Thread.currentThread();
  }

  void iterationEnds() {
    trainer = null;
  }

  /** Whether another thread is in the middle of an iteration of it. */
  boolean isBusyElsewhere() {
    Thread other = trainer;
    return other != null && other != Thread.currentThread() && other.isAlive();
  }

  /** Keeps what was learned for when the model comes back. */
  void keepLearned() {
    Pipeline p = pipeline;
    takenOver = true;
    try {
      learned = p == null ? null : p.state();
    } catch (Throwable e) {
      log.warn(
          "What was learned about the run of session {} cannot be kept: it begins anew when its"
              + " network is trained again",
          sessionId,
          e);
    }
  }

  /** Whether it was ended because another network took over. */
  boolean wasTakenOver() {
    return takenOver;
  }

  /** What had been learned, once; null where nothing was kept. */
  @Nullable SavedState takeLearned() {
    SavedState state = learned;
    learned = null;
    return state;
  }

  /** Keeps the results and lets go of all else. */
  void close() {
    Pipeline p = pipeline;
    if (p != null) {
      pipeline = null;
      trainer = null;
      gradients = null;
      diagnoses = p.diagnoses();
      interventions = ofProtection(p, ProtectedRun::interventions);
      trials = ofProtection(p, ProtectedRun::trials);
      result = new TrainingRun(sessionId, workerId, true, p.outsideChanges(), p.summary());
      p.close();
    }
  }

  /** Keeps of an ended run what it came to in short, and that alone. */
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

  private static <T> List<T> ofProtection(Pipeline p, Function<ProtectedRun, List<T>> listed) {
    ProtectedRun run = p.protectedRun();
    return run == null ? List.of() : listed.apply(run);
  }

  TrainingRun result() {
    Pipeline p = pipeline;
    return p == null
        ? result
        : new TrainingRun(sessionId, workerId, false, p.outsideChanges(), p.summary());
  }
}
