package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.AfterUpdate;
import dev.traininghealth.intervene.BeforeUpdate;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.InterventionPolicy;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.intervene.Situation;
import dev.traininghealth.intervene.TrainingStoppedException;
import dev.traininghealth.intervene.clip.ClippableGradient;
import dev.traininghealth.intervene.clip.GradientClipping;
import dev.traininghealth.text.Message;
import java.io.Serial;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Training continues whatever the user's policy, clipping rule or callback does. */
class UserPolicyTest {
  private static final Diagnosis DIAGNOSIS =
      new Diagnosis(
          3,
          "user",
          Problem.OSCILLATING_SCORE,
          Severity.WARNING,
          -1,
          "",
          -1,
          "",
          0,
          0,
          1,
          Comparison.ABOVE,
          0,
          Message.literal("A test."),
          List.of(),
          null,
          -1,
          -1);

  private final TrainingHealthListenerBuilder builder =
      TrainingHealthListener.builder(new InMemoryStatsStorage());

  /** A policy of two functions. */
  private record Policy(
      Function<Situation, BeforeUpdate> before, Function<Situation, AfterUpdate> after)
      implements InterventionPolicy {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public BeforeUpdate beforeUpdate(Situation situation) {
      return before.apply(situation);
    }

    @Override
    public AfterUpdate afterUpdate(Situation situation) {
      return after.apply(situation);
    }
  }

  private static Policy after(Function<Situation, AfterUpdate> after) {
    return new Policy(s -> BeforeUpdate.PROCEED, after);
  }

  /** {@return policies that leave the training run unchanged} */
  @SuppressWarnings("NullAway") // that is the test
  static Stream<Arguments> ineffective() {
    Policy throwing =
        new Policy(
            s -> {
              throw new IllegalStateException("user");
            },
            s -> {
              throw new NullPointerException("user");
            });
    Policy throwingErrors =
        new Policy(
            s -> {
              throw new StackOverflowError();
            },
            s -> {
              throw new AssertionError("user");
            });
    Policy throwingStop =
        after(
            s -> {
              throw new TrainingStoppedException(DIAGNOSIS, "A test stops.", 0);
            });
    return Stream.of(
        Arguments.of("throws", throwing),
        Arguments.of("throws errors", throwingErrors),
        Arguments.of("throws a stop", throwingStop),
        Arguments.of("returns null", new Policy(s -> null, s -> null)),
        Arguments.of(
            "is out of range",
            after(s -> new AfterUpdate.LowerLearningRate(DIAGNOSIS, Double.NaN))),
        Arguments.of("has no diagnosis", after(s -> new AfterUpdate.Stop(null, ""))),
        Arguments.of("raises", after(s -> new AfterUpdate.RaiseLearningRate(1e300, ""))),
        Arguments.of("stops", after(s -> new AfterUpdate.Stop(DIAGNOSIS, "A test stops."))));
  }

  @ParameterizedTest
  @MethodSource("ineffective")
  void shouldTrainAsWithoutListener(String what, InterventionPolicy policy) {
    builder.policy(policy).withoutStop();
    InjectedRun run = run().until(60);
    InjectedRun alone = run();
    alone.net.setListeners();
    alone.until(60);
    assertThat(NetworkBits.of(run.net)).as(what).isEqualTo(NetworkBits.of(alone.net));
    assertThat(run.net.getLearningRate(0)).isEqualTo(1e-3);
    assertThat(run.listener.interventions()).isEmpty();
    assertThat(run.listener.summary().iterations()).isEqualTo(60);
  }

  private InjectedRun run() {
    return new InjectedRun(LearningNetwork.MLP, new Adam(1e-3), builder);
  }

  @Test
  void shouldNotLowerTheRateBelowItsMinimum() {
    builder.policy(after(s -> new AfterUpdate.LowerLearningRate(DIAGNOSIS, 1e-300)));
    InjectedRun run = run().until(10);
    assertThat(run.listener.interventions()).singleElement().matches(i -> i.after() == 1e-4);
    assertThat(run.net.getLearningRate(0)).isCloseTo(1e-7, withPercentage(1e-6));
  }

