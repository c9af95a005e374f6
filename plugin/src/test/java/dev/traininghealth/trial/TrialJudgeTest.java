package dev.traininghealth.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.trial.TrialBranch.Start;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Adopted branches for courses of scores. Scores are means over 128 examples; the trial starts at
 * 1. Each branch has its factor on the learning rate and its scores halfway and at the end. A
 * snapshot also has its score at the start.
 */
final class TrialJudgeTest {
  private static final INDArray NO_PARAMETERS = Nd4j.zeros(1);
  private static final double LOST = Double.NaN;

  static Stream<Arguments> courses() {
    return Stream.of(
        row("harm, and a branch that helps", TrialQuestion.HARM, 2, 4, "0.1", now(0.1, 0.9, 0.7)),
        row("harm, and none that helps", TrialQuestion.HARM, 2, 4, "none", now(0.1, 1.5, 1.2)),
        row("harm, and one that only slows it", TrialQuestion.HARM, 2, 4, "none", now(0.1, 1, 1)),
        row(
            "lost, and one that stays finite",
            TrialQuestion.HARM,
            LOST,
            LOST,
            "0.1",
            now(0.1, 0.9, 0.8)),
        row("lost, all of them", TrialQuestion.HARM, LOST, LOST, "none", now(0.1, LOST, LOST)),
        row("recovers by itself", TrialQuestion.HARM, 0.9, 0.8, "none", now(0.1, 0.5, 0.4)),
        row(
            "no harm, a lower rate looks better",
            TrialQuestion.HARM,
            1,
            1,
            "none",
            now(0.5, 0.9, 0.8)),
        row("harm at the end alone", TrialQuestion.HARM, 0.9, 1.5, "none", now(0.5, 0.9, 0.8)),
        row(
            "stands still, but was better",
            TrialQuestion.HARM,
            1,
            1,
            "0.5",
            then(0.5, 0.4, 0.35, 0.3)),
        row(
            "stands still, and was no better",
            TrialQuestion.HARM,
            1,
            1,
            "none",
            then(0.5, 1, 0.9, 0.8)),
        row(
            "does not learn, and a branch does",
            TrialQuestion.STANDSTILL,
            1,
            1,
            "0.01",
            now(0.01, 0.9, 0.8)),
        row(
            "does not learn, nor does a branch",
            TrialQuestion.STANDSTILL,
            1,
            1,
            "none",
            now(0.01, 1, 0.99)),
        row("learns", TrialQuestion.STANDSTILL, 0.95, 0.9, "none", now(0.01, 0.5, 0.4)),
        row("has come to rest", TrialQuestion.PLATEAU, 1, 1, "0.5", now(0.5, 0.9, 0.8)),
        row(
            "gone, and two stay",
            TrialQuestion.LOST,
            LOST,
            LOST,
            "0.1",
            now(1, 3, 2),
            now(0.1, 3, 1)),
        row("a higher rate does as well", TrialQuestion.RAISE, 0.9, 0.8, "2.0", now(2, 0.9, 0.8)),
        row(
            "the highest of those",
            TrialQuestion.RAISE,
            0.9,
            0.8,
            "8.0",
            now(2, 0.9, 0.8),
            now(8, 0.9, 0.8)),
        row("a higher rate does harm", TrialQuestion.RAISE, 0.9, 0.8, "none", now(2, 1, 1.2)),
        row("a lower rate looks better", TrialQuestion.RAISE, 0.9, 0.8, "none", now(0.3, 0.8, 0.7)),
        row("a lower one is, by far", TrialQuestion.RAISE, 0.9, 0.8, "0.3", now(0.3, 0.5, 0.4)),
        row("the present one gains nothing", TrialQuestion.RAISE, 1, 1, "0.3", now(0.3, 0.9, 0.8)));
  }

  private static Arguments row(
      String what, TrialQuestion question, double half, double end, String wins, Branch... others) {
    Branch nothing = now(1, half, end);
    return Arguments.of(what, question, nothing, List.of(others), wins);
  }

  private static Branch now(double factor, double half, double end) {
    return branch(Start.PRESENT, factor, 1, half, end);
  }

  private static Branch then(double factor, double before, double half, double end) {
    return branch(Start.SNAPSHOT, factor, before, half, end);
  }

  private static Branch branch(Start start, double factor, double before, double half, double end) {
    Branch branch = new Branch(start, -1, NO_PARAMETERS, null, factor);
    branch.startScores = scores(before, 1);
    branch.midwayScores = scores(half, 2);
    branch.endScores = scores(end, 3);
    return branch;
  }

  /** Examples that differ by a factor of ten, with noise of five percent of each. */
  private static double[] scores(double mean, long seed) {
    Random noise = new Random(seed);
    double[] each = new Random(0).doubles(128, 0.2, 1.8).toArray();
    return Arrays.stream(each).map(s -> s * mean * (1 + 0.05 * noise.nextGaussian())).toArray();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("courses")
  void shouldAdopt(
      String what, TrialQuestion question, Branch nothing, List<Branch> others, String wins) {
    TrialJudge.Verdict verdict = new TrialJudge(nothing, others).decide(question);
    Branch winner = verdict.winner();

    assertThat(winner == null ? "none" : String.valueOf(winner.factor)).as(what).isEqualTo(wins);
    assertThat(verdict.reason().english()).isNotBlank();
  }
}
