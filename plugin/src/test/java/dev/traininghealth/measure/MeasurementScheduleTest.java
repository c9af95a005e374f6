package dev.traininghealth.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.guard.CostAccount;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class MeasurementScheduleTest {
  private static final long MILLISECOND = 1_000_000;

  /** Rounds after the first that are due while a run starts. */
  private static final int START_ROUNDS = 4;

  private long now;
  private int iteration;
  private final CostAccount account = new CostAccount(0.02, () -> now);
  private final List<Integer> measured = new ArrayList<>();

  private MeasurementSchedule schedule(int tasks, long cost) {
    return schedule(tasks, cost, cost);
  }

  /** The first rounds, whose code is not compiled, cost more: half of it each time. */
  private MeasurementSchedule schedule(int tasks, long firstCost, long cost) {
    List<MeasurementSchedule.Task> list = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      list.add(
          () -> {
            now += Math.max(cost, firstCost >> (measured.size() / tasks));
            measured.add(iteration);
          });
    }
    return new MeasurementSchedule(account, list, List.of(), List.of());
  }

  /** Trains with steps of this length, in which other work costs so much. */
  private void train(MeasurementSchedule schedule, int iterations, long step, long otherWork) {
    train(schedule, iterations, step, otherWork, i -> false);
  }

  private void train(
      MeasurementSchedule schedule,
      int iterations,
      long step,
      long otherWork,
      IntPredicate requested) {
    for (int i = 0; i < iterations; i++) {
      account.startWork();
      now += otherWork;
      account.chargeMandatory();
      schedule.forward.run();
      if (requested.test(iteration)) {
        schedule.request();
      }
      account.creditStep(step);
      schedule.onIterationDone();
      iteration++;
    }
  }

  @Test
  void shouldMeasureEverythingEvery500IterationsWhateverElseTheBudgetIsSpentOn() {
    MeasurementSchedule schedule = schedule(16, MILLISECOND / 20);
    train(schedule, 10_000, 5 * MILLISECOND, MILLISECOND); // other work: ten times the budget
    assertThat(measured)
        .hasSizeGreaterThanOrEqualTo((20 + START_ROUNDS) * 16)
        .hasSizeLessThan((22 + START_ROUNDS) * 16);
    int start = (1 + START_ROUNDS) * 16;
    List<Integer> next = measured.subList(start, start + 16);
    assertThat(next.get(0)).as("the round after those of the start").isBetween(500, 510);
    assertThat(next.get(15) - next.get(0)).as("spread over a few").isBetween(8, 20);
  }

  @Test
  void shouldMeasureEverything10SecondsOfSlowTrainingApart() {
    MeasurementSchedule schedule = schedule(4, MILLISECOND);
    train(schedule, 1_000, 200 * MILLISECOND, 20 * MILLISECOND);
    assertThat(measured).as("200 s of training").hasSizeBetween(19 * 4, 21 * 4);
  }

  @Test
  void shouldNotTakeMoreThanTheReserveForTheRoundsThatAreDue() {
    MeasurementSchedule schedule = schedule(10, 40 * MILLISECOND); // 400 ms a round
    train(schedule, 1_000_000, 5 * MILLISECOND, MILLISECOND); // other work: beyond the budget
    double share = 40.0 * (measured.size() - (1 + START_ROUNDS) * 10) / (1_000_000 * 5.0);
    assertThat(share).as("a twentieth of 1.4 %").isBetween(0.0006, 0.0008);
  }

  @Test
  void shouldNotSaveForWhatRoundsCostWithoutCompiledCode() {
    MeasurementSchedule schedule = schedule(16, 2 * MILLISECOND, MILLISECOND / 20);
    train(schedule, 10_000, 5 * MILLISECOND, MILLISECOND);
    assertThat(measured)
        .hasSizeGreaterThanOrEqualTo((20 + START_ROUNDS) * 16)
        .hasSizeLessThan((22 + START_ROUNDS) * 16);
  }

  @Test
  void shouldNotSaveForItWhereStepsAreSlow() {
    MeasurementSchedule schedule = schedule(4, 40 * MILLISECOND, MILLISECOND);
    train(schedule, 300, 100 * MILLISECOND, 10 * MILLISECOND);
    assertThat(measured.get(4)).as("within the first five seconds").isEqualTo(20);
    assertThat(measured.get(8)).as("10 s after the first round").isBetween(100, 105);
    assertThat(measured).as("30 s of training").hasSize(4 * 4);
  }

  @Test
  void shouldNotSaveForAPauseDuringATask() {
    List<MeasurementSchedule.Task> list = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      list.add(
          () -> {
            boolean pause = measured.size() % 8 == 5; // in every other round
            now += pause ? 50 * MILLISECOND : MILLISECOND / 5;
            measured.add(iteration);
          });
    }
    MeasurementSchedule schedule = new MeasurementSchedule(account, list, List.of(), List.of());
    train(schedule, 10_000, 5 * MILLISECOND, MILLISECOND);
    assertThat(measured).hasSizeGreaterThanOrEqualTo(20 * 4);
  }

  @Test
  void shouldMeasureOftenWhileThereIsCredit() {
    MeasurementSchedule schedule = schedule(10, 1);
    train(schedule, 100, 5 * MILLISECOND, 0);
    assertThat(measured).hasSize(20 * 10);
  }

  @Test
  void shouldNotSpendAllCreditAfterTheStart() {
    MeasurementSchedule schedule = schedule(10, 1);
    train(schedule, 1000, 5 * MILLISECOND, 0); // the start
    measured.clear();
    train(schedule, 1000, 5 * MILLISECOND, 0);
    assertThat(measured).as("every 100 iterations").hasSizeBetween(10 * 10, 11 * 10);
    measured.clear();
    train(schedule, 1000, 100 * MILLISECOND, 0);
    assertThat(measured).as("about every 3.3 s").hasSizeBetween(28 * 10, 30 * 10);
  }

  @Test
  void shouldMeasureAtARequestBetweenRounds() {
    MeasurementSchedule schedule = schedule(10, 1);
    train(schedule, 1000, 5 * MILLISECOND, 0); // the start
    train(schedule, 110, 5 * MILLISECOND, 0);
    measured.clear();
    train(schedule, 20, 5 * MILLISECOND, 0, i -> i == 1115);
    assertThat(measured).hasSize(10).allMatch(i -> i >= 1115 && i <= 1120);
  }

  @Test
  void shouldMeasureSoonAfterARequestButNotAtEach() {
    MeasurementSchedule schedule = schedule(10, MILLISECOND / 100);
    train(schedule, 500, 5 * MILLISECOND, MILLISECOND, i -> i >= 250);
    assertThat(measured.stream().map(i -> i / 20 * 20).distinct())
        .as("at the start, when requested, and not within 100 iterations again")
        .containsExactly(0, 20, 40, 100, 200, 240, 260, 340, 360, 440, 460);
    assertThat(measured).hasSize((4 + START_ROUNDS) * 10);
  }

  @Test
  void shouldRepeatATaskSoonAndOnlyThat() {
    List<Integer> first = new ArrayList<>();
    List<Integer> other = new ArrayList<>();
    MeasurementSchedule schedule =
        new MeasurementSchedule(
            account,
            List.of(() -> first.add(iteration), () -> other.add(iteration)),
            List.of(),
            List.of());
    train(schedule, 100, 5 * MILLISECOND, MILLISECOND);
    schedule.forward.repeat(0, 7);
    train(schedule, 100, 5 * MILLISECOND, MILLISECOND);
    assertThat(first).containsExactly(0, 20, 50, 100, 107);
    assertThat(other).as("a due round takes a task an iteration").containsExactly(0, 21, 51, 101);
  }

  @Test
  void shouldMeasureAShortRunMoreThanOnce() {
    MeasurementSchedule schedule = schedule(12, 20 * MILLISECOND, MILLISECOND);
    train(schedule, 400, 2 * MILLISECOND, MILLISECOND); // a debt that 400 iterations do not repay
    assertThat(measured.stream().filter(i -> i == 0).count()).isEqualTo(12);
    for (int due : new int[] {20, 50, 100, 200}) {
      assertThat(measured.stream().filter(i -> i >= due && i < due + 20).count())
          .as("at %d", due)
          .isEqualTo(12);
    }
    assertThat(measured).hasSize((1 + START_ROUNDS) * 12);
  }
}
