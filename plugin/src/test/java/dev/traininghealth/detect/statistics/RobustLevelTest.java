package dev.traininghealth.detect.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.detect.History;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RobustLevelTest {
  private final Random random = new Random(7);
  private final RobustLevel level = new RobustLevel(0.1);

  private void observe(int times, double location, double deviation) {
    for (int i = 0; i < times; i++) {
      level.observe(location + deviation * random.nextGaussian());
    }
  }

  @Test
  void shouldFindLocationAndDeviationWhateverTheFirstValueWas() {
    level.observe(50);
    observe(3000, 5, 1);

    assertThat(level.location()).isCloseTo(5, within(0.5));
    assertThat(level.above()).isCloseTo(0.8, within(0.4));
    assertThat(level.below()).isCloseTo(0.8, within(0.4));
  }

  @Test
  void shouldTellTheSidesApart() {
    for (int i = 0; i < 2000; i++) {
      level.observe(-Math.log(random.nextDouble()) * (random.nextInt(10) == 0 ? 5 : 1));
    }

    assertThat(level.above()).isGreaterThan(1.2 * level.below());
  }

  @Test
  void shouldBeWarmAfterSomeValuesAndFollowAChange() {
    assertThat(level.isWarm()).isFalse();
    observe(History.WARM_UP - 1, 0, 1);
    assertThat(level.isWarm()).isFalse();
    observe(1, 0, 1);
    assertThat(level.isWarm()).isTrue();

    observe(2000, 30, 1);
    assertThat(level.location()).isCloseTo(30, within(1.0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e9, -1e9, 1e300, -Double.MAX_VALUE})
  void shouldHardlyMoveForOneOutlier(double outlier) {
    observe(500, 5, 1);
    double location = level.location();
    double upper = level.upperQuantile(1e-6);
    level.observe(outlier);

    assertThat(level.location()).isCloseTo(location, within(0.2));
    assertThat(level.upperQuantile(1e-6)).isCloseTo(upper, within(3.0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void shouldLeaveOutWhatIsNotFinite(double value) {
    level.observe(value);
    assertThat(level.count()).isZero();
    observe(100, 5, 1);
    double upper = level.upperQuantile(1e-6);
    level.observe(value);

    assertThat(level.upperQuantile(1e-6)).isEqualTo(upper);
    assertThat(level.count()).isEqualTo(100);
  }

  @Test
  void shouldReachHigherTheLessProbable() {
    observe(500, 5, 1);
    double last = level.location();
    for (double p = 0.4; p > 1e-12; p /= 3) {
      assertThat(level.upperQuantile(p)).isGreaterThan(last);
      last = level.upperQuantile(p);
    }
  }

  @Test
  void shouldTakeConstantValuesForNoCertainty() {
    observe(500, 5, 0);

    assertThat(level.location()).isEqualTo(5);
    assertThat(level.above()).isEqualTo(0.1);
    assertThat(level.upperQuantile(1e-6)).isGreaterThan(6);
  }

  @Test
  void shouldKeepItsRateOfAlarmsWithAnExponentialTail() {
    int alarms = 0;
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      double value = Math.log(random.nextDouble()) * (random.nextBoolean() ? 1 : -1);
      alarms += level.isWarm() && value > level.upperQuantile(1e-3) ? 1 : 0;
      level.observe(value);
    }

    assertThat(alarms / (double) count).isBetween(2e-4, 5e-3);
  }
}
