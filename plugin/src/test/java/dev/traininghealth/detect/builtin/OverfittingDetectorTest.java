package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

final class OverfittingDetectorTest {
  private static final int EPOCH = 30;

  private final SimulatedRun run =
      new SimulatedRun(LayoutBuilder.classifier(2, "relu"), new OverfittingDetector());

  /** Trains 40 epochs, with a validation score after each. */
  private void train(IntToDoubleFunction validation) {
    run.run(
        40 * EPOCH,
        (m, i) -> {
          m.score = SimulatedRun.learning(i) * run.noise(0.05);
          if (i > 0 && i % EPOCH == 0) {
            m.validationScore = validation.applyAsDouble((int) i / EPOCH);
            m.validationIteration = i - 1;
            m.validationCount++;
          }
        });
  }

  @Test
  void shouldNameTheBestIteration() {
    train(epoch -> (1 + Math.abs(epoch - 10) / 40.0) * run.noise(0.01));

    assertThat(run.found()).containsExactly("overfitting INFO");
    assertThat(run.reported().get(0).iteration()).isBetween(14L * EPOCH, 20L * EPOCH);
    assertThat(run.reported().get(0).sentence()).contains("at iteration 299");
  }

  @Test
  void shouldWarnIfItIsWorseThanAConstantPrediction() {
    train(epoch -> (2 + epoch / 20.0) * run.noise(0.01));

    assertThat(run.alarms()).containsExactly("overfitting WARNING");
  }

  @Test
  void shouldSayNothingOfANetworkThatGeneralizes() {
    train(epoch -> (0.5 + Math.exp(-epoch / 5.0)) * run.noise(0.05));

    assertThat(run.found()).isEmpty();
  }

  /** Then both scores rise: the network does not learn by heart. */
  @Test
  void shouldSayNothingOfANetworkThatIsLost() {
    run.run(
        40 * EPOCH,
        (m, i) -> {
          m.score = 0.5 + i / 1000.0;
          if (i > 0 && i % EPOCH == 0) {
            m.validationScore = m.score;
            m.validationCount++;
          }
        });

    assertThat(run.found()).isEmpty();
  }
}
