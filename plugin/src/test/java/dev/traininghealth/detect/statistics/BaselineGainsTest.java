package dev.traininghealth.detect.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.numbers.MeasurementWriter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BaselineGainsTest {
  private final MeasurementWriter m = new MeasurementWriter(1, 1);
  private final BaselineGains gains = new BaselineGains();
  private final Random random = new Random(3);

  /** Minibatches whose scores differ by far more than the network has gained. */
  private void observe(int times, double gain, double noise) {
    for (int i = 0; i < times; i++) {
      m.comparisonIteration += 100;
      m.baselineScore = 2 * Math.exp(0.3 * random.nextGaussian());
      m.comparedScore = m.baselineScore * (1 - gain) + noise * random.nextGaussian();
      gains.observe(m.measurement());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, 0.01, true, true",
    "0.01, 0.001, false, true",
    "0, 0.2, false, false",
    "0.3, 5, false, false",
    "-0.5, 0.01, false, false",
  })
  void shouldJudgeTheGainOnTheSameMinibatches(
      double gain, double noise, boolean clearlyBetter, boolean better) {
    observe(10, gain, noise);

    assertThat(gains.isClearlyBetter()).isEqualTo(clearlyBetter);
    assertThat(gains.isBetter()).isEqualTo(better);
  }

  @Test
  void shouldJudgeNothingFromTheFirst() {
    assertThat(gains.iterations()).isZero();
    observe(1, 0.9, 0);

    assertThat(gains.isClearlyBetter()).isFalse();
    assertThat(gains.isBetter()).isFalse();
    assertThat(gains.count()).isEqualTo(1);
  }

  @Test
  void shouldTellGainAndSpan() {
    m.baselineIteration = 0;
    m.comparisonIteration = 0;
    observe(10, 0.25, 0);

    assertThat(gains.relativeGain()).isCloseTo(0.25, within(0.05));
    assertThat(gains.iterations()).isEqualTo(1000);
  }

  @Test
  void shouldLeaveOutWhatIsNotFinite() {
    observe(5, 0.5, 0.01);
    double gain = gains.relativeGain();
    m.comparedScore = Double.NaN;
    gains.observe(m.measurement());
    m.comparedScore = Double.POSITIVE_INFINITY;
    gains.observe(m.measurement());

    assertThat(gains.count()).isEqualTo(5);
    assertThat(gains.relativeGain()).isEqualTo(gain);
  }

  @Test
  void shouldBeginAnewWithAnotherCopy() {
    observe(10, 0.5, 0.01);
    m.baselineIteration = 2000;
    observe(4, 0, 0.2);

    assertThat(gains.count()).isEqualTo(4);
    assertThat(gains.relativeGain()).isCloseTo(0, within(0.3));
    assertThat(gains.isClearlyBetter()).isFalse();

    observe(4, 0.5, 0.01);
    gains.reset();
    assertThat(gains.count()).isZero();
    assertThat(gains.isClearlyBetter()).isFalse();
  }

  /** One baseline after the other is fooled by data that change, as that of a discriminator. */
  @ParameterizedTest
  @CsvSource({"0, 0", "0.2, 0.81"}) // 0.2 + 0.4 + 0.4, less three standard errors
  void shouldAddUpHowFarUnchangedNetworksRise(double rise, double expectedRise) {
    for (int baseline = 0; baseline < 3; baseline++) {
      m.baselineIteration = m.comparisonIteration;
      for (int i = 0; i < 5; i++) {
        m.comparisonIteration += 10;
        m.baselineScore = 1 + rise * i;
        m.comparedScore = 1;
        gains.observe(m.measurement());
      }
    }

    assertThat(gains.frozenRise()).isCloseTo(expectedRise, within(1e-3));
    assertThat(gains.loss()).isCloseTo(-2 * rise, within(1e-9));
    assertThat(gains.areRecent(m.comparisonIteration - 20)).isTrue();
    assertThat(gains.areRecent(m.comparisonIteration - 19)).isFalse();
  }
}
