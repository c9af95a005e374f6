package dev.traininghealth.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.NetworkBits;
import dev.traininghealth.parity.Training;
import dev.traininghealth.parity.Trainings;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A copy that repeats the steps of the live network is bit-identical to it. */
final class TrainableCopyTest {
  /** Two series, of three segments each if truncated; a copy starts with a series. */
  private static final int BEFORE = 6;

  private static final int STEPS = 6;
  private static final long SEED = 77;

  static Stream<Training> networks() {
    return Trainings.networks();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aCopyStepsAsTheNetworkDoes(Training row) {
    check(row.create(), row.create(), row.data());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aCopyOfaGraphStepsAsTheGraphDoes(Training row) {
    check(graph(row), graph(row), row.data());
  }

  private static Model graph(Training row) {
    return NetworkBits.graph((MultiLayerNetwork) row.create());
  }

  private static void check(Model live, Model alone, List<DataSet> data) {
    Nd4j.getRandom().setSeed(SEED);
    train(alone, data);
    Nd4j.getRandom().setSeed(SEED);
    try (CopiedSteps steps = new CopiedSteps(BEFORE - 1)) {
      live.setListeners(steps);
      train(live, data);
      TrainableCopy copy = steps.replayed();

      assertThat(steps.steps()).isGreaterThanOrEqualTo(STEPS);
      assertThat(NetworkBits.of(copy.model())).as("the copy").isEqualTo(NetworkBits.of(live));
      assertThat(NetworkBits.of(live)).as("a run without a copy").isEqualTo(NetworkBits.of(alone));
    }
  }

  private static void train(Model model, List<DataSet> data) {
    for (int i = 0; i < BEFORE + STEPS; i++) {
      NetworkBits.fit(model, data.get(i % data.size()));
    }
  }
}
