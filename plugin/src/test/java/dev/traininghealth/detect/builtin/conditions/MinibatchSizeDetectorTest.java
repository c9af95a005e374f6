package dev.traininghealth.detect.builtin.conditions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MinibatchSizeDetectorTest {
  private static final int ITERATIONS = 6_000;
  private static final int INTERVAL = 100;
  private static final double RATE = 0.1;

  /** Score of {@link SimulatedRun#learning} at its end. */
  private static final double FLOOR = 0.2;

  private static NetworkLayout layout(String updater, String clipping) {
    return new LayoutBuilder()
        .updater(updater)
        .clipping(clipping)
        .dense(2, "relu")
        .output(10, "softmax", "LossMCXENT")
        .build();
  }

  private static final class Run {
    NetworkLayout layout = layout("Sgd", "");
    int examples = 32;
    double low;
    double high = Double.POSITIVE_INFINITY;

    /** Share of the score's floor that is noise by the formula. */
    double noise;

    double rate = RATE;
    double age;
    boolean isFalling;
    int iterationsPerEpoch = ITERATIONS;

    SimulatedRun run() {
      SimulatedRun run = new SimulatedRun(layout, new MinibatchSizeDetector());
      return run.run(
          ITERATIONS,
          (m, i) -> {
            m.batchSize = examples;
            m.epoch = (int) (i / iterationsPerEpoch);
            Arrays.fill(m.learningRate, rate);
            double score = isFalling ? 2 / (1 + i / 500.0) : SimulatedRun.learning(i);
            m.score = score * run.noise(0.02);
            if (i >= 1000 && i % INTERVAL == 0) {
              double variance = noise * FLOOR * 4 * examples / RATE;
              m.noiseScale.set(i, (long) (i * (1 - age)), low, high, variance);
            }
          });
    }

    List<String> found() {
      return run().found();
    }
  }

  private static Run noisy() {
    Run run = new Run();
    run.low = 900;
    run.high = 3_000;
    run.noise = 0.3;
    return run;
  }

  private static Run large() {
    Run run = new Run();
    run.examples = 1024;
    run.low = 5;
    run.high = 20;
    return run;
  }

  @Test
  void shouldFindNoiseThatHoldsTheScoreUp() {
    assertThat(noisy().run().latest())
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.problem()).isEqualTo(Problem.MINIBATCH_SIZE);
              assertThat(d.severity()).isEqualTo(Severity.INFO);
              assertThat(d.isResolved()).isFalse();
              assertThat(d.message().english())
                  .startsWith("The score has stopped falling at 0.")
                  .contains(
                      "of it is noise of the steps on 32 examples", "only above 900 examples");
              assertThat(d.remedies()).hasSize(2);
              assertThat(d.remedies().get(0).code())
                  .isEqualTo("new ListDataSetIterator<>(examples, 128)");
              assertThat(d.remedies().get(1).learningRate()).isEqualTo(0.03);
            });
  }

  @Test
  void shouldFindMinibatchesThatRepeatThemselves() {
    assertThat(large().run().latest())
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.problem()).isEqualTo(Problem.MINIBATCH_SIZE);
              assertThat(d.severity()).isEqualTo(Severity.INFO);
              assertThat(d.message().english())
                  .contains("1,024 examples", "below 20 examples", "Steps on 64 examples");
              assertThat(d.remedies().get(0).code())
                  .isEqualTo("new ListDataSetIterator<>(examples, 64)");
            });
  }

  /** A small share of noise is usual, as is a noise scale far above the batch size. */
  @Test
  void shouldNotFindNoiseThatCostsLittle() {
    Run run = noisy();
    run.noise = 0.05;
    assertThat(run.found()).isEmpty();
  }

  @Test
  void shouldNotFindNoiseBesideAScoreThatFalls() {
    Run run = noisy();
    run.isFalling = true;
    assertThat(run.found()).isEmpty();
  }

  @Test
  void shouldNotFindNoiseThatMayBeSignal() {
    Run run = noisy();
    run.low = 20;
    assertThat(run.found()).isEmpty();
  }

  /** Minibatches without replacement: in each epoch their noise adds up to zero. */
  @Test
  void shouldNotFindNoiseThatCancelsWithinEpochs() {
    Run run = noisy();
    run.iterationsPerEpoch = 40;
    assertThat(run.found()).isEmpty();
    run = noisy();
    run.iterationsPerEpoch = 80;
    assertThat(run.found()).hasSize(1);
    run = noisy();
    run.high = Double.POSITIVE_INFINITY;
    assertThat(run.found()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"Adam, ''", "Sgd, ClipL2PerLayer"})
  void shouldNotFindNoiseOfStepsThatAreNotTheGradient(String updater, String clipping) {
    Run run = noisy();
    run.layout = layout(updater, clipping);
    assertThat(run.found()).isEmpty();
  }

  @Test
  void shouldNotJudgeByOldParameters() {
    for (Run run : List.of(noisy(), large())) {
      run.age = 0.6;
      assertThat(run.found()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"1024, 110", "64, 2"})
  void shouldNotFindMinibatchesThatMayBeOfUse(int examples, double high) {
    Run run = large();
    run.examples = examples;
    run.high = high;
    assertThat(run.found()).isEmpty();
  }

  @Test
  void shouldNotJudgeByFewMeasurements() {
    SimulatedRun run = new SimulatedRun(layout("Sgd", ""), new MinibatchSizeDetector());
    run.run(
        2_000,
        (m, i) -> {
          m.batchSize = 1024;
          if (i == 1_000 || i == 1_100) {
            m.noiseScale.set(i, i, 5, 20, 1);
          }
        });
    assertThat(run.found()).isEmpty();
  }

  @Test
  void shouldSayWhereTheNoiseIsNotMeasured() {
    NetworkLayout frozen =
        new LayoutBuilder().frozen(true).dense(1, "relu").frozen(false).output(2, "", "").build();
    assertThat(new MinibatchSizeDetector().requirement(frozen).notApplicable()).isNotNull();
  }
}
