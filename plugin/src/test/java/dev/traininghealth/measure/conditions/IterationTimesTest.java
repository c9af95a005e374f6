package dev.traininghealth.measure.conditions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.numbers.ConditionsRecord;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import org.junit.jupiter.api.Test;

final class IterationTimesTest {
  private static final long MILLI = 1_000_000;

  private long now = 5_000 * MILLI;
  private final CostAccount account = new CostAccount(0.02, () -> now);
  private final IterationTimes times = new IterationTimes(account);
  private final MeasurementWriter m = new MeasurementWriter(1, 1);

  private void work(long millis) {
    now += millis * MILLI;
    account.chargeMandatory();
  }

  private void iterate(long forward, long backward, long update, long listener) {
    long start = now;
    now += forward * MILLI;
    times.onForwardPass();
    work(listener);
    now += (backward - 1) * MILLI;
    times.onBackwardPass();
    work(0);
    now += MILLI;
    times.onBackwardPass();
    work(0);
    now += update * MILLI;
    times.onIterationDone();
    times.ofStep(now - start);
    account.creditStep(now - start);
  }

  @Test
  void shouldTimeThePartsBetweenItsOwnWork() {
    iterate(1, 1, 1, 0);
    times.write(m, 0);
    iterate(30, 40, 20, 5);
    times.write(m, 7);

    assertThat(m.stepMillis).isEqualTo(95);
    ConditionsRecord c = m.conditions;
    assertThat(c.forwardMillis).isEqualTo(30);
    assertThat(c.backwardMillis).isEqualTo(40);
    assertThat(c.updateMillis).isEqualTo(20);
    assertThat(c.listenerMillis).isCloseTo(5, within(1e-9));
    assertThat(c.dataMillis).isEqualTo(7);
  }

  /** DL4J keeps the time of the latest minibatch of an iterator. */
  @Test
  void shouldNotWaitForDataLongerThanTheForwardPassTook() {
    iterate(3, 1, 1, 0);
    times.write(m, 400);

    assertThat(m.conditions.dataMillis).isLessThanOrEqualTo(3);
  }

  @Test
  void shouldReadTheJvmOnceASecond() {
    for (int i = 0; i < 25; i++) {
      iterate(40, 40, 20, 0);
      times.write(m, 0);
    }

    assertThat(m.conditions.readings).isEqualTo(2);
    assertThat(m.conditions.maxHeapBytes).isEqualTo((double) Runtime.getRuntime().maxMemory());
    assertThat(m.conditions.collectionMillis).isNotNegative();
  }

  @Test
  void shouldReadWhatTheJvmReports() {
    ConditionsRecord before = new ConditionsRecord();
    ConditionsRecord after = new ConditionsRecord();
    JvmBeans beans = new JvmBeans();
    beans.read(before);
    System.gc();
    beans.read(after);

    assertThat(after.collectionMillis).isGreaterThan(before.collectionMillis);
    assertThat(after.heapBytes).isBetween(1e6, after.maxHeapBytes);
    if (!Measurement.isAbsent(after.minNativeBytes)) {
      assertThat(after.minNativeBytes).isLessThanOrEqualTo(after.maxNativeBytes);
    }
    assertThat(JvmBeans.stopsTheJvm("G1 Young Generation")).isTrue();
    assertThat(JvmBeans.stopsTheJvm("ZGC Cycles")).isFalse();
    assertThat(JvmBeans.stopsTheJvm("G1 Concurrent GC")).isFalse();
  }
}
