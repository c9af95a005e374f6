package dev.traininghealth;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
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
 * without the listener. No failure of the plugin, of its storage or of its page ends a training
 * run; the first of each kind is logged as a warning. While a storage blocks, records get coarser.
 * Scoring {@code validationData} takes forward passes of the network itself, between epochs;
 * everything else that needs a forward pass runs on copies.
 *
 * <p>Each network that is trained with it has a run of its own, as {@link #runs()} tells. Records
 * are handed to the storage about once a second by a thread of the listener's own; {@link #flush()}
 * hands over what is left.
 */
public final class TrainingHealthListener extends RoutedListener {
  @Serial private static final long serialVersionUID = 1L;

  /** Tells workers of one virtual machine apart. */
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
   * A listener with all defaults that measures and shows, and never changes anything.
   *
   * @param storage where records go: in memory, to a file, or to another machine's UI
   * @throws IllegalArgumentException if the storage is null
   */
  public static TrainingHealthListener observing(StatsStorageRouter storage) {
    return builder(storage).build();
  }

  /**
   * A listener with default settings that measures, shows and intervenes: it skips non-finite
   * steps, clips exploding gradients, and rolls non-finite parameters back to a snapshot. It lowers
   * learning rates and rolls back for a score only if a trial on copies of the network shows that
   * this helps. The run is bit-identical to an observed one until the first intervention, and each
   * intervention is recorded. If every branch of two trials lost the network, the run is stopped
   * with a {@link dev.traininghealth.intervene.TrainingStoppedException}.
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
    runs.epochEnds(model, validation);
  }

  /**
   * Records a validation score, to be drawn beside the training score at the model's current
   * iteration. NaN and Infinity are recorded as what they are.
   *
   * @param model a network whose run is under way: where another network has been trained with this
   *     listener since, the score is left out, which is logged
   * @param score computed by the caller, e.g. {@code net.score(validationSet)}
   */
  public void recordValidationScore(Model model, double score) {
    runs.recordValidationScore(model, score);
  }

  /**
   * Lists what was found wrong with the current run, oldest first: all that stands, and the latest
   * 500 that are over. The current run is that of the network that was trained last; see {@link
   * #runs()}.
   *
   * @return the diagnoses as they are now; empty before the first iteration
   */
  public List<Diagnosis> diagnoses() {
    return runs.diagnoses();
  }

  /**
   * Lists what was done to the current run, oldest first: the latest 1000.
   *
   * @return the interventions as they are now; empty where the run is only observed
   */
  public List<Intervention> interventions() {
    return runs.interventions();
  }

  /**
   * Lists what was tried on copies of the network before anything was changed, oldest first: the
   * latest 200 of the current run.
   *
   * @return the trials as they are now; empty where the run is only observed
   */
  public List<Trial> trials() {
    return runs.trials();
  }

  /**
   * Tells what was found in the current run, what was done, and what it cost; logged as well when
   * the run ends.
   *
   * @return the run in short, up to now
   */
  public TrainingSummary summary() {
    return runs.summary();
  }

  /**
   * Lists the runs of this listener. A run belongs to one model object and its parameter arrays:
   * where one listener is used for one network after another (cross-validation, a grid search),
   * each network has a run of its own, and nothing of one reaches the next. The first is recorded
   * under {@link #getSessionID()}, the others under that id with {@code -run2}, {@code -run3} and
   * so on.
   *
   * <p>{@code setParams} on the same object goes on with its run. It is noticed before the next
   * update, by a few weights of each of up to 16 parameter arrays, if most of these arrays have
   * others than the last iteration left: then what is usual is learned anew, and no snapshot of
   * before is gone back to. It is not noticed on other backends than the CPU's, for other types
   * than FLOAT and DOUBLE, for networks with constraints, and by workers' listeners, since there
   * weights change between two iterations anyway; nor where other weights are written all the time.
   *
   * @return those that have ended, the latest 100, in the order in which they ended, then those
   *     under way. A run that was ended and goes on is listed once for each part
   */
  public List<TrainingRun> runs() {
    return runs.runs();
  }

  /**
   * Saves what has been learned about the current run, to go on with the saved network later: where
   * each gradient and the score usually are, what detectors remember, and how far learning rates
   * have been lowered. Call it between two iterations, where the network is saved:
   *
   * <pre>{@code
   * net.save(new File("model.zip"));
   * listener.save(Path.of("model.health"));
   * }</pre>
   *
   * @param file is made, or replaced as a whole: where that fails, the old one is still there
   * @throws IllegalArgumentException if the file is null
   * @throws IllegalStateException if no iteration has been seen
   * @throws IOException if it cannot be written
   */
  public void save(Path file) throws IOException {
    runs.save(file);
  }

  /**
   * Goes on from what {@link #save} wrote; to be called before the loaded network is trained. Where
   * it is of another network the run begins as if it were new, which is told by the log. The run
   * goes on under the session that this listener has, or had last.
   *
   * @param file what was saved
   * @throws IllegalArgumentException if the file is null
   * @throws IllegalStateException if a run is under way; {@link #close()} ends it
   * @throws IOException if the file cannot be read, or is no such state, damaged or too large
   */
  public void restore(Path file) throws IOException {
    runs.restore(file);
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
    return runs.terminationCondition();
  }

  /**
   * Hands all that has been measured to the storage and returns when that is done. It waits, for
   * each open run, at most ten seconds for the storage, two if it takes nothing, and two more for
   * callbacks.
   */
  public void flush() {
    runs.flush();
  }

  /**
   * Flushes, waits for failure bundles that are being written, at most half a minute per run, ends
   * the listener's runs and threads, and frees their memory outside the Java heap, which otherwise
   * waits for the garbage collector: close it where one network is trained after the other. May be
   * called by any thread, also in the middle of an iteration, and again. Nothing needs to be closed
   * for a program to end; a network that is trained on after this goes on under the same session.
   */
  @Override
  public void close() {
    runs.close();
  }

  /**
   * A listener for another worker of the same session: same settings and storage, a worker id of
   * its own. The validation iterator stays with the original, for iterators are not to be shared.
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
