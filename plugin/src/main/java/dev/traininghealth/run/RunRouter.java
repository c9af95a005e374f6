package dev.traininghealth.run;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.trial.Trial;
import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.earlystopping.termination.IterationTerminationCondition;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the callbacks of one listener to the run of the model that calls, and answers for the
 * listener what was found and done. Nothing is thrown into the training but the exception by which
 * protection ends it.
 *
 * @hidden
 */
public final class RunRouter implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private static final Logger log = LoggerFactory.getLogger(RunRouter.class);

  private final ListenerRuns runs;

  /**
   * Creates a router without a run.
   *
   * @param onDiagnosis takes each diagnosis, or null
   * @param onIntervention takes each intervention, or null
   */
  public RunRouter(
      ListenerSettings settings,
      @Nullable Consumer<Diagnosis> onDiagnosis,
      @Nullable Consumer<Intervention> onIntervention) {
    this(new ListenerRuns(settings, false, onDiagnosis, onIntervention));
  }

  private RunRouter(ListenerRuns runs) {
    this.runs = runs;
  }

  /** The same for another worker: settings and callbacks, and no run yet. */
  public RunRouter forWorker() {
    return new RunRouter(runs.forWorker());
  }

  /** At {@code onEpochStart}. */
  public void onEpochStart(Model model, RoutingIterationListener listener) {
    ModelRun run = runs.of(model, listener);
    Pipeline p = run == null ? null : run.pipeline();
    if (p != null) {
      p.onEpochStart();
    }
  }

  /** At {@code onForwardPass} of a MultiLayerNetwork. */
  public void onForwardPass(Model model, List<INDArray> activations) {
    Pipeline p = runs.open(model);
    if (p != null) {
      p.onForwardPass(activations);
    }
  }

  /** At {@code onForwardPass} of a ComputationGraph. */
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    Pipeline p = runs.open(model);
    if (p != null) {
      p.onForwardPass(activations);
    }
  }

  /** At {@code onBackwardPass}. */
  public void onBackwardPass(Model model, RoutingIterationListener listener) {
    Pipeline p = iterating(model, listener);
    if (p != null) {
      p.onBackwardPass(model);
    }
  }

  /** At {@code onGradientCalculation}. */
  public void onGradient(Model model, RoutingIterationListener listener) {
    Pipeline p = iterating(model, listener);
    if (p != null) {
      p.onGradient(model);
    }
  }

  private @Nullable Pipeline iterating(Model model, RoutingIterationListener listener) {
    ModelRun run = runs.of(model, listener);
    if (run == null) {
      return null;
    }
    run.iterationBegins();
    return run.pipeline();
  }

  /** At {@code iterationDone}. */
  public void onIterationDone(Model model, int iteration, int epoch) {
    Pipeline p = runs.open(model);
    if (p != null) {
      try {
        p.onIterationDone(model, iteration, epoch);
      } finally {
        runs.iterationEnds(model);
      }
    }
  }

  /**
   * At {@code onEpochEnd}.
   *
   * @param validation data to score the network on, or null
   */
  public void epochEnds(Model model, @Nullable DataSetIterator validation) {
    Pipeline p = runs.open(model);
    if (p == null) {
      return; // a model that is not trained with this listener, or not any more
    }
    ProtectedRun protectedRun = p.protectedRun();
    if (protectedRun != null) {
      protectedRun.epochEnded();
    }
    if (validation != null) {
      p.validate(model, validation);
    }
  }

  /** Records a validation score of a network whose run is under way. */
  public void recordValidationScore(Model model, double score) {
    Pipeline p = runs.open(model);
    if (p == null) {
      log.warn(
          "A validation score of {} is not recorded: it belongs to no network that is being trained"
              + " with this listener.",
          score);
      return;
    }
    p.recordValidationScore(score);
  }

  /** What was found in the current run, oldest first. */
  public List<Diagnosis> diagnoses() {
    return runs.ofCurrent(ModelRun::diagnoses);
  }

  /** What was done in the current run, oldest first. */
  public List<Intervention> interventions() {
    return runs.ofCurrent(ModelRun::interventions);
  }

  /** What was tried in the current run, oldest first. */
  public List<Trial> trials() {
    return runs.ofCurrent(ModelRun::trials);
  }

  /** Sums up the current run. */
  public TrainingSummary summary() {
    return runs.summary();
  }

  /** What each run came to, oldest first. */
  public List<TrainingRun> runs() {
    return runs.runs();
  }

  /**
   * Writes what was learned in the current run.
   *
   * @throws IllegalStateException if no iteration has been seen
   * @throws IOException if it cannot be written
   */
  public void save(Path file) throws IOException {
    SavedState state = runs.state();
    if (state == null) {
      throw new IllegalStateException(
          "There is nothing to save: this listener has seen no iteration, or is closed");
    }
    state.write(file);
  }

  /**
   * Reads what the next run is to go on with.
   *
   * @throws IllegalStateException if a run is under way
   * @throws IOException if the file cannot be read
   */
  public void restore(Path file) throws IOException {
    runs.restore(file);
  }

  /** A condition for early stopping; from here on nothing is thrown into the training. */
  public IterationTerminationCondition terminationCondition() {
    runs.stopThroughEarlyStopping();
    return new HealthTerminationCondition(runs);
  }

  /** Hands over all that was measured. */
  public void flush() {
    runs.flush();
  }

  /** Ends all runs; a model that calls again goes on with its own. */
  public void close() {
    runs.close();
  }
}
