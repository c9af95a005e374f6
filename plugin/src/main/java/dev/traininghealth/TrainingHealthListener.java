package dev.traininghealth;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.intervene.Intervention;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.util.UIDProvider;
import org.deeplearning4j.earlystopping.termination.IterationTerminationCondition;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows what the gradients, weights and updates of a network do while it trains, layer by layer and
 * iteration by iteration, in DL4J's training UI.
 *
 * <pre>{@code
 * UIServer ui = UIServer.getInstance();
 * StatsStorage storage = new InMemoryStatsStorage();
 * ui.attach(storage);
 * net.addListeners(TrainingHealthListener.observing(storage));
 * net.fit(data);                                  // http://localhost:9000/train/health
 * }</pre>
 *
 * <p>At every iteration the L2 norm of each parameter's gradient (mean over the minibatch, as
 * DL4J's updater sees it before gradient normalization) is measured, and with it score, learning
 * rates and, as often as the cost budget allows but at least every tenth iteration, the norms of
 * weights and updates. Activations, standard deviations, histograms and the largest singular value
 * of each weight matrix are measured on a schedule within the budget. DL4J's Overview, Model and
 * System pages are filled from the same numbers, so that no {@code StatsListener} is needed.
 *
 * <p>Observing changes nothing: parameters, updater state and scores are bit-identical to a run
 * without the listener. No failure of the plugin, of its storage or of its page ends or holds up a
 * training; the first is logged as a warning.
 *
 * <p>One listener observes one network. Records are handed to the storage about once a second by a
 * thread of the listener's own; {@link #flush()} hands over what is left.
 */
public final class TrainingHealthListener extends RoutedListener {
  @Serial private static final long serialVersionUID = 1L;

  private static final Logger log = LoggerFactory.getLogger(TrainingHealthListener.class);

  /** Tells workers of one virtual machine apart. */
  private static final AtomicInteger workers = new AtomicInteger();

  private final Settings settings;
  private transient @Nullable DataSetIterator validation;
  private transient @Nullable Consumer<Diagnosis> onDiagnosis;
  private transient @Nullable Consumer<Intervention> onIntervention;
  private transient volatile @Nullable Pipeline pipeline;
  private transient Guard watching = RunGuards.watching();
  private transient boolean toldOfMissingStorage;
  private transient @Nullable ListenerState savedState;

  /** Whether early stopping asks whether to end, so that nothing is thrown. */
  private boolean stopsByCondition;

  /** What the run that was closed had been found to have. */
  private transient List<Diagnosis> lastDiagnoses = List.of();

  private transient List<Intervention> lastInterventions = List.of();
  private transient TrainingSummary lastSummary = TrainingSummary.EMPTY;

  TrainingHealthListener(
      Settings settings,
      @Nullable StatsStorageRouter storage,
      String sessionId,
      String workerId,
      @Nullable DataSetIterator validation,
      @Nullable Consumer<Diagnosis> onDiagnosis,
      @Nullable Consumer<Intervention> onIntervention) {
    super(storage, sessionId, workerId);
    this.onDiagnosis = onDiagnosis;
    this.onIntervention = onIntervention;
    this.settings = settings;
    this.validation = validation;
  }

  /**
   * A listener with all defaults that measures and shows, and never changes anything.
   *
   * @param storage where records go: in memory, to a file, or to another machine's UI
   * @throws IllegalArgumentException if the storage is null
   */
  public static TrainingHealthListener observing(StatsStorageRouter storage) {
    return builder(storage).build();
  }

  /**
   * A listener with all defaults that measures and shows, and intervenes where the run would be
   * damaged: a step with values that are not finite is skipped, a gradient that explodes is
   * clipped, learning rates are lowered, and a network that is wrecked is set back to a snapshot
   * that had proved healthy. Everything done is told; a healthy run is left untouched to the bit.
   * Where every means has run out the training is ended with a {@link
   * dev.traininghealth.intervene.TrainingStoppedException}.
   *
   * @param storage where records go: in memory, to a file, or to another machine's UI
   * @throws IllegalArgumentException if the storage is null
   */
  public static TrainingHealthListener protecting(StatsStorageRouter storage) {
    return builder(storage).protecting().build();
  }

