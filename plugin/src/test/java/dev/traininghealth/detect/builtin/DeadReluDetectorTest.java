package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DeadReluDetectorTest {
  @ParameterizedTest
  @CsvSource({
    "relu, 1, true, dead_relu WARNING layer1",
    "relu, 1, false, dead_relu WARNING layer1",
    "relu6, 1, true, dead_relu WARNING layer1",
    "relu, 0.98, false, dead_relu WARNING layer1",
    "relu, 0.98, true, dead_relu INFO layer1",
    "relu, 0.9, false, dead_relu INFO layer1", // as much as is allowed
    "relu, 0.5, false, ''",
    "relu, 0.2, false, ''",
    "relu, 0, false, ''",
    "relu, NaN, false, ''",
    "leakyrelu, 1, false, ''",
    "tanh, 1, false, ''",
    "'', 1, false, ''",
  })
  void shouldJudgeSilentUnitsByTheirShareAndTheScore(
      String activation, double share, boolean learns, String expected) {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.classifier(3, activation), new DeadReluDetector());
    run.run(200, (m, i) -> m.score = SimulatedRun.learning(learns ? i : 0) * run.noise(0.01));
    run.next.silentUnitFraction[1] = share;
    run.run(200, (m, i) -> m.score = SimulatedRun.learning(learns ? i : 0) * run.noise(0.01));

    assertThat(String.join("", run.found())).isEqualTo(expected);
    assertThat(run.reported())
        .allMatch(d -> d.observed() == share && d.iteration() >= 200 && d.iteration() < 240)
        .allMatch(d -> d.comparison() == (share == 1 ? Comparison.EQUAL : Comparison.ABOVE))
        .allMatch(d -> share == 1 ? d.threshold() == 1 : d.threshold() < share);
  }

  /** Every layer's gradient is 0 from the first example on. */
  @ParameterizedTest
  @CsvSource({"2.3, dead_relu WARNING layer2", "0, ''"})
  void shouldSeeANetworkThatIsDeadAtTheStartAfterEightExamples(double score, String expected) {
    SimulatedRun run =
        new SimulatedRun(
            new LayoutBuilder().dense(2, "relu").output(3, "relu", "LossMSE").build(),
            new DeadReluDetector());
    run.next.batchSize = 1;
    run.next.score = score;
    Arrays.fill(run.next.gradientNorm, 0);
    run.run(10);

    assertThat(String.join("", run.found())).isEqualTo(expected);
    assertThat(run.reported()).allMatch(d -> d.iteration() == 7);
  }

  /** A tenth, or as much as the largest update was above the usual ratio. */
  @ParameterizedTest
  @CsvSource({"Sgd, 0.05, 1e-4", "Sgd, 0.5, 2e-5", "Adam, 0.5, 1e-4"})
  void shouldLowerTheRateByAsMuchAsTheLargestUpdateWasTooLarge(
      String updater, double ratio, double rate) {
    SimulatedRun run =
        new SimulatedRun(
            new LayoutBuilder()
                .updater(updater)
                .dense(2, "relu")
                .output(3, "relu", "LossMSE")
                .build(),
            new DeadReluDetector());
    SimulatedRun.ratios(run.next, ratio);
    run.run(1);
    SimulatedRun.ratios(run.next, 1e-3);
    Arrays.fill(run.next.gradientNorm, 0);
    run.run(20);

    assertThat(run.reported().get(0).remedies().get(0).learningRate()).isEqualTo(rate);
  }

  /** A rate is to blame only if the layers were updated before their gradient became 0. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldLowerNoRateIfTheLayersHaveNeverBeenUpdated(boolean hasFlowed) {
    SimulatedRun run =
        new SimulatedRun(
            new LayoutBuilder().dense(2, "relu").output(3, "relu", "LossMSE").build(),
            new DeadReluDetector());
    if (hasFlowed) {
      run.run(1);
    }
    Arrays.fill(run.next.gradientNorm, 0);
    run.run(20);

    assertThat(run.reported()).hasSize(1);
    assertThat(run.reported().get(0).remedies().stream().anyMatch(Remedy::namesRate))
        .isEqualTo(hasFlowed);
  }

  @Test
  void shouldEndWhenUnitsHaveComeBackAndNotBefore() {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.classifier(3, "relu"), new DeadReluDetector());
    run.next.silentUnitFraction[1] = 1;
    run.learn(5000);
    assertThat(run.reported()).hasSize(1);
    assertThat(run.reported().get(0).iteration()).isZero();

    run.next.silentUnitFraction[1] = 0.1;
    run.learn(5000);
    assertThat(run.found()).containsExactly("dead_relu WARNING layer1");
    assertThat(run.latest().get(0).endIteration()).isGreaterThan(5000);
  }

  @Test
  void shouldFindEachLayer() {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.classifier(3, "relu"), new DeadReluDetector());
    run.next.silentUnitFraction[0] = 1;
    run.next.silentUnitFraction[2] = 1;
    run.learn(100);

    assertThat(run.found()).containsExactly("dead_relu WARNING layer0", "dead_relu WARNING layer2");
  }

  @Test
  void shouldFindLayersWhoseGradientRectifiedUnitsCutOff() {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.classifier(6, "relu"), new DeadReluDetector());
    run.learn(50);
    for (int layer = 0; layer <= 2; layer++) {
      SimulatedRun.gradient(run.next, run.layout(), layer, 0);
    }
    run.learn(30);

    assertThat(run.found()).containsExactly("dead_relu WARNING layer2");
    assertThat(run.reported().get(0).iteration()).isBetween(50L, 70L);
    assertThat(run.reported().get(0).sentence())
        .isEqualTo(
            "The gradients of layers 0 (DenseLayer, relu) to 2 (DenseLayer, relu) are exactly 0:"
                + " these layers learn nothing. No unit of layer 2 (DenseLayer, relu) is active.");
  }

  @Test
  void shouldWaitForMoreThanAFewSmallMinibatchesWithoutGradient() {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.classifier(6, "relu"), new DeadReluDetector());
    run.next.batchSize = 1;
    SimulatedRun.gradient(run.next, run.layout(), 1, 0);
    run.run(20);
    assertThat(run.reported()).isEmpty();

    run.run(200);
    assertThat(run.found()).containsExactly("dead_relu WARNING layer1");
    assertThat(run.reported().get(0).sentence())
        .isEqualTo(
            "The gradient of layer 1 (DenseLayer, relu) is exactly 0: this layer learns nothing. No"
                + " unit of layer 1 (DenseLayer, relu) is active.");
  }

  @Test
  void shouldLeaveWhatOtherUnitsCutOffToTheDetectorOfVanishingGradients() {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.classifier(6, "tanh"), new DeadReluDetector());
    run.learn(50);
    SimulatedRun.gradient(run.next, run.layout(), 1, 0);
    run.learn(100);

    assertThat(run.reported()).isEmpty();
  }
}
