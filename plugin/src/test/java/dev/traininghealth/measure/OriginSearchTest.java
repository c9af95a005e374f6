package dev.traininghealth.measure;

import static dev.traininghealth.measure.PoisonedNetworks.base;
import static dev.traininghealth.measure.PoisonedNetworks.data;
import static dev.traininghealth.measure.PoisonedNetworks.initialized;
import static dev.traininghealth.measure.PoisonedNetworks.network;
import static dev.traininghealth.measure.PoisonedNetworks.output;
import static dev.traininghealth.measure.PoisonedNetworks.scaled;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;
import static org.nd4j.linalg.indexing.NDArrayIndex.point;

import dev.traininghealth.Networks;
import dev.traininghealth.array.Kernel;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.NonFiniteOrigin.Place;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks of each kind that are poisoned in each way, and where it is found to have begun. */
class OriginSearchTest {
  private final OriginObserver observer = new OriginObserver();

  static Stream<Arguments> networksAndKernels() {
    return Arrays.stream(Networks.values())
        .flatMap(
            network -> Arrays.stream(Kernel.values()).map(kernel -> Arguments.of(network, kernel)));
  }

  @ParameterizedTest
  @EnumSource(Networks.class)
  void shouldFindNothingInAHealthyRun(Networks network) {
    MultiLayerNetwork net = network.create(new Adam(0.01), DataType.FLOAT);
    net.setListeners(observer);
    network.data(DataType.FLOAT).forEach(net::fit);
    assertThat(observer.atGradient).hasSizeGreaterThan(3).containsOnlyNulls();
    assertThat(observer.atUpdate).containsOnlyNulls();
  }

  @ParameterizedTest
  @MethodSource("networksAndKernels")
  void shouldFindNaNInOneFeatureOfOneRow(Networks network, Kernel kernel) {
    MultiLayerNetwork net = network.create(new Adam(0.01), DataType.FLOAT);
    OriginObserver own = new OriginObserver(kernel.binding());
    net.setListeners(own);
    List<DataSet> data = network.data(DataType.FLOAT);
    INDArray features = data.get(1).getFeatures();
    features.putScalar(features.length() - 1, Float.NaN); // last row, and last step of a series
    data.forEach(net::fit);

    int last = network == Networks.LSTM_TRUNCATED ? 5 : 1; // three segments a series
    assertThat(own.atGradient.subList(0, last)).containsOnlyNulls();
    NonFiniteOrigin origin = own.origin(last);
    int row = (int) features.size(0) - 1;
    assertThat(origin)
        .isEqualTo(
            new NonFiniteOrigin(
                Place.FEATURES, -1, -1, 1, List.of(row), 1, false, origin.largestFeature()));
    assertThat(origin.largestFeature()).isBetween(0.5, 10.0);
    assertThat(own.atUpdate.get(last)).isEqualTo(origin);
    assertThat(own.origin(last + 1).place()).as("the weights since then").isEqualTo(Place.WEIGHT);
  }

  @ParameterizedTest
  @EnumSource(Networks.class)
  void shouldFindNaNInALabel(Networks network) {
    MultiLayerNetwork net = network.create(new Adam(0.01), DataType.FLOAT);
    net.setListeners(observer);
    DataSet batch = network.data(DataType.FLOAT).get(0);
    batch.getLabels().putScalar(0, Float.NaN);
    net.fit(batch);
    NonFiniteOrigin origin = observer.origin(0);
    assertThat(origin.place()).isEqualTo(Place.LABELS);
    assertThat(origin.count()).isEqualTo(1);
    assertThat(origin.examples()).containsExactly(0);
    assertThat(origin.overflow()).isFalse();
  }

