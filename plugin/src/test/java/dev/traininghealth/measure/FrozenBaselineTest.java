package dev.traininghealth.measure;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.traininghealth.NetworkBits;
import dev.traininghealth.Networks;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.slf4j.LoggerFactory;

/** The frozen baseline's scores, compared with clones that DL4J itself scores. */
class FrozenBaselineTest {
  private final MeterListener listener = new MeterListener();

  @ParameterizedTest
  @EnumSource(Networks.class)
  void shouldScoreTheNetworkAsItIsAndAsItWas(Networks network) {
    MultiLayerNetwork net = network.create(new Adam(0.01), DataType.FLOAT);
    BaselineOracle oracle = new BaselineOracle();
    net.setListeners(oracle, listener);
    List<Long> controls = new ArrayList<>();
    List<DataSet> data = network.data(DataType.FLOAT);
    while (net.getIterationCount() < 60) {
      net.fit(data.get(net.getIterationCount() % data.size()));
      MeasurementWriter m = listener.measurement();
      if (m.comparisonIteration < 0 || controls.contains(m.comparisonIteration)) {
        continue;
      }
      controls.add(m.comparisonIteration);
      BaselineOracle.Scores expected = oracle.at(m.comparisonIteration);
      assertThat(m.comparedScore).isEqualTo(expected.current());
      assertThat(m.baselineScore).isEqualTo(expected.frozen());
      assertThat(m.baselineIteration).isZero();
    }
    assertThat(controls).first().isEqualTo(20L);
    assertThat(controls).hasSizeGreaterThan(3);
    assertThat(listener.measurement().comparedScore)
        .isNotEqualTo(listener.measurement().baselineScore);
  }

  @Test
  void shouldHeedTheMasksOfASeries() {
    MultiLayerNetwork net = Networks.LSTM_TRUNCATED.create(new Sgd(0.1), DataType.FLOAT);
    net.getLayerWiseConfigurations().setBackpropType(BackpropType.Standard);
    DataSet batch = Networks.LSTM_TRUNCATED.data(DataType.FLOAT).get(0);
    INDArray mask = Nd4j.ones(DataType.FLOAT, 4, 12);
    for (int step = 5; step < 12; step++) {
      mask.putScalar(2, step, 0);
    }
    DataSet masked = new DataSet(batch.getFeatures(), batch.getLabels(), mask, mask);
    net.setListeners(listener);
    for (int i = 0; i < 21; i++) {
      net.fit(masked);
    }
    assertThat(listener.measurement().comparedScore).isEqualTo(net.clone().score(masked, false));
    assertThat(net.score(masked, false)).isNotEqualTo(net.score(batch, false));
  }

