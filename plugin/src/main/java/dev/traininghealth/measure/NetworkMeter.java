package dev.traininghealth.measure;

import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.measure.conditions.IterationTimes;
import dev.traininghealth.network.EmbeddingGradient;
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
 * Measures a network while it trains: fills one {@link MeasurementWriter} at DL4J's three moments
 * of an iteration. It reads the network's arrays and never writes them, runs forward passes only on
 * a copy, and draws only from its own random generator.
 *
 * <p>Not thread-safe: only the training thread may call it, except {@link #release()}.
 *
 * @hidden
 */
public final class NetworkMeter {
  private final CostAccount account;
  private final MemoryBudget memory;
  private final ArrayBinding binding;
  private final boolean frozenBaseline;
  private final WeightMeasures weights;
  private final GeneratorState generator = new GeneratorState();
  private @Nullable Network network;
  private @Nullable Bound bound;
  private boolean watchesForOutsideChanges;
  private boolean released;

  /** Added to DL4J's iterations, because a graph's start at 0 in each round on Spark. */
  private long iterationOffset;

  /**
   * Creates a meter on the loaded backend that charges the account.
   *
   * @param memory is asked for the memory of each copy
   * @param frozenBaseline whether the network is scored beside a frozen copy
   */
  public NetworkMeter(CostAccount account, MemoryBudget memory, boolean frozenBaseline) {
    this(account, memory, ArrayBinding.ofBackend(), frozenBaseline);
  }

  NetworkMeter(
      CostAccount account, MemoryBudget memory, ArrayBinding binding, boolean frozenBaseline) {
    this.account = account;
    this.memory = memory;
    weights = new WeightMeasures(account);
    this.binding = binding;
    this.frozenBaseline = frozenBaseline;
  }

  /** The objects that are bound to one network's arrays. */
  private record Bound(
      ParameterTable table,
      MeasurementWriter measurement,
      ScheduledMeasures measures,
      MeasurementSchedule schedule,
      DataSummarizer summarizer,
      SgdUpdates sgdUpdates,
      @Nullable FrozenBaseline baseline,
      OriginSearch origins,
      @Nullable WeightSamples samples) {}

  /** Layers and parameters; null before the first gradient has been computed. */
  public @Nullable NetworkLayout layout() {
    return bound == null ? null : bound.table.layout();
  }

  /** The numbers of the latest iteration, always the same instance; null before the first. */
  public @Nullable Measurement measurement() {
    return bound == null ? null : bound.measurement.measurement();
  }

  /** The writer of the same numbers, for code that copies them; null before the first iteration. */
  public @Nullable MeasurementWriter writer() {
    return bound == null ? null : bound.measurement;
  }

  /** Whether weights change by the gradient alone, once per iteration; true if not yet bound. */
  public boolean isStochasticGradientDescent() {
    return bound == null || bound.table.isStochasticGradientDescent();
  }

  /**
   * Measures the forward pass of a MultiLayerNetwork.
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

  /** Measures the forward pass of a ComputationGraph; activations by name of the vertex. */
  public void onForwardPass(Map<String, INDArray> activations) {
    Bound b = bound;
    if (b != null && b.schedule.forward.isDue()) {
      b.measures.activations(activations);
      runForward(b);
    }
  }

  private static void runForward(Bound b) {
    // Arrays that ND4J's operations create here must not be allocated in the network's workspace.
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try (outside) {
      b.schedule.forward.run();
    } finally {
      b.measures.activations(List.of());
    }
  }

  /** Remembers the labels after the backward pass, the last moment when a graph's can be read. */
  public void onBackwardPass(Model model) {
    network(model).rememberLabels();
  }

  /** Measures the gradient, when it is complete and the updater has not run. */
  public void onGradient(Model model) {
    Network n = network(model);
    Bound b = bound(n);
    MeasurementWriter m = b.measurement;
    m.iteration = n.iterationCount() + iterationOffset;
    m.epoch = n.epochCount();
    m.score = model.score();
    m.batchSize = model.batchSize();
    double scale = b.table.isMeanOverMinibatch() && m.batchSize > 0 ? 1.0 / m.batchSize : 1;
    for (int p = 0; p < m.gradientNorm.length; p++) {
      MeasuredArray gradient = b.table.gradient(p);
      if (gradient != null) {
        EmbeddingGradient rows = b.table.embedding(p);
        m.gradientNorm[p] = (rows == null ? gradient.norm2() : rows.norm2()) * scale;
      }
    }
    weights.learningRates(b.table, m, iterationOffset);
    b.measures.onGradient(scale, weights.areDue());
    account.chargeMandatory();
    if (b.summarizer.isDue()) {
      b.measures.summarize(b.summarizer, n.minibatch());
      account.chargeOptional();
    }
    b.schedule.gradient.run();
  }

  /**
   * Scores the network beside its frozen baseline out of turn, on the current minibatch; must be
   * called after {@link #onGradient} and before the update. The cost is charged but delays nothing.
   */
  public void compareNow(Model model) {
    if (bound != null && bound.baseline != null) {
      bound.baseline.compareAtGradient(network(model), bound.measurement.iteration);
    }
  }

  /**
   * Searches the first non-finite value; must be called once, right after {@link #onGradient}.
   *
   * @return the origin, or null if gradient and score are finite and no square of a gradient
   *     overflows
   */
  public @Nullable NonFiniteOrigin gradientOrigin(Model model) {
    Bound b = bound;
    return b == null ? null : b.origins.atGradient(network(model));
  }

  /**
   * Searches the first non-finite value after the update; must be called right after {@link
   * #onUpdate}.
   *
   * @return the origin found at the gradient, or else a non-finite weight or update; null if the
   *     values measured at this iteration are finite
   */
  public @Nullable NonFiniteOrigin updateOrigin(Model model) {
    Bound b = bound;
    return b == null ? null : b.origins.atUpdate(network(model));
  }

  /** Remembers the generator's state at the end of an iteration; later draws are the next one's. */
  public void rememberGeneratorState() {
    generator.remember();
  }

  /** The current minibatch, from the gradient to the end of the iteration. */
  public Minibatch minibatch(Model model) {
    return network(model).minibatch();
  }

  /** The random generator's state before the forward pass of the current iteration. */
  public GeneratorState generatorBefore() {
    return generator;
  }

  /**
   * Measures the update, after it has been applied.
   *
   * @param iteration as DL4J counts it, from 0
   * @param times time since the end of the previous iteration, and its parts
   * @param protection what protection did to the step
   */
  public void onUpdate(
      Model model,
      int iteration,
      int epoch,
      long timeMillis,
      IterationTimes times,
      ProtectionStep protection) {
    Bound b = bound;
    if (b == null) {
      return; // the listener was added between the gradient and here
    }
    MeasurementWriter m = b.measurement;
    m.iteration = iteration + iterationOffset;
    m.epoch = epoch;
    m.timeMillis = timeMillis;
    m.score = model.score();
    times.write(m, network(model).dataMillis());
    cost(m);
    m.protection.copyFrom(protection);
    b.measures.onUpdate(m.iteration, b.summarizer, network(model));
    account.chargeMandatory();
    weights.onUpdate(b.table, m);
    b.sgdUpdates.onUpdate(model, m);
    account.chargeMandatory();
    if (b.baseline != null) {
      b.baseline.onIterationDone(network(model), m.iteration);
      account.chargeOptional();
    }
    b.schedule.update.run();
    b.schedule.onIterationDone();
    b.measures.noise.onIterationDone(network(model));
  }

  private void cost(MeasurementWriter m) {
    double share = account.share();
    m.recentCostShare = Double.isNaN(share) ? Measurement.absent() : share;
    m.startCostSeconds = account.startNanos() / 1e9;
    m.protectionCostSeconds = account.unchargedNanos() / 1e9;
  }

  /**
   * Requests measurements out of turn: of weights, updates and data at the end of this iteration,
   * of all on the schedule in the next ones. The cost is charged but delays nothing.
   */
  public void measureNow() {
    weights.makeDue();
    if (bound != null) {
      bound.schedule.request();
      bound.summarizer.request();
    }
  }

  /** Freezes the current network; later comparisons are with that state. */
  public void refreeze() {
    if (bound != null && bound.baseline != null) {
      bound.baseline.refreeze();
    }
  }

  /** Memory of the frozen baseline's parameters, bytes; 0 if there is none, or not yet. */
  public long frozenBaselineBytes() {
    return bound == null || bound.baseline == null ? 0 : bound.baseline.bytes();
  }

  /** Enables comparing weights between iterations, from the next binding on. */
  public void watchForOutsideChanges() {
    watchesForOutsideChanges = true;
  }

  /** Remembers the weights, when the plugin writes no more of them before the next iteration. */
  public void rememberWeights() {
    if (bound != null && bound.samples != null) {
      bound.samples.remember();
    }
  }

  /** Whether other code wrote weights since {@link #rememberWeights}; call it once an iteration. */
  public boolean hasChangedOutside(Model model) {
    Bound b = bound;
    return b != null && b.samples != null && b.table.isBoundTo(model) && b.samples.haveChanged();
  }

  /** Whether weights are overwritten so often that it is part of the training. */
  public boolean isWrittenRegularly() {
    Bound b = bound;
    return b != null && b.samples != null && b.samples.areWrittenRegularly();
  }

  /** Whether a model is the measured network, later; the next gradient binds to its arrays. */
  public boolean isContinuedBy(Model model) {
    Network n = Network.of(model);
    Bound b = bound;
    return b != null
        && (n.iterationCount() > b.measurement.iteration || n.byKind(net -> false, graph -> true))
        && b.table.hasParametersOf(model);
  }

  /** The network of this model, nearly always the same object. */
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
   * Frees the memory outside the Java heap. What needs it is not measured any more. Any thread may
   * call it, also while another measures, and repeatedly.
   */
  public synchronized void release() {
    released = true;
    release(bound);
  }

  private static void release(@Nullable Bound b) {
    if (b != null) {
      b.measures.release();
      if (b.baseline != null) {
        b.baseline.release();
      }
    }
  }

  /** Binds to new arrays; a network of the same layout continues in its numbers. */
  private Bound bind(Network n, ParameterTable table, @Nullable Bound before) {
    NetworkLayout layout = table.layout();
    if (before != null) {
      before.table.requireSameLayout(table);
    }
    MeasurementWriter measurement =
        before != null
            ? before.measurement
            : new MeasurementWriter(layout.layers().size(), layout.parameters().size());
    WeightMeasures.measureFirst(table, measurement);
    ScheduledMeasures measures =
        new ScheduledMeasures(account, memory, n, table, binding, measurement);
    FrozenBaseline baseline =
        frozenBaseline ? new FrozenBaseline(account, memory, table, measurement, measures) : null;
    if (before != null) {
      iterationOffset = Math.max(0, measurement.iteration + 1 - n.iterationCount());
      measurement.weightsReplacedIteration = n.iterationCount() + iterationOffset;
      measures.continueFrom(before.measures);
      if (baseline != null && before.baseline != null) {
        baseline.continueFrom(before.baseline);
      }
    }
    OriginSearch origins = new OriginSearch(table, binding, measurement, generator, memory);
    return new Bound(
        table,
        measurement,
        measures,
        measures.schedule,
        before != null ? before.summarizer : new DataSummarizer(measurement.data, binding),
        new SgdUpdates(table),
        baseline,
        origins,
        watchesForOutsideChanges ? WeightSamples.of(table) : null);
  }
}