  /**
   * A step that is undone, as one that is skipped, leaves the state that its segment ended with.
   */
  @Test
  void shouldTellAPoisonedRecurrentStateFromAnOverflow() {
    MultiLayerNetwork net = Networks.LSTM_TRUNCATED.create(new Sgd(0.01), DataType.FLOAT);
    INDArray good = net.params().dup();
    net.setListeners(
        observer,
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            model.params().assign(good);
          }
        });
    DataSet batch = Networks.LSTM_TRUNCATED.data(DataType.FLOAT).get(0);
    batch.getFeatures().putScalar(new int[] {2, 0, 3}, Float.NaN); // the first segment's last step
    net.fit(batch);
    assertThat(observer.origin(0).place()).isEqualTo(Place.FEATURES);
    NonFiniteOrigin origin = observer.origin(1);
    assertThat(origin.place()).isEqualTo(Place.ACTIVATION);
    assertThat(origin.layer()).isEqualTo(0);
    assertThat(origin.examples()).containsExactly(2);
    assertThat(origin.overflow()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Networks.class)
  void shouldFindNaNInOneWeight(Networks network) {
    MultiLayerNetwork net = network.create(new Sgd(0.01), DataType.FLOAT);
    net.setListeners(observer);
    List<DataSet> data = network.data(DataType.FLOAT);
    net.fit(data.get(0));
    int before = observer.atGradient.size();
    net.getParam("1_" + (network == Networks.LENET ? "beta" : "b")).putScalar(2, Float.NaN);
    net.fit(data.get(1));
    NonFiniteOrigin origin = observer.origin(before);
    assertThat(origin.place()).isEqualTo(Place.WEIGHT);
    assertThat(origin.layer()).isEqualTo(1);
    assertThat(observer.layout().parameters().get(origin.parameter()).name()).isIn("b", "beta");
    assertThat(origin.count()).isEqualTo(1);
    assertThat(origin.examples()).isEmpty();
    assertThat(origin.overflow()).isFalse();
    assertThat(observer.atGradient.subList(0, before)).containsOnlyNulls();
  }

  /** Infinity into tanh gives 1: neither score nor gradient shows it, the weight's norm does. */
  @Test
  void shouldFindInfinityInAWeightThatNothingElseShows() {
    MultiLayerNetwork net =
        network(LossFunction.MCXENT, Activation.SOFTMAX, Activation.TANH, null, DataType.FLOAT);
    net.setListeners(observer);
    net.fit(data().get(0));
    net.getParam("0_W").putScalar(3, Float.POSITIVE_INFINITY);
    net.fit(data().get(0));
    assertThat(observer.atGradient.get(1)).isNull();
    assertThat(observer.atUpdate.get(0)).isNull();
    assertThat(observer.atUpdate.get(1))
        .isEqualTo(new NonFiniteOrigin(Place.WEIGHT, 0, 0, 1, List.of(), 0, false, Double.NaN));
  }

  @Test
  void shouldBlameTheUpdateForWhatItMakesOfGoodWeights() {
    MultiLayerNetwork net = Networks.MLP.create(new Adam(0.01), DataType.FLOAT);
    net.setListeners(observer);
    List<DataSet> data = Networks.MLP.data(DataType.FLOAT);
    net.fit(data.get(0));
    net.getUpdater().getStateViewArray().putScalar(1, Float.NaN);
    net.fit(data.get(1));
    assertThat(observer.atGradient.get(1)).isNull();
    assertThat(observer.atUpdate.get(1))
        .isEqualTo(new NonFiniteOrigin(Place.UPDATE, 0, 0, 1, List.of(), 0, true, Double.NaN));
  }

  static Stream<Arguments> oneRowAndAll() {
    return Stream.of(List.of(5), IntStream.range(0, 8).boxed().toList()).map(Arguments::of);
  }

  /** The score is the first to overflow: its terms are squares. */
  @ParameterizedTest
  @MethodSource("oneRowAndAll")
  void shouldFindFeaturesWhoseLossOverflows(List<Integer> rows) {
    MultiLayerNetwork net =
        network(LossFunction.MSE, Activation.IDENTITY, Activation.RELU, null, DataType.FLOAT);
    DataSet batch = scaled(data().get(0), rows, 1e30);
    net.setListeners(observer);
    net.fit(batch);
    NonFiniteOrigin origin = observer.origin(0);
    assertThat(origin.place()).isEqualTo(Place.SCORE);
    assertThat(origin.layer()).isEqualTo(-1);
    assertThat(origin.count()).isEqualTo(1);
    assertThat(origin.examples()).isEqualTo(rows);
    assertThat(origin.exampleCount()).isEqualTo(rows.size());
    assertThat(origin.overflow()).isTrue();
    assertThat(origin.largestFeature()).isBetween(1e29, 1e31);
  }

  /** After a search of activations the next one waits; what it leaves out must be told. */
  @Test
  void shouldTellWhetherActivationsWereLookedAt() {
    MultiLayerNetwork net =
        network(LossFunction.MSE, Activation.IDENTITY, Activation.RELU, null, DataType.FLOAT);
    INDArray good = net.params().dup();
    net.setListeners(
        observer,
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            model.params().assign(good);
          }
        });
    DataSet batch = scaled(data().get(0), List.of(5), 1e30);
    net.fit(batch);
    net.fit(batch);
    assertThat(observer.origin(0).place()).isEqualTo(Place.SCORE);
    assertThat(observer.origin(0).activationsUnseen()).isFalse();
    assertThat(observer.origin(1).place()).isEqualTo(Place.SCORE);
    assertThat(observer.origin(1).activationsUnseen()).isTrue();
  }

  /**
   * Softmax bounds the loss, so that all stays finite; the first gradient is of the size of 1e30.
   */
  @ParameterizedTest
  @MethodSource("oneRowAndAll")
  void shouldFindFeaturesWhoseGradientIsFiniteButTooLarge(List<Integer> rows) {
    MultiLayerNetwork net =
        network(LossFunction.MCXENT, Activation.SOFTMAX, Activation.IDENTITY, null, DataType.FLOAT);
    DataSet batch = scaled(data().get(0), rows, 1e30);
    net.setListeners(observer);
    net.fit(batch);
    NonFiniteOrigin origin = observer.origin(0);
    assertThat(origin)
        .isEqualTo(
            new NonFiniteOrigin(
                Place.FEATURES, -1, -1, 0, rows, rows.size(), true, origin.largestFeature()));
  }

  @Test
  void shouldFindTheLayerWhoseActivationsOverflow() {
    MultiLayerNetwork net =
        network(LossFunction.MCXENT, Activation.SOFTMAX, Activation.RELU, null, DataType.FLOAT);
    net.getParam("1_W").muli(1e20);
    net.getParam("0_W").assign(1e10);
    DataSet batch = data().get(0);
    batch.getFeatures().assign(1e-3);
    batch.getFeatures().getRow(3).assign(1e12);
    net.setListeners(observer);
    net.fit(batch);
    NonFiniteOrigin origin = observer.origin(0);
    assertThat(origin.place()).isEqualTo(Place.ACTIVATION);
    assertThat(origin.layer()).isEqualTo(1);
    assertThat(origin.parameter()).isEqualTo(-1);
    assertThat(origin.examples()).containsExactly(3);
    assertThat(origin.count()).isPositive();
    assertThat(origin.overflow()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("oneRowAndAll")
  void shouldFindHugePixels(List<Integer> rows) {
    MultiLayerNetwork net =
        initialized(
            base(Activation.IDENTITY, null, DataType.FLOAT)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(new BatchNormalization.Builder().build())
                .layer(output(LossFunction.MCXENT, Activation.SOFTMAX))
                .setInputType(InputType.convolutional(8, 8, 1)));
    DataSet batch = scaled(Networks.LENET.data(DataType.FLOAT).get(0), rows, 1e30);
    net.setListeners(observer);
    net.fit(batch);
    NonFiniteOrigin origin = requireNonNull(observer.atUpdate.get(0));
    assertThat(origin.examples()).isEqualTo(rows);
    assertThat(origin.overflow()).isTrue();
    assertThat(origin.largestFeature()).isBetween(1e29, 1e31);
  }

  @Test
  void shouldFindNothingWhereHugeFeaturesSaturate() {
    MultiLayerNetwork net = Networks.LENET.create(new Adam(0.01), DataType.FLOAT);
    net.setListeners(observer);
    net.fit(scaled(Networks.LENET.data(DataType.FLOAT).get(0), List.of(1), 1e30));
    assertThat(observer.atGradient).containsExactly((NonFiniteOrigin) null);
    assertThat(observer.atUpdate).containsExactly((NonFiniteOrigin) null);
  }

  @ParameterizedTest
  @MethodSource("oneRowAndAll")
  void shouldFindHugeValuesInOneSegmentOfASeries(List<Integer> rowsOfEight) {
    List<Integer> rows = rowsOfEight.size() == 1 ? List.of(2) : List.of(0, 1, 2, 3);
    MultiLayerNetwork net =
        initialized(
            base(Activation.IDENTITY, null, DataType.FLOAT)
                .list()
                .layer(new LSTM.Builder().nOut(5).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nOut(3)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.recurrent(3))
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTLength(4));
    DataSet batch = Networks.LSTM_TRUNCATED.data(DataType.FLOAT).get(0);
    for (int row : rows) {
      batch.getFeatures().get(point(row), all(), interval(4, 8)).assign(-1e30);
    }
    net.setListeners(observer);
    net.fit(batch);
    assertThat(observer.atGradient.get(0)).isNull();
    assertThat(observer.origin(1).examples()).isEqualTo(rows);
    assertThat(observer.origin(1).overflow()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("oneRowAndAll")
  void shouldFindHugePixelsWithoutBatchNorm(List<Integer> rows) {
    MultiLayerNetwork net =
        initialized(
            base(Activation.RELU, null, DataType.FLOAT)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(output(LossFunction.MSE, Activation.IDENTITY))
                .setInputType(InputType.convolutional(8, 8, 1)));
    DataSet batch = scaled(Networks.LENET.data(DataType.FLOAT).get(0), rows, 1e30);
    net.setListeners(observer);
    net.fit(batch);
    assertThat(observer.origin(0).place()).isEqualTo(Place.SCORE);
    assertThat(observer.origin(0).examples()).isEqualTo(rows);
  }

  @Test
  void shouldFindALossThatOverflowsByItsLabels() {
    MultiLayerNetwork net =
        network(LossFunction.MSE, Activation.IDENTITY, Activation.TANH, null, DataType.FLOAT);
    DataSet batch = data().get(0);
    batch.getLabels().putScalar(4, 0, 1e25f);
    net.setListeners(observer);
    net.fit(batch);
    NonFiniteOrigin origin = observer.origin(0);
    assertThat(origin.place()).isEqualTo(Place.SCORE);
    assertThat(origin.examples()).containsExactly(4);
    assertThat(origin.overflow()).isTrue();
  }

  @Test
  void shouldLookAtActivationsOfARunThatStaysBadMoreAndMoreSeldom() {
    MultiLayerNetwork net =
        network(LossFunction.MSE, Activation.IDENTITY, Activation.TANH, 1.0, DataType.FLOAT);
    net.setListeners(observer);
    DataSet batch = data().get(0);
    batch.getLabels().putScalar(4, 0, 1e25f);
    for (int i = 0; i < 20; i++) {
      net.fit(batch);
    }
    // Rows are found by computing again.
    assertThat(IntStream.range(0, 20).filter(i -> !observer.origin(i).examples().isEmpty()).boxed())
        .containsExactly(0, 2, 6, 14);
    assertThat(observer.atGradient).allMatch(o -> o != null && o.place() == Place.SCORE);
    net.fit(data().get(0));
    assertThat(observer.atGradient.get(20)).isNull();
  }
}
