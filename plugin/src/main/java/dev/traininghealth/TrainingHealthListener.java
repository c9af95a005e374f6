package dev.traininghealth;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.core.util.UIDProvider;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
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
public final class TrainingHealthListener extends BaseTrainingListener
    implements RoutingIterationListener, AutoCloseable {
  @Serial private static final long serialVersionUID = 1L;

  /** Default of {@link Builder#costBudget}: little enough that nobody turns the listener off. */
  public static final double DEFAULT_COST_BUDGET = 0.02;

  /** Default of {@link Builder#flushInterval}: the page asks every two seconds. */
  public static final Duration DEFAULT_FLUSH_INTERVAL = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(TrainingHealthListener.class);

  /** Tells workers of one virtual machine apart. */
  private static final AtomicInteger workers = new AtomicInteger();

  private final Settings settings;
  private String sessionId;
  private String workerId;
  private transient @Nullable StatsStorageRouter storage;
  private transient @Nullable DataSetIterator validation;
  private transient @Nullable Pipeline pipeline;
  private transient Guard guard = new Guard(log);
  private transient boolean toldOfMissingStorage;

  private TrainingHealthListener(
      Settings settings,
      @Nullable StatsStorageRouter storage,
      String sessionId,
      String workerId,
      @Nullable DataSetIterator validation) {
    this.settings = settings;
    this.storage = storage;
    this.sessionId = sessionId;
    this.workerId = workerId;
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
   * A listener with settings of its own.
   *
   * @param storage where records go: in memory, to a file, or to another machine's UI
   * @throws IllegalArgumentException if the storage is null
   */
  public static Builder builder(StatsStorageRouter storage) {
    return new Builder(storage);
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
   * Hands all that has been measured to the storage and returns when that is done, or after two
   * seconds at most where the storage does not answer.
   */
  public void flush() {
    Pipeline p = pipeline;
    if (p != null) {
      p.flush();
    }
  }

  /**
   * Flushes and ends the listener's thread. Nothing needs to be closed for a program to end; a
   * listener that goes on being called after this starts anew.
   */
  @Override
  public void close() {
    Pipeline p = pipeline;
    pipeline = null;
    if (p != null) {
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
      StatsStorageRouter router = storage;
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
      p = new Pipeline(settings, router, sessionId, workerId, guard);
      pipeline = p;
    }
    return p;
  }

  @Override
  public void setStorageRouter(@Nullable StatsStorageRouter router) {
    if (router != storage) {
      close();
      storage = router;
    }
  }

  @Override
  public @Nullable StatsStorageRouter getStorageRouter() {
    return storage;
  }

  @Override
  public void setWorkerID(String workerId) {
    Builder.notBlank("workerId", workerId);
    if (!workerId.equals(this.workerId)) {
      close();
      this.workerId = workerId;
    }
  }

  @Override
  public String getWorkerID() {
    return workerId;
  }

  @Override
  public void setSessionID(String sessionId) {
    Builder.notBlank("sessionId", sessionId);
    if (!sessionId.equals(this.sessionId)) {
      close();
      this.sessionId = sessionId;
    }
  }

  @Override
  public String getSessionID() {
    return sessionId;
  }

  /**
   * A listener for another worker of the same session: same settings and storage, a worker id of
   * its own. The validation iterator stays with the original, for iterators are not to be shared.
   */
  @Override
  public TrainingHealthListener clone() {
    return new TrainingHealthListener(settings, storage, sessionId, newWorkerId(), null);
  }

  private static String newWorkerId() {
    return UIDProvider.getJVMUID() + "_" + workers.getAndIncrement();
  }

  @Serial
  private void writeObject(ObjectOutputStream out) throws IOException {
    out.defaultWriteObject();
    out.writeObject(storage instanceof Serializable ? storage : null);
  }

  @Serial
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    storage = (StatsStorageRouter) in.readObject();
    guard = new Guard(log);
  }

  /** Settings of a {@link TrainingHealthListener}; each has a default. */
  public static final class Builder {
    private final StatsStorageRouter storage;
    private String sessionId = UUID.randomUUID().toString();
    private String workerId = newWorkerId();
    private double costBudget = DEFAULT_COST_BUDGET;
    private Duration flushInterval = DEFAULT_FLUSH_INTERVAL;
    private boolean stockPages = true;
    private @Nullable DataSetIterator validation;

    private Builder(StatsStorageRouter storage) {
      if (storage == null) {
        throw new IllegalArgumentException(
            "storage must not be null: pass an InMemoryStatsStorage, a FileStatsStorage or a"
                + " RemoteUIStatsStorageRouter");
      }
      this.storage = storage;
    }

    /**
     * The session that the UI lists the run under; default a random UUID. Two listeners of one
     * network, this one and a {@code StatsListener} say, share a session by sharing its id.
     *
     * @throws IllegalArgumentException if it is null or blank
     */
    public Builder sessionId(String sessionId) {
      this.sessionId = notBlank("sessionId", sessionId);
      return this;
    }

    /**
     * The worker within the session; default an id of this virtual machine and a number.
     *
     * @throws IllegalArgumentException if it is null or blank
     */
    public Builder workerId(String workerId) {
      this.workerId = notBlank("workerId", workerId);
      return this;
    }

    /**
     * Share of the training time that the listener may take, its own threads included; default
     * {@value #DEFAULT_COST_BUDGET}. The norm of every gradient is measured at every iteration
     * whatever it costs; all else is measured as often as the budget allows.
     *
     * @param share above 0 and at most 1
     */
    public Builder costBudget(double share) {
      this.costBudget = share;
      return this;
    }

    /**
     * Time between two hand-overs of records to the storage; default one second. Longer spares a
     * slow storage, shorter makes the page livelier.
     *
     * @param interval longer than zero
     */
    public Builder flushInterval(Duration interval) {
      this.flushInterval = interval;
      return this;
    }

    /**
     * Whether DL4J's own pages (Overview, Model, System) are filled as well; default true. Switch
     * it off when a {@code StatsListener} of the same session fills them.
     */
    public Builder stockPages(boolean fill) {
      this.stockPages = fill;
      return this;
    }

    /**
     * Data that the network is scored on at the end of each epoch of {@code fit(iterator)}, with
     * {@code training = false}; default none. The time this takes is outside the cost budget.
     */
    public Builder validation(@Nullable DataSetIterator data) {
      this.validation = data;
      return this;
    }

    /**
     * The listener, to be added with {@code net.addListeners(...)}.
     *
     * @throws IllegalArgumentException if a setting is outside its range
     */
    public TrainingHealthListener build() {
      Settings settings = new Settings(costBudget, flushInterval, stockPages);
      return new TrainingHealthListener(settings, storage, sessionId, workerId, validation);
    }

    private static String notBlank(String name, String value) {
      if (value == null || value.isBlank()) {
        throw new IllegalArgumentException(name + " must not be null or blank, was " + value);
      }
      return value;
    }
  }
}
