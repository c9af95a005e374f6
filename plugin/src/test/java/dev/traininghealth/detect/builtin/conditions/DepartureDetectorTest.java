package dev.traininghealth.detect.builtin.conditions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.BaselineRun;
import dev.traininghealth.detect.BaselineRun.Departure;
import dev.traininghealth.detect.BaselineRun.Result;
import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.text.Message;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DepartureDetectorTest {
  private static final Departure WORSE =
      new Departure(Message.literal("From iteration 30 on."), 1.2, 0.6, false);

  private Result latest = Result.missing(Message.of("say.check.no.baselineRun"));
  private final BaselineRun baseline = () -> latest;
  private final SimulatedRun run =
      new SimulatedRun(LayoutBuilder.classifier(2, "relu"), new DepartureDetector(baseline));

  private static Result compared(@Nullable Departure departure) {
    return new Result(detector -> Check.of(detector, 1, 0, 99, 100), departure);
  }

  private Check check() {
    return run.diagnoser().checks().get(0);
  }

  @Test
  void shouldReportNothingWhereNothingDeparts() {
    run.run(50);
    assertThat(check()).hasToString("departure: no baseline run was set");

    latest = compared(null);
    run.run(50);

    assertThat(run.diagnoser().diagnoses()).isEmpty();
    assertThat(check()).hasToString("departure: iterations 0 to 99");
  }

  @Test
  void shouldReportADepartureAsLongAsItLasts() {
    run.run(30);
    latest = compared(WORSE);
    run.run(300);

    assertThat(run.diagnoser().diagnoses())
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.problem()).isEqualTo(Problem.DEPARTS_FROM_BASELINE);
              assertThat(d.severity()).isEqualTo(Severity.INFO);
              assertThat(d.isResolved()).isFalse();
              assertThat(d.message().english()).isEqualTo("From iteration 30 on.");
              assertThat(d.remedies()).hasSize(1);
            });

    latest = compared(null);
    run.run(100);

    assertThat(run.diagnoser().diagnoses()).singleElement().matches(d -> d.isResolved());
  }

  /** A comparison after the last iteration has reported nothing, whatever it has found. */
  @Test
  void shouldCountOnlyComparisonsThatWereReported() {
    latest = compared(null);
    run.run(10);
    latest = new Result(detector -> Check.of(detector, 1, 0, 199, 200), WORSE);

    assertThat(check()).hasToString("departure: iterations 0 to 99");
  }
}
