package dev.traininghealth.detect.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Squared errors of single examples: their mean is 2.2 times their median, so that the two must not
 * be compared with each other.
 */
final class SkewedScoresTest {
  private static SimulatedRun run(long seed, double gain) {
    NetworkLayout regression = LayoutBuilder.withOutput(1, "identity", "LossMSE");
    SimulatedRun run = SimulatedRun.withAllDetectors(regression);
    Random random = new Random(seed);
    run.next.batchSize = 1;
    run.next.data.labelVariance = Double.NaN; // labels with steps
    run.run(
        3000,
        (m, i) -> {
          double error = random.nextGaussian();
          m.score = (1 - gain * (1 - Math.exp(-i / 500.0))) * error * error;
        });
    return run;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldNotSayThatAScoreRisesWhichStandsStill(long seed) {
    assertThat(run(seed, 0).alarms()).doesNotContain("exploding WARNING");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldNotSayThatAScoreStandsStillWhichHasFallenByHalf(long seed) {
    assertThat(run(seed, 0.5).alarms()).isEmpty();
  }
}