  /**
   * A listener with settings of its own.
   *
   * @param storage where records go: in memory, to a file, or to another machine's UI
   * @throws IllegalArgumentException if the storage is null
   */
  public static TrainingHealthListenerBuilder builder(StatsStorageRouter storage) {
    return new TrainingHealthListenerBuilder(storage);
  }

  @Override
  public void onEpochStart(Model model) {
    Pipeline p = pipelineFor(model);
    if (p != null) {
      p.epochStarts();
    }
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    Pipeline p = pipeline;
    if (p != null) {
      p.forward(activations);
    }
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    Pipeline p = pipeline;
    if (p != null) {
      p.forward(activations);
    }
  }

  @Override
  public void onBackwardPass(Model model) {
    Pipeline p = pipelineFor(model);
    if (p != null) {
      p.backward(model);
    }
  }

  @Override
  public void onGradientCalculation(Model model) {
    Pipeline p = pipelineFor(model);
    if (p != null) {
      p.gradient(model);
    }
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    Pipeline p = pipeline;
    if (p != null && isNetwork(model)) {
      p.iterationDone(model, iteration, epoch);
    }
  }

  @Override
  public void onEpochEnd(Model model) {
    ProtectedRun run = protectedRun();
    if (run != null) {
      run.epochEnded();
    }
    Pipeline p = pipeline;
    DataSetIterator data = validation;
    if (p != null && data != null) {
      p.validate(model, data);
    }
  }

  /**
   * Records a validation score, to be drawn beside the training score at the model's current
   * iteration. NaN and Infinity are recorded as what they are.
   *
   * @param model the network that this listener observes
   * @param score computed by the caller, e.g. {@code net.score(validationSet)}
   */
  public void validationScore(Model model, double score) {
    Pipeline p = pipelineFor(model);
    if (p == null) {
      log.warn(
          "A validation score of {} is not recorded: it belongs to no network that this listener"
              + " observes.",
          score);
      return;
    }
    p.validationScore(score);
  }

  /**
   * Lists what was found wrong with the run, oldest first: all that stands, and the latest 500 that
   * are over.
   *
   * @return the diagnoses as they are now; empty before the first iteration
   */
  public List<Diagnosis> diagnoses() {
    Pipeline p = pipeline;
    return p == null ? lastDiagnoses : p.diagnoses();
  }

  /**
   * Lists what was done to the run, oldest first: the latest 1000.
   *
   * @return the interventions as they are now; empty where the run is only observed
   */
  public List<Intervention> interventions() {
    Pipeline p = pipeline;
    return p == null ? lastInterventions : p.interventions();
  }

  /**
   * Tells what was found, what was done, and what it cost; logged as well when the listener is
   * closed.
   *
   * @return the run in short, up to now
   */
  public TrainingSummary summary() {
    Pipeline p = pipeline;
    return p == null ? lastSummary : p.summary();
  }

  /**
   * Saves what has been learned about the run, to go on with the saved network later: where each
   * gradient and the score usually are, what detectors remember, and how far learning rates have
   * been lowered. Call it between two iterations, where the network is saved:
   *
   * <pre>{@code
   * net.save(new File("model.zip"));
   * listener.save(Path.of("model.health"));
   * }</pre>
   *
   * @param file is made, or replaced
   * @throws IllegalArgumentException if the file is null
   * @throws IllegalStateException if no iteration has been seen
   * @throws IOException if it cannot be written
   */
  public void save(Path file) throws IOException {
    Pipeline p = pipeline;
    ListenerState state = p == null ? null : p.state();
    if (state == null) {
      throw new IllegalStateException(
          "There is nothing to save: this listener has seen no iteration, or is closed");
    }
    state.write(file);
  }

