package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.diagnose.Advised;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.Steps;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OverusedProtectionDetectorTest {
  private static final NetworkLayout LAYOUT = LayoutBuilder.classifier(2, "relu");

  private final SimulatedRun run = new SimulatedRun(LAYOUT, new OverusedProtectionDetector());

  /** Iterations at which something is done. */
  private static LongPredicate at(String when) {
    return switch (when) {
      case "never" -> i -> false;
      case "always" -> i -> true;
      case "one in five" -> i -> i % 5 == 0;
      case "one in four" -> i -> i % 4 == 0;
      case "one in two" -> i -> i % 2 == 0;
      case "two in three" -> i -> i % 3 != 0;
      case "nine from 500 on" -> i -> i >= 500 && i < 509;
      case "nine and nine" -> i -> i >= 500 && i < 519 && i != 509;
      case "from 500 on" -> i -> i >= 500;
      default -> throw new IllegalArgumentException(when);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "never, -1, 0",
    "one in five, -1, 0",
    "nine from 500 on, -1, 0",
    "nine and nine, -1, 0", // 18 in all, none of it ten in a row
    "one in four, 80, 20", // the 21st of the first 81
    "from 500 on, 509, 9",
    "always, 9, 9",
  })
  void shouldReportSkipsThatPileUp(String when, long expected, double threshold) {
    run.run(1000, (m, i) -> Steps.skipped(m, at(when).test(i)));

    assertReported(expected, threshold);
  }

  @ParameterizedTest
  @CsvSource({
    "never, -1, 0",
    "one in two, -1, 0", // 50 of 100
    "two in three, 76, 50", // the 51st
    "from 500 on, 550, 50",
    "always, 50, 50",
  })
  void shouldReportGradientsThatAreClippedAtMostIterations(
      String when, long expected, double threshold) {
    run.run(1000, (m, i) -> Steps.clippedOnAlarm(m, at(when).test(i)));

    assertReported(expected, threshold);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1e-4, -1",
    "0.5, 1e-4, -1",
    "2e-4, 1e-4, -1",
    "1e-4, 1e-4, 500",
    "1, 1, -1", // whoever allows nothing has nothing lowered
    "0.25, 0.25, 500",
  })
  void shouldReportALearningRateDrivenToItsMinimum(double factor, double min, long expected) {
    run.run(
        1000,
        (m, i) -> {
          Steps.minLearningRateFactor(m, min);
          Steps.learningRateFactor(m, i < 500 ? 1 : factor);
        });

    assertReported(expected, min);
  }

  private void assertReported(long iteration, double threshold) {
    if (iteration < 0) {
      assertThat(run.reported()).isEmpty();
    } else {
      assertThat(run.found()).containsExactly("overused_protection WARNING");
      assertThat(run.reported())
          .singleElement()
          .extracting(Diagnosis::iteration)
          .isEqualTo(iteration);
      assertThat(run.reported().get(0).threshold()).isEqualTo(threshold);
    }
  }

  @Test
  void shouldNotMindWhatIsClippedByDesignNorWhatNothingLowers() {
    run.run(
        1000,
        (m, i) -> {
          Steps.gradientNorm(m, 5);
          Steps.clippedGradientNorm(m, 1);
          Steps.clipThreshold(m, 1);
          Steps.learningRateFactor(m, 1e-9);
        });

    assertThat(run.reported()).isEmpty();
  }

  @Test
  void shouldMakeADiagnosisOfEachKindAndEndEachByItself() {
    run.run(
        1000,
        (m, i) -> {
          Steps.skipped(m, i >= 100 && i < 120);
          Steps.clippedOnAlarm(m, i >= 200 && i < 300);
          Steps.gradientNorm(m, 40);
          Steps.clippedGradientNorm(m, 2);
          Steps.minLearningRateFactor(m, 0.1);
          Steps.learningRateFactor(m, i >= 110 && i < 250 ? 0.1 : 1);
        });

    assertThat(run.latest()).extracting(Diagnosis::iteration).containsExactly(109L, 110L, 250L);
    assertThat(run.latest())
        .extracting(Diagnosis::sentence)
        .satisfiesExactly(
            skips -> assertThat(skips).startsWith("The last 10 steps have all been skipped:"),
            rate ->
                assertThat(rate)
                    .isEqualTo(
                        "Learning rates are at 0.1 times their configured values, the allowed"
                            + " minimum: they cannot be lowered further."),
            clips ->
                assertThat(clips)
                    .isEqualTo(
                        "Gradients were clipped because of an alarm in 51 of the last 100"
                            + " iterations, last from norm 40 to 2: the cause is still there."));
    assertThat(run.latest()).allMatch(Diagnosis::isResolved);
    assertThat(run.latest().get(0).endIteration()).isBetween(210L, 225L);
    assertThat(run.latest().get(1).endIteration()).isBetween(280L, 305L);
    assertThat(run.latest().get(2).endIteration()).isBetween(430L, 460L);
  }

  @Test
  void shouldSayOfHowManyWhileFewHaveBeenSeen() {
    run.run(60, (m, i) -> Steps.skipped(m, i % 8 < 5));

    assertThat(run.reported().get(0).sentence())
        .isEqualTo(
            "21 of the last 33 steps were skipped: the network learns nothing from their"
                + " minibatches.");
  }

  @Test
  void shouldFollowFromWhatIsProtectedAgainstAndExplainNoneOfIt() {
    SimulatedRun whole =
        new SimulatedRun(
            LAYOUT, List.of(new NonFiniteDetector(), new OverusedProtectionDetector()));
    whole.run(
        200,
        (m, i) -> {
          Steps.skipped(m, i >= 100);
          m.score = i >= 100 ? Double.NaN : 1;
        });

    assertThat(whole.found()).containsExactly("non_finite CRITICAL", "overused_protection WARNING");
    assertThat(whole.latest().get(1).causeId()).isZero();
    assertThat(whole.latest().get(0).causeId()).isEqualTo(-1);
    assertThat(whole.latest().get(1).iteration()).isEqualTo(109);
  }

  @Test
  void shouldGoOnFromWhatWasSaved() {
    run.run(105, (m, i) -> Steps.skipped(m, i >= 100));
    SimulatedRun resumed =
        new SimulatedRun(LAYOUT, new OverusedProtectionDetector()).startAfter(run);
    resumed.diagnoser().restore(run.diagnoser().statistics());
    resumed.run(20);

    assertThat(resumed.reported()).singleElement().extracting(Diagnosis::iteration).isEqualTo(109L);
  }

  private static NonFiniteOrigin origin(NonFiniteOrigin.Place place) {
    return new NonFiniteOrigin(place, -1, -1, 3, List.of(4), 1, false, 2);
  }

  private List<Remedy> skipped(NonFiniteOrigin.Place place) {
    SimulatedRun broken =
        new SimulatedRun(
            LAYOUT, List.of(new NonFiniteDetector(), new OverusedProtectionDetector()));
    broken.origin = origin(place);
    broken.run(
        20,
        (m, i) -> {
          Steps.skipped(m, true);
          m.score = Double.NaN;
        });
    Diagnosis masked = broken.latest().get(1);
    assertThat(masked.problem().family()).isEqualTo(ProblemFamily.OVERUSED_PROTECTION);
    return masked.remedies();
  }

  @Test
  void shouldSendToTheExamplesThatAreBroken() {
    for (String data : List.of("Features", "Labels")) {
      List<Remedy> remedies =
          skipped(
              data.equals("Labels")
                  ? NonFiniteOrigin.Place.LABELS
                  : NonFiniteOrigin.Place.FEATURES);
      assertThat(remedies).hasSize(2);
      assertThat(remedies.get(0).code()).contains("dataSet.get" + data + "().isNaN().any()");
      assertThat(remedies.get(1).advice()).startsWith("Look at the diagnoses of NaN or Infinity");
    }
  }

  @Test
  void shouldSendToTheDiagnosesAndALowerRateWhereTheNetworkIsToBlame() {
    List<Remedy> remedies = skipped(NonFiniteOrigin.Place.ACTIVATION);

    assertThat(remedies.get(0).advice()).startsWith("Look at the diagnoses of NaN or Infinity");
    assertThat(Advised.updaters(remedies)).containsExactly(new Advised.Updater("Adam", 1e-4));
  }

  @Test
  void shouldAdviseASmallerRateAndGradientNormalizationWhereGradientsAreClippedOrOverflow() {
    SimulatedRun overflowing = new SimulatedRun(LAYOUT, new OverusedProtectionDetector());
    overflowing.run(20, (m, i) -> Steps.skipped(m, true));
    run.run(100, (m, i) -> Steps.clippedOnAlarm(m, true));

    for (SimulatedRun each : List.of(overflowing, run)) {
      List<Remedy> remedies = each.latest().get(0).remedies();
      assertThat(remedies.get(0).advice())
          .startsWith("Lower the learning rate from 0.001 to about");
      assertThat(Advised.updaters(remedies)).containsExactly(new Advised.Updater("Adam", 1e-4));
      assertThat(Advised.code(remedies)).contains(".gradientNormalization(GradientNormalization.");
    }
  }

  @Test
  void shouldNameTheLearningRateThatItCameTo() {
    run.run(
        20,
        (m, i) -> {
          Steps.minLearningRateFactor(m, 1e-2);
          Steps.learningRateFactor(m, 1e-2);
          Arrays.fill(m.learningRate, 1e-5);
          m.learningRate[1] = Double.NaN;
        });
    List<Remedy> remedies = run.latest().get(0).remedies();

    assertThat(remedies.get(0).advice()).startsWith("Look at the diagnoses for which");
    assertThat(remedies.get(1).advice())
        .startsWith(
            "Lower the learning rate from 0.001 to about 1e-5: protection has come to that.");
    assertThat(Advised.updaters(remedies)).containsExactly(new Advised.Updater("Adam", 1e-5));
    assertThat(Advised.code(remedies)).contains(".gradientNormalization(GradientNormalization.");
  }
}
