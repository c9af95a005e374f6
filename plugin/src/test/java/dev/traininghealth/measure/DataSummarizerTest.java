package dev.traininghealth.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.Networks;
import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.DataRecord;
import dev.traininghealth.numbers.MeasurementWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The summary of the data, compared with plain loops. */
class DataSummarizerTest {
  private final MeterListener listener = new MeterListener();

  @ParameterizedTest
  @EnumSource(Networks.class)
  void shouldSumUpTheMinibatchesOfEachNetwork(Networks network) {
    MultiLayerNetwork net = network.create(new Sgd(0.01), DataType.FLOAT);
    net.setListeners(listener);
    List<INDArray> features = new ArrayList<>();
    for (DataSet batch : network.data(DataType.FLOAT)) {
      net.fit(batch);
      features.add(batch.getFeatures());
    }
    DataRecord data = listener.measurement().data;
    boolean truncated = network == Networks.LSTM_TRUNCATED;
    assertThat(data.minibatches).isEqualTo(truncated ? 9 : 4);
    Plain plain = new Plain(features);
    assertThat(data.featureMin).isEqualTo(plain.min);
    assertThat(data.featureMax).isEqualTo(plain.max);
    assertThat(data.featureMean).isCloseTo(plain.mean, withPercentage(1e-6));
    assertThat(data.featureStandardDeviation).isCloseTo(plain.deviation, withPercentage(1e-6));
    assertThat(data.featureColumns)
        .isEqualTo(network == Networks.MLP ? 6 : network == Networks.LENET ? 64 : 3);
    assertThat(data.constantFeatureColumns).isZero();
    assertThat(data.labelMin).isZero();
    assertThat(data.labelMax).isEqualTo(1);
    assertThat(data.labelColumns).isEqualTo(3);
  }

  @Test
  void shouldFindColumnsThatNeverChange() {
    INDArray features = gaussian(12, 6);
    features.putColumn(2, Nd4j.valueArrayOf(12, 0.5f));
    features.putColumn(5, Nd4j.zeros(DataType.FLOAT, 12));
    features.putScalar(11, 5, 1); // constant but for the last example
    INDArray labels = gaussian(12, 2);
    MultiLayerNetwork net = linear();
    net.fit(part(features, labels, 0, 9));
    DataRecord data = listener.measurement().data;
    assertThat(data.constantFeatureColumns).as("nine examples are too few").isZero();
    net.fit(part(features, labels, 0, 9));
    assertThat(data.constantFeatureColumns).as("nor do they twice").isZero();
    net.fit(part(features, labels, 9, 11));
    assertThat(data.constantFeatureColumns).isEqualTo(2);
    net.fit(part(features, labels, 11, 12));
    assertThat(data.constantFeatureColumns).isEqualTo(1);
    assertThat(data.featureColumns).isEqualTo(6);
  }

  @Test
  void shouldLeaveOutWhatIsNotFinite() {
    INDArray features = Nd4j.ones(DataType.FLOAT, 4, 6).muli(1e8f);
    features.putRow(1, Nd4j.valueArrayOf(6, 1e8f + 64));
    features.putScalar(0, 0, Float.NaN).putScalar(3, 4, Float.NEGATIVE_INFINITY);
    linear().fit(new DataSet(features, Nd4j.zeros(DataType.FLOAT, 4, 2)));
    DataRecord data = listener.measurement().data;
    assertThat(data.featureMin).isEqualTo(1e8);
    assertThat(data.featureMax).isEqualTo(1e8 + 64);
    // 6 of 22 numbers are 64 above the others.
    assertThat(data.featureMean).isCloseTo(1e8 + 64 * 6 / 22.0, withPercentage(1e-12));
    assertThat(data.featureStandardDeviation)
        .isCloseTo(64 * Math.sqrt(6.0 * 16 / 22 / 21), withPercentage(1e-6));
  }

  @ParameterizedTest
  @CsvSource({"3, 100, 110, 125", "1000, 20, 45, 60"})
  void shouldReadTheFirstMinibatchesAndThenAFew(int size, int first, int fewest, int most) {
    MultiLayerNetwork net = linear();
    DataSet batch = new DataSet(gaussian(size, 6), gaussian(size, 2));
    for (int i = 0; i < 501; i++) {
      net.fit(batch);
      if (i == first - 1) {
        assertThat(listener.measurement().data.minibatches).isEqualTo(first);
      }
    }
    assertThat(listener.measurement().data.minibatches).isBetween(fewest, most);
  }

  /** A minibatch in every 125th iteration is always the same in epochs of 125. */
  @Test
  void shouldReadEachPartOfSortedData() {
    MultiLayerNetwork net = linear();
    for (int i = 0; i < 500; i++) {
      INDArray labels = Nd4j.zeros(DataType.FLOAT, 8, 2);
      labels.getColumn(i % 125 < 63 ? 0 : 1).assign(1);
      net.fit(new DataSet(gaussian(8, 6), labels));
    }
    DataRecord data = listener.measurement().data;
    assertThat(data.uniformLabelMinibatches).isEqualTo(data.comparedLabelMinibatches);
    assertThat(data.labelChanges).isZero();
    assertThat(data.largestLabelShare).isBetween(0.5, 0.9);
    assertThat(data.labelVectors).isEqualTo(8L * data.minibatches);
  }

