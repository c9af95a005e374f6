package dev.traininghealth.intervene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.numbers.NonFiniteOrigin;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The requests for each situation, one per row, as in the table of the policy's javadoc. */
class TrialPolicyTest {
  private static final Diagnosis NON_FINITE = diagnosis(Problem.NON_FINITE, Severity.CRITICAL);
  private static final Diagnosis BAD_DATA =
      FakeSituation.diagnosis(
          Problem.NON_FINITE,
          Severity.CRITICAL,
          new NonFiniteOrigin(NonFiniteOrigin.Place.FEATURES, -1, -1, 1, List.of(0), 1, false, 0));
  private static final Diagnosis SCORE_ALONE =
      FakeSituation.diagnosis(
          Problem.NON_FINITE,
          Severity.CRITICAL,
          new NonFiniteOrigin(NonFiniteOrigin.Place.SCORE, -1, -1, 1, List.of(0), 1, true, 0));
  private static final Diagnosis EXPLODING =
      diagnosis(Problem.EXPLODING_GRADIENT, Severity.WARNING);
  private static final Diagnosis OVERFLOWING =
      diagnosis(Problem.EXPLODING_GRADIENT, Severity.CRITICAL);
  private static final Diagnosis LARGE = diagnosis(Problem.EXPLODING_GRADIENT, Severity.INFO);
  private static final Diagnosis DRIFTING = diagnosis(Problem.DRIFTING, Severity.INFO);
  private static final Diagnosis OSCILLATING =
      diagnosis(Problem.OSCILLATING_SCORE, Severity.WARNING);
  private static final Diagnosis PLATEAU = diagnosis(Problem.PLATEAU, Severity.INFO);
  private static final Diagnosis SLIGHTLY_OSCILLATING =
      diagnosis(Problem.OSCILLATING_SCORE, Severity.INFO);
  private static final Diagnosis NOT_LEARNING = diagnosis(Problem.NOT_LEARNING, Severity.WARNING);
  private static final Diagnosis DEAD = diagnosis(Problem.DEAD_RELU, Severity.WARNING);

  private static Diagnosis diagnosis(Problem problem, Severity severity) {
    return FakeSituation.diagnosis(problem, severity, null);
  }

  private static Arguments row(String request, String situation, Consumer<FakeSituation> setting) {
    return Arguments.of(request, situation, setting);
  }

