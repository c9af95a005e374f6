package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DivergenceOracleTest {
  private static DivergenceOracle run(int iterations, LongToDoubleFunction score) {
    DivergenceOracle oracle = new DivergenceOracle();
    for (long i = 0; i < iterations; i++) {
      oracle.score(i, score.applyAsDouble(i));
    }
    return oracle;
  }

  @Test
  void shouldFindWhenTheScoreHasLeftThreeTimesItsRecentMedian() {
    // a tenth more at each iteration from 101 on, of which the median of 100 scores sees nothing
    DivergenceOracle oracle = run(200, i -> Math.pow(1.1, Math.max(0, i - 100.0)));

    assertThat(oracle.divergence()).hasValue(112); // 1.1^12 = 3.14
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void shouldTakeAnEndThatIsNotFiniteForADivergence(double end) {
    assertThat(run(50, i -> i < 49 ? 1 : end).divergence()).hasValue(49);
    assertThat(run(50, i -> i < 30 ? 1 : end).divergence()).hasValue(30);
  }

  @Test
  void shouldFindNoneWhereTheScoreReturns() {
    assertThat(run(200, i -> i == 100 ? 50 : 1).divergence()).isEmpty();
    assertThat(run(200, i -> i >= 100 && i < 130 ? 50 : 1).divergence()).isEmpty();
  }

  @Test
  void shouldNotMindSingleScoresThatReturn() {
    assertThat(run(200, i -> i < 100 || i % 10 == 5 ? 1 : 50).divergence()).hasValue(100);
  }

  @Test
  void shouldLeaveOutWhatTheFirstIterationsShow() {
    assertThat(run(200, i -> i < 19 ? 1 : 50).divergence()).isEmpty();
    assertThat(run(200, i -> i < 20 ? 1 : 50).divergence()).hasValue(20);
  }

  @Test
  void shouldLeaveOutARiseThatTheRunDoesNotOutlast() {
    assertThat(run(120, i -> i < 100 ? 1 : 50).divergence()).isEmpty();
    assertThat(run(121, i -> i < 100 ? 1 : 50).divergence()).hasValue(100);
  }

  @Test
  void shouldFindNoneInAScoreThatFallsOrIsBelowZero() {
    assertThat(run(200, i -> 5.0 / (i + 1)).divergence()).isEmpty();
    assertThat(run(200, i -> i < 100 ? -1 : 50).divergence()).isEmpty();
    assertThat(new DivergenceOracle().divergence()).isEmpty();
  }

  @Test
  void shouldFindASlowDivergenceThatRaisesTheMedianItself() {
    // in 150 iterations from 1 to 3, and on
    DivergenceOracle oracle = run(1000, i -> 1 + Math.max(0, i - 500) / 75.0);

    assertThat(oracle.divergence()).hasValue(651);
  }

  @Test
  void shouldFindNoneInARiseThatTakesLongerThanWhatIsRecent() {
    assertThat(run(4000, i -> 1 + i / 400.0).divergence()).isEmpty();
  }
}
