package dev.traininghealth.intervene.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.api.Model;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;

/** A user's updater is only called if its rate changes. */
@Timeout(60)
final class UpdaterSettersTest {
  private final AtomicInteger calls = new AtomicInteger();

  /** Counts the calls of its setters. */
  private final class Counting extends Sgd {
    private static final long serialVersionUID = 1L;

    Counting(double rate) {
      super(rate);
    }

    @Override
    public void setLrAndSchedule(double rate, ISchedule schedule) {
      calls.incrementAndGet();
      super.setLrAndSchedule(rate, schedule);
    }

    @Override
    public void setLearningRate(double rate) {
      calls.incrementAndGet();
      super.setLearningRate(rate);
    }

    @Override
    public void setLearningRateSchedule(ISchedule schedule) {
      calls.incrementAndGet();
      super.setLearningRateSchedule(schedule);
    }
  }

  @Test
  void shouldCallNoSetterToFindTheRates() {
    Counting updater = new Counting(0.1);
    Model net = LearningRateNetwork.DENSE.create(() -> updater);
    calls.set(0);

    LearningRates rates = LearningRates.of(net);
    assertThat(rates.detectUserChanges(net)).isFalse();
    assertThat(rates.hasLearningRateSchedule()).isFalse();

    assertThat(calls.get()).isZero();
    assertThat(rates.withoutRate()).isEmpty();
  }

  @Test
  void shouldNotSetAnUnchangedRate() {
    Counting updater = new Counting(0.1);
    Model net = LearningRateNetwork.DENSE.create(() -> updater);
    LearningRates rates = LearningRates.of(net);
    calls.set(0);

    rates.scaleTo(1);
    assertThat(calls.get()).isZero();
    rates.scaleTo(0.5);
    rates.scaleTo(0.5);
    assertThat(calls.get()).isEqualTo(1);
    rates.scaleTo(1);
    assertThat(calls.get()).isEqualTo(2);
    assertThat(updater.getLearningRate()).isEqualTo(0.1);
  }

  /** Outside a dry run, networks that share some of their updaters get equal factors. */
  @Test
  void shouldCallNoSetterInADryRun() {
    Counting shared = new Counting(0.1);
    Counting own = new Counting(0.3);
    Model scaled = LearningRateNetwork.DENSE.create(() -> shared);
    Model net = LearningRateNetwork.DENSE.create(() -> shared, () -> own);
    LearningRates.of(scaled).scaleTo(0.5);
    calls.set(0);
    ModelEditor dryRun = new ModelEditor(true);

    LearningRates rates = LearningRates.of(net);
    dryRun.detectUserChanges(rates, net);
    dryRun.scaleLearningRates(rates, 0.5);

    assertThat(calls.get()).isZero();
    assertThat(rates.factor()).isEqualTo(1);
    assertThat(shared.getLearningRate()).isEqualTo(0.05);
  }

  /** Waits in its setter, as one that writes to a file might. */
  private static final class Waiting extends Sgd {
    private static final long serialVersionUID = 1L;
    private final transient CountDownLatch entered = new CountDownLatch(1);
    private final transient CountDownLatch released = new CountDownLatch(1);

    Waiting() {
      super(0.1);
    }

    @Override
    public void setLrAndSchedule(double rate, ISchedule schedule) {
      entered.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      super.setLrAndSchedule(rate, schedule);
    }
  }

  @Test
  void shouldNotWaitForTheUpdatersOfAnotherNetwork() throws Exception {
    Waiting waiting = new Waiting();
    LearningRates slow = LearningRates.of(LearningRateNetwork.DENSE.create(() -> waiting));
    Model net = LearningRateNetwork.DENSE.create(() -> new Sgd(0.1));
    LearningRates rates = LearningRates.of(net);
    CompletableFuture<Void> held = CompletableFuture.runAsync(() -> slow.scaleTo(0.5));
    try {
      waiting.entered.await();

      CompletableFuture<Double> other =
          CompletableFuture.supplyAsync(
              () -> {
                rates.scaleTo(0.5);
                return rates.factor();
              });

      assertThat(other.get(20, TimeUnit.SECONDS)).isEqualTo(0.5);
      assertThat(held).isNotDone();
      assertThat(slow.factor()).as("known without waiting").isEqualTo(1);
    } finally {
      waiting.released.countDown();
    }
    held.get(20, TimeUnit.SECONDS);
    assertThat(waiting.getLearningRate()).isEqualTo(0.05);
  }
}
