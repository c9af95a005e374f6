package dev.traininghealth.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.CapturedLog;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import org.junit.jupiter.api.Test;

class RunCostTest {
  private static final long STEP = 1_000_000;

  private long now;
  private final CostAccount account = new CostAccount(0.02, () -> now);
  private final RunCost cost = new RunCost(account, new MemoryBudget(0), null);

  private void train(int iterations, long mandatoryNanos) {
    for (int i = 0; i < iterations; i++) {
      account.startWork();
      now += mandatoryNanos;
      account.chargeMandatory();
      account.creditStep(STEP);
      cost.onIterationDone();
    }
  }

  @Test
  void shouldLogOnceThatTheBudgetIsExceeded() {
    try (CapturedLog log = new CapturedLog(RunCost.class)) {
      train(60_000, STEP * 3 / 100);
      assertThat(log.infos())
          .singleElement()
          .asString()
          .contains("more than its budget of 2 %", "lately 3 %")
          .containsPattern("takes 3[01] µs of a step of 10.. µs");
    }
    assertThat(cost.total().recentShare()).isBetween(0.029, 0.031);
    assertThat(cost.total().startSeconds()).isBetween(0.14, 0.16);
  }

  /** The baseline of a slow network takes a step's time, now and then. */
  @Test
  void shouldNotLogSingleExpensiveMeasurements() {
    try (CapturedLog log = new CapturedLog(RunCost.class)) {
      for (int i = 0; i < 6; i++) {
        train(10_000, STEP / 1000);
        train(1, 150 * STEP);
      }
      assertThat(log.infos()).isEmpty();
    }
  }

  @Test
  void shouldNotLogACostWithinTheBudgetOrOfTheStart() {
    try (CapturedLog log = new CapturedLog(RunCost.class)) {
      train(4_000, STEP / 2);
      assertThat(cost.total().recentShare()).isNaN();
      train(60_000, STEP / 100);
      assertThat(log.infos()).isEmpty();
    }
    assertThat(cost.total().recentShare()).isBetween(0.009, 0.011);
  }
}
