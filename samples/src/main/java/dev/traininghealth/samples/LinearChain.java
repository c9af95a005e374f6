package dev.traininghealth.samples;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.SegmentRecord;
import dev.traininghealth.record.Series.Scope;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Shows why gradients vanish and explode, in a network that can be computed by hand. It is a chain
 * of 20 layers of one unit each, all with the same weight w and bias b = 1. It has no activation
 * function, the input x = 1, and the absolute error as loss.
 *
 * <p>The output of the k-th unit is {@code a_k = w·a_(k-1) + b}, so that {@code a_k = w^k·x + b·(1
 * - w^k)/(1 - w)}. The gradient at its weight is {@code |a_(k-1)|·|w|^(20-k)} and at its bias
 * {@code |w|^(20-k)}. The norm of both is that of the layer. With growing distance from the output
 * it shrinks for w below 1 and grows for w above 1. The sample prints it beside the recorded value.
 *
 * <p>What to look at: the <b>depth profile</b> is a straight line, down to the first layers for w =
 * 0.5 and up for w = 1.5 (the scale is logarithmic). The <b>largest singular values</b> equal w
 * here: below the line at 1 gradients vanish, above it they explode.
 */
public final class LinearChain {
  private static final int LAYERS = 20;
  private static final double BIAS = 1;
  private static final double INPUT = 1;
  private static final int ITERATIONS = 50;

  /** Beyond this weight, twenty layers leave the range that FLOAT represents well. */
  private static final int MAX_WEIGHT = 10;

  /** Relative tolerance: the seven digits of FLOAT, minus the rounding of twenty layers. */
  static final double TOLERANCE = 1e-5;

  static final Sample SAMPLE =
      new Sample(
          """
          Usage: LinearChain [W] [--exit]
            W       weight of every layer (default 0.5); try 1 and 1.5
            --exit  end after the table, instead of serving the page until Ctrl-C""",
          Set.of("W", "--exit"),
          LinearChain::run);

  private LinearChain() {}

  /** Runs the sample; see {@code --help}. */
  public static void main(String[] args) throws Exception {
    SAMPLE.start(args);
  }

  /** The norm of one layer's gradient, recorded and in closed form. */
  record Row(int layer, double recorded, double closedForm) {
    double difference() {
      return recorded == closedForm ? 0 : Math.abs(recorded - closedForm) / closedForm;
    }
  }

  private static void run(Arguments arguments, PrintStream console) throws Exception {
    float weight = weight(arguments.operand());
    StatsStorage storage = new InMemoryStatsStorage();
    UIServer ui = UIServer.getInstance();
    ui.attach(storage);

    List<Row> rows = compare(weight, storage);
    console.printf(Locale.ROOT, "Gradients of a chain of %d layers, w = %s:%n", LAYERS, weight);
    console.println("layer       recorded    closed form   difference");
    double worst = 0;
    for (Row row : rows) {
      console.printf(
          Locale.ROOT,
          "%5d  %13.6e  %13.6e   %10.1e%n",
          row.layer(),
          row.recorded(),
          row.closedForm(),
          row.difference());
      worst = Math.max(worst, row.difference());
    }
    console.println("Its depth profile: " + Sample.address(ui));
    Sample.finish(arguments, ui, console);
    if (!(worst <= TOLERANCE)) {
      throw Failure.of("The records differ from the theory by more than " + TOLERANCE);
    }
  }

  private static float weight(@Nullable String text) throws Failure {
    if (text == null) {
      return 0.5f;
    }
    try {
      float weight = Float.parseFloat(text);
      if (Math.abs(weight) <= MAX_WEIGHT) {
        return weight;
      }
    } catch (NumberFormatException e) {
      // reported below, as for a weight out of range
    }
    throw Failure.ofCall(
        "W must be a number from -" + MAX_WEIGHT + " to " + MAX_WEIGHT + ", was " + text);
  }

  /** Trains the chain and reads the gradients of its last iteration from the storage. */
  static List<Row> compare(float weight, StatsStorage storage) throws RecordException {
    TrainingHealthListener health = TrainingHealthListener.observing(storage);
    MultiLayerNetwork chain = chain(weight);
    chain.addListeners(health);
    INDArray input = Nd4j.scalar((float) INPUT).reshape(1, 1);
    double output = unit(weight, LAYERS);
    INDArray target = Nd4j.scalar((float) (output - Math.abs(output) - 1)).reshape(1, 1);
    for (int i = 0; i < ITERATIONS; i++) {
      chain.fit(input, target);
    }
    health.close();

    RunDescription run = description(storage, health);
    Segment segment = latestSegment(storage, health);
    int iteration = segment.buckets() - 1;
    List<Row> rows = new ArrayList<>();
    for (int k = 1; k <= LAYERS; k++) {
      int series = run.indexOf(Quantity.GRADIENT_NORM, Scope.LAYER, k - 1);
      double atBias = Math.abs(Math.pow(weight, LAYERS - k));
      double closedForm = Math.hypot(unit(weight, k - 1), 1) * atBias;
      rows.add(new Row(k, segment.mean(series, iteration), closedForm));
    }
    return rows;
  }

  /** The output of the k-th unit; the 0th is the input. */
  private static double unit(float weight, int k) {
    double power = Math.pow(weight, k);
    double sum = weight == 1 ? k : (1 - power) / (1 - (double) weight);
    return power * INPUT + BIAS * sum;
  }

  private static MultiLayerNetwork chain(float weight) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .weightInit(new WeightInitConstant(weight))
            .biasInit(BIAS)
            .activation(Activation.IDENTITY)
            .updater(new Sgd(0)) // keeps the weights, so that the closed form holds
            .list();
    for (int k = 1; k < LAYERS; k++) {
      layers.layer(new DenseLayer.Builder().nIn(1).nOut(1).build());
    }
    layers.layer(
        new OutputLayer.Builder(LossFunction.MEAN_ABSOLUTE_ERROR)
            .nIn(1)
            .nOut(1)
            .activation(Activation.IDENTITY)
            .build());
    MultiLayerNetwork chain = new MultiLayerNetwork(layers.build());
    chain.init();
    return chain;
  }

  private static RunDescription description(StatsStorage storage, TrainingHealthListener health)
      throws RecordException {
    Persistable info =
        storage.getStaticInfo(health.getSessionID(), HealthRecord.TYPE_ID, health.getWorkerID());
    return ((RunRecord) info).description();
  }

  private static Segment latestSegment(StatsStorage storage, TrainingHealthListener health)
      throws RecordException {
    List<Segment> segments = new ArrayList<>();
    for (Persistable update :
        storage.getAllUpdatesAfter(
            health.getSessionID(), HealthRecord.TYPE_ID, health.getWorkerID(), 0)) {
      if (update instanceof SegmentRecord record && !record.isMerged()) {
        segments.add(record.segment());
      }
    }
    List<Segment> ordered = Segment.inOrder(segments);
    return ordered.get(ordered.size() - 1);
  }
}
