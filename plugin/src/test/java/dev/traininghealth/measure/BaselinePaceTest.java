package dev.traininghealth.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.guard.CostAccount;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** 2 % of the step, 70 % of them given out, a sixth of these laid by: 0.23 %. */
  @Test
  void shouldTakeItsShareInTheLongRun() {
    CostAccount account = new CostAccount(0.02, () -> 0);
    List<Integer> late = due(account, 100_000, STEP).stream().filter(i -> i > 200).toList();
    assertThat(late.size() / 99_800.0).isBetween(0.0022, 0.0025);
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
        pace.measured(STEP, 1);
      }
    }
    assertThat(due).startsWith(20, 50, 100, 200, 700, 1200).endsWith(4700);
  }

  /** Of a convolutional network, a comparison of the whole minibatch takes about a step. */
  @ParameterizedTest
  @ValueSource(longs = {50, 300, 1000})
  void shouldKeepItsShareOfSlowSteps(long stepMillis) {
    long step = stepMillis * STEP;
    CostAccount account = new CostAccount(0.02, () -> 0);
    BaselinePace pace = new BaselinePace(account);
    double spent = 0;
    int comparisons = 0;
    for (int i = 1; i <= 3000; i++) {
      account.creditStep(step);
      if (pace.isDue()) {
        int examples = pace.affordable(32);
        long cost = step * examples / 32;
        pace.measured(cost, examples / 32.0);
        account.charge(cost);
        spent += account.isStarting() ? 0 : cost;
        comparisons++;
      }
    }
    assertThat(spent / (3000.0 * step)).isLessThan(0.0027);
    assertThat(comparisons).isGreaterThan(15);
  }

  @Test
  void shouldKeepToTheWholeMinibatchAtTheStartAndWhereStepsAreFast() {
    CostAccount account = new CostAccount(0.02, () -> 0);
    BaselinePace pace = new BaselinePace(account);
    account.creditStep(STEP);
    pace.measured(100 * STEP, 1);
    assertThat(pace.affordable(32)).isEqualTo(32);
    pace.measured(STEP, 1);
    while (account.isStarting()) {
      account.creditStep(STEP);
    }
    assertThat(pace.affordable(32)).isEqualTo(32);
    assertThat(pace.affordable(1)).isEqualTo(1);
  }

  /** All that mandatory work takes is missing from what is saved. */
  @Test
  void shouldSaveOfWhatMandatoryWorkLeaves() {
    long[] now = {0};
    CostAccount account = new CostAccount(0.02, () -> now[0]);
    BaselinePace pace = new BaselinePace(account);
    double spent = 0;
    for (int i = 1; i <= 100_000; i++) {
      account.startWork();
      now[0] += STEP / 100;
      account.chargeMandatory();
      account.creditStep(STEP);
      if (pace.isDue()) {
        pace.measured(STEP / 2, 1);
        account.charge(STEP / 2);
        spent += STEP / 2.0;
      }
    }
    assertThat(spent / (100_000.0 * STEP)).isBetween(0.0006, 0.0009);
  }

  @Test
  void shouldForgetTheCostOfAColdStart() {
    CostAccount account = new CostAccount(0.02, () -> 0);
    BaselinePace pace = new BaselinePace(account);
    int controls = 0;
    for (int i = 1; i <= 3000; i++) {
      account.creditStep(STEP);
      if (pace.isDue()) {
        pace.measured(controls++ == 0 ? 100 * STEP : STEP, 1);
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
        pace.measured(cost, 1);
        account.charge(cost);
      }
    }
    return due;
  }
}
