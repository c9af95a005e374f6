package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;

/** A callback is called once at a time, even if several workers' listeners share it. */
final class OneAtATimeTest {
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger largestConcurrency = new AtomicInteger();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final CountDownLatch second = new CountDownLatch(1);
  private final CountDownLatch bothDone = new CountDownLatch(2);

  /** The first call waits for another thread, which must not enter meanwhile. */
  private void receive(Diagnosis diagnosis) {
    largestConcurrency.accumulateAndGet(inside.incrementAndGet(), Math::max);
    if (inside.get() > 1) {
      second.countDown();
    }
    try {
      if (calls.getAndIncrement() == 0 && second.await(2, TimeUnit.SECONDS)) {
        largestConcurrency.set(2);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    inside.decrementAndGet();
    if (threads.add(Thread.currentThread())) {
      bothDone.countDown();
    }
  }

  private record Odd() implements Detector {
    @Override
    public String name() {
      return "odd";
    }

    @Override
    public void onUpdate(History history, FindingReporter findings) {
      findings.report(
          Finding.of(
              new Problem("odd"), Severity.INFO, 1, Comparison.ABOVE, 0, () -> "An odd thing."));
    }
  }

  @Test
  void shouldCallBackByOneThreadAtATimeWhereAListenerIsCloned() throws InterruptedException {
    TrainingHealthListener listener =
        TrainingHealthListener.builder(new InMemoryStatsStorage())
            .detector(Odd::new)
            .onDiagnosis(this::receive)
            .build();
    List<InjectedRun> workers =
        List.of(
            new InjectedRun(LearningNetwork.MLP, new Sgd(0.05), listener),
            new InjectedRun(LearningNetwork.MLP, new Sgd(0.05), listener.clone()));
    workers.forEach(worker -> worker.until(1));
    workers.forEach(worker -> worker.listener.close());

    assertThat(bothDone.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(largestConcurrency).hasValue(1);
  }
}
