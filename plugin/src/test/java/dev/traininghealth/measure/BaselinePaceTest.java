package dev.traininghealth.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.guard.CostAccount;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BaselinePaceTest {
  private static final long STEP = 1_000_000;

  @Test
  void shouldRunEarlyWhateverItCosts() {
    CostAccount account = new CostAccount(1e-9, () -> 0);
    assertThat(due(account, 1000, 10 * STEP)).containsExactly(20, 50, 100, 200);
  }

  @Test
  void shouldNotRunMoreOftenThanEveryFifthIteration() {
    CostAccount account = new CostAccount(1, () -> 0);
    assertThat(due(account, 45, 1)).containsExactly(20, 25, 30, 35, 40, 45);
  }

  /** 2 % of the step, 70 % of them given out, a quarter of these laid by: 0.35 %. */
  @Test
  void shouldTakeItsShareInTheLongRun() {
    CostAccount account = new CostAccount(0.02, () -> 0);
    List<Integer> late = due(account, 100_000, STEP).stream().filter(i -> i > 200).toList();
    assertThat(late.size() / 99_800.0).isBetween(0.0033, 0.0037);
  }

  @Test
  void shouldRunEvery500IterationsWhileTheAccountIsInDebt() {
    CostAccount account = new CostAccount(0.02, () -> 0);
    BaselinePace pace = new BaselinePace(account);
    List<Integer> due = new ArrayList<>();
    for (int i = 1; i <= 5000; i++) {
      account.creditStep(STEP);
      account.charge(STEP); // all the rest overspends
      if (pace.isDue()) {
        due.add(i);
        pace.measured(STEP);
      }
    }
    assertThat(due).startsWith(20, 50, 100, 200, 700, 1200).endsWith(4700);
  }

  @Test
  void shouldForgetTheCostOfAColdStart() {
    CostAccount account = new CostAccount(0.02, () -> 0);
    BaselinePace pace = new BaselinePace(account);
    int controls = 0;
    for (int i = 1; i <= 3000; i++) {
      account.creditStep(STEP);
      if (pace.isDue()) {
        pace.measured(controls++ == 0 ? 100 * STEP : STEP);
      }
    }
    assertThat(controls).isGreaterThan(8);
  }

  private static List<Integer> due(CostAccount account, int iterations, long cost) {
    BaselinePace pace = new BaselinePace(account);
    List<Integer> due = new ArrayList<>();
    for (int i = 1; i <= iterations; i++) {
      account.creditStep(STEP);
      if (pace.isDue()) {
        due.add(i);
        pace.measured(cost);
        account.charge(cost);
      }
    }
    return due;
  }
}
