package dev.traininghealth.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MemoryLeaseTest {
  private final AtomicInteger freed = new AtomicInteger();
  private final MemoryLease lease = new MemoryLease(freed::incrementAndGet);

  @Test
  void shouldFreeAtOnceWhereNobodyWorks() {
    assertThat(lease.begin()).isTrue();
    lease.done();
    assertThat(freed).hasValue(0);
    lease.end();
    assertThat(freed).hasValue(1);
    assertThat(lease.begin()).isFalse();
  }

  @Test
  void shouldFreeWhenTheWorkIsOver() {
    assertThat(lease.begin()).isTrue();
    lease.end();
    assertThat(freed).hasValue(0);
    assertThat(lease.begin()).as("new work inside of the old").isFalse();
    lease.done();
    assertThat(freed).hasValue(1);
  }

  @Test
  void shouldFreeWhenTheOuterOfTwoWorksIsOver() {
    assertThat(lease.begin()).isTrue();
    assertThat(lease.begin()).isTrue();
    lease.end();
    lease.done();
    assertThat(freed).hasValue(0);
    lease.done();
    assertThat(freed).hasValue(1);
  }

  @Test
  void shouldFreeOnce() {
    lease.end();
    lease.end();
    assertThat(freed).hasValue(1);
  }

  @Test
  void shouldLetNothingThatFreeingThrowsReachTheTraining() {
    MemoryLease failing =
        new MemoryLease(
            () -> {
              freed.incrementAndGet();
              throw new IllegalStateException("cannot be freed");
            });
    assertThat(failing.begin()).isTrue();
    failing.end();
    failing.done();
    failing.end();
    assertThat(freed).hasValue(1);
  }

  @Test
  @Timeout(60)
  void shouldNeverFreeWhatIsWorkedWith() throws Exception {
    ExecutorService worker = Executors.newSingleThreadExecutor();
    try {
      for (int i = 0; i < 10_000; i++) {
        AtomicBoolean gone = new AtomicBoolean();
        AtomicInteger times = new AtomicInteger();
        MemoryLease contended =
            new MemoryLease(
                () -> {
                  times.incrementAndGet();
                  gone.set(true);
                });
        Future<Boolean> sound =
            worker.submit(
                () -> {
                  boolean there = true;
                  while (contended.begin()) {
                    there &= !gone.get();
                    contended.done();
                  }
                  return there;
                });
        contended.end();
        assertThat(sound.get()).isTrue();
        assertThat(times).hasValue(1);
      }
    } finally {
      worker.shutdownNow();
    }
  }
}
