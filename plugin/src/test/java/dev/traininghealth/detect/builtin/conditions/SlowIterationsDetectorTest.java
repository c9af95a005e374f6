package dev.traininghealth.detect.builtin.conditions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SlowIterationsDetectorTest {
  /** Iterations of a second. */
  private static final int BLOCK = 20;

  private static final int BEFORE = 100 * BLOCK;
  private static final int AFTER = 40 * BLOCK;

  private final SimulatedRun run =
      new SimulatedRun(LayoutBuilder.classifier(2, "relu"), new SlowIterationsDetector());
  private final Random random = new Random(9);

  /** Iterations of 50 ms whose times vary by a tenth, half a minute of them on a busy machine. */
  private SimulatedRun usual(int iterations) {
    return with(iterations, (m, i) -> {});
  }

  private SimulatedRun with(int iterations, SimulatedRun.Plan plan) {
    return run.run(
        iterations,
        (m, i) -> {
          run.readsJvm = i % BLOCK == BLOCK - 1;
          m.conditions.dataMillis = i % 10 == 0 ? 10 : 0;
          m.conditions.forwardMillis = 15 * noise() + m.conditions.dataMillis;
          m.conditions.backwardMillis = 25 * noise();
          m.conditions.updateMillis = 9 * noise();
          m.conditions.listenerMillis = 0.5;
          m.conditions.collectionMillis += i % BLOCK == 0 ? 5 : 0;
          plan.set(m, i);
          m.stepMillis =
              m.conditions.forwardMillis
                  + m.conditions.backwardMillis
                  + m.conditions.updateMillis
                  + m.conditions.listenerMillis;
        });
  }

  private double noise() {
    return Math.exp(0.1 * random.nextGaussian());
  }

  private enum Slowness {
    DATA("Waiting for data takes 70.5 ms of it; before, it took 1 ms.") {
      @Override
      void set(MeasurementWriter m, long i) {
        m.conditions.dataMillis = 70 + (i % 2);
        m.conditions.forwardMillis += m.conditions.dataMillis;
      }
    },
    COLLECTION("Garbage collection takes 60.25 ms of it; before, it took 0.25 ms.") {
      @Override
      void set(MeasurementWriter m, long i) {
        m.conditions.collectionMillis += i % BLOCK == 3 ? 60 * BLOCK : 0;
      }
    },
    LISTENER("This listener takes 60 ms of it; before, it took 0.5 ms.") {
      @Override
      void set(MeasurementWriter m, long i) {
        m.conditions.listenerMillis = 60;
      }
    },
    BETWEEN("other listeners, or your own code") {
      @Override
      void set(MeasurementWriter m, long i) {
        m.conditions.forwardMillis += 80;
      }
    },
    UPDATE("the updater, or listeners that are called before this one") {
      @Override
      void set(MeasurementWriter m, long i) {
        m.conditions.updateMillis += 80;
      }
    },
    COMPUTING("The computation itself is slower") {
      @Override
      void set(MeasurementWriter m, long i) {
        m.conditions.forwardMillis *= 3;
        m.conditions.backwardMillis *= 3;
        m.conditions.updateMillis *= 3;
      }
    };

    private final String words;

    Slowness(String words) {
      this.words = words;
    }

    abstract void set(MeasurementWriter m, long i);
  }

  @ParameterizedTest
  @EnumSource(Slowness.class)
  void shouldNameThePartThatTakesLonger(Slowness slowness) {
    usual(BEFORE);
    with(AFTER, slowness::set);

    assertThat(run.latest())
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.problem()).isEqualTo(Problem.SLOW_ITERATIONS);
              assertThat(d.severity()).isEqualTo(Severity.INFO);
              assertThat(d.iteration()).isBetween(BEFORE + 20L * BLOCK, BEFORE + 32L * BLOCK);
              assertThat(d.message().english())
                  .contains("times as long as in the first quarter of the run", slowness.words);
              assertThat(d.remedies()).isNotEmpty();
            });
  }

  @Test
  void shouldEndWhenItIsFastAgain() {
    usual(BEFORE);
    with(AFTER, Slowness.COMPUTING::set);
    usual(2 * AFTER);

    assertThat(run.latest()).singleElement().matches(Diagnosis::isResolved);
  }

  @Test
  void shouldFindItHoweverLongTheRun() {
    usual(2_000 * BLOCK);
    with(AFTER, Slowness.DATA::set);

    assertThat(run.found()).hasSize(1);
  }

  /** The quarter that it is compared with must not become that of the slow iterations. */
  @Test
  void shouldGoOnHoweverLongItIsSlow() {
    usual(BEFORE);
    with(6 * BEFORE, Slowness.DATA::set);

    assertThat(run.latest()).singleElement().matches(d -> !d.isResolved());
  }

  @Test
  void shouldLeaveOutPausesBusyTimesAndAMachineThatVaries() {
    usual(BEFORE);
    with(20 * BLOCK, Slowness.COMPUTING::set); // others use the machine for 20 seconds
    usual(BEFORE);
    with(BEFORE, (m, i) -> m.conditions.forwardMillis += i % 200 == 0 ? 60_000 : 0); // evaluation
    with(BEFORE, (m, i) -> m.conditions.backwardMillis *= 1.9); // less than twice in all
    with(BEFORE, (m, i) -> m.stepMillis = Measurement.absent());

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldNotExceedWhatTheRunHasShownBefore() {
    for (int i = 0; i < 20; i++) { // half of the time the machine is busy, from the start on
      usual(10 * BLOCK);
      with(10 * BLOCK, Slowness.COMPUTING::set);
    }
    with(AFTER, Slowness.COMPUTING::set);

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldNotCompareMinibatchesOfOtherSizes() {
    usual(BEFORE);
    run.next.batchSize = 96;
    with(AFTER, Slowness.COMPUTING::set);

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldLeaveOutTheStart() {
    with(4 * BLOCK, Slowness.COMPUTING::set); // code is compiled
    usual(BEFORE);
    with(AFTER, Slowness.COMPUTING::set);

    assertThat(run.found()).hasSize(1);
  }
}
