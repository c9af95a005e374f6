package dev.traininghealth.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.LearningNetwork;
import dev.traininghealth.guard.RunClock;
import dev.traininghealth.live.RunObservers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.listeners.VanillaStatsStorageRouter;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;

class ExecutorRunsTest {
  private final MultiLayerNetwork net = LearningNetwork.MLP.create(new Sgd(0.01));
  private final VanillaStatsStorageRouter router = new VanillaStatsStorageRouter();
  private final AtomicLong now = new AtomicLong();
  private final Deque<Runnable> later = new ArrayDeque<>();
  private final ExecutorRuns runs = new ExecutorRuns(now::get, later::add);

  private Pipeline run(String session, String worker) {
    return runs.continued(
        net,
        router,
        List.of(session, worker),
        () ->
            new Pipeline(
                new ListenerSettings(
                    0.02,
                    Duration.ofSeconds(1),
                    false,
                    1e-6,
                    true,
                    0,
                    Set.of(),
                    List.of(),
                    "",
                    "",
                    1,
                    null,
                    null,
                    RunClock.SYSTEM,
                    null),
                router,
                new ModelRun(net, session, worker),
                RunObservers.withoutCallbacks()));
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
    Objects.requireNonNull(later.poll()).run();
  }

  @Test
  void shouldEndRunsThatAreNotContinued() {
    run("s", "0");
    now.addAndGet(ExecutorRuns.MAX_IDLE.toNanos() / 2);
    run("t", "0");
    assertThat(later).as("one search at a time").hasSize(1);

    pass(ExecutorRuns.MAX_IDLE.dividedBy(2));
    assertThat(runs.has("s")).isFalse();
    assertThat(runs.has("t")).isTrue();
    pass(ExecutorRuns.MAX_IDLE);
    assertThat(runs.has("t")).isFalse();
    assertThat(later).as("nothing is left to end").isEmpty();
  }

  @Test
  void shouldEndTheRunsOfASession() {
    run("s", "0");
    run("s", "1");
    run("t", "0");
    runs.end("s");
    assertThat(runs.has("s")).isFalse();
    assertThat(runs.has("t")).isTrue();
  }

  @Test
  void shouldKeepALimitedNumberOfRuns() {
    for (int i = 0; i <= ExecutorRuns.MAX_KEPT; i++) {
      run("s" + i, "0");
    }
    assertThat(runs.has("s0")).isFalse();
    assertThat(runs.has("s1")).isTrue();
  }

  @Test
  void shouldNotContinueARunThatHasEnded() {
    Pipeline first = run("s", "0");
    first.close();
    assertThat(run("s", "0")).isNotSameAs(first);
  }
}