  @Test
  void shouldNameAnExampleFarOutsideTheScaleOfTheOthers() {
    MultiLayerNetwork net = linear();
    for (int i = 0; i < 6; i++) {
      INDArray features = gaussian(12, 6);
      if (i == 4) {
        features.getRow(7).muli(50);
      }
      net.fit(new DataSet(features, gaussian(12, 2).addi(3)));
    }
    DataRecord data = listener.measurement().data;
    assertThat(data.outlierExamples).isEqualTo(1);
    assertThat(data.outlierExample).isEqualTo(7);
    assertThat(data.outlierScale).isBetween(20.0, 100.0);
    assertThat(data.featureRank).isEqualTo(2);
    assertThat(data.labelMean).isBetween(2.5, 3.5);
    assertThat(data.labelStandardDeviation).isBetween(0.8, 1.2);
  }

  @Test
  void shouldNotCallANewScaleOutliers() {
    MultiLayerNetwork net = linear();
    for (int i = 0; i < 6; i++) {
      net.fit(new DataSet(gaussian(12, 6).muli(i < 4 ? 1 : 100), gaussian(12, 2)));
    }
    assertThat(listener.measurement().data.outlierExamples).isZero();
  }

  @Test
  void shouldReadPartOfAHugeMinibatch() {
    INDArray features = Nd4j.create(DataType.FLOAT, 30, 40_000);
    features.getColumn(20_000).assign(gaussian(30, 1).reshape(30));
    DataRecord summary = new MeasurementWriter(1, 1).data;
    DataSummarizer summarizer = new DataSummarizer(summary, ArrayBinding.ofBackend());
    MultiLayerNetwork net = linear();
    net.setInput(features);
    net.setLabels(gaussian(30, 2));
    summarizer.minibatch(Network.of(net).minibatch(), false, false);
    assertThat(summary.featureColumns).isEqualTo(10_000);
    assertThat(summary.constantFeatureColumns).isEqualTo(9_999);
    net.setInput(gaussian(30, 5));
    summarizer.minibatch(Network.of(net).minibatch(), false, false);
    assertThat(summary.featureColumns).as("columns are no longer the same").isZero();
    assertThat(summary.constantFeatureColumns).isZero();
  }

  @Test
  void shouldLeaveOutMaskedStepsOfAGraph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(0.01))
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.recurrent(2))
                .addLayer(
                    "out",
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nOut(3)
                        .build(),
                    "in")
                .setOutputs("out")
                .build());
    graph.init();
    graph.setListeners(listener);
    INDArray features = Nd4j.ones(DataType.FLOAT, 4, 2, 5);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 4, 3, 5);
    labels.get(NDArrayIndex.all(), NDArrayIndex.point(1), NDArrayIndex.all()).assign(1);
    INDArray mask = Nd4j.ones(DataType.FLOAT, 4, 5);
    for (int step = 2; step < 5; step++) { // padding that would show
      mask.putScalar(1, step, 0);
      features.putScalar(new int[] {1, 0, step}, -100);
      labels.putScalar(new int[] {1, 0, step}, 7);
    }
    graph.fit(new DataSet(features, labels, mask, mask));
    DataRecord data = listener.measurement().data;
    assertThat(data.featureMin).isEqualTo(1);
    assertThat(data.labelMax).isEqualTo(1);
    assertThat(data.labelColumns).isEqualTo(3);
  }

  private MultiLayerNetwork linear() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(1e-9))
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(6)
                        .nOut(2)
                        .build())
                .build());
    net.init();
    net.setListeners(listener);
    return net;
  }

  private static DataSet part(INDArray features, INDArray labels, int from, int to) {
    return new DataSet(
        features.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()),
        labels.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()));
  }

  private static INDArray gaussian(int rows, int columns) {
    Random random = new Random(7);
    INDArray array = Nd4j.create(DataType.FLOAT, rows, columns);
    for (int i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextGaussian());
    }
    return array;
  }

  /** Two passes over everything. */
  private static final class Plain {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    final double mean;
    final double deviation;

    Plain(List<INDArray> arrays) {
      List<Double> values = new ArrayList<>();
      for (INDArray array : arrays) {
        for (int i = 0; i < array.length(); i++) {
          values.add(array.getDouble(i));
        }
      }
      double sum = 0;
      for (double value : values) {
        min = Math.min(min, value);
        max = Math.max(max, value);
        sum += value;
      }
      mean = sum / values.size();
      double squares = 0;
      for (double value : values) {
        squares += (value - mean) * (value - mean);
      }
      deviation = Math.sqrt(squares / (values.size() - 1));
    }
  }
}
