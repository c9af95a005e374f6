package dev.traininghealth.intervene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.measure.Origin;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which situation asks for what, one row each: the table of the policy's javadoc. */
class EscalationPolicyTest {
  private static final Diagnosis BROKEN = diagnosis(Problem.NON_FINITE, Severity.CRITICAL);
  private static final Diagnosis BAD_DATA =
      FakeSituation.diagnosis(
          Problem.NON_FINITE,
          Severity.CRITICAL,
          new Origin(Origin.Place.FEATURES, -1, -1, 1, List.of(0), 1, false, 0));
  private static final Diagnosis EXPLODING = diagnosis(Problem.EXPLODING, Severity.WARNING);
  private static final Diagnosis REWRITTEN = diagnosis(Problem.EXPLODING, Severity.CRITICAL);
  private static final Diagnosis LARGE = diagnosis(Problem.EXPLODING, Severity.INFO);
  private static final Diagnosis OSCILLATING = diagnosis(Problem.OSCILLATING, Severity.WARNING);
  private static final Diagnosis PLATEAU = diagnosis(Problem.PLATEAU, Severity.INFO);
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
    assertThat(words(new EscalationPolicy().beforeUpdate(situation))).as(what).isEqualTo(wish);
  }

  private static String words(BeforeUpdate wish) {
    return wish.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private static Consumer<FakeSituation> learning(Diagnosis diagnosis, long lowered, long back) {
    return s -> {
      s.reports(diagnosis);
      s.since.put(Kind.LOWER_LEARNING_RATE, lowered);
      s.since.put(Kind.ROLLBACK, back);
    };
  }

  private static Consumer<FakeSituation> raising(
      double factor, double ceiling, long healthy, long raised) {
    return s -> {
      s.factor = factor;
      s.ceiling = ceiling;
      s.healthyFor = healthy;
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

  static Stream<Arguments> wrecks() {
    return Stream.of(
        row("roll back 0.5", "weights not finite", with(BROKEN, s -> s.finite = false)),
        row("proceed", "only the step was not finite", s -> s.reports(BROKEN)),
        row("roll back 0.5", "rewritten by an update", s -> s.reports(REWRITTEN)),
        row("proceed", "rewritten, but long ago", s -> s.standing.add(REWRITTEN)),
        row("roll back 0.5", "spikes go on", with(EXPLODING, s -> s.spikes = 3)),
        row("roll back 0.5", "steps skipped in a row", with(BROKEN, s -> s.skipped = 10)),
        row("proceed", "nine", with(BROKEN, s -> s.skipped = 9)),
        row("proceed", "skipped for bad data", with(BAD_DATA, s -> s.skipped = 99)),
        row("stop", "for ever", with(BAD_DATA, s -> s.skipped = 100)),
        row("roll back 0.5", "skipped for overflow", with(REWRITTEN, s -> s.skipped = 10)),
        row(
            "roll back 0.125",
            "to the same for the third time",
            with(REWRITTEN, s -> s.rollbacks = 2)),
        row(
            "roll back 0.1 to the start",
            "nothing proved",
            with(REWRITTEN, s -> s.atTheStart = true)),
        row("stop", "ten rollbacks", with(REWRITTEN, s -> s.counts.put(Kind.ROLLBACK, 10))),
        row("stop", "rate at its minimum", with(REWRITTEN, s -> s.factor = 1e-4)),
        row(
            "stop",
            "no snapshot",
            with(
                BROKEN,
                s -> {
                  s.finite = false;
                  s.canRollBack = false;
                })),
        row("lower 0.5", "none needed", with(REWRITTEN, s -> s.canRollBack = false)));
  }

  static Stream<Arguments> others() {
    return Stream.of(
        row("proceed", "nothing wrong", s -> {}),
        row("lower 0.5", "explodes", s -> s.reports(EXPLODING)),
        row("roll back 0.1 to the start", "oscillates", s -> s.reports(OSCILLATING)),
        row("roll back 0.2", "was better", with(OSCILLATING, s -> s.bestSnapshotScore = -1)),
        row("proceed", "set back just now", learning(OSCILLATING, 10_000, 299)),
        row("roll back 0.1 to the start", "still swings", learning(OSCILLATING, 10_000, 300)),
        row(
            "lower 0.5",
            "jumped among the first scores",
            s -> {
              s.standing.add(EXPLODING);
              s.spikes = 1;
            }),
        row(
            "lower 0.5",
            "larger than usual after a rollback",
            with(LARGE, s -> s.counts.put(Kind.ROLLBACK, 1))),
        row("proceed", "an explosion stands", s -> s.standing.add(EXPLODING)),
        row("proceed", "larger than usual", s -> s.reports(LARGE)),
        row("proceed", "lowered just now", learning(EXPLODING, 199, 10_000)),
        row("proceed", "set back just now", learning(EXPLODING, 10_000, 199)),
        row("roll back 0.5", "did not help", learning(EXPLODING, 200, 10_000)),
        row("roll back 0.5", "still not", learning(EXPLODING, 399, 10_000)),
        row("lower 0.5", "another time", learning(EXPLODING, 400, 10_000)),
        row("roll back 0.5", "nothing learned", with(EXPLODING, s -> s.learned = false)),
        row(
            "proceed",
            "nothing learned, in grace",
            with(
                EXPLODING,
                s -> {
                  s.learned = false;
                  s.since.put(Kind.ROLLBACK, 19L);
                })),
        row(
            "proceed",
            "not needed and used up",
            with(
                EXPLODING,
                s -> {
                  s.learned = false;
                  s.counts.put(Kind.ROLLBACK, 10);
                })),
        row("proceed", "dead, but learned", s -> s.reports(DEAD)),
        row("roll back 0.5", "dead, nothing learned", with(DEAD, s -> s.learned = false)),
        row(
            "proceed",
            "begun anew often enough",
            with(
                DEAD,
                s -> {
                  s.learned = false;
                  s.rollbacks = 5;
                })),
        row("lower 0.5", "plateau", s -> s.reports(PLATEAU)),
        row("proceed", "plateau of a schedule", with(PLATEAU, s -> s.scheduled = true)),
        row("proceed", "too soon for a plateau", learning(PLATEAU, 249, 10_000)),
        row("lower 0.5", "a quarter of the run later", learning(PLATEAU, 250, 10_000)),
        row("proceed", "at the minimum", with(PLATEAU, s -> s.factor = 1e-4)),
        row("proceed", "lowered too often", with(PLATEAU, lowered(20, 0))),
        row("lower 0.5", "rollbacks do not count", with(PLATEAU, lowered(20, 1))),
        row("raise 1.5", "healthy for long", raising(0.5, 1, 300, 300)),
        row("proceed", "healthy, not for long", raising(0.5, 1, 299, 300)),
        row("proceed", "raised just now", raising(0.5, 1, 300, 299)),
        row("proceed", "at the ceiling", raising(0.5, 0.5, 300, 300)),
        row(
            "proceed",
            "lowered just now",
            raising(0.5, 1, 300, 300).andThen(s -> s.since.put(Kind.LOWER_LEARNING_RATE, 299L))),
        row(
            "proceed",
            "set back just now",
            raising(0.5, 1, 300, 300).andThen(s -> s.since.put(Kind.ROLLBACK, 299L))));
  }

  private static Consumer<FakeSituation> lowered(int times, int byRollback) {
    return s -> {
      s.counts.put(Kind.LOWER_LEARNING_RATE, times);
      s.counts.put(Kind.ROLLBACK, byRollback);
    };
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource({"wrecks", "others"})
  void shouldDecideAfterTheUpdate(String wish, String what, Consumer<FakeSituation> setting) {
    FakeSituation situation = new FakeSituation();
    setting.accept(situation);
    assertThat(words(new EscalationPolicy().afterUpdate(situation))).as(what).isEqualTo(wish);
  }

  private static String words(AfterUpdate wish) {
    if (wish instanceof AfterUpdate.LowerLearningRate lower) {
      return "lower " + lower.factor();
    } else if (wish instanceof AfterUpdate.RaiseLearningRate raise) {
      return "raise " + raise.factor();
    } else if (wish instanceof AfterUpdate.RollBack back) {
      return "roll back " + back.factor() + (back.toTheStart() ? " to the start" : "");
    }
    return wish instanceof AfterUpdate.Stop ? "stop" : "proceed";
  }

  @Test
  void shouldKnowWhetherAnythingWasLearned() {
    FakeSituation situation = new FakeSituation();
    assertThat(situation.history().hasImproved()).isTrue();
    situation.learned = false;
    assertThat(situation.history().hasImproved()).isFalse();
    assertThat(situation.history().seen()).isEqualTo(1000);
  }
}
