package dev.traininghealth.measure;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Measures a network while it trains: fills one {@link Measurement} from DL4J's three moments of an
 * iteration. Reads the network's arrays and never writes them, has no forward pass run but that of
 * a copy, and draws from no generator but its own.
 *
 * <p>Not thread-safe: to be called by the thread that trains.
 */
public final class Meter {
  /**
   * By how much a learning rate rises between two iterations when the step that follows is measured
   * out of turn: more than warm-ups and cyclic schedules do at once, less than a slip of a decimal.
   */
  private static final double RISE = 3;

  private final CostAccount account;
  private final ArrayBinding binding;
  private final boolean pairedControl;
  private final WeightCadence cadence = new WeightCadence();
  private final Minibatch minibatch = new Minibatch();
  private @Nullable Bound bound;

  /**
   * Measures on the backend that is loaded, charging the account for it.
   *
   * @param pairedControl whether the network is scored beside a copy of what it was
   */
  public Meter(CostAccount account, boolean pairedControl) {
    this(account, ArrayBinding.ofBackend(), pairedControl);
  }

  Meter(CostAccount account, ArrayBinding binding) {
    this(account, binding, false);
  }

  private Meter(CostAccount account, ArrayBinding binding, boolean pairedControl) {
    this.account = account;
    this.binding = binding;
    this.pairedControl = pairedControl;
  }

  /** What is bound to one network's arrays. */
  private record Bound(
      ParameterTable table,
      Measurement measurement,
      ScheduledMeasures measures,
      Schedule schedule,
      DataSummarizer summarizer,
      @Nullable PairedControl control) {}

  /** Layers and parameters, once a gradient has been computed; null before. */
  public @Nullable NetworkLayout layout() {
    return bound == null ? null : bound.table.layout();
  }

  /** The numbers of the latest iteration; the same instance every time, null before the first. */
  public @Nullable Measurement measurement() {
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
  public void forward(List<INDArray> activations) {
    Bound b = bound;
    if (b != null && b.schedule.forward.isDue()) {
      b.measures.activations(activations);
      runForward(b);
    }
  }

  /** After the forward pass of a ComputationGraph: activations by the name of the vertex. */
  public void forward(Map<String, INDArray> activations) {
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

  /** When a ComputationGraph has run its backward pass, and still has the labels. */
  public void backward(ComputationGraph graph) {
    minibatch.backward(graph);
  }

  /** When the gradient is complete and the updater has not run. */
  public void gradient(Model model) {
    Bound b = bound(model);
    Measurement m = b.measurement;
    m.iteration = iterationCount(model);
    m.epoch = epochCount(model);
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
    account.lap();
    minibatch.of(model);
    if (b.summarizer.isDue()) {
      b.measures.summarize(b.summarizer, minibatch);
      account.lap();
    }
    b.measures.gradientScale(scale);
    b.schedule.gradient.run();
  }

  private void learningRates(Bound b) {
    Measurement m = b.measurement;
    for (int p = 0; p < m.learningRate.length; p++) {
      double before = m.learningRate[p];
      m.learningRate[p] = b.table.learningRate(p, (int) m.iteration, m.epoch);
      if (m.learningRate[p] > before && m.learningRate[p] >= before * RISE) {
        measureWeightsNow();
      }
    }
  }

  /**
   * When the update has been applied.
   *
   * @param iteration as DL4J counts it, from 0
   * @param stepNanos time since the iteration before was done
   */
  public void iteration(Model model, int iteration, int epoch, long timeMillis, long stepNanos) {
    Bound b = bound;
    if (b == null) {
      return; // the listener was added between the gradient and here
    }
    Measurement m = b.measurement;
    m.iteration = iteration;
    m.epoch = epoch;
    m.timeMillis = timeMillis;
    m.score = model.score();
    m.stepMillis = stepNanos / 1e6;
    m.costShare = account.share();
    if (cadence.isDue()) {
      measureWeights(b);
    }
    cadence.stepped(account);
    account.lap();
    b.measures.iteration(iteration);
    if (b.control != null) {
      b.control.iterationDone(model, minibatch, iteration);
      account.lap();
    }
    b.schedule.update.run();
    b.schedule.iterationDone();
    minibatch.release();
  }

  /**
   * Has weights and updates measured at the end of this iteration, whatever the cadence; called
   * when an iteration is done, at the end of the next. To be asked for when something looks
   * suspicious: it is charged, and not held back.
   */
  public void measureWeightsNow() {
    cadence.bringForward();
  }

  /** Has the paired control compare with the network as it is now, from its next scores on. */
  public void refreeze() {
    if (bound != null && bound.control != null) {
      bound.control.refreeze();
    }
  }

  /** Memory of the paired control's parameters; 0 where there is no control, or not yet. */
  public long pairedControlBytes() {
    return bound == null || bound.control == null ? 0 : bound.control.bytes();
  }

  private void measureWeights(Bound b) {
    Measurement m = b.measurement;
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

  private static int iterationCount(Model model) {
    return model instanceof MultiLayerNetwork net
        ? net.getIterationCount()
        : ((ComputationGraph) model).getIterationCount();
  }

  private static int epochCount(Model model) {
    return model instanceof MultiLayerNetwork net
        ? net.getEpochCount()
        : ((ComputationGraph) model).getEpochCount();
  }

  /** The weights that the network begins with, or goes on with: before anything is updated. */
  private static void measureFirstWeights(ParameterTable table, Measurement m) {
    for (int p = 0; p < m.weightNorm.length; p++) {
      table.weights(p).norms(m.weightNorm, m.weightMeanMagnitude, p);
    }
  }

  private Bound bound(Model model) {
    Bound b = bound;
    if (b == null || !b.table.isBoundTo(model)) {
      b = bind(model, ParameterTable.of(model, binding), b);
      bound = b;
    }
    return b;
  }

  /**
   * Binds to new arrays; a network of the same layout (initialised anew) goes on in its numbers.
   */
  private Bound bind(Model model, ParameterTable table, @Nullable Bound before) {
    NetworkLayout layout = table.layout();
    if (before != null && !before.table.layout().equals(layout)) {
      throw new IllegalArgumentException(
          "The listener was attached to a network of "
              + before.table.layout().parameters().size()
              + " parameter arrays and is now called by another of "
              + layout.parameters().size()
              + ": use one TrainingHealthListener for each network");
    }
    Measurement measurement =
        before != null
            ? before.measurement
            : new Measurement(layout.layers().size(), layout.parameters().size());
    measureFirstWeights(table, measurement);
    ScheduledMeasures measures = new ScheduledMeasures(model, table, binding, measurement);
    return new Bound(
        table,
        measurement,
        measures,
        measures.schedule(account),
        before != null ? before.summarizer : new DataSummarizer(measurement.data, binding),
        pairedControl ? new PairedControl(account, table, measurement, measures) : null);
  }
}
