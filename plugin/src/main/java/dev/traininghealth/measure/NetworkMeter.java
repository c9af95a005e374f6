package dev.traininghealth.measure;

import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.network.GeneratorState;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.ProtectionStep;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Measures a network while it trains: fills one {@link MeasurementWriter} from DL4J's three moments
 * of an iteration. Reads the network's arrays and never writes them, has no forward pass run but
 * that of a copy, and draws from no generator but its own.
 *
 * <p>Not thread-safe: to be called by the thread that trains.
 *
 * @hidden
 */
public final class NetworkMeter {
  /**
   * By how much a learning rate rises between two iterations when the step that follows is measured
   * out of turn: more than warm-ups and cyclic schedules do at once, less than a slip of a decimal.
   */
  private static final double RISE = 3;

  private final CostAccount account;
  private final ArrayBinding binding;
  private final boolean frozenBaseline;
  private final WeightPace cadence = new WeightPace();
  private final GeneratorState generator = new GeneratorState();
  private @Nullable Network network;
  private @Nullable Bound bound;
  private boolean watchesForOutsideChanges;
  private boolean released;

  /**
   * Measures on the backend that is loaded, charging the account for it.
   *
   * @param frozenBaseline whether the network is scored beside a copy of what it was
   */
  public NetworkMeter(CostAccount account, boolean frozenBaseline) {
    this(account, ArrayBinding.ofBackend(), frozenBaseline);
  }

  NetworkMeter(CostAccount account, ArrayBinding binding) {
    this(account, binding, false);
  }

  private NetworkMeter(CostAccount account, ArrayBinding binding, boolean frozenBaseline) {
    this.account = account;
    this.binding = binding;
    this.frozenBaseline = frozenBaseline;
  }

  /** What is bound to one network's arrays. */
  private record Bound(
      ParameterTable table,
      MeasurementWriter measurement,
      ScheduledMeasures measures,
      Schedule schedule,
      DataSummarizer summarizer,
      @Nullable FrozenBaseline control,
      OriginSearch origins,
      @Nullable WeightSamples samples) {}

  /** Layers and parameters, once a gradient has been computed; null before. */
  public @Nullable NetworkLayout layout() {
    return bound == null ? null : bound.table.layout();
  }

  /** The numbers of the latest iteration; the same instance every time, null before the first. */
  public @Nullable Measurement measurement() {
    return bound == null ? null : bound.measurement.measurement();
  }

  /** The same numbers for the one that copies them; null before the first. */
  public @Nullable MeasurementWriter writer() {
    return bound == null ? null : bound.measurement;
  }

  /** Whether weights move by the gradient alone, once an iteration: true until told otherwise. */
  public boolean isStochasticGradientDescent() {
    return bound == null || bound.table.isStochasticGradientDescent();
  }

  /**
   * After the forward pass of a MultiLayerNetwork.
   *
   * @param activations the input, then the activations of each layer but the last
   */
  public void onForwardPass(List<INDArray> activations) {
    Bound b = bound;
    if (b != null && b.schedule.forward.isDue()) {
      b.measures.activations(activations);
      runForward(b);
    }
  }

  /** After the forward pass of a ComputationGraph: activations by the name of the vertex. */
  public void onForwardPass(Map<String, INDArray> activations) {
    Bound b = bound;
    if (b != null && b.schedule.forward.isDue()) {
      b.measures.activations(activations);
      runForward(b);
    }
  }

  private static void runForward(Bound b) {
    // Arrays that ND4J's operations make on the way must not land in the network's workspace.
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try (outside) {
      b.schedule.forward.run();
    } finally {
      b.measures.activations(List.of());
    }
  }

  /** When the backward pass is over: the last moment at which a graph's labels can be read. */
  public void onBackwardPass(Model model) {
    network(model).rememberLabels();
  }

