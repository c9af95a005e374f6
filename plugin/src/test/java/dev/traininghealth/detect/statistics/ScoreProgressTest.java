package dev.traininghealth.detect.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScoreProgressTest {
  private static ScoreProgress of(int scores, double start, IntToDoubleFunction score) {
    ScoreBlocks blocks = new ScoreBlocks();
    for (int i = 0; i < scores; i++) {
      blocks.observe(score.applyAsDouble(i));
    }
    ScoreProgress progress = new ScoreProgress(blocks);
    progress.update(start, 0);
    return progress;
  }

  @Test
  void shouldJudgeNothingWhileThereIsTooLittle() {
    ScoreProgress progress = of(5, 1, i -> 0);

    assertThat(progress.isKnown()).isFalse();
    assertThat(progress.hasFallenBy(0)).isFalse();
    assertThat(progress.hasFallenLessThan(0.5)).isFalse();
    assertThat(progress.isFlat(0.5)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // from, to, noise, has fallen by 5 %, has not fallen by 5 %, is flat to 5 %
    "1, 1, 0.02, false, true, true",
    "1, 0.2, 0.02, true, false, false",
    "1, 0.2, 0.3, true, false, false",
    "1, 3, 0.02, false, true, true",
    "1, 1, 8, false, false, false",
    "-1, -5, 0.02, true, false, false",
    "-1, -1, 0.02, false, true, true",
  })
  void shouldJudgeOnlyBeyondDoubt(
      double from, double to, double noise, boolean fallen, boolean notFallen, boolean flat) {
    Random random = new Random(11);
    ScoreProgress progress =
        of(2000, from, i -> from + (to - from) * i / 2000 + noise * random.nextGaussian());

    assertThat(progress.hasFallenBy(0.05)).isEqualTo(fallen);
    assertThat(progress.hasFallenLessThan(0.05)).isEqualTo(notFallen);
    assertThat(progress.isFlat(0.05)).isEqualTo(flat);
  }

  @Test
  void shouldMeasureTheCourseOfTheScore() {
    ScoreProgress progress = of(2048, 10, i -> 10 - i / 256.0);

    assertThat(progress.start()).isEqualTo(10);
    assertThat(progress.recent()).isCloseTo(3, within(0.1));
    assertThat(progress.gain()).isCloseTo(7, within(0.1));
    assertThat(progress.recentGain()).isCloseTo(2, within(0.1));
    assertThat(progress.best()).isEqualTo(progress.recent());
  }

  @Test
  void shouldRememberTheBest() {
    ScoreProgress progress = of(2048, 10, i -> Math.abs(i - 1024) / 256.0);

    assertThat(progress.best()).isCloseTo(0.5, within(0.1));
    assertThat(progress.recent()).isCloseTo(3, within(0.1));
  }

  @Test
  void shouldNotTakeATrendForNoise() {
    Random random = new Random(11);
    ScoreProgress flat = of(2000, 1, i -> 1 + 0.1 * random.nextGaussian());
    ScoreProgress falling = of(2000, 1, i -> 1 - i / 2500.0 + 0.1 * random.nextGaussian());

    assertThat(falling.error()).isLessThan(3 * flat.error());
    assertThat(flat.error()).isBetween(0.1 / Math.sqrt(500) / 2, 0.1 / Math.sqrt(500) * 2);
  }
}
