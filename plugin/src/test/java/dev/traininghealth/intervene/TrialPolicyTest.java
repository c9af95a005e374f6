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

/** Which situation asks for what, one row each: the table of the policy's javadoc. */
class TrialPolicyTest {
  private static final Diagnosis BROKEN = diagnosis(Problem.NON_FINITE, Severity.CRITICAL);
  private static final Diagnosis BAD_DATA =
      FakeSituation.diagnosis(
          Problem.NON_FINITE,
          Severity.CRITICAL,
          new NonFiniteOrigin(NonFiniteOrigin.Place.FEATURES, -1, -1, 1, List.of(0), 1, false, 0));
  private static final Diagnosis EXPLODING =
      diagnosis(Problem.EXPLODING_GRADIENT, Severity.WARNING);
  private static final Diagnosis REWRITTEN =
      diagnosis(Problem.EXPLODING_GRADIENT, Severity.CRITICAL);
  private static final Diagnosis LARGE = diagnosis(Problem.EXPLODING_GRADIENT, Severity.INFO);
  private static final Diagnosis OSCILLATING =
      diagnosis(Problem.OSCILLATING_SCORE, Severity.WARNING);
  private static final Diagnosis PLATEAU = diagnosis(Problem.PLATEAU, Severity.INFO);
  private static final Diagnosis SWINGS = diagnosis(Problem.OSCILLATING_SCORE, Severity.INFO);
  private static final Diagnosis NOT_LEARNING = diagnosis(Problem.NOT_LEARNING, Severity.WARNING);
  private static final Diagnosis DEAD = diagnosis(Problem.DEAD_RELU, Severity.WARNING);

  private static Diagnosis diagnosis(Problem problem, Severity severity) {
    return FakeSituation.diagnosis(problem, severity, null);
  }

  private static Arguments row(String wish, String situation, Consumer<FakeSituation> setting) {
    return Arguments.of(wish, situation, setting);
  }

  static Stream<Arguments> before() {
    return Stream.of(
        row("proceed", "nothing wrong", s -> {}),
        row("skip", "not finite", s -> s.reports(BROKEN)),
        row("skip", "bad data", s -> s.reports(BAD_DATA)),
        row("proceed", "not finite any more", s -> s.standing.add(BROKEN)),
        row(
            "proceed",
            "the network itself is broken",
            s -> {
              s.reports(BROKEN);
              s.finite = false;
            }),
        row("skip", "overflows in the updater", s -> s.reports(REWRITTEN)),
        row("clip", "explodes", s -> s.reports(EXPLODING)),
        row("clip", "an explosion stands", s -> s.standing.add(EXPLODING)),
        row("proceed", "larger than usual", s -> s.reports(LARGE)),
        row("proceed", "oscillates", s -> s.reports(OSCILLATING)),
        row("skip", "both", s -> s.reports(EXPLODING).reports(BROKEN)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("before")
  void shouldDecideBeforeTheUpdate(String wish, String what, Consumer<FakeSituation> setting) {
    FakeSituation situation = new FakeSituation();
    setting.accept(situation);
    assertThat(words(new TrialPolicy().beforeUpdate(situation))).as(what).isEqualTo(wish);
  }

  private static String words(BeforeUpdate wish) {
    return wish.getClass().getSimpleName().toLowerCase(Locale.ROOT);
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
        row("proceed", "nothing wrong", s -> {}),
        row("try LOST", "weights not finite", with(BROKEN, s -> s.finite = false)),
        row("proceed", "only the step was not finite", s -> s.reports(BROKEN)),
        row("proceed", "nine steps skipped", with(BROKEN, s -> s.skipped = 9)),
        row("try HARM", "ten steps skipped", with(BROKEN, s -> s.skipped = 10)),
        row("proceed", "skipped for bad data", with(BAD_DATA, s -> s.skipped = 99)),
        row("try HARM", "skipped for overflow", with(REWRITTEN, s -> s.skipped = 10)),
        row("try HARM", "explodes", s -> s.reports(EXPLODING)),
        row("try HARM", "an explosion stands", s -> s.standing.add(EXPLODING)),
        row("proceed", "larger than usual", s -> s.reports(LARGE)),
        row("try STANDSTILL", "oscillates", s -> s.reports(OSCILLATING)),
        row("try STANDSTILL", "dead units stand", s -> s.standing.add(DEAD)),
        row("try STANDSTILL", "does not learn", s -> s.standing.add(NOT_LEARNING)),
        row("try PLATEAU", "plateau", s -> s.reports(PLATEAU)),
        row("proceed", "a plateau that was seen before", s -> s.standing.add(PLATEAU)),
        row("try PLATEAU", "swings", s -> s.reports(SWINGS)),
        row("proceed", "plateau of a schedule", with(PLATEAU, s -> s.scheduled = true)),
        row(
            "proceed",
            "explodes, and the objective moves",
            with(
                EXPLODING, s -> s.settings = s.settings.toBuilder().movingObjective(true).build())),
        row(
            "try LOST",
            "weights not finite, and the objective moves",
            with(
                BROKEN,
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
        row("proceed", "at the maxLearningRateFactor", raising(0.5, 0.5, 300, 300)),
        row(
            "proceed",
            "lowered just now",
            raising(0.5, 1, 300, 300).andThen(s -> s.since.put(Kind.LOWER_LEARNING_RATE, 299L))),
        row(
            "proceed",
            "set back just now",
            raising(0.5, 1, 300, 300).andThen(s -> s.since.put(Kind.ROLLBACK, 299L))));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource({"after", "raises"})
  void shouldDecideAfterTheUpdate(String wish, String what, Consumer<FakeSituation> setting) {
    FakeSituation situation = new FakeSituation();
    setting.accept(situation);
    assertThat(words(new TrialPolicy().afterUpdate(situation))).as(what).isEqualTo(wish);
  }

  private static String words(AfterUpdate wish) {
    if (wish instanceof AfterUpdate.Try change) {
      return "try " + change.question();
    }
    return wish instanceof AfterUpdate.TryRaise raise ? "try raise " + raise.factor() : "proceed";
  }
}
