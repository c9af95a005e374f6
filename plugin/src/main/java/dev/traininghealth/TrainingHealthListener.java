package dev.traininghealth;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.live.LiveNumbers;
import dev.traininghealth.run.RunRouter;
import dev.traininghealth.run.TrainingRun;
import dev.traininghealth.run.TrainingSummary;
import dev.traininghealth.trial.Trial;
import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.util.UIDProvider;
import org.deeplearning4j.earlystopping.termination.IterationTerminationCondition;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Measures, diagnoses and optionally protects a network's training run and shows it in DL4J's
 * training UI.
 *
 * <pre>{@code
 * UIServer ui = UIServer.getInstance();
 * StatsStorage storage = new InMemoryStatsStorage();
 * ui.attach(storage);
 * net.addListeners(TrainingHealthListener.observing(storage));
 * net.fit(data);                                 // http://localhost:9000/train/health
 * }</pre>
 *
 * <p>Each iteration measures the score, the learning rates and the L2 norm of each parameter's
 * gradient. The gradient is the mean over the minibatch, as DL4J's updater sees it before gradient
 * normalization. Norms of weights and updates are measured as often as the cost budget allows, at
 * least every tenth iteration. Activations, standard deviations, histograms and the largest
 * singular value of each weight matrix are measured on a schedule within the budget. DL4J's
 * Overview, Model and System pages are filled from the same numbers, so that no {@code
 * StatsListener} is needed.
 *
 * <p>Observing changes nothing: parameters, updater state and scores are bit-identical to a run
 * without the listener. No failure of the plugin, of its storage or of its page ends a training
 * run; the first of each kind is logged as a warning. While a storage blocks, records get coarser.
 * Scoring {@code validationData} runs forward passes of the network itself, between epochs.
 * Everything else that needs a forward pass runs on copies.
 *
 * <p>Each network that is trained with the listener has its own run, see {@link #runs()}. A thread
 * of the listener hands records to the storage about once a second; {@link #flush()} hands over the
 * remaining ones.
 */
public final class TrainingHealthListener extends RoutedListener {
  @Serial private static final long serialVersionUID = 1L;

  /** Distinguishes the workers of one JVM. */
  private static final AtomicInteger workers = new AtomicInteger();

  private final RunRouter runs;
  private transient @Nullable DataSetIterator validation;

  TrainingHealthListener(
      RunRouter runs,
      @Nullable StatsStorageRouter storage,
      String sessionId,
      String workerId,
      @Nullable DataSetIterator validation) {
    super(storage, sessionId, workerId);
    this.runs = runs;
    this.validation = validation;
  }

  /**
   * Creates a listener with default settings that measures and shows, and never changes anything.
   *
   * @param storage where records go: in memory, to a file, or to another machine's UI. Null if it
   *     is set later, as by Spark; nothing is measured without one
   */
  public static TrainingHealthListener observing(@Nullable StatsStorageRouter storage) {
    return builder(storage).build();
  }

  /**
   * Creates a listener with default settings that measures, shows and intervenes. It skips
   * non-finite steps, clips exploding gradients, and rolls non-finite parameters back to a
   * snapshot. It lowers learning rates and rolls back for a score only if a trial on copies of the
   * network shows that this helps. The run is bit-identical to an observed one until the first
   * intervention, and each intervention is recorded. If every branch of two trials lost the
   * network, the run is stopped with a {@link
   * dev.traininghealth.intervene.TrainingStoppedException}.
   *
   * @param storage where records go: in memory, to a file, or to another machine's UI. Null if it
   *     is set later, as by Spark; nothing is measured without one
   */
  public static TrainingHealthListener protecting(@Nullable StatsStorageRouter storage) {
    return builder(storage).protecting().build();
  }

  /**
   * Creates a builder of a listener with other settings than the defaults.
   *
   * @param storage where records go: in memory, to a file, or to another machine's UI. Null if it
   *     is set later, as by Spark; nothing is measured without one
   */
  public static TrainingHealthListenerBuilder builder(@Nullable StatsStorageRouter storage) {
    return new TrainingHealthListenerBuilder(storage);
  }

  /**
   * Returns the router for Spark, to be passed beside this listener:
   *
   * <pre>{@code
   * sparkNet.setListeners(listener.sparkRouter(), listener);
   * }</pre>
   *
   * <p>Call it once for each network. DL4J brings the records of the workers to the driver at the
   * end of each round. The router passes them on to the listener's storage, which may be in memory.
   * It also reads them: {@link #diagnoses()}, {@link #interventions()}, {@link #summary()} and
   * {@link #runs()} return what the workers have found, and callbacks receive it. From then on
   * {@link #getStorageRouter()} returns this router.
   *
   * @return the same router at each call, until another storage is set
   */
  public StatsStorageRouter sparkRouter() {
    StatsStorageRouter router = runs.gatheringRouter(getStorageRouter());
    routeThrough(router);
    return router;
  }

  @Override
  public void onEpochStart(Model model) {
    runs.onEpochStart(model, this);
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    runs.onForwardPass(model, activations);
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    runs.onForwardPass(model, activations);
  }

  @Override
  public void onBackwardPass(Model model) {
    runs.onBackwardPass(model, this);
  }

  @Override
  public void onGradientCalculation(Model model) {
    runs.onGradient(model, this);
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    runs.onIterationDone(model, iteration, epoch);
  }

  @Override
  public void onEpochEnd(Model model) {
    runs.onEpochEnd(model, validation);
  }

  /**
   * Records a validation score, which the page shows beside the training score at the model's
   * current iteration. NaN and Infinity are recorded as they are.
   *
   * @param model a network whose run is open. If another network has been trained with this
   *     listener since, the score is dropped and this is logged
   * @param score computed by the caller, e.g. {@code net.score(validationSet)}
   */
  public void recordValidationScore(Model model, double score) {
    runs.recordValidationScore(model, score);
  }

  /**
   * Lists the diagnoses of the current run, oldest first: all active ones and the latest 500
   * resolved ones. The current run is that of the network that was trained last; see {@link
   * #runs()}.
   *
   * <p>Those of the workers that train with clones of this listener follow, worker by worker, up to
   * 1000 for each. Each worker counts ids and iterations on its own. Workers in other programs are
   * included if their records arrive through {@link #sparkRouter()}.
   *
   * @return the diagnoses in their present state; empty before the first iteration
   */
  public List<Diagnosis> diagnoses() {
    return runs.diagnoses();
  }

  /**
   * Lists the interventions of the current run, oldest first: the latest 1000. Those of workers
   * follow, as in {@link #diagnoses()}.
   *
   * @return the interventions in their present state; empty if the run is only observed
   */
  public List<Intervention> interventions() {
    return runs.interventions();
  }

  /**
   * Lists the trials of the current run on copies of the network, oldest first: the latest 200.
   *
   * @return the trials in their present state; empty if the run is only observed
   */
  public List<Trial> trials() {
    return runs.trials();
  }

  /**
   * {@return the current run's diagnoses, interventions and cost so far, with those of all workers}
   * The summary of each run is logged when it ends.
   */
  public TrainingSummary summary() {
    return runs.summary();
  }

  /**
   * {@return the numbers of the network that was trained last, and counts over all runs, for a
   * metrics library} See {@link dev.traininghealth.metrics.TrainingHealthMetrics}, which binds them
   * to Micrometer.
   */
  public LiveNumbers live() {
    return runs.live();
  }

  /**
   * Lists the runs of this listener. A run belongs to one model object and its parameter arrays. If
   * one listener is used for several networks in turn (cross-validation, a grid search), each
   * network has its own run. No data of one run reaches another. The first run is recorded under
   * {@link #getSessionID()}, the others under that id with {@code -run2}, {@code -run3} and so on.
   *
   * <p>{@code setParams} on the same object continues its run. The listener detects it before the
   * next update, if most of up to 16 parameter arrays differ from their state after the last
   * iteration. It compares a few weights of each. Then the usual levels are learned again, and
   * earlier snapshots are not used for rollback. It is not detected on backends other than the
   * CPU's, for types other than FLOAT and DOUBLE, or for networks with constraints. Listeners of
   * workers do not detect it either, since there weights change between two iterations anyway.
   * Weights that are overwritten regularly are not reported.
   *
   * <p>Workers that train with clones of this listener, and those of {@link #sparkRouter()}, have
   * one run each. A clone with the worker id of an earlier one continues its run, as at the next
   * {@code fit} of a {@code ParallelWrapper}.
   *
   * @return the runs that have ended, the latest 100 in the order in which they ended, then the
   *     open ones, then those of the latest 64 workers of this program and those of others. A run
   *     that was ended and continued is listed once for each part, except for a worker's
   */
  public List<TrainingRun> runs() {
    return runs.runs();
  }

  /**
   * Saves what has been learned about the current run, to continue with the saved network later.
   * This is the usual level of each gradient and of the score, the detectors' state, the
   * learning-rate factor, and what later decisions depend on, without snapshots. Call it between
   * two iterations, when the network is saved:
   *
   * <pre>{@code
   * net.save(new File("model.zip"));
   * listener.save(Path.of("model.health"));
   * }</pre>
   *
   * @param file the file to create or to replace as a whole; if that fails, the old file is kept
   * @throws IllegalArgumentException if the file is null
   * @throws IllegalStateException if no iteration has been seen
   * @throws IOException if it cannot be written
   */
  public void save(Path file) throws IOException {
    runs.save(file);
  }

  /**
   * Continues from a state that {@link #save} wrote; call it before the loaded network is trained.
   * If the state belongs to another network, the run starts as a new one and this is logged. The
   * run continues under the session that this listener has, or had last.
   *
   * @param file the saved state
   * @throws IllegalArgumentException if the file is null
   * @throws IllegalStateException if a run is open; {@link #close()} ends it
   * @throws IOException if the file cannot be read, is not such a state, is damaged or too large
   */
  public void restore(Path file) throws IOException {
    runs.restore(file);
  }

  /**
   * Returns a condition by which DL4J's early stopping ends when a protecting listener would stop.
   * After early stopping has called it, the listener throws nothing, since an exception out of
   * {@code fit} would leave early stopping without its result. It does not end training before the
   * end of the first epoch, when there is a model to return; until then bad steps are still
   * skipped. It also ends {@code EarlyStoppingParallelTrainer} if a worker would stop.
   *
   * @return a condition for {@code
   *     EarlyStoppingConfiguration.Builder.iterationTerminationConditions}
   */
  public IterationTerminationCondition terminationCondition() {
    return runs.terminationCondition();
  }

  /**
   * Hands all measurements to the storage and returns when that is done. For each open run it waits
   * at most ten seconds for the storage, two if the storage takes nothing, and two more for
   * callbacks.
   */
  public void flush() {
    runs.flush();
  }

  /**
   * Flushes, ends the listener's runs and threads, and frees their memory outside the Java heap. It
   * first waits for failure bundles that are being written, at most half a minute per run. Without
   * closing, that memory waits for the garbage collector, so close the listener if you train many
   * networks in turn. Any thread may call it, also during an iteration, and repeatedly. A program
   * ends without it. A network that is trained further afterwards continues under the same session.
   */
  @Override
  public void close() {
    runs.close();
  }

  /**
   * Creates a listener for another worker of the same session, with the same settings and storage
   * and a new worker id. This listener also returns what the clone finds, and {@link #close()} ends
   * the clone's runs too. The validation iterator stays with the original, because iterators must
   * not be shared.
   */
  @Override
  public TrainingHealthListener clone() {
    return new TrainingHealthListener(
        runs.forWorker(), getStorageRouter(), getSessionID(), newWorkerId(), null);
  }

  static String newWorkerId() {
    return UIDProvider.getJVMUID() + "_" + workers.getAndIncrement();
  }
}
