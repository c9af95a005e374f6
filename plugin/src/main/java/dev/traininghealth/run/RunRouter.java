package dev.traininghealth.run;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.live.LiveNumbers;
import dev.traininghealth.live.LiveRuns;
import dev.traininghealth.live.RunObservers;
import dev.traininghealth.publish.GatheringRouter;
import dev.traininghealth.trial.Trial;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.earlystopping.termination.IterationTerminationCondition;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes the callbacks of one listener to the run of the calling model and returns what the
 * listener's methods return. The only exception that it throws into training is the one by which
 * protection stops a run.
 *
 * @hidden
 */
public final class RunRouter implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private static final Logger log = LoggerFactory.getLogger(RunRouter.class);

  private final ListenerRuns runs;
  private final UnwatchedTraining unwatched = new UnwatchedTraining();

  /** The runs of the clones that this router has gathered; none if this one is for a worker. */
  private transient WorkerRuns workers;

  /** Gathers the runs of new clones, also of clones of a clone: the first router's. */
  private transient WorkerRuns original;

  /**
   * Creates a router without a run.
   *
   * @param onDiagnosis receives each diagnosis, or null
   * @param onIntervention receives each intervention, or null
   */
  public RunRouter(
      ListenerSettings settings,
      @Nullable Consumer<Diagnosis> onDiagnosis,
      @Nullable Consumer<Intervention> onIntervention) {
    RunObservers observers = new RunObservers(onDiagnosis, onIntervention, new LiveRuns());
    runs = new ListenerRuns(settings, false, observers, null);
    workers = new WorkerRuns(onDiagnosis, onIntervention);
    original = workers;
  }

  private RunRouter(ListenerRuns runs, WorkerRuns original) {
    this.runs = runs;
    this.original = original;
    workers = new WorkerRuns(null, null);
  }

  /**
   * Creates a router for another worker, with the same settings and callbacks and without a run.
   * What it finds is also returned by this router, or by the one that this was created from.
   */
  public RunRouter forWorker() {
    return new RunRouter(runs.forWorker(original), original);
  }

  /**
   * Called when the listener is given to a network on Spark.
   *
   * @param storage the user's storage; null for none
   * @return a router that passes the records of workers in other programs on to a storage, and
   *     reads from them what this object's methods then return
   */
  public StatsStorageRouter gatheringRouter(@Nullable StatsStorageRouter storage) {
    runs.sparkNetworks++;
    return storage instanceof GatheringRouter known
        ? known
        : new GatheringRouter(storage, workers.gathered());
  }

  /** Handles {@code onEpochStart}. */
  public void onEpochStart(Model model, RoutingIterationListener listener) {
    ModelRun run = runs.openRun(model, listener);
    Pipeline p = run == null ? null : run.pipeline();
    if (p != null) {
      p.rememberGeneratorState();
    }
  }

  /** Handles {@code onForwardPass} of a MultiLayerNetwork. */
  public void onForwardPass(Model model, List<INDArray> activations) {
    Pipeline p = runs.openPipeline(model);
    if (p != null) {
      p.onForwardPass(activations);
    }
  }

  /** Handles {@code onForwardPass} of a ComputationGraph. */
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    Pipeline p = runs.openPipeline(model);
    if (p != null) {
      p.onForwardPass(activations);
    }
  }

  /** Handles {@code onBackwardPass}. */
  public void onBackwardPass(Model model, RoutingIterationListener listener) {
    Pipeline p = iterationPipeline(model, listener);
    if (p != null) {
      unwatched.onBackwardPass();
      p.onBackwardPass(model);
    }
  }

  /** Handles {@code onGradientCalculation}. */
  public void onGradient(Model model, RoutingIterationListener listener) {
    Pipeline p = iterationPipeline(model, listener);
    if (p != null) {
      unwatched.onGradient();
      p.onGradient(model);
    }
  }

  private @Nullable Pipeline iterationPipeline(Model model, RoutingIterationListener listener) {
    ModelRun run;
    do {
      run = runs.openRun(model, listener);
    } while (run != null && !run.startIteration());
    if (run == null) {
      unwatched.onOtherModel(model);
      return null;
    }
    return run.pipeline();
  }

  /** Handles {@code iterationDone}. */
  public void onIterationDone(Model model, int iteration, int epoch) {
    Pipeline p = runs.openPipeline(model);
    if (p != null) {
      try {
        p.onIterationDone(model, iteration, epoch);
      } finally {
        runs.onIterationEnd(model);
      }
    }
  }

  /**
   * Handles {@code onEpochEnd}.
   *
   * @param validation data on which the network is scored, or null
   */
  public void onEpochEnd(Model model, @Nullable DataSetIterator validation) {
    Pipeline p = runs.openPipeline(model);
    if (p == null) {
      return; // the model has no open run
    }
    ProtectedRun protectedRun = p.protectedRun();
    if (protectedRun != null) {
      protectedRun.onEpochEnd();
    }
    if (validation != null) {
      p.validate(model, validation);
    }
  }

  /** Records a validation score of a network with an open run; otherwise logs a warning. */
  public void recordValidationScore(Model model, double score) {
    Pipeline p = runs.openPipeline(model);
    if (p == null) {
      log.warn(
          "A validation score of {} is not recorded, because its network has no open run with this"
              + " listener.",
          score);
      return;
    }
    p.recordValidationScore(score);
  }

  /** {@return the diagnoses of the current run, oldest first, then those of each worker} */
  public List<Diagnosis> diagnoses() {
    return workers.diagnoses(runs.ofCurrent(ModelRun::diagnoses));
  }

  /** {@return the interventions of the current run, oldest first, then those of each worker} */
  public List<Intervention> interventions() {
    return workers.interventions(runs.ofCurrent(ModelRun::interventions));
  }

  /** {@return the trials of the current run, oldest first, then those of each worker} */
  public List<Trial> trials() {
    return workers.trials(runs.ofCurrent(ModelRun::trials));
  }

  /** {@return the summary of the current run and of all workers} */
  public TrainingSummary summary() {
    return workers.summary(runs.summary());
  }

  /** {@return the results of the ended runs, oldest first, of the open ones, and of each worker} */
  public List<TrainingRun> runs() {
    List<TrainingRun> all = new ArrayList<>(runs.runs());
    all.addAll(workers.runs());
    return List.copyOf(all);
  }

  /** {@return the numbers and counts of this listener's runs and its clones', for any thread} */
  public LiveNumbers live() {
    return runs.observers.live();
  }

  /**
   * Saves what the current run has learned.
   *
   * @throws IllegalStateException if no iteration has been seen
   * @throws IOException if it cannot be written
   */
  public void save(Path file) throws IOException {
    SavedState state = runs.state();
    if (state == null) {
      state = workers.state();
    }
    if (state == null) {
      throw new IllegalStateException(
          "There is nothing to save: this listener has seen no iteration, or is closed");
    }
    state.write(file);
  }

  /**
   * Reads a saved state, from which the next run continues.
   *
   * @throws IllegalStateException if a run is open
   * @throws IOException if the file cannot be read
   */
  public void restore(Path file) throws IOException {
    if (runs.isAnyOpen() || workers.isAnyOpen()) {
      throw new IllegalStateException(
          "restore must be called before the network is trained with this listener, or after"
              + " close()");
    }
    SavedState state = SavedState.read(file);
    runs.restore(state);
    workers.restore(state);
  }

  /**
   * Creates a condition for early stopping. From then on, runs stop through it, without an
   * exception.
   */
  public IterationTerminationCondition terminationCondition() {
    runs.stopThroughEarlyStopping();
    workers.stopThroughEarlyStopping();
    return new HealthTerminationCondition(this);
  }

  void onEarlyStoppingStart() {
    ProtectedRun own = ProtectedRun.ofCurrent(runs);
    if (own != null) {
      own.onEarlyStoppingStart();
    }
    workers.onEarlyStoppingStart();
  }

  /** {@return whether early stopping should end} */
  boolean shouldStopEarly() {
    ProtectedRun own = ProtectedRun.ofCurrent(runs);
    return (own != null && own.shouldStopEarly()) || workers.shouldStopEarly();
  }

  /** Hands all measurements of the open runs to the storage. */
  public void flush() {
    runs.flush();
    workers.flush();
  }

  /** Ends all runs, those of workers too. A model that calls again continues its run. */
  public void close() {
    runs.close();
    workers.close();
    runs.observers.live().close();
  }

  /** The clones of a listener that was sent to another program are gathered there. */
  @Serial
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    workers = new WorkerRuns(null, null);
    original = workers;
  }
}
