package dev.traininghealth.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** Schedules that are judged before they have taken their course. */
final class ScheduleRuleTest {
  private static final ScheduleType ITERATION = ScheduleType.ITERATION;
  private static final ScheduleType EPOCH = ScheduleType.EPOCH;

  /** 100 epochs of {@link Scenes#MINIBATCHES} minibatches. */
  private static final int EPOCHS = 100;

  /** The short runs on copies would take most of the time of this test. */
  private static final long NO_TIME_FOR_RUNS = 50_000_000;

  private static SetupReport report(ISchedule schedule, int epochs) {
    MultiLayerNetwork net =
        Scenes.network(new Adam(schedule), Scenes.dense(Activation.RELU), Scenes.softmax());
    return RuleCase.check(net, Scenes.data(), epochs, NO_TIME_FOR_RUNS);
  }

  private static List<Diagnosis> found(SetupReport report) {
    return report.findings().stream().filter(d -> d.detector().equals("schedule")).toList();
  }

  static Stream<Arguments> unintended() {
    return Stream.of(
        Arguments.of(
            new ExponentialSchedule(ITERATION, 0.01, 0.95),
            EPOCHS,
            "from 0.01 to less than 1 % of that within the first 91 of 2,000 iterations"
                + " (100 epochs). An epoch has 20 iterations:"),
        Arguments.of(
            new MapSchedule(ITERATION, Map.of(0, 0.01, 200, 0.004, 900, 0.0)),
            EPOCHS,
            "0 in 55 % of the iterations, after a peak of 0.01"),
        Arguments.of(
            new PolySchedule(ITERATION, 0.01, 2, 1500),
            EPOCHS,
            "to 0 in one step, at iteration 1,5"),
        Arguments.of(
            new MapSchedule(EPOCH, Map.of(0, 0.01, 2, 0.3)),
            0,
            "from 0.01 to 0.3 in one step, at iteration 40"),
        Arguments.of(
            new MapSchedule(ITERATION, Map.of(0, 0.01, 30, 0.004, 50, 0.0)),
            0,
            "0 from iteration 50 on"));
  }

  @ParameterizedTest
  @MethodSource("unintended")
  void shouldFindWhatWasHardlyMeant(ISchedule schedule, int epochs, String sentence) {
    assertThat(found(report(schedule, epochs)))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.problem()).isEqualTo(Problem.LEARNING_RATE_SCHEDULE);
              assertThat(finding.severity()).isEqualTo(Severity.INFO);
              assertThat(finding.sentence()).contains(sentence);
              assertThat(finding.remedies()).isNotEmpty();
            });
  }

  @Test
  void shouldWarnOfARateBelowZero() {
    SetupReport report = report(new MapSchedule(ITERATION, Map.of(0, 0.01, 45, -0.01)), 0);

    assertThat(found(report))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.severity()).isEqualTo(Severity.WARNING);
              assertThat(finding.sentence()).contains("-0.01 at iteration 45");
            });
  }

  static Stream<ISchedule> intended() {
    return Stream.of(
        new FixedSchedule(0.01),
        new ExponentialSchedule(EPOCH, 0.01, 0.97),
        new StepSchedule(EPOCH, 0.01, 0.1, 40),
        new RampSchedule(new FixedSchedule(0.01), 50),
        new MapSchedule(EPOCH, Map.of(0, 0.01, 50, 0.001, 80, 1e-4)));
  }

  @ParameterizedTest
  @MethodSource("intended")
  void shouldLeaveUsualSchedulesAlone(ISchedule schedule) {
    assertThat(found(report(schedule, EPOCHS))).isEmpty();
    assertThat(found(report(schedule, 0))).isEmpty();
  }

  @Test
  void shouldSayWhatItCannotJudgeWithoutTheNumberOfEpochs() {
    ISchedule decaying = new ExponentialSchedule(EPOCH, 0.01, 0.97);

    assertThat(notChecked(report(decaying, 0)))
        .containsExactly("schedule: the number of epochs is not known");
    assertThat(notChecked(report(decaying, EPOCHS))).isEmpty();
    assertThat(notChecked(report(new FixedSchedule(0.01), 0))).isEmpty();
  }

  private static List<String> notChecked(SetupReport report) {
    return report.notChecked().stream()
        .filter(check -> check.detector().equals("schedule"))
        .map(Check::toString)
        .toList();
  }

  @Test
  void shouldRefuseANegativeNumberOfEpochs() {
    assertThatThrownBy(() -> report(new FixedSchedule(0.01), -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was -1");
  }
}