  /**
   * Goes on from what {@link #save} wrote; to be called before the loaded network is trained. Where
   * it is of another network the run begins as if it were new, which is told by the log.
   *
   * @param file what was saved
   * @throws IllegalArgumentException if the file is null
   * @throws IllegalStateException if an iteration has been seen already
   * @throws IOException if the file cannot be read, or is no such state
   */
  public void restore(Path file) throws IOException {
    if (pipeline != null) {
      throw new IllegalStateException(
          "restore must be called before the network is trained with this listener");
    }
    savedState = ListenerState.read(file);
  }

  /**
   * Gives a condition by which DL4J's early stopping ends where a protecting listener would. Once
   * it has been asked for the listener throws nothing: an exception out of {@code fit} would leave
   * early stopping without its result. Not before the end of the first epoch, when there is a model
   * to return: until then bad steps go on being skipped.
   *
   * @return a condition for {@code
   *     EarlyStoppingConfiguration.Builder.iterationTerminationConditions}
   */
  public IterationTerminationCondition terminationCondition() {
    stopsByCondition = true;
    return new HealthTerminationCondition(this);
  }

  /** What the condition asks; null before the first iteration, or where nothing is protected. */
  @Nullable ProtectedRun protectedRun() {
    Pipeline p = pipeline;
    return p == null ? null : p.protectedRun();
  }

  /**
   * Hands all that has been measured to the storage and returns when that is done, or after two
   * seconds at most where the storage does not answer, and two more where callbacks do not.
   */
  public void flush() {
    Pipeline p = pipeline;
    if (p != null) {
      p.flush();
    }
  }

  /**
   * Flushes, waits for failure bundles that are being written, half a minute at most in all, and
   * ends the listener's threads. Nothing needs to be closed for a program to end; a listener that
   * goes on being called after this starts anew.
   */
  @Override
  public void close() {
    Pipeline p = pipeline;
    pipeline = null;
    if (p != null) {
      lastDiagnoses = p.diagnoses();
      lastInterventions = p.interventions();
      lastSummary = p.summary();
      p.close();
    }
  }

  private static boolean isNetwork(Model model) {
    return model instanceof MultiLayerNetwork || model instanceof ComputationGraph;
  }

  private @Nullable Pipeline pipelineFor(Model model) {
    if (!isNetwork(model)) {
      return null; // layerwise pretraining calls with one layer
    }
    Pipeline p = pipeline;
    if (p == null) {
      StatsStorageRouter router = getStorageRouter();
      if (router == null) {
        if (!toldOfMissingStorage) {
          toldOfMissingStorage = true;
          log.warn(
              "Nothing is measured: the listener has no storage. Give it one with"
                  + " setStorageRouter(...); one that cannot be serialised is left behind when the"
                  + " listener is.");
        }
        return null;
      }
      try {
        p =
            new Pipeline(
                settings, router, getSessionID(), getWorkerID(), onDiagnosis, onIntervention);
      } catch (Throwable e) {
        watching.failed(e);
        return null;
      }
      if (stopsByCondition) {
        p.stopByCondition();
      }
      if (savedState != null) {
        p.resume(savedState);
        savedState = null;
      }
      pipeline = p;
    }
    return p;
  }

  /**
   * A listener for another worker of the same session: same settings and storage, a worker id of
   * its own. The validation iterator stays with the original, for iterators are not to be shared.
   */
  @Override
  public TrainingHealthListener clone() {
    return new TrainingHealthListener(
        settings,
        getStorageRouter(),
        getSessionID(),
        newWorkerId(),
        null,
        onDiagnosis,
        onIntervention);
  }

  static String newWorkerId() {
    return UIDProvider.getJVMUID() + "_" + workers.getAndIncrement();
  }

  @Serial
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    watching = RunGuards.watching();
    lastDiagnoses = List.of();
    lastInterventions = List.of();
    lastSummary = TrainingSummary.EMPTY;
  }
}
