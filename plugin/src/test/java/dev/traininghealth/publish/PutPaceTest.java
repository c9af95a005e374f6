package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PutPaceTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  private long now = 77 * SECOND;
  private final PutPace pace = new PutPace(SECOND, now);

  /** Counts the puts within some seconds, checked as often as a thread that sleeps as advised. */
  private int puts(int seconds, long costNanos) {
    int puts = 0;
    for (long end = now + seconds * SECOND; now < end; now += pace.nanosToSleep(now)) {
      if (pace.isDue(now)) {
        pace.put(now, costNanos);
        puts++;
      }
    }
    return puts;
  }

  @Test
  void shouldPutOnceInAnIntervalWhereThatIsCheap() {
    assertThat(puts(100, 9 * MILLI)).isEqualTo(100);
  }

  @Test
  void shouldPutTheFirstRowsAtOnceAndForgiveACostlyStart() {
    assertThat(pace.isDue(now)).isTrue();
    pace.put(now, 400 * MILLI);
    assertThat(pace.isDue(now)).isFalse();
    assertThat(pace.isDue(now + SECOND)).isTrue();
  }

  @Test
  void shouldTakeOnePercentOfTheTimeInTheLongRun() {
    puts(100, 40 * MILLI); // uses up what is forgiven
    assertThat(puts(400, 40 * MILLI)).isBetween(95, 105);
  }

  @Test
  void shouldPutOnceInTenIntervalsWhateverItCosts() {
    puts(100, SECOND);
    assertThat(puts(100, SECOND)).isEqualTo(10);
  }
}
