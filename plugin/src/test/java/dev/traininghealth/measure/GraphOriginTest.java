package dev.traininghealth.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.NonFiniteOrigin.Place;
import java.util.List;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Graphs of several inputs and outputs, and of series in segments. */
class GraphOriginTest {
  private final OriginObserver observer = new OriginObserver();

  private final INDArray[] features = {
    Nd4j.ones(DataType.FLOAT, 4, 2), Nd4j.ones(DataType.FLOAT, 4, 3)
  };
  private final INDArray[] labels = {
    Nd4j.ones(DataType.FLOAT, 4, 1), Nd4j.ones(DataType.FLOAT, 4, 2)
  };

  private ComputationGraph trainedOnce() {
    ComputationGraph graph =
        graph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Sgd(0.01))
                .activation(Activation.IDENTITY)
                .graphBuilder()
                .addInputs("left", "right")
                .setInputTypes(InputType.feedForward(2), InputType.feedForward(3))
                .addLayer("a", new DenseLayer.Builder().nOut(4).dropOut(0.9).build(), "left")
                .addLayer("b", new DenseLayer.Builder().nOut(4).build(), "right")
                .addLayer("one", output(1), "a", "b")
                .addLayer("two", output(2), "b")
                .setOutputs("one", "two")
                .build());
    graph.setListeners(observer);
    graph.fit(new MultiDataSet(features, labels));
    assertThat(observer.atGradient).containsExactly((NonFiniteOrigin) null);
    return graph;
  }

  private static OutputLayer output(int units) {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nOut(units)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static ComputationGraph graph(ComputationGraphConfiguration configuration) {
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  private String layerName(NonFiniteOrigin origin) {
    return observer.layout().layers().get(origin.layer()).name();
  }

  @Test
  void shouldFindNaNInTheSecondInput() {
    ComputationGraph graph = trainedOnce();
    features[1].putScalar(2, 1, Float.NaN);
    features[1].putScalar(3, 1, Float.NEGATIVE_INFINITY);
    features[0].putScalar(0, 0, -7);
    graph.fit(new MultiDataSet(features, labels));
    assertThat(observer.origin(1))
        .isEqualTo(new NonFiniteOrigin(Place.FEATURES, -1, -1, 2, List.of(2, 3), 2, false, 7));
  }

  @Test
  void shouldFindNaNInALabelOfTheSecondOutput() {
    ComputationGraph graph = trainedOnce();
    labels[1].putScalar(2, 1, Float.NaN);
    graph.fit(new MultiDataSet(features, labels));
    assertThat(observer.origin(1))
        .isEqualTo(new NonFiniteOrigin(Place.LABELS, 3, -1, 1, List.of(2), 1, false, 1));
  }

  @Test
  void shouldCountNaNInTheLabelsOfAllOutputs() {
    ComputationGraph graph = trainedOnce();
    labels[0].putScalar(0, 0, Float.NaN);
    labels[1].putScalar(2, 1, Float.NaN);
    graph.fit(new MultiDataSet(features, labels));
    NonFiniteOrigin origin = observer.atGradient.get(1);
    assertThat(origin.place()).isEqualTo(Place.LABELS);
    assertThat(origin.layer()).as("several outputs").isEqualTo(-1);
    assertThat(origin.count()).isEqualTo(2);
    assertThat(origin.examples()).containsExactly(0, 2);
  }

  @Test
  void shouldFindTheOutputWhoseLossOverflows() {
    ComputationGraph graph = trainedOnce();
    labels[1].putScalar(2, 1, 1e25);
    graph.fit(new MultiDataSet(features, labels));
    assertThat(observer.origin(1))
        .isEqualTo(new NonFiniteOrigin(Place.SCORE, -1, -1, 1, List.of(2), 1, true, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "b", "one", "two"})
  void shouldFindTheLayerThatOverflows(String layer) {
    ComputationGraph graph = trainedOnce();
    features[0].getRow(1).assign(2);
    features[1].getRow(1).assign(2);
    graph.getLayer(layer).getParam("W").assign(3e38);
    graph.fit(new MultiDataSet(features, labels));
    NonFiniteOrigin origin = observer.origin(1);
    assertThat(origin.place()).isEqualTo(Place.ACTIVATION);
    assertThat(layerName(origin)).isEqualTo(layer);
    assertThat(origin.overflow()).isTrue();
    assertThat(origin.examples()).contains(1);
  }

  /** The one-class layer needs no labels, and keeps its output in their place. */
  @ParameterizedTest
  @CsvSource({"hidden, W", "out, w"})
  void shouldFindAWeightThatIsNaNBeforeAnOutputWithoutLabels(String layer, String weight) {
    ComputationGraph graph =
        graph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Sgd(0.01))
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.feedForward(2))
                .addLayer("hidden", new DenseLayer.Builder().nOut(3).build(), "in")
                .addLayer(
                    "out",
                    new OCNNOutputLayer.Builder()
                        .nIn(3)
                        .hiddenLayerSize(4)
                        .windowSize(100)
                        .activation(new ActivationSigmoid())
                        .build(),
                    "hidden")
                .setOutputs("out")
                .build());
    graph.setListeners(observer);
    graph.fit(new MultiDataSet(new INDArray[] {features[0]}, new INDArray[] {labels[0]}));
    graph.getLayer(layer).getParam(weight).putScalar(0, Float.NaN);
    graph.fit(new MultiDataSet(new INDArray[] {features[0]}, new INDArray[] {labels[0]}));

    NonFiniteOrigin origin = observer.origin(1);
    assertThat(origin.place()).isEqualTo(Place.WEIGHT);
    assertThat(layerName(origin)).isEqualTo(layer);
  }

  @Test
  void shouldRecomputeWithTheStateOfTheSegmentBefore() {
    ComputationGraph graph =
        graph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Sgd(0))
                .activation(Activation.IDENTITY)
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.recurrent(2))
                .addLayer("lstm", new LSTM.Builder().nOut(3).build(), "in")
                .addLayer(
                    "out", new RnnOutputLayer.Builder(LossFunction.MSE).nOut(2).build(), "lstm")
                .setOutputs("out")
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTForwardLength(4)
                .tBPTTBackwardLength(4)
                .build());
    INDArray series = Nd4j.ones(DataType.FLOAT, 2, 2, 12);
    INDArray targets = Nd4j.ones(DataType.FLOAT, 2, 2, 12);
    targets.putScalar(new int[] {1, 0, 6}, 1e30);
    graph.setListeners(observer);
    graph.fit(new org.nd4j.linalg.dataset.DataSet(series, targets));
    assertThat(observer.atGradient).hasSize(3);
    assertThat(observer.atGradient.get(0)).isNull();
    assertThat(observer.origin(1))
        .isEqualTo(new NonFiniteOrigin(Place.SCORE, -1, -1, 1, List.of(1), 1, true, 1));
  }
}
