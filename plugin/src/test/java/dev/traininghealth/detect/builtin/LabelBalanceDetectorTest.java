package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LabelBalanceDetectorTest {
  private static SimulatedRun run(long units, String activation, String loss, double share) {
    SimulatedRun run =
        new SimulatedRun(
            LayoutBuilder.withOutput(units, activation, loss), new LabelBalanceDetector());
    run.next.data.labelColumns = (int) units;
    run.next.data.labelMean = units == 1 ? share : 1.0 / units;
    run.next.data.labelVectors = 640;
    run.next.data.largestLabelShare = share;
    run.next.data.comparedLabelMinibatches = 20;
    run.next.data.labelChanges = 10;
    return run;
  }

  @ParameterizedTest
  @CsvSource({
    "2, softmax, LossMCXENT, 0.88, 640, imbalanced_labels INFO",
    "2, softmax, LossMCXENT, 0.5, 640, ''",
    "2, softmax, LossMCXENT, 0.88, 40, ''", // chance
    "1, sigmoid, LossBinaryXENT, 0.9, 640, imbalanced_labels INFO",
    "1, identity, LossMSE, 0.9, 640, ''", // no class
    "10, softmax, LossMCXENT, 0.85, 6400, imbalanced_labels INFO",
    "10, softmax, LossMCXENT, 0.8, 6400, ''",
    "10, softmax, LossMCXENT, 0.3, 6400, ''",
  })
  void shouldFindAClassThatIsFarMoreFrequent(
      long units, String activation, String loss, double share, long labels, String expected) {
    SimulatedRun run = run(units, activation, loss, share);
    run.next.data.labelVectors = labels;
    run.run(200);

    assertThat(problems(run)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "20, 1, 0.9, 32, unshuffled_examples INFO",
    "15, 4, 0.1, 16, unshuffled_examples INFO", // where a class ends, a minibatch holds two
    "9, 1, 0.5, 32, ''",
    "20, 19, 0.5, 32, ''", // two kinds in turn
    "20, 1, 0.995, 8, ''", // the other class is rare
  })
  void shouldFindExamplesInOrder(
      int uniform, int changes, double share, int batchSize, String expected) {
    SimulatedRun run = run(10, "softmax", "LossMCXENT", share);
    run.next.batchSize = batchSize;
    run.next.data.uniformLabelMinibatches = uniform;
    run.next.data.labelChanges = changes;
    run.run(90);

    assertThat(problems(run)).isEqualTo(expected);
  }

  private static String problems(SimulatedRun run) {
    return String.join(
        "", run.latest().stream().map(d -> d.problem() + " " + d.severity()).toList());
  }
}