  /** When the gradient is complete and the updater has not run. */
  public void onGradient(Model model) {
    Network n = network(model);
    Bound b = bound(n);
    MeasurementWriter m = b.measurement;
    m.iteration = n.iterationCount();
    m.epoch = n.epochCount();
    m.score = model.score();
    m.batchSize = model.batchSize();
    double scale = b.table.isMeanOverMinibatch() && m.batchSize > 0 ? 1.0 / m.batchSize : 1;
    for (int p = 0; p < m.gradientNorm.length; p++) {
      MeasuredArray gradient = b.table.gradient(p);
      if (gradient != null) {
        m.gradientNorm[p] = gradient.norm2() * scale;
      }
    }
    learningRates(b);
    b.measures.gradientScale(scale);
    account.lap();
    if (b.summarizer.isDue()) {
      b.measures.summarize(b.summarizer, n.minibatch());
      account.chargeOptional();
    }
    b.schedule.gradient.run();
  }

  private void learningRates(Bound b) {
    MeasurementWriter m = b.measurement;
    for (int p = 0; p < m.learningRate.length; p++) {
      double before = m.learningRate[p];
      m.learningRate[p] = b.table.learningRate(p, (int) m.iteration, m.epoch);
      if (m.learningRate[p] > before && m.learningRate[p] >= before * RISE) {
        measureWeightsNow();
      }
    }
  }

  /**
   * Tells where the first non-finite value of this iteration stood; to be asked once, right after
   * {@link #onGradient}.
   *
   * @return the origin, or null where gradient and score are finite, and no square of a gradient
   *     overflows
   */
  public @Nullable NonFiniteOrigin gradientOrigin(Model model) {
    Bound b = bound;
    return b == null ? null : b.origins.atGradient(network(model));
  }

  /**
   * Tells the same when the update has been applied; to be asked right after {@link #onUpdate}.
   *
   * @return what was found at the gradient, or else where a weight is not finite; null where those
   *     are finite that were measured at this iteration
   */
  public @Nullable NonFiniteOrigin updateOrigin(Model model) {
    Bound b = bound;
    return b == null ? null : b.origins.atUpdate(network(model));
  }

  /** When all has been told of an iteration: what is drawn from here on is the next one's. */
  public void rememberGeneratorState() {
    generator.remember();
  }

  /** What the network is being trained on, between {@link #onGradient} and the iteration's end. */
  public Minibatch minibatch(Model model) {
    return network(model).minibatch();
  }

  /** The random generator's state before the forward pass of the iteration that is under way. */
  public GeneratorState generatorBefore() {
    return generator;
  }

  /**
   * When the update has been applied.
   *
   * @param iteration as DL4J counts it, from 0
   * @param stepNanos time since the iteration before was done
   * @param protection what was done to the step
   */
  public void onUpdate(
      Model model,
      int iteration,
      int epoch,
      long timeMillis,
      long stepNanos,
      ProtectionStep protection) {
    Bound b = bound;
    if (b == null) {
      return; // the listener was added between the gradient and here
    }
    MeasurementWriter m = b.measurement;
    m.iteration = iteration;
    m.epoch = epoch;
    m.timeMillis = timeMillis;
    m.score = model.score();
    m.stepMillis = stepNanos / 1e6;
    m.recentCostShare = account.share();
    m.protection.copyFrom(protection);
    b.measures.onUpdate(iteration);
    account.lap();
    if (cadence.isDue()) {
      measureWeights(b);
    }
    cadence.stepped(account);
    account.chargeOptional();
    if (b.control != null) {
      b.control.onIterationDone(network(model), iteration);
      account.chargeOptional();
    }
    b.schedule.update.run();
    b.schedule.onIterationDone();
  }

  /**
   * Has weights and updates measured at the end of this iteration, whatever the cadence; called
   * when an iteration is done, at the end of the next. To be asked for when something looks
   * suspicious: it is charged, and not held back.
   */
  public void measureWeightsNow() {
    cadence.makeDue();
  }

  /** Has the paired control compare with the network as it is now, from its next scores on. */
  public void refreeze() {
    if (bound != null && bound.control != null) {
      bound.control.refreeze();
    }
  }

  /** Memory of the paired control's parameters; 0 where there is no control, or not yet. */
  public long frozenBaselineBytes() {
    return bound == null || bound.control == null ? 0 : bound.control.bytes();
  }

