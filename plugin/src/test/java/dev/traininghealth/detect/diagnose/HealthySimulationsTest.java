package dev.traininghealth.detect.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long healthy runs with all that is usual in them give no alarm, and one fault still does. */
final class HealthySimulationsTest {
  private static final int ITERATIONS = 20_000;
  private static final int HIDDEN = 20;
  private static final int MINIBATCHES_OF_AN_EPOCH = 97;

  private static final class Training implements SimulatedRun.Plan {
    private final NetworkLayout layout;
    private final Random random;

    Training(NetworkLayout layout, long seed) {
      this.layout = layout;
      random = new Random(seed);
    }

    /** Exponential tails to both sides, heavier than normal ones. */
    private double noise(double scale) {
      double magnitude = -scale * Math.log(1 - random.nextDouble());
      return random.nextBoolean() ? magnitude : -magnitude;
    }

    @Override
    public void set(MeasurementWriter m, long iteration) {
      m.batchSize = iteration % MINIBATCHES_OF_AN_EPOCH == 0 ? 9 : 32;
      double small = Math.sqrt(32.0 / m.batchSize);
      double learningRate = iteration < 8_000 ? 1e-2 : iteration < 14_000 ? 3e-3 : 1e-3;
      double floor = iteration < 8_000 ? 0.3 : iteration < 14_000 ? 0.22 : 0.2;
      double level = floor + 2 * Math.exp(-iteration / 1_500.0);
      m.score = level * Math.exp(noise(0.1 * small));
      double common = noise(0.15 * small);
      for (int layer = 0; layer <= HIDDEN; layer++) {
        double norm = Math.sqrt(level) * Math.exp(common + noise(0.15 * small) - 0.05 * layer);
        SimulatedRun.gradient(m, layout, layer, norm);
      }
      Arrays.fill(m.learningRate, learningRate);
      for (int p = 0; p < m.updateNorm.length; p++) {
        m.updateNorm[p] = 0.3 * learningRate * m.weightNorm[p] * Math.exp(common);
        m.weightNorm[p] *= 1 + 1e-5 * learningRate;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldRaiseNoAlarm(long seed) {
    NetworkLayout layout = LayoutBuilder.classifier(HIDDEN, "relu");
    SimulatedRun run = SimulatedRun.withAllDetectors(layout);
    Training training = new Training(layout, seed);
    run.run(
        ITERATIONS,
        (m, i) -> {
          training.set(m, i);
          run.measuresWeights = i % 10 == 0;
        });
    assertThat(run.alarms()).isEmpty();

    run.next.score = 1e4;
    SimulatedRun.gradient(run.next, layout, 7, 1e6);
    run.run(1);
    assertThat(run.alarms()).contains("exploding WARNING", "exploding WARNING 7_W");
  }
}
