package dev.traininghealth.measure;

import static dev.traininghealth.measure.PoisonedNetworks.data;
import static dev.traininghealth.measure.PoisonedNetworks.network;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A training in which origins were searched is the training without a listener. */
class PoisonedTrainingTest {
  private final OriginObserver observer = new OriginObserver();

  /**
   * All that a training leaves behind, to the bit; only of a score that is NaN the sign is left
   * out, which changes when the JVM compiles the sum.
   */
  private record Run(
      List<Integer> parameters, List<Integer> updaterState, List<Long> scores, List<Long> random) {}

  static Stream<Arguments> poisonedRuns() {
    List<Arguments> runs = new ArrayList<>();
    for (boolean iterator : new boolean[] {true, false}) {
      runs.add(Arguments.of("mlp", true, iterator));
      runs.add(Arguments.of("mlp", false, iterator));
      runs.add(Arguments.of("lenet", false, iterator));
    }
    runs.add(Arguments.of("lstm", false, true));
    return runs.stream();
  }

  @ParameterizedTest
  @MethodSource("poisonedRuns")
  void shouldLeaveEveryBitOfAPoisonedTrainingAsItWas(String kind, boolean clip, boolean iterator) {
    Run alone = run(kind, clip, iterator, null);
    Run observed = run(kind, clip, iterator, observer);
    assertThat(observed.scores).isEqualTo(alone.scores);
    assertThat(observed.random).isEqualTo(alone.random);
    assertThat(observed.equals(alone)).as("parameters and updater state").isTrue();
    assertThat(observer.atGradient).as("a search").anyMatch(o -> o != null);
  }

  private static Run run(
      String kind, boolean clip, boolean asIterator, @Nullable OriginObserver observer) {
    MultiLayerNetwork net;
    List<DataSet> data;
    if (kind.equals("mlp")) {
      // With clipping the weights stay finite, and dropout goes on drawing.
      net =
          network(
              LossFunction.MSE,
              Activation.IDENTITY,
              Activation.TANH,
              clip ? 1.0 : null,
              DataType.FLOAT);
      data = data();
      data.get(1).getLabels().putScalar(0, 1e25f);
    } else {
      Networks network = kind.equals("lenet") ? Networks.LENET : Networks.LSTM_TRUNCATED;
      net = network.create(new Adam(0.01), DataType.FLOAT);
      data = network.data(DataType.FLOAT);
      data.get(1).getFeatures().muli(3e38);
    }
    Nd4j.getRandom().setSeed(99);
    List<Long> scores = new ArrayList<>();
    if (observer != null) {
      net.setListeners(observer);
    }
    for (int epoch = 0; epoch < 2; epoch++) {
      if (asIterator) {
        net.fit(new ExistingDataSetIterator(data));
        scores.add(Double.doubleToLongBits(net.score()));
      } else {
        for (DataSet batch : data) {
          net.fit(batch);
          scores.add(Double.doubleToLongBits(net.score()));
        }
      }
    }
    return new Run(
        bits(net.params()),
        bits(net.getUpdater().getStateViewArray()),
        scores,
        List.of(Nd4j.getRandom().rootState(), Nd4j.getRandom().nodeState()));
  }

  private static List<Integer> bits(@Nullable INDArray array) {
    List<Integer> bits = new ArrayList<>();
    for (long i = 0; array != null && i < array.length(); i++) {
      bits.add(Float.floatToRawIntBits(array.getFloat(i)));
    }
    return bits;
  }
}