  static Stream<Arguments> before() {
    return Stream.of(
        row("proceed", "no diagnosis", s -> {}),
        row("skip", "not finite", s -> s.reports(NON_FINITE)),
        row("skip", "bad data", s -> s.reports(BAD_DATA)),
        row("proceed", "the score alone, since the start", scores(30, Double.NaN, 1)),
        row("skip", "the gradient as well", scores(30, Double.NaN, Double.NaN)),
        row("skip", "the score is infinite", scores(30, Double.POSITIVE_INFINITY, 1)),
        row("skip", "the score alone, which was finite", s -> s.reports(SCORE_ALONE)),
        row("proceed", "no longer reported", s -> s.active.add(NON_FINITE)),
        row(
            "proceed",
            "the network is not finite",
            s -> {
              s.reports(NON_FINITE);
              s.finite = false;
            }),
        row("skip", "overflows in the updater", s -> s.reports(OVERFLOWING)),
        row("clip", "exploding", s -> s.reports(EXPLODING)),
        row("clip", "exploding is active", s -> s.active.add(EXPLODING)),
        row("proceed", "larger than usual", s -> s.reports(LARGE)),
        row("proceed", "drifting", s -> s.reports(DRIFTING)),
        row("proceed", "oscillating", s -> s.reports(OSCILLATING)),
        row("skip", "both", s -> s.reports(EXPLODING).reports(NON_FINITE)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("before")
  void shouldDecideBeforeTheUpdate(String request, String what, Consumer<FakeSituation> setting) {
    FakeSituation situation = new FakeSituation();
    setting.accept(situation);
    assertThat(text(new TrialPolicy().beforeUpdate(situation))).as(what).isEqualTo(request);
  }

  /** The score alone is said to be non-finite. */
  private static Consumer<FakeSituation> scores(
      int iterations, double score, double latestGradient) {
    return s -> {
      s.instead = FakeSituation.diagnoser(iterations, i -> score, latestGradient);
      s.reports(SCORE_ALONE);
    };
  }

  private static String text(BeforeUpdate request) {
    return request.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static Consumer<FakeSituation> raising(
      double factor, double maxLearningRateFactor, long healthy, long raised) {
    return s -> {
      s.factor = factor;
      s.maxLearningRateFactor = maxLearningRateFactor;
      s.iterationsSinceAlarm = healthy;
      s.since.put(Kind.RAISE_LEARNING_RATE, raised);
    };
  }

  private static Consumer<FakeSituation> with(
      Diagnosis diagnosis, Consumer<FakeSituation> setting) {
    return s -> {
      s.reports(diagnosis);
      setting.accept(s);
    };
  }

  static Stream<Arguments> after() {
    return Stream.of(
        row("proceed", "no diagnosis", s -> {}),
        row("try LOST", "weights not finite", with(NON_FINITE, s -> s.finite = false)),
        row("proceed", "only the step was not finite", s -> s.reports(NON_FINITE)),
        row("proceed", "nine steps skipped", with(NON_FINITE, s -> s.skipped = 9)),
        row("try HARM", "ten steps skipped", with(NON_FINITE, s -> s.skipped = 10)),
        row("proceed", "skipped because of bad data", with(BAD_DATA, s -> s.skipped = 99)),
        row("try HARM", "skipped because of overflow", with(OVERFLOWING, s -> s.skipped = 10)),
        row("try HARM", "exploding", s -> s.reports(EXPLODING)),
        row("try HARM", "exploding is active", s -> s.active.add(EXPLODING)),
        row("proceed", "larger than usual", s -> s.reports(LARGE)),
        row("proceed", "drifting", s -> s.reports(DRIFTING)),
        row("try STANDSTILL", "oscillating", s -> s.reports(OSCILLATING)),
        row("try STANDSTILL", "dead units are active", s -> s.active.add(DEAD)),
        row("try STANDSTILL", "does not learn", s -> s.active.add(NOT_LEARNING)),
        row("try PLATEAU", "plateau", s -> s.reports(PLATEAU)),
        row("proceed", "an earlier plateau", s -> s.active.add(PLATEAU)),
        row("try PLATEAU", "oscillating slightly", s -> s.reports(SLIGHTLY_OSCILLATING)),
        row("proceed", "plateau with a schedule", with(PLATEAU, s -> s.scheduled = true)),
        row(
            "proceed",
            "exploding, and the objective moves",
            with(
                EXPLODING, s -> s.settings = s.settings.toBuilder().movingObjective(true).build())),
        row(
            "try LOST",
            "weights not finite, and the objective moves",
            with(
                NON_FINITE,
                s -> {
                  s.finite = false;
                  s.settings = s.settings.toBuilder().movingObjective(true).build();
                })));
  }

  static Stream<Arguments> raises() {
    return Stream.of(
        row("try raise 3.0", "healthy for long", raising(0.5, 1, 300, 300)),
        row("proceed", "healthy, not for long", raising(0.5, 1, 299, 300)),
        row("proceed", "raised just now", raising(0.5, 1, 300, 299)),
        row("proceed", "at the maximum factor", raising(0.5, 0.5, 300, 300)),
        row(
            "proceed",
            "lowered just now",
            raising(0.5, 1, 300, 300).andThen(s -> s.since.put(Kind.LOWER_LEARNING_RATE, 299L))),
        row(
            "proceed",
            "rolled back just now",
            raising(0.5, 1, 300, 300).andThen(s -> s.since.put(Kind.ROLLBACK, 299L))));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource({"after", "raises"})
  void shouldDecideAfterTheUpdate(String request, String what, Consumer<FakeSituation> setting) {
    FakeSituation situation = new FakeSituation();
    setting.accept(situation);
    assertThat(text(new TrialPolicy().afterUpdate(situation))).as(what).isEqualTo(request);
  }

  private static String text(AfterUpdate request) {
    if (request instanceof AfterUpdate.Try change) {
      return "try " + change.question();
    }
    return request instanceof AfterUpdate.TryRaise raise
        ? "try raise " + raise.factor()
        : "proceed";
  }
}
