package dev.traininghealth.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CostAccountTest {
  private static final long STEP = 1_000_000;
  private long now;

  @Test
  void shouldKeepDearWorkWithinTheBudget() {
    CostAccount account = new CostAccount(0.02, () -> now);
    long spent = 0;
    for (int i = 0; i < 100_000; i++) {
      account.startWork();
      while (account.hasCredit()) {
        now += 300_000; // a piece that is dearer than a step's whole allowance
        spent += 300_000;
        account.chargeMandatory();
      }
      account.creditStep(STEP);
    }
    assertThat(spent / (100_000.0 * STEP)).isBetween(0.012, 0.02);
    assertThat(account.share()).isCloseTo(0.014, within(0.002));
  }

  @Test
  void shouldNotStarveForeverAfterADearStart() {
    CostAccount account = new CostAccount(0.02, () -> now);
    account.charge(60_000_000_000L);
    int steps = 0;
    do {
      account.creditStep(STEP);
      steps++;
    } while (!account.hasCredit());
    assertThat(steps).isLessThan(600);
  }

  @Test
  void shouldMakeUpForAMeasurementThatTookLong() {
    CostAccount account = new CostAccount(0.02, () -> now);
    start(account);
    account.charge(100_000_000);
    int steps = 0;
    do {
      account.creditStep(STEP);
      steps++;
    } while (!account.hasCredit());
    assertThat(steps * STEP * 0.014).isBetween(90e6, 110e6);
  }

  @Test
  void shouldTakeAPauseForNoTraining() {
    CostAccount account = new CostAccount(0.02, () -> now);
    start(account);
    for (int i = 0; i < 1_000; i++) {
      account.creditStep(i % 10 == 0 ? 50 * STEP : STEP); // others train in between
    }
    assertThat(account.allowance() / (STEP * 0.014)).isCloseTo(1, within(0.2));
    account.charge(1_000_000_000);
    double share = account.share();
    assertThat(share).as("1 s of little more than 1 s").isBetween(0.7, 1.1);
  }

  @Test
  void shouldEarnNothingFromPauses() {
    CostAccount account = new CostAccount(0.02, () -> now);
    start(account);
    long spent = 0;
    for (int i = 0; i < 10_000; i++) {
      while (account.hasCredit()) {
        account.charge(1_000);
        spent += 1_000;
      }
      account.creditStep(i % 4 == 0 ? 5 * STEP : STEP); // garbage is collected
    }
    assertThat(spent / (0.014 * 10_000 * STEP)).isCloseTo(1, within(0.1));
  }

  @Test
  void shouldAccountForTheStartAndForProtectionApart() {
    CostAccount account = new CostAccount(0.02, () -> now);
    account.charge(3_000_000_000L); // classes are loaded
    account.creditStep(STEP);
    assertThat(account.share()).as("in the first seconds").isNaN();
    start(account);
    for (int i = 0; i < 20_000; i++) {
      account.charge(STEP / 100);
      account.startWork();
      now += STEP / 2; // a trial
      account.countUncharged();
      account.creditStep(STEP);
    }
    assertThat(account.startNanos()).isEqualTo(3e9);
    assertThat(account.share()).isCloseTo(0.01, within(0.0005));
    assertThat(account.unchargedNanos()).isEqualTo(10_000.0 * STEP);
  }

  @Test
  void shouldNeverStateMoreThanAll() {
    CostAccount account = new CostAccount(0.02, () -> now);
    start(account);
    for (int i = 0; i < 2_000; i++) {
      account.creditStep(STEP);
    }
    account.charge(3_000 * STEP);
    assertThat(account.share()).isEqualTo(1);
  }

  /** The JVM pauses while the listener works, in a run that ends soon after its start. */
  @Test
  void shouldStateNoShareOfAMoment() {
    CostAccount account = new CostAccount(0.02, () -> now);
    start(account);
    account.charge(20 * STEP);
    int steps = 0;
    do {
      account.creditStep(STEP);
      steps++;
    } while (Double.isNaN(account.share()));
    assertThat(steps).isBetween(1_000, 1_100);
    assertThat(account.share()).as("20 ms in about 1 s").isBetween(0.015, 0.025);
  }

  private static void start(CostAccount account) {
    while (account.trainingNanos() < CostAccount.START_NANOS) {
      account.creditStep(STEP);
    }
  }

  @Test
  void shouldNotSaveUpAPauseForABurst() {
    CostAccount account = new CostAccount(0.02, () -> now);
    account.creditStep(3_600_000_000_000L);
    account.charge(2_000_000_000L * 2 / 100);
    assertThat(account.hasCredit()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1.1, Double.NaN})
  void shouldRefuseABudgetThatIsNoShare(double budget) {
    assertThatThrownBy(() -> new CostAccount(budget, () -> now))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("costBudget")
        .hasMessageContaining(String.valueOf(budget));
  }

  @Test
  void shouldNotTakeForDutyWhatCouldWait() {
    CostAccount account = new CostAccount(0.02, () -> now);
    for (int i = 0; i < 1_000; i++) {
      account.startWork();
      now += 4_000;
      account.chargeMandatory();
      now += 100_000;
      account.chargeOptional();
      account.creditStep(STEP);
    }
    assertThat(account.allowanceLeft()).isCloseTo(10_000, within(1_500.0));
  }
}
