package dev.traininghealth.publish.stock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.publish.Measurements;
import dev.traininghealth.publish.RecordFixtures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When DL4J's pages get a report; time is that of the measurements. */
class ReportQueueTest {
  private final NetworkLayout layout = RecordFixtures.denseLayout(2);
  private final ReportQueue queue = new ReportQueue(layout);
  private final MeasurementWriter m = new Measurements(layout).at(0, 0);
  private final List<Long> reported = new ArrayList<>();
  private long weightInterval = 1;

  /** Whether deviations are measured with the next weights after they were asked for. */
  private boolean measuresDeviations = true;

  @BeforeEach
  void measureAtTheFirstIteration() {
    m.wantDeviations();
  }

  /** Offers iterations that take so many milliseconds, reports costing so much CPU time. */
  private void train(long iterations, double millisEach, long costNanos) {
    for (long i = 0; i < iterations; i++) {
      m.iteration++;
      m.weightIteration = m.iteration / weightInterval * weightInterval;
      m.timeMillis = 1_000_000 + Math.round(m.iteration * millisEach);
      if (measuresDeviations && m.wantsDeviations() && m.weightIteration == m.iteration) {
        Arrays.fill(m.gradientDeviationIteration, m.iteration);
        Arrays.fill(m.updateDeviationIteration, m.iteration);
        m.clearWantedDeviations();
      }
      queue.offer(m);
      queue.takeAll(
          slot -> {
            reported.add(slot.measurement.iteration);
            return costNanos;
          });
    }
  }

  private void take(ToLongFunction<ReportQueue.Slot> what) {
    queue.takeAll(
        slot -> {
          reported.add(what.applyAsLong(slot));
          return 0;
        });
  }

  private long longestGap() {
    long longest = 0;
    for (int i = 1; i < reported.size(); i++) {
      longest = Math.max(longest, reported.get(i) - reported.get(i - 1));
    }
    return longest;
  }

  @Test
  void shouldReportTheFirstIterationsOneByOneIfTheyAreSlow() {
    train(255, 125, 0);
    assertThat(reported).as("all but the second, as nobody knows when it will be").hasSize(254);
  }

  /** As many as the recorder takes: more would be the first ones of each second. */
  @Test
  void shouldReportAFastNetworkEvenly() {
    train(2_000, 1, 0);
    assertThat(reported).hasSize(16);
    assertThat(longestGap()).isEqualTo(125);
  }

  @Test
  void shouldReportDeviationsOfTheIteration() {
    weightInterval = 10;
    for (int i = 0; i < 5; i++) {
      train(50, 50, 0);
      assertThat(m.gradientDeviationIteration[0])
          .as("as of the last report")
          .isEqualTo(reported.get(reported.size() - 1));
    }
    assertThat(reported).hasSize(25);
  }

  @Test
  void shouldNotWaitForeverForDeviations() {
    measuresDeviations = false; // the first report waits, too
    train(100, 125, 0);
    assertThat(reported).hasSize(4);
  }

  /** The pages draw weights and updates at the iteration of the report. */
  @Test
  void shouldReportIterationsAtWhichWeightsWereMeasured() {
    weightInterval = 10;
    train(300, 50, 0);
    assertThat(reported).hasSizeGreaterThan(20).allMatch(iteration -> iteration % 10 == 0);
    queue.offerLast(true);
    take(slot -> slot.measurement.iteration);
    assertThat(reported).allMatch(iteration -> iteration % 10 == 0);
  }

  @Test
  void shouldNotLetAFlushSettleWhichLinesThePagesDraw() {
    Arrays.fill(m.activationStandardDeviation, Measurement.absent());
    m.iteration = 0;
    queue.offer(m);
    queue.offerLast(false);
    take(slot -> slot.measurement.iteration);
    assertThat(reported).as("reports without activations").isEmpty();
    queue.offerLast(true);
    take(slot -> slot.measurement.iteration);
    assertThat(reported).as("when no other will come").containsExactly(0L);
  }

  /** LBFGS, conjugate gradient and line search leave no update to measure. */
  @Test
  void shouldNotWaitForUpdatesThatTheSolverDoesNotHave() {
    Arrays.fill(m.updateMeanMagnitude, Measurement.absent());
    Arrays.fill(m.updateStandardDeviation, Measurement.absent());
    m.updateIteration = -1;
    m.weightIteration = -1;
    m.timeMillis = 1_000_000;
    queue.offer(m);
    take(slot -> slot.measurement.iteration);
    assertThat(reported).as("before weights were measured").isEmpty();
    train(1, 1, 0);
    assertThat(reported).containsExactly(1L);
  }

  @Test
  void shouldWaitForUpdatesThatAreMeasuredLater() {
    Arrays.fill(m.updateStandardDeviation, Measurement.absent());
    train(10, 1_000, 0);
    assertThat(reported).isEmpty();
    train(1, 1_000, 0);
    assertThat(reported).as("after ten seconds").hasSize(1);
  }

  @Test
  void shouldGrowWithTheLogarithmOfTheIterations() {
    train(1_000_000, 1, 0);
    assertThat(reported.size()).isBetween(600, 1_600);
    assertThat(longestGap()).isLessThanOrEqualTo(1_000_000 / 128 + 1);
  }

  @Test
  void shouldGrowWithTheLogarithmOfTheTimeOnSlowNetworksToo() {
    train(600_000, 1_000, 0); // a week
    assertThat(reported.size()).isBetween(1_000, 5_000);
  }

  @Test
  void shouldReportEachIterationOfASlowNetwork() {
    train(100, 10_000, 1_000_000);
    assertThat(reported).as("all but the second").hasSize(99);
  }

  /** A network of a thousand iterations a second whose reports are expensive. */
  @Test
  void shouldTakeNoMoreThanItsShareOfTheTime() {
    train(60_000, 1, 2_000_000); // 2 ms each: one in 500 ms
    assertThat(reported.size()).isBetween(60, 120);
    reported.clear();
    train(60_000, 1, 1_000_000_000); // absurd: one in 2 s all the same
    assertThat(reported.size()).isBetween(29, 31);
  }

  @Test
  void shouldGoOnWhenTheClockIsSetBack() {
    train(10, 1, 1_000_000_000);
    assertThat(reported).hasSize(1);
    m.timeMillis = 500;
    Arrays.fill(m.gradientDeviationIteration, m.iteration);
    Arrays.fill(m.updateDeviationIteration, m.iteration);
    queue.offer(m);
    take(slot -> slot.measurement.timeMillis);
    assertThat(reported).last().isEqualTo(500L);
  }

  @Test
  void shouldNotOverwriteWhatIsNotTakenYet() {
    for (int i = 0; i < 100; i++) {
      m.iteration = i;
      m.weightIteration = i;
      m.timeMillis = 200L * i;
      Arrays.fill(m.gradientDeviationIteration, i);
      Arrays.fill(m.updateDeviationIteration, i);
      queue.offer(m);
    }
    take(slot -> slot.measurement.iteration);
    assertThat(reported).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
  }
}
