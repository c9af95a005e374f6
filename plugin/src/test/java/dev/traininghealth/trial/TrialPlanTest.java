package dev.traininghealth.trial;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The number of steps per branch, by the time of a step and the number of branches. */
class TrialPlanTest {
  @ParameterizedTest
  @CsvSource({
    // milliseconds per step, branches, minibatches, first look, steps, hasty
    "1, 8, 34, 5, 18, false",
    "1, 3, 34, 6, 18, false",
    "1, 2, 34, 3, 30, false",
    "1, 1, 34, 6, 30, false",
    "1, 8, 10, 5, 10, false",
    "1, 1, 6, 6, 6, false",
    "100, 8, 34, 5, 8, true",
    "250, 3, 34, 6, 5, true",
    "5000, 8, 34, 3, 5, true",
    "0, 3, 34, 6, 18, false",
  })
  void shouldFitTheTime(
      double millis, int branches, int minibatches, int first, int steps, boolean hasty) {
    assertThat(TrialPlan.of(millis * 1e6, branches, minibatches))
        .isEqualTo(new TrialPlan(first, steps, hasty));
  }

  @Test
  void shouldTakeAHundredAndTwentyStepsAtMost() {
    for (int branches = 1; branches <= 12; branches++) {
      for (double millis = 0.1; millis < 10_000; millis *= 2) {
        TrialPlan plan = TrialPlan.of(millis * 1e6, branches, 34);
        int toTheEnd = Math.min(3, branches + 1);
        int firstLooks = branches > 2 ? branches * plan.firstLook() : 0;
        assertThat(firstLooks + toTheEnd * plan.steps())
            .as("%s branches at %s ms a step: %s", branches, millis, plan)
            .isLessThanOrEqualTo(120);
      }
    }
  }
}