  /** Two forward passes over all examples would take too much of the time. */
  @ParameterizedTest
  @EnumSource(Networks.class)
  void shouldScoreTheFirstExamplesIfStepsAreSlow(Networks network) {
    MultiLayerNetwork net = network.create(new Adam(0.01), DataType.FLOAT);
    listener.stepNanos = 1_000_000_000_000L;
    BaselineOracle oracle = new BaselineOracle(4);
    net.setListeners(oracle, listener);
    List<DataSet> data = network.data(DataType.FLOAT);
    while (!listener.isCompared()) {
      net.fit(data.get(net.getIterationCount() % data.size()));
    }
    MeasurementWriter m = listener.measurement();
    BaselineOracle.Scores expected = oracle.at(m.comparisonIteration);
    assertThat(m.comparedScore).isEqualTo(expected.current());
    assertThat(m.baselineScore).isEqualTo(expected.frozen());
    assertThat(m.baselineScore).isNotEqualTo(m.comparedScore);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldScoreTheFirstExamplesUnderTheirMasks(boolean asGraph) {
    MultiLayerNetwork net = Networks.LSTM_TRUNCATED.create(new Sgd(0.1), DataType.FLOAT);
    net.getLayerWiseConfigurations().setBackpropType(BackpropType.Standard);
    Network network = Network.of(asGraph ? NetworkBits.graph(net) : net);
    DataSet four = Networks.LSTM_TRUNCATED.data(DataType.FLOAT).get(0);
    INDArray mask = Nd4j.ones(DataType.FLOAT, 4, 12);
    mask.get(NDArrayIndex.point(1), NDArrayIndex.interval(5, 12)).assign(0);
    DataSet masked = new DataSet(four.getFeatures(), four.getLabels(), mask, mask);
    DataSet all =
        DataSet.merge(List.of(masked, Networks.LSTM_TRUNCATED.data(DataType.FLOAT).get(1)));
    network.model().setListeners(listener);
    listener.stepNanos = 1_000_000_000_000L;
    while (!listener.isCompared()) {
      fit(network, all);
    }
    double expected =
        network.byKind(n -> n.score(masked, false), graph -> graph.score(masked, false));
    assertThat(listener.measurement().comparedScore).isEqualTo(expected);
  }

  private static void fit(Network network, DataSet data) {
    if (network.model() instanceof ComputationGraph graph) {
      graph.fit(data);
    } else {
      ((MultiLayerNetwork) network.model()).fit(data);
    }
  }

  @Test
  void shouldScoreAGraphWithoutTouchingItsListeners() {
    ComputationGraph graph = graph();
    graph.init();
    BaselineOracle oracle = new BaselineOracle();
    graph.setListeners(oracle, listener);
    DataSet batch = Networks.MLP.data(DataType.FLOAT).get(0);
    for (int i = 0; i < 21; i++) {
      graph.fit(batch);
    }
    MeasurementWriter m = listener.measurement();
    assertThat(m.comparisonIteration).isEqualTo(20);
    assertThat(m.comparedScore).isEqualTo(graph.score(batch));
    assertThat(graph.getListeners()).containsExactly(oracle, listener);
    int out = requireNonNull(listener.meter.layout()).layers().size() - 1;
    assertThat(m.activationIteration[out]).isEqualTo(20);
    assertThat(m.activationMean[out])
        .isCloseTo(
            graph.outputSingle(batch.getFeatures()).meanNumber().doubleValue(),
            withPercentage(1e-3));
  }

  /** Of a graph with dropout, which draws from the one generator at every iteration. */
  @Test
  void shouldLeaveEveryBitOfAGraphAsItWas() {
    INDArray alone = trained(null);
    INDArray observed = trained(listener);
    assertThat(listener.measurement().comparisonIteration).isGreaterThanOrEqualTo(20);
    assertThat(observed.toDoubleVector()).isEqualTo(alone.toDoubleVector());
  }

  private static INDArray trained(@Nullable MeterListener listener) {
    ComputationGraph graph = graph();
    graph.init();
    if (listener != null) {
      graph.setListeners(listener);
    }
    Nd4j.getRandom().setSeed(99);
    for (int i = 0; i < 40; i++) {
      graph.fit(Networks.MLP.data(DataType.FLOAT).get(i % 4));
    }
    return graph.params();
  }

  @Test
  void shouldMeasureTheOutputLayerInPassing() {
    MultiLayerNetwork net = Networks.MLP.create(new Sgd(0.1), DataType.FLOAT);
    net.setListeners(listener);
    DataSet batch = Networks.MLP.data(DataType.FLOAT).get(0);
    for (int i = 0; i < 21; i++) {
      net.fit(batch);
    }
    MeasurementWriter m = listener.measurement();
    INDArray output = net.output(batch.getFeatures());
    assertThat(m.activationIteration[2]).isEqualTo(20);
    assertThat(m.activationMean[2]).isCloseTo(1 / 3.0, withPercentage(1e-3));
    assertThat(m.activationRms[2])
        .isCloseTo(output.norm2Number().doubleValue() / Math.sqrt(24), withPercentage(1e-3));
    assertThat(m.saturatedFraction[2]).as("softmax has no limits of its own").isNaN();
  }

  @Test
  void shouldSeeASaturatedOutput() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(1e-9))
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.XENT)
                        .activation(Activation.SIGMOID)
                        .nIn(6)
                        .nOut(4)
                        .build())
                .build());
    net.init();
    net.getParam("0_W").assign(0);
    net.getParam("0_b").assign(0).putScalar(1, 9);
    net.setListeners(listener);
    DataSet batch = new DataSet(Nd4j.ones(DataType.FLOAT, 5, 6), Nd4j.zeros(DataType.FLOAT, 5, 4));
    for (int i = 0; i < 21; i++) {
      net.fit(batch);
    }
    assertThat(listener.measurement().saturatedFraction[0]).isEqualTo(0.25);
  }

  @Test
  void shouldCompareWithTheNetworkThatItWasToldTo() {
    MultiLayerNetwork net = Networks.MLP.create(new Sgd(0.1), DataType.FLOAT);
    net.setListeners(listener);
    DataSet batch = Networks.MLP.data(DataType.FLOAT).get(0);
    for (int i = 0; i < 30; i++) {
      net.fit(batch);
    }
    listener.meter.refreeze();
    double expected = net.score(batch, false);
    MeasurementWriter m = listener.measurement();
    long before = m.comparisonIteration;
    assertThat(m.baselineIteration).as("until the next scores").isZero();
    while (m.comparisonIteration == before) {
      net.fit(batch);
    }
    assertThat(m.baselineIteration).isEqualTo(29);
    assertThat(m.baselineScore).isEqualTo(expected);
    assertThat(m.comparedScore).isLessThan(expected);
  }

  @Test
  void shouldNotTakeAdaptingStatisticsForLearning() {
    MultiLayerNetwork net = Networks.LENET.create(new Sgd(0), DataType.FLOAT);
    net.setListeners(listener);
    for (int i = 0; i < 30; i++) {
      net.fit(Networks.LENET.data(DataType.FLOAT).get(0));
    }
    MeasurementWriter m = listener.measurement();
    assertThat(m.comparisonIteration).isGreaterThanOrEqualTo(20);
    assertThat(m.comparedScore).isEqualTo(m.baselineScore);
  }

  @Test
  void shouldTakeTwiceTheMemoryOfTheParameters() {
    MultiLayerNetwork net = Networks.MLP.create(new Sgd(0.01), DataType.FLOAT);
    net.setListeners(listener);
    net.fit(Networks.MLP.data(DataType.FLOAT).get(0));
    assertThat(listener.meter.frozenBaselineBytes()).isEqualTo(2 * 4 * net.numParams());
    assertThat(new NetworkMeter(listener.account, new MemoryBudget(0), true).frozenBaselineBytes())
        .isZero();
  }

  @Test
  void shouldKeepOutOfOtherSolvers() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .optimizationAlgo(OptimizationAlgorithm.LINE_GRADIENT_DESCENT)
                .list()
                .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(6).nOut(3).build())
                .build());
    net.init();
    net.setListeners(listener);
    for (int i = 0; i < 25; i++) {
      net.fit(Networks.MLP.data(DataType.FLOAT).get(0));
    }
    assertThat(listener.measurement().comparisonIteration).isEqualTo(-1);
    assertThat(Measurement.isAbsent(listener.measurement().comparedScore)).isTrue();
  }

  /** As some layer of a user's own may be: it cannot be run but in training. */
  private static final class TrainingOnly extends BaseActivationFunction {
    private static final long serialVersionUID = 1;

    @Override
    public INDArray getActivation(INDArray in, boolean training) {
      if (!training) {
        throw new UnsupportedOperationException("no inference");
      }
      return in;
    }

    @Override
    public Pair<INDArray, @Nullable INDArray> backprop(INDArray in, INDArray epsilon) {
      return new Pair<>(epsilon, null);
    }
  }

  @Test
  void shouldSayOnceWhereThereIsNoControlAndWhy() {
    Logger log = (Logger) LoggerFactory.getLogger(dev.traininghealth.guard.Guard.class);
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    log.addAppender(logged);
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(0.1))
                .list()
                .layer(new DenseLayer.Builder().nOut(4).activation(new TrainingOnly()).build())
                .layer(new OutputLayer.Builder(LossFunction.MSE).nOut(3).build())
                .setInputType(InputType.feedForward(6))
                .build());
    net.init();
    net.setListeners(listener);
    for (int i = 0; i < 60; i++) {
      net.fit(Networks.MLP.data(DataType.FLOAT).get(0));
    }
    log.detachAppender(logged);

    assertThat(listener.measurement().comparisonIteration).isEqualTo(-1);
    assertThat(listener.meter.frozenBaselineBytes()).isZero();
    assertThat(logged.list)
        .filteredOn(event -> event.getLevel() == Level.INFO)
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.getFormattedMessage())
                  .contains("UnsupportedOperationException: no inference")
                  .containsIgnoringCase("frozen baseline");
              assertThat(event.getThrowableProxy()).as("at debug level alone").isNull();
            });
  }

  private static ComputationGraph graph() {
    return new ComputationGraph(
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .updater(new Adam(0.01))
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.feedForward(6))
            .addLayer("left", new DenseLayer.Builder().nOut(4).dropOut(0.5).build(), "in")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.MSE)
                    .activation(Activation.IDENTITY)
                    .nOut(3)
                    .build(),
                "left")
            .setOutputs("out")
            .build());
  }

  /** As a GAN copies its discriminator behind the generator: only the generator is compared. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldCompareOnlyWhatThisNetworkTrains(boolean frozen) {
    Layer discriminator =
        new DenseLayer.Builder().nIn(3).nOut(3).updater(new Sgd(frozen ? 0.1 : 0)).build();
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(4)
                .updater(new Sgd(1e-9))
                .list()
                .layer(new DenseLayer.Builder().nIn(2).nOut(3).build())
                .layer(frozen ? new FrozenLayerWithBackprop(discriminator) : discriminator)
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(3)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    net.setListeners(listener);
    DataSet data = new DataSet(Nd4j.ones(4, 2), Nd4j.ones(4, 1));
    for (int i = 0; i < 21; i++) {
      net.getLayer(1).params().muli(1.1);
      net.fit(data);
    }

    MeasurementWriter m = listener.measurement();
    assertThat(m.comparisonIteration).isEqualTo(20);
    assertThat(m.baselineScore).isCloseTo(m.comparedScore, withPercentage(1e-3));
    assertThat(m.comparedScore).isEqualTo(net.clone().score(data, false));
  }
}
