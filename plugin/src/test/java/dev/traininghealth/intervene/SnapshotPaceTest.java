package dev.traininghealth.intervene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.guard.CostAccount;
import org.junit.jupiter.api.Test;

/** The iterations between two snapshots. */
class SnapshotPaceTest {
  private static final long SECOND = 1_000_000_000L;

  private static SnapshotPace pace(long stepNanos) {
    CostAccount account = new CostAccount(0.02, System::nanoTime);
    account.creditStep(stepNanos);
    return new SnapshotPace(account, 0);
  }

  /** {@return the number of calls until a snapshot is due, at most 200} */
  private static int iterationsUntilDue(SnapshotPace pace) {
    int calls = 1;
    while (!pace.isDue() && calls < 200) {
      calls++;
    }
    return calls;
  }

  private static void take(SnapshotPace pace) {
    pace.onStart();
    pace.onTaken();
  }

  @Test
  void shouldTakeOneEveryFiftyIterationsIfItIsCheap() {
    SnapshotPace pace = pace(100 * SECOND);
    for (int i = 0; i < 4; i++) {
      take(pace);
      assertThat(iterationsUntilDue(pace)).isEqualTo(50);
    }
  }

  @Test
  void shouldWaitLongerIfStepsAreShort() {
    SnapshotPace pace = pace(1); // 200 steps of a nanosecond allow a snapshot of one
    take(pace);
    iterationsUntilDue(pace);
    take(pace);
    assertThat(iterationsUntilDue(pace)).isEqualTo(200);
  }

  /**
   * In a JVM that has just started, the first snapshot takes about a hundred times as long as
   * others.
   */
  @Test
  void shouldIgnoreTheCostOfTheFirst() {
    SnapshotPace pace = pace(1);
    take(pace);
    assertThat(iterationsUntilDue(pace)).isEqualTo(50);
  }
}
