package dev.traininghealth.detect.builtin.conditions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.numbers.Steps;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.schedule.CycleSchedule;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.InverseSchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

final class ScheduleDetectorTest {
  private static final int ITERATIONS = 3_000;
  private static final int ITERATIONS_PER_EPOCH = 60;
  private static final ScheduleType ITERATION = ScheduleType.ITERATION;

  private static SimulatedRun run() {
    return new SimulatedRun(LayoutBuilder.classifier(2, "relu"), new ScheduleDetector());
  }

  /** A run that learns, with a schedule. */
  private static SimulatedRun run(ISchedule schedule) {
    SimulatedRun run = run();
    return run.run(
        ITERATIONS,
        (m, i) -> {
          m.score = SimulatedRun.learning(i) * run.noise(0.05);
          m.epoch = (int) i / ITERATIONS_PER_EPOCH;
          Arrays.fill(m.learningRate, schedule.valueAt((int) i, m.epoch));
        });
  }

  private static ISchedule slip() {
    return new MapSchedule(ITERATION, Map.of(0, 0.01, 1000, 0.3, 2000, 0.001));
  }

  static Stream<Arguments> unintended() {
    return Stream.of(
        Arguments.of(
            new ExponentialSchedule(ITERATION, 0.1, 0.95),
            "The learning rate fell from 0.1 to less than 1 % of that within 91 of ",
            "An epoch has 60 iterations: if the schedule was meant to count epochs, it runs 60"),
        Arguments.of(new StepSchedule(ITERATION, 0.1, 0.1, 30), "fell from 0.1", "60 iterations"),
        Arguments.of(
            new MapSchedule(ITERATION, Map.of(0, 0.1, 200, 0.05, 1400, 0.0)), "was 0 in 50", ""),
        Arguments.of(new PolySchedule(ITERATION, 0.1, 2, 1500), "from 0.3997 to 0 in one step", ""),
        Arguments.of(slip(), "went from 0.01 to 0.3 in one step, at iteration 1,000", ""),
        Arguments.of(
            new MapSchedule(ITERATION, Map.of(0, 0.1, 1000, 0.001)), "from 0.1 to 0.001", ""));
  }

  @ParameterizedTest
  @MethodSource("unintended")
  void shouldFindAScheduleThatWasHardlyMeant(ISchedule schedule, String words, String others) {
    assertThat(run(schedule).latest())
        .isNotEmpty()
        .allSatisfy(
            d -> {
              assertThat(d.problem()).isEqualTo(Problem.LEARNING_RATE_SCHEDULE);
              assertThat(d.severity()).isEqualTo(Severity.INFO);
              assertThat(d.remedies()).isNotEmpty();
            })
        .extracting(d -> d.message().english())
        .anySatisfy(text -> assertThat(text).contains(words, others));
  }

  /** Half a cosine down from the peak, again and again from the peak. */
  private static ISchedule warmRestarts() {
    return new Own((i, epoch) -> 0.05 * (1 + Math.cos(Math.PI * (i % 500) / 500.0)) + 1e-5);
  }

  /** Linear warm-up, then a cosine to 0 at the end of the run. */
  private static ISchedule warmUpAndCosine() {
    return new Own(
        (i, epoch) ->
            i < 200 ? 1e-3 * i / 200 : 5e-4 * (1 + Math.cos(Math.PI * (i - 200) / 2800.0)));
  }

  private interface Rate {
    double at(int iteration, int epoch);
  }

  private record Own(Rate rate) implements ISchedule {
    @Override
    public double valueAt(int iteration, int epoch) {
      return rate.at(iteration, epoch);
    }

    @Override
    public ISchedule clone() {
      return this;
    }
  }