  /** From the next network on that is bound, weights are compared between two iterations. */
  public void watchForOutsideChanges() {
    watchesForOutsideChanges = true;
  }

  /** When nobody of ours writes to the weights any more before the next iteration. */
  public void rememberWeights() {
    if (bound != null && bound.samples != null) {
      bound.samples.remember();
    }
  }

  /**
   * Tells whether somebody else has written other weights since {@link #rememberWeights}; to be
   * asked once, after {@link #onGradient}.
   */
  public boolean hasChangedOutside(Model model) {
    Bound b = bound;
    return b != null && b.samples != null && b.table.isBoundTo(model) && b.samples.haveChanged();
  }

  /** Whether that happens so often that it is a part of the training, and not told any more. */
  public boolean isWrittenRegularly() {
    Bound b = bound;
    return b != null && b.samples != null && b.samples.areWrittenRegularly();
  }

  private void measureWeights(Bound b) {
    MeasurementWriter m = b.measurement;
    long start = System.nanoTime();
    boolean holdsUpdate = b.table.isStochasticGradientDescent();
    for (int p = 0; p < m.weightNorm.length; p++) {
      b.table.weights(p).norms(m.weightNorm, m.weightMeanMagnitude, p);
      MeasuredArray update = b.table.gradient(p);
      if (update != null && holdsUpdate) {
        update.norms(m.updateNorm, m.updateMeanMagnitude, p);
      }
    }
    m.weightIteration = m.iteration;
    cadence.measured(System.nanoTime() - start);
  }

  /** The weights that the network begins with, or goes on with: before anything is updated. */
  private static void measureFirstWeights(ParameterTable table, MeasurementWriter m) {
    for (int p = 0; p < m.weightNorm.length; p++) {
      table.weights(p).norms(m.weightNorm, m.weightMeanMagnitude, p);
    }
  }

  /** The network of this model, which is the same object at nearly every call. */
  private Network network(Model model) {
    Network n = network;
    if (n == null || n.model() != model) {
      n = Network.of(model);
      network = n;
    }
    return n;
  }

  private Bound bound(Network n) {
    Bound b = bound;
    if (b == null || !b.table.isBoundTo(n.model())) {
      b = bind(n, ParameterTable.of(n, binding), b);
      install(b);
    }
    return b;
  }

  private synchronized void install(Bound b) {
    release(bound);
    bound = b;
    if (released) {
      release(b);
    }
  }

  /**
   * Frees the memory outside the Java heap: from here on what needs some of its own is not measured
   * any more. May be called by any thread, also while another measures, and again.
   */
  public synchronized void release() {
    released = true;
    release(bound);
  }

  private static void release(@Nullable Bound b) {
    if (b != null) {
      b.measures.release();
      if (b.control != null) {
        b.control.release();
      }
    }
  }

  /**
   * Binds to new arrays; a network of the same layout (initialized anew) goes on in its numbers.
   */
  private Bound bind(Network n, ParameterTable table, @Nullable Bound before) {
    NetworkLayout layout = table.layout();
    if (before != null && !before.table.layout().equals(layout)) {
      throw new IllegalArgumentException(
          "The listener was attached to a network of "
              + before.table.layout().parameters().size()
              + " parameter arrays and is now called by another of "
              + layout.parameters().size()
              + ": use one TrainingHealthListener for each network");
    }
    MeasurementWriter measurement =
        before != null
            ? before.measurement
            : new MeasurementWriter(layout.layers().size(), layout.parameters().size());
    measureFirstWeights(table, measurement);
    ScheduledMeasures measures = new ScheduledMeasures(n, table, binding, measurement);
    OriginSearch origins = new OriginSearch(table, binding, measurement, generator);
    return new Bound(
        table,
        measurement,
        measures,
        measures.schedule(account),
        before != null ? before.summarizer : new DataSummarizer(measurement.data, binding),
        frozenBaseline ? new FrozenBaseline(account, table, measurement, measures) : null,
        origins,
        watchesForOutsideChanges ? WeightSamples.of(table) : null);
  }
}
