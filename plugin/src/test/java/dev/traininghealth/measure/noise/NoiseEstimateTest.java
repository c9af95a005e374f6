package dev.traininghealth.measure.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bounds of the noise scale of normal gradients, whose noise scale is known. */
final class NoiseEstimateTest {
  private static final int DIMENSIONS = 40;
  private static final int EXAMPLES = 32;
  private static final int MINIBATCHES = 32;

  private final Random random = new Random(11);
  private final NoiseEstimate estimate = new NoiseEstimate();
  private final double[] sum = new double[DIMENSIONS];

  NoiseEstimateTest() {
    estimate.begin(EXAMPLES);
  }

  /** Adds the gradient of a minibatch by its definition. */
  private void add(double[] first, double[] second) {
    double difference = 0;
    double squared = 0;
    double product = 0;
    for (int d = 0; d < DIMENSIONS; d++) {
      double mean = (first[d] + second[d]) / 2;
      difference += (first[d] - second[d]) * (first[d] - second[d]);
      squared += mean * mean;
      product += mean * sum[d];
      sum[d] += mean;
    }
    estimate.add(difference, squared, product);
  }

  /** The gradient of half a minibatch if those of examples have variance 1 in each dimension. */
  private double[] half(double scale) {
    double[] gradient = new double[DIMENSIONS];
    double mean = 1 / Math.sqrt(scale);
    for (int d = 0; d < DIMENSIONS; d++) {
      gradient[d] = mean + random.nextGaussian() / Math.sqrt(EXAMPLES / 2.0);
    }
    return gradient;
  }

  @ParameterizedTest
  @CsvSource({"1", "10", "100", "300"})
  void shouldBoundTheNoiseScale(double scale) {
    for (int i = 0; i < MINIBATCHES; i++) {
      add(half(scale), half(scale));
    }
    assertThat(estimate.spread()).isCloseTo(DIMENSIONS, within(0.1 * DIMENSIONS));
    assertThat(estimate.low()).isBetween(scale / 2, scale);
    assertThat(estimate.high()).isBetween(scale, 3 * scale);
    assertThat(estimate.variance()).isBetween(0.8 * DIMENSIONS, 1.0 * DIMENSIONS);
  }

  @Test
  void shouldHaveOnlyALowerBoundIfTheGradientMayBeNoise() {
    for (int i = 0; i < MINIBATCHES; i++) {
      add(half(1e12), half(1e12));
    }
    assertThat(estimate.low()).isGreaterThan(10 * EXAMPLES);
    assertThat(estimate.high()).isInfinite();
  }

  /** All examples of a minibatch are of one class: its halves hardly differ, minibatches do. */
  @Test
  void shouldCountTheNoiseBetweenSortedMinibatches() {
    for (int i = 0; i < MINIBATCHES; i++) {
      double[] kind = half(30);
      add(kind.clone(), kind);
    }
    assertThat(estimate.spread()).isZero();
    assertThat(estimate.low()).isZero();
    assertThat(estimate.high()).isGreaterThan(10);
  }

  /** Nothing is known of a gradient that all minibatches share because they are the same one. */
  @Test
  void shouldHaveNoLowerBoundFromOneMinibatchAgainAndAgain() {
    for (int i = 0; i < MINIBATCHES; i++) {
      double[] first = half(30);
      double[] second = first.clone();
      for (int d = 0; d < DIMENSIONS; d++) {
        second[d] = 2 - first[d];
      }
      add(first, second);
    }
    assertThat(estimate.low()).isZero();
  }

  @Test
  void shouldKnowNothingOfFewMinibatchesOrZeroGradients() {
    for (int i = 0; i < MINIBATCHES; i++) {
      assertThat(estimate.low()).isNaN();
      assertThat(estimate.high()).isNaN();
      estimate.add(0, 0, 0);
    }
    estimate.begin(EXAMPLES);
    for (int i = 1; i < NoiseEstimate.MIN_MINIBATCHES; i++) {
      add(half(10), half(10));
      assertThat(estimate.low()).isNaN();
      assertThat(estimate.variance()).isNaN();
    }
    add(half(10), half(10));
    assertThat(estimate.low()).isPositive();
    estimate.add(Double.POSITIVE_INFINITY, 1, 1);
    assertThat(estimate.isFinite()).isFalse();
    assertThat(estimate.high()).isNaN();
  }
}
