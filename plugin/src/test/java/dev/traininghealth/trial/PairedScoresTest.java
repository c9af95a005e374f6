package dev.traininghealth.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PairedScoresTest {
  private static double[] scores(long seed, int n) {
    Random random = new Random(seed);
    return random.doubles(n, 0.1, 4).toArray();
  }

  private static double[] times(double[] scores, double factor) {
    return Arrays.stream(scores).map(s -> s * factor).toArray();
  }

  @Test
  void shouldDetectAGainOfAllExamplesAlthoughTheyDifferFarMore() {
    double[] first = scores(1, 128);

    PairedScores better = PairedScores.of(first, times(first, 0.9));

    assertThat(better.t()).isGreaterThan(10);
    assertThat(better.gain()).isBetween(0.05, 0.1);
    assertThat(PairedScores.of(times(first, 0.9), first).t()).isCloseTo(-better.t(), within(1e-9));
  }

  @Test
  void shouldFindNoGainInNoise() {
    double[] first = scores(1, 128);
    Random random = new Random(2);
    double[] second = Arrays.stream(first).map(s -> s + 0.3 * random.nextGaussian()).toArray();

    assertThat(Math.abs(PairedScores.of(first, second).t())).isLessThan(2.5);
  }

  @Test
  void shouldNotBeDecidedByOneExampleThatIsFarWorse() {
    double[] first = scores(1, 128);
    double[] second = times(first, 0.8);
    second[0] = 30 * first[0];

    assertThat(PairedScores.of(first, second).t()).isGreaterThan(3);
  }

  @Test
  void shouldHoldAtAnyScale() {
    double[] first = scores(1, 128);
    PairedScores usual = PairedScores.of(first, times(first, 0.9));

    for (double scale : new double[] {1e-200, 1e-8, 1e12, 1e200}) {
      PairedScores scaled = PairedScores.of(times(first, scale), times(times(first, 0.9), scale));
      assertThat(scaled.t()).isCloseTo(usual.t(), within(1e-6));
      assertThat(scaled.gain()).isCloseTo(usual.gain(), within(1e-6));
    }
  }

  @Test
  void shouldServeScoresBelowZero() {
    double[] first = times(scores(1, 128), -1);

    assertThat(PairedScores.of(first, times(first, 1.2)).t()).isGreaterThan(3);
    assertThat(PairedScores.of(first, times(first, 0.8)).t()).isLessThan(-3);
  }

  @Test
  void shouldPreferFiniteScores() {
    double[] finite = {1, 2, 3};
    double[] lost = {1, Double.NaN, 3};
    double[] other = {Double.POSITIVE_INFINITY};

    assertThat(PairedScores.of(lost, finite).t()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(PairedScores.of(finite, other).t()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(PairedScores.of(lost, other).t()).isZero();
    assertThat(PairedScores.of(finite, new double[0]).t()).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void shouldFindNoGainOfEqualScoresOrOneExample() {
    double[] scores = scores(1, 8);

    assertThat(PairedScores.of(scores, scores).t()).isZero();
    assertThat(PairedScores.of(new double[] {2}, new double[] {1}).t()).isZero();
    assertThat(PairedScores.of(new double[] {0, 0}, new double[] {0, 0}).t()).isZero();
  }

  @Test
  void shouldRefuseOtherExamples() {
    assertThatThrownBy(() -> PairedScores.of(new double[] {1, 2}, new double[] {1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 and 1");
  }
}
