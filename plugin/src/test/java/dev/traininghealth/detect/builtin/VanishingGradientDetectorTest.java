package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.diagnose.Advised;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VanishingGradientDetectorTest {
  private static final int HIDDEN = 6;

  private static SimulatedRun run(String activation) {
    return new SimulatedRun(
        LayoutBuilder.classifier(HIDDEN, activation), new VanishingGradientDetector());
  }

  /** Gradients that fade by a factor from each hidden layer to the one before it. */
  private static void fade(SimulatedRun run, MeasurementWriter m, double factor) {
    for (int layer = 0; layer < HIDDEN; layer++) {
      double norm = Math.pow(factor, layer + 1 - HIDDEN) * run.noise(0.3);
      SimulatedRun.gradient(m, run.layout(), layer, norm);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "20, false, vanishing WARNING layer0",
    "20, true, vanishing INFO layer0",
    "1.3, false, ''",
    "1, false, ''",
    "0.05, false, ''",
  })
  void shouldJudgeTheDepthProfileByTheScore(double factor, boolean learns, String expected) {
    SimulatedRun run = run("sigmoid");
    run.run(
        600,
        (m, i) -> {
          fade(run, m, factor);
          m.score = SimulatedRun.learning(learns ? i : 0) * run.noise(0.01);
        });

    assertThat(run.found().isEmpty() ? "" : run.found().get(run.found().size() - 1))
        .isEqualTo(expected);
  }

  /** A noisy score does not show within 190 iterations whether it falls by 5 %. */
  @ParameterizedTest
  @CsvSource({
    "1e-6, 1, WARNING",
    "1e-3, 1, INFO", // may start late
    "1e-6, 0.6, INFO", // learns
  })
  void shouldNotWaitForAFirstLayerThatHardlyChanges(double ratio, double share, String expected) {
    SimulatedRun run = run("sigmoid");
    SimulatedRun.ratios(run.next, ratio);
    run.run(
        190,
        (m, i) -> {
          fade(run, m, 4);
          // The output finds the mean of the labels first.
          m.score = (i < 40 ? 3 : share) * SimulatedRun.CHANCE * run.noise(0.6);
        });

    assertThat(run.found().get(run.found().size() - 1))
        .isEqualTo("vanishing " + expected + " layer0");
  }

  /**
   * Two branches of three layers that are listed one after the other. Along each branch the
   * gradient fades by the factor per layer; the list itself rises and falls.
   */
  @ParameterizedTest
  @CsvSource({"30, vanishing WARNING layer0", "1, ''"})
  void shouldFollowTheDepthInAGraphAndNotTheOrderOfTheLayers(double factor, String expected) {
    LayoutBuilder builder = new LayoutBuilder();
    for (int layer = 0; layer < 6; layer++) {
      builder.dense(1, "sigmoid").atDepth(layer % 3);
    }
    NetworkLayout layout = builder.output(10, "softmax", "LossMCXENT").atDepth(3).build();
    SimulatedRun run = new SimulatedRun(layout, new VanishingGradientDetector());
    run.run(
        600,
        (m, i) -> {
          for (int layer = 0; layer < 6; layer++) {
            double branch = layer < 3 ? 1 : 30; // the second has larger gradients altogether
            double norm = branch * Math.pow(factor, layer % 3 - 2) * run.noise(0.3);
            SimulatedRun.gradient(m, layout, layer, norm);
          }
          m.score = SimulatedRun.CHANCE * run.noise(0.01);
        });

    assertThat(run.found().isEmpty() ? "" : run.found().get(run.found().size() - 1))
        .isEqualTo(expected);
  }

  /** Six branches of one layer each are no depth, whatever their gradients are. */
  @Test
  void shouldNotTakeBranchesForDepth() {
    LayoutBuilder builder = new LayoutBuilder();
    for (int layer = 0; layer < HIDDEN; layer++) {
      builder.dense(1, "sigmoid").atDepth(0);
    }
    NetworkLayout layout = builder.output(10, "softmax", "LossMCXENT").atDepth(1).build();
    SimulatedRun run = new SimulatedRun(layout, new VanishingGradientDetector());
    run.run(600, (m, i) -> fade(run, m, 20));

    assertThat(run.found()).isEmpty();
  }

  @Test
  void shouldEndWhenGradientsReachTheFirstLayers() {
    SimulatedRun run = run("sigmoid");
    run.run(600, (m, i) -> fade(run, m, 20));
    run.run(2000, (m, i) -> fade(run, m, 1));

    assertThat(run.found()).contains("vanishing WARNING layer0");
    assertThat(run.latest()).allMatch(d -> d.isResolved() && d.endIteration() > 20);
  }

  @Test
  void shouldNotBeBlindAfterNonFiniteGradients() {
    SimulatedRun run = run("sigmoid");
    run.run(
        600,
        (m, i) -> {
          fade(run, m, 20);
          if (i % 50 == 7) {
            SimulatedRun.gradient(m, run.layout(), (int) (i % HIDDEN), Double.NaN);
          }
          m.score = i % 50 == 7 ? Double.NaN : SimulatedRun.CHANCE * run.noise(0.01);
        });

    assertThat(run.alarms()).containsExactly("vanishing WARNING layer0");
  }

  @Test
  void shouldNotSpeakOfDepthInAShallowNetwork() {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.classifier(1, "sigmoid"), new VanishingGradientDetector());
    SimulatedRun.gradient(run.next, run.layout(), 0, 1e-9);
    run.standStill(600);

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldFindLayersThatAreCutOff() {
    SimulatedRun run = run("tanh");
    run.learn(50);
    for (int layer = 0; layer <= 2; layer++) {
      SimulatedRun.gradient(run.next, run.layout(), layer, 0);
    }
    run.learn(30);

    assertThat(run.found()).containsExactly("vanishing WARNING layer0");
    assertThat(run.reported().get(0).iteration()).isBetween(50L, 70L);
    assertThat(run.reported().get(0).sentence())
        .isEqualTo(
            "The gradients of layers 0 (DenseLayer, tanh) to 2 (DenseLayer, tanh) are exactly 0:"
                + " these layers learn nothing.");
  }

  /** A gradient that was there was lost to something that threw the weights, not to depth. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldAdviseALowerRateFirstWhereTheGradientWasThere(boolean wasThere) {
    SimulatedRun run = run("tanh");
    Arrays.fill(run.next.learningRate, 0.1);
    if (wasThere) {
      run.run(50);
    }
    SimulatedRun.gradient(run.next, run.layout(), 0, 0);
    run.run(100);

    assertThat(run.alarms()).containsExactly("vanishing WARNING layer0");
    assertThat(Advised.updaters(run.reported().get(0).remedies()).isEmpty()).isEqualTo(!wasThere);
  }

  @Test
  void shouldLeaveWhatRectifiedUnitsCutOffToTheDetectorOfDeadUnits() {
    SimulatedRun run = run("relu");
    run.learn(50);
    SimulatedRun.gradient(run.next, run.layout(), 0, 0);
    run.learn(100);

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldTakeAMinibatchWithoutGradient() {
    SimulatedRun run = run("tanh");
    run.next.batchSize = 1000;
    run.run(300, (m, i) -> SimulatedRun.gradient(m, run.layout(), 1, i % 3 == 0 ? 0 : 1));

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldWaitForMoreThanAFewSmallMinibatches() {
    SimulatedRun run = run("tanh");
    run.next.batchSize = 1;
    SimulatedRun.gradient(run.next, run.layout(), 1, 0);
    run.run(20);
    assertThat(run.reported()).isEmpty();

    run.run(200);
    assertThat(run.found()).containsExactly("vanishing WARNING layer1");
    assertThat(run.reported().get(0).sentence())
        .isEqualTo(
            "The gradient of layer 1 (DenseLayer, tanh) is exactly 0: this layer learns nothing.");
  }

  @Test
  void shouldTakeALossThatHasNoSlopeAnyMore() {
    SimulatedRun run = run("relu");
    for (double norm : new double[] {1e-9, 0}) {
      for (int layer = 0; layer <= HIDDEN; layer++) {
        SimulatedRun.gradient(run.next, run.layout(), layer, norm);
      }
      run.run(100);
    }

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldNotMissTheGradientOfFrozenLayers() {
    NetworkLayout layout =
        new LayoutBuilder()
            .frozen(true)
            .dense(3, "relu")
            .frozen(false)
            .dense(3, "relu")
            .output(10, "softmax", "LossMCXENT")
            .build();
    SimulatedRun run = new SimulatedRun(layout, new VanishingGradientDetector());
    run.standStill(600);

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldTellTheSmallestSingularValue() {
    SimulatedRun run = run("sigmoid");
    run.next.largestSingularValue[2] = 0.0625;
    run.next.largestSingularValue[4] = 0.5;
    run.run(100, (m, i) -> fade(run, m, 20));

    assertThat(run.reported().get(0).sentence()).contains("singular value of 1_W is 0.0625");
  }
}
