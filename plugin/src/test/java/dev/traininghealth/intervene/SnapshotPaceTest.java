package dev.traininghealth.intervene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.guard.CostAccount;
import org.junit.jupiter.api.Test;

/** How many iterations lie between two snapshots. */
class SnapshotPaceTest {
  private static final long SECOND = 1_000_000_000L;

  private static SnapshotPace pace(long stepNanos) {
    CostAccount account = new CostAccount(0.02, System::nanoTime);
    account.creditStep(stepNanos);
    return new SnapshotPace(account, 0);
  }

  /** How often it has to be asked until one is due; at most 200 times. */
  private static int wait(SnapshotPace pace) {
    int asked = 1;
    while (!pace.isDue() && asked < 200) {
      asked++;
    }
    return asked;
  }

  private static void take(SnapshotPace pace) {
    pace.begin();
    pace.taken();
  }

  @Test
  void shouldTakeOneEveryFiftyIterationsWhereItCostsNothingToSpeakOf() {
    SnapshotPace pace = pace(100 * SECOND);
    for (int i = 0; i < 4; i++) {
      take(pace);
      assertThat(wait(pace)).isEqualTo(50);
    }
  }

  @Test
  void shouldWaitLongerWhereStepsAreShort() {
    SnapshotPace pace = pace(1); // 200 steps of a nanosecond allow a snapshot of one
    take(pace);
    wait(pace);
    take(pace);
    assertThat(wait(pace)).isEqualTo(200);
  }

  /** In a virtual machine that has just started it takes a hundred times as long as any other. */
  @Test
  void shouldNotWaitForWhatTheFirstCost() {
    SnapshotPace pace = pace(1);
    take(pace);
    assertThat(wait(pace)).isEqualTo(50);
  }
}
