package dev.traininghealth.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BackgroundWorkerTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(20);

  private final BackgroundWorker worker = new BackgroundWorker("name", 2);
  private final CountDownLatch open = new CountDownLatch(1);
  private final List<Integer> done = new ArrayList<>();

  @AfterEach
  void end() {
    open.countDown();
    worker.shutdown();
  }

  /** Gives it work that goes on until {@link #open}, and waits until that has begun. */
  private void block() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    worker.submit(
        () -> {
          begun.countDown();
          try {
            open.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    begun.await();
  }

  private boolean give(int work) {
    return worker.submit(() -> done.add(work));
  }

  @Test
  void shouldWorkInOrderOnADaemonOfThatName() throws Exception {
    BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
    worker.submit(() -> threads.add(Thread.currentThread()));
    Thread thread = threads.take();
    assertThat(thread.getName()).isEqualTo("name");
    assertThat(thread.isDaemon()).isTrue();

    block();
    assertThat(give(1)).isTrue();
    assertThat(give(2)).isTrue();
    open.countDown();
    assertThat(worker.flush(LONG)).isTrue();
    assertThat(done).containsExactly(1, 2);
  }

  @Test
  void shouldRefuseWhatIsTooMuchAndFlushAllTheSame() throws Exception {
    block();
    assertThat(worker.hasRoom()).isTrue();
    give(1);
    give(2);
    assertThat(worker.hasRoom()).isFalse();
    assertThat(give(3)).isFalse();

    assertThat(worker.flush(SHORT)).as("it is still at work").isFalse();
    open.countDown();
    assertThat(worker.flush(LONG)).isTrue();
    assertThat(worker.hasRoom()).isTrue();
    assertThat(done).containsExactly(1, 2);
  }

  @Test
  void shouldDoWhatItWasGivenBeforeItsEndAndNoMore() throws Exception {
    block();
    give(1);
    worker.shutdown();
    assertThat(worker.hasRoom()).isFalse();
    assertThat(give(2)).isFalse();
    assertThat(worker.flush(SHORT)).isFalse();
    open.countDown();
    assertThat(worker.flush(LONG)).isTrue();
    assertThat(done).containsExactly(1);
  }

  @Test
  void shouldLetAnInterruptedThreadGoOn() throws Exception {
    block();
    Thread.currentThread().interrupt();
    assertThat(worker.flush(LONG)).isFalse();
    assertThat(Thread.interrupted()).as("it stays interrupted").isTrue();
  }

  @Test
  void shouldHaveNothingToWaitForBeforeTheFirstWork() {
    assertThat(worker.flush(Duration.ZERO)).isTrue();
  }
}