  static Stream<ISchedule> usual() {
    return Stream.of(
        new FixedSchedule(1e-3),
        new StepSchedule(ITERATION, 0.1, 0.1, 900),
        new ExponentialSchedule(ScheduleType.EPOCH, 0.1, 0.9),
        new InverseSchedule(ITERATION, 0.1, 0.01, 0.75),
        new RampSchedule(new FixedSchedule(1e-3), 2_000),
        new CycleSchedule(ITERATION, 0.01, 0.1, 3_000, 300, 0.99),
        new CycleSchedule(ITERATION, 0.001, 0.1, 400, 0, 0.99),
        new MapSchedule(ITERATION, Map.of(0, 0.1, 900, 0.01, 1_800, 0.001)),
        new Own((i, epoch) -> 1e-4 * (1 + i % 300)), // a saw
        warmRestarts(),
        warmUpAndCosine());
  }

  @ParameterizedTest
  @MethodSource("usual")
  void shouldLeaveUsualSchedulesAlone(ISchedule schedule) {
    assertThat(run(schedule).reported()).isEmpty();
  }

  @Test
  void shouldFindARateThatRisesAgain() {
    double[] rates = {0.1};
    SimulatedRun run = run();
    run.run(
        ITERATIONS,
        (m, i) -> {
          rates[0] = 0.1 * Math.pow(1 - i / 1500.0, 2); // past its end
          Arrays.fill(m.learningRate, rates[0]);
        });

    assertThat(run.latest()).singleElement().matches(d -> d.message().english().contains("rises"));
  }

  @Test
  void shouldWarnOfARateThatCannotBeUsed() {
    SimulatedRun run = run();
    run.run(ITERATIONS, (m, i) -> Arrays.fill(m.learningRate, 0.1 * (1 - i / 1500.0)));

    assertThat(run.alarms()).containsExactly("other WARNING");
    assertThat(run.latest()).anyMatch(d -> d.message().english().contains("gradient is climbed"));
  }

  @Test
  void shouldWarnWhereTheScoreAnswers() {
    SimulatedRun run = run();
    run.run(
        ITERATIONS,
        (m, i) -> {
          m.score = SimulatedRun.CHANCE * run.noise(0.01);
          Arrays.fill(m.learningRate, 0.01 * Math.pow(0.95, (double) i));
        });

    assertThat(run.alarms()).containsExactly("other WARNING");
  }

  /** Protection lowers and raises rates; the schedule is the user's. */
  @Test
  void shouldLeaveOutWhatProtectionDoes() {
    SimulatedRun run = run();
    run.run(
        ITERATIONS,
        (m, i) -> {
          double factor = i < 100 ? 1 : i < 2500 ? 1e-3 : 0.1;
          Steps.learningRateFactor(m, factor);
          Arrays.fill(m.learningRate, 0.01 * factor);
        });

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldLookAtTheLargestRateAndAtNoneThatIsUnknown() {
    SimulatedRun run = run();
    run.run(
        ITERATIONS,
        (m, i) -> {
          Arrays.fill(m.learningRate, Measurement.absent());
          m.learningRate[0] = 0; // a layer that is not to learn
          m.learningRate[3] = 0.01;
        });

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldGoOnWithWhatItHasSeen() {
    ScheduleDetector detector = new ScheduleDetector();
    SimulatedRun run = new SimulatedRun(LayoutBuilder.classifier(2, "relu"), detector);
    run.run(900, (m, i) -> Arrays.fill(m.learningRate, 0.1 * Math.pow(0.9, (double) i)));
    SavedNumbers saved = new SavedNumbers();
    detector.save(saved);
    ScheduleDetector restored = new ScheduleDetector();
    restored.restore(saved);
    SimulatedRun later =
        new SimulatedRun(LayoutBuilder.classifier(2, "relu"), restored).startAfter(run);
    later.run(200);

    assertThat(later.latest()).singleElement().matches(d -> !d.isResolved());
  }

  @Test
  void shouldEndAfterAJump() {
    SimulatedRun run = run(slip());

    assertThat(run.latest()).isNotEmpty().anyMatch(Diagnosis::isResolved);
  }
}
