package dev.traininghealth.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.CapturedLog;
import dev.traininghealth.LearningNetwork;
import dev.traininghealth.NetworkBits;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.ClassResults;
import dev.traininghealth.numbers.ClassResults.OfClass;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Score and counts of predictions, held against DL4J's own. */
class ValidationTest {
  private static final int MINIBATCHES = 4;

  private final AtomicLong now = new AtomicLong();
  private final Validation validation = new Validation(now::get);

  private static MultiLayerNetwork trained(LearningNetwork kind) {
    MultiLayerNetwork net = kind.create(LearningNetwork.adam(1));
    for (int i = 0; i < 10; i++) {
      net.fit(kind.batch(i));
    }
    return net;
  }

  private static DataSetIterator data(LearningNetwork kind) {
    List<DataSet> batches = IntStream.range(100, 100 + MINIBATCHES).mapToObj(kind::batch).toList();
    return new ListDataSetIterator<>(
        batches.stream().flatMap(batch -> batch.asList().stream()).toList(),
        LearningNetwork.EXAMPLES);
  }

  private static double score(Network network, DataSetIterator data) {
    double sum = 0;
    for (data.reset(); data.hasNext(); ) {
      sum += network.score(data.next());
    }
    return sum / MINIBATCHES;
  }

  @ParameterizedTest
  @CsvSource({"MLP, false", "MLP, true", "CNN, false", "CNN, true"})
  void shouldScoreAndCountAsDeeplearning4jDoes(LearningNetwork kind, boolean asGraph) {
    MultiLayerNetwork layers = trained(kind);
    Model net = asGraph ? NetworkBits.graph(layers) : layers;
    INDArray before = net.params().dup();

    Validation.Result result = validation.of(Network.of(net), data(kind));

    assertThat(result.score()).hasValue(score(Network.of(net), data(kind)));
    Evaluation expected =
        net instanceof ComputationGraph graph
            ? graph.evaluate(data(kind))
            : layers.evaluate(data(kind));
    ClassResults classes = Objects.requireNonNull(result.classes());
    assertThat(classes.names()).containsExactly("0", "1", "2");
    for (int i = 0; i < 3; i++) {
      OfClass each = classes.classes().get(i);
      assertThat(each.precision()).isEqualTo(expected.precision(i));
      assertThat(each.recall()).isEqualTo(expected.recall(i));
      assertThat(each.f1()).isCloseTo(expected.f1(i), within(1e-12));
      assertThat(each.examples()).isEqualTo(expected.classCount(i));
    }
    assertThat(net.params()).isEqualTo(before);
  }

  @Test
  void shouldSayWhatDoesNotExist() {
    MultiLayerNetwork net = new MultiLayerNetwork(output(LossFunction.MCXENT, 3));
    net.init();
    net.params().assign(0);
    net.setParam("0_b", Nd4j.createFromArray(new float[][] {{5, 0, 0}}));
    INDArray labels = Nd4j.zeros(4, 3);
    labels.putColumn(1, Nd4j.ones(4, 1));

    ClassResults classes = classes(net, labels);

    assertThat(classes.classes())
        .containsExactly(
            new OfClass(0, Double.NaN, 0, 0),
            new OfClass(Double.NaN, 0, 0, 4),
            new OfClass(Double.NaN, Double.NaN, Double.NaN, 0));
  }

  @Test
  void shouldTakeOneColumnUnderBinaryCrossEntropyForTwoClasses() {
    MultiLayerNetwork net = new MultiLayerNetwork(output(LossFunction.XENT, 1));
    net.init();
    net.params().assign(0);
    net.setParam("0_b", Nd4j.createFromArray(new float[][] {{5}}));

    ClassResults classes = classes(net, Nd4j.createFromArray(new float[][] {{1}, {1}, {1}, {0}}));

    assertThat(classes.classes())
        .containsExactly(new OfClass(Double.NaN, 0, 0, 1), new OfClass(0.75, 1, 6 / 7.0, 3));
  }

  private ClassResults classes(MultiLayerNetwork net, INDArray labels) {
    return Objects.requireNonNull(validation.of(Network.of(net), data(labels)).classes());
  }

  private static DataSetIterator data(INDArray labels) {
    return new ListDataSetIterator<>(new DataSet(Nd4j.ones(4, 2), labels).asList(), 4);
  }

  private static MultiLayerConfiguration output(LossFunction loss, int units) {
    return new NeuralNetConfiguration.Builder()
        .list()
        .layer(
            new OutputLayer.Builder(loss)
                .nIn(2)
                .nOut(units)
                .activation(loss == LossFunction.MCXENT ? Activation.SOFTMAX : Activation.SIGMOID)
                .build())
        .build();
  }

  @Test
  void shouldLeaveOutARegression() {
    MultiLayerNetwork net = new MultiLayerNetwork(output(LossFunction.MSE, 1));
    net.init();
    try (CapturedLog log = new CapturedLog(Validation.class)) {
      for (int epoch = 0; epoch < 2; epoch++) {
        var result = validation.of(Network.of(net), data(Nd4j.ones(4, 1).muli(0.3)));
        assertThat(result.score()).isPresent();
        assertThat(result.classes()).isNull();
      }
      assertThat(log.infos()).singleElement().asString().contains("quantities");
    }
  }

  @Test
  void shouldLeaveOutSeries() {
    MultiLayerNetwork net = trained(LearningNetwork.LSTM);
    var result = validation.of(Network.of(net), data(LearningNetwork.LSTM));
    assertThat(result.score()).hasValue(score(Network.of(net), data(LearningNetwork.LSTM)));
    assertThat(result.classes()).isNull();
  }

  @Test
  void shouldCountNothingOfANetworkThatIsNaN() {
    MultiLayerNetwork net = trained(LearningNetwork.MLP);
    net.params().assign(Double.NaN);
    var result = validation.of(Network.of(net), data(LearningNetwork.MLP));
    assertThat(result.score()).hasValue(Double.NaN);
    assertThat(result.classes()).isNull();
  }

  @Test
  void shouldLeaveOutEpochsBeyondItsBudget() {
    AtomicLong clock = new AtomicLong();
    Validation slow = new Validation(() -> clock.addAndGet(400_000_000));
    MultiLayerNetwork net = trained(LearningNetwork.MLP);

    assertThat(slow.of(Network.of(net), data(LearningNetwork.MLP)).classes()).isNotNull();
    assertThat(slow.of(Network.of(net), data(LearningNetwork.MLP)).classes()).isNull();
    clock.addAndGet(100_000_000_000L);
    assertThat(slow.of(Network.of(net), data(LearningNetwork.MLP)).classes()).isNotNull();
  }
}