  @Test
  void shouldRollBackAtEveryRequest() {
    builder.policy(after(s -> new AfterUpdate.RollBack(DIAGNOSIS, 0.5, false)));
    InjectedRun run = run();
    final List<Long> initial = NetworkBits.of(run.net.params());
    run.until(30);
    assertThat(NetworkBits.of(run.net.params())).isEqualTo(initial);
    assertThat(run.listener.interventions().stream().filter(i -> i.kind() == Kind.ROLLBACK))
        .hasSize(30);
  }

  @Test
  void shouldSkipEveryStepOnRequest() {
    builder.policy(new Policy(s -> new BeforeUpdate.Skip(DIAGNOSIS), s -> AfterUpdate.PROCEED));
    InjectedRun run = run();
    final List<Long> initial = NetworkBits.of(run.net.params());
    run.until(30);
    assertThat(NetworkBits.of(run.net.params())).isEqualTo(initial);
    assertThat(run.listener.interventions()).hasSize(30).allMatch(i -> i.kind() == Kind.SKIP);
  }

  @Test
  void shouldStopTheRunOnRequest() {
    builder.policy(
        after(
            s ->
                s.history().current().iteration() < 5
                    ? AfterUpdate.PROCEED
                    : new AfterUpdate.Stop(DIAGNOSIS, "A test stops.")));
    InjectedRun run = run();
    assertThatThrownBy(() -> run.until(10))
        .isInstanceOf(TrainingStoppedException.class)
        .hasMessage("Training was stopped at iteration 5: A test stops. A test.");
  }

  /** Scales down the first gradient, then fails. */
  private static final class FailingRule implements GradientClipping {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public String name() {
      return "failing";
    }

    @Override
    public void clip(ClippableGradient gradient) {
      gradient.scale(0, 1e-3);
      throw new IllegalStateException("user");
    }
  }

  @Test
  void shouldReportClippingOfARuleThatThenFails() {
    builder.clipping(new FailingRule());
    InjectedRun run = run().until(1);
    assertThat(run.listener.interventions())
        .singleElement()
        .satisfies(
            clipped -> {
              assertThat(clipped.kind()).isEqualTo(Kind.CLIP);
              assertThat(clipped.reason()).isEqualTo("Clipping rule: failing.");
              assertThat(clipped.after()).isLessThan(clipped.before());
            });
    run.until(10);
    assertThat(run.listener.interventions()).singleElement().matches(i -> i.times() == 1);
  }

  /** Has a field that cannot be serialized. */
  private static final class TiedRule implements GradientClipping {
    @Serial private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // that is the test
    private final Object tie = new Object();

    @Override
    public String name() {
      return "tied";
    }

    @Override
    public void clip(ClippableGradient gradient) {
      gradient.reportThreshold(tie.hashCode());
    }
  }

  @Test
  void shouldRejectARuleThatCannotBeCopied() {
    assertThatThrownBy(() -> builder.clipping(new TiedRule()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tied must be serializable");
  }

  private static void skipThree(InjectedRun run) {
    for (int i = 0; i < 3; i++) {
      DataSet batch = run.next();
      batch.getFeatures().putScalar(0, Float.NaN);
      run.net.fit(batch);
    }
  }

  @Test
  void shouldCallAFailedCallbackAgain() {
    List<Intervention> received = new CopyOnWriteArrayList<>();
    builder
        .protecting()
        .onIntervention(
            i -> {
              received.add(i);
              throw new IllegalStateException("user");
            });
    InjectedRun run = run().until(20);
    skipThree(run);
    run.listener.flush();
    assertThat(received).isEqualTo(run.listener.interventions()).hasSize(3);
  }

  @Test
  @Timeout(60)
  void shouldNotWaitForACallbackThatBlocks() {
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch all = new CountDownLatch(3);
    builder
        .protecting(ProtectionSettings.defaults())
        .onIntervention(
            i -> {
              try {
                end.await();
                all.countDown();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    InjectedRun run = run().until(20);
    skipThree(run);
    assertThat(run.listener.interventions()).hasSize(3);
    assertThat(all.getCount()).isEqualTo(3);
    end.countDown();
    run.listener.flush();
    assertThat(all.getCount()).isZero();
  }
}
