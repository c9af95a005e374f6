package dev.traininghealth.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.NetworkBits;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A copy that repeats the steps of the live network is bit-identical to it. */
final class TrainableCopyTest {
  /** Two series, of three segments each if truncated; a copy starts with a series. */
  private static final int BEFORE = 6;

  private static final int STEPS = 20;
  private static final long SEED = 77;

  @ParameterizedTest
  @EnumSource
  void aCopyStepsAsTheNetworkDoes(LayerKinds kind) {
    check(kind.create(), kind.create(), kind.data());
  }

  @ParameterizedTest
  @EnumSource
  void aCopyOfaGraphStepsAsTheGraphDoes(LayerKinds kind) {
    check(NetworkBits.graph(kind.create()), NetworkBits.graph(kind.create()), kind.data());
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
