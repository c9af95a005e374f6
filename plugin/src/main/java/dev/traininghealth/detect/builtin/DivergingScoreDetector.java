package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PeriodicDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Progress;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.UsualLevel;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.detect.advice.DataRemedies;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.function.Supplier;

/**
 * Detects a score that jumps up, keeps rising, or loses what was gained.
 *
 * <p>A falling score is never an alarm.
 *
 * <ul>
 *   <li><b>Spike</b>: the score, on the scale of {@link History#scaled}, exceeds the quantile of
 *       its {@linkplain History#scoreLevel usual level} for the false-alarm rate per test. WARNING
 *       if it also exceeds twice the start score, so that more is lost than was ever gained; else
 *       INFO. A score above {@value #START_SCORE_FACTOR} times the start score is a WARNING if it
 *       exceeds what one score in a thousand exceeds by chance. A score below twice the start score
 *       and twice the lowest block mean is no spike, because it at most doubles the best level.
 *   <li><b>First iterations</b>: before the level is warm ({@link History#WARM_UP} scores), only a
 *       score above {@value #FIRST_SCORE_FACTOR} times the first one counts, more for small
 *       minibatches.
 *   <li><b>Divergence</b>: WARNING if the recent score exceeds twice the start level by four
 *       standard errors of block means.
 *   <li><b>Loss of a gain</b>: after {@value #LOSS_PATIENCE} iterations, WARNING if the score has
 *       lost more than {@value #LOST_SHARE} of its gain, by four standard errors.
 *   <li><b>Moving objective</b>: a spike, a divergence or a loss is an INFO if the score of a
 *       frozen copy of the network has risen as well on the same minibatches, and the network is
 *       not worse than it was itself ({@link History#hasObjectiveRisen}). Then data, targets or
 *       another network have changed, as in a GAN. That holds for {@value #MOVED_EXPIRY_ITERATIONS}
 *       iterations, if the score does not rise further.
 *   <li><b>Climb after convergence</b>: INFO if the score had fallen below {@value
 *       #CONVERGED_FACTOR} of its start and has risen to more than {@value #CLIMB_FACTOR} times its
 *       best level, by three standard errors. Adam's mean of squared gradients fades then, so that
 *       its steps become larger again (Reddi et al. 2018).
 *   <li><b>Source</b>: the run's own history; batch means (Law and Carson 1979).
 *   <li><b>Defaults</b>: a gain below {@value #MIN_GAINED_SHARE} of the score is too small to be
 *       lost. In minibatches of {@value #NOISY_EXAMPLES} examples, the limit of the first
 *       iterations is doubled.
 *   <li><b>When not to use</b>: losses that may be negative or are rescaled during the run.
 * </ul>
 */
final class DivergingScoreDetector implements PeriodicDetector, Restorable {
  /**
   * Multiple of the start score that is a WARNING even for noisy scores. The fault corpus dates an
   * explosion by the same multiple of the first scores.
   */
  private static final double START_SCORE_FACTOR = 10;

  /**
   * Share of scores that exceed a noisy score's usual range by chance. It need not be as small as
   * the false-alarm rate, because {@link #START_SCORE_FACTOR} is required as well.
   */
  private static final double NOISY_SCORE_RATE = 1e-3;

  /**
   * Standard errors of a rise or a loss. Chance alone exceeds four in one of 30,000 cases, if noise
   * is normal. Three would be exceeded 40 times as often, and each evaluation is a test.
   */
  private static final double STANDARD_ERRORS = 4;

  /**
   * Multiple of the first score, before the level is warm: as {@link #START_SCORE_FACTOR}. Chosen
   * on the fault corpus: a larger one misses explosions in the first iterations.
   */
  private static final double FIRST_SCORE_FACTOR = 10;

  /**
   * Batch size at which the noise doubles the limit of the first iterations. For single examples,
   * whose scores differ by orders of magnitude, the limit is 17 times as high. Chosen on the fault
   * corpus.
   */
  private static final double NOISY_EXAMPLES = 16;

  /**
   * Share of the gain whose loss is more than a fluctuation. Chosen on the fault corpus: a smaller
   * one reports fluctuations of runs that recover.
   */
  private static final double LOST_SHARE = 0.5;

  /**
   * Iterations before a loss of what was gained is reported. The best and the recent level are then
   * medians over at least 64 iterations. Chosen on the fault corpus.
   */
  private static final int LOSS_PATIENCE = 300;

  /**
   * Share of the score that is the minimum of a gain: twice {@link History#MIN_RELATIVE_GAIN}, so
   * that the half that is lost is a gain, too.
   */
  private static final double MIN_GAINED_SHARE = 0.1;

  /**
   * Share of the start score below which a run has converged. FLOAT numbers near the start score
   * are rounded to a tenth of this share (1.2e-7).
   */
  private static final double CONVERGED_FACTOR = 1e-6;

  /** Multiple of the best level to which a converged score has climbed: a power of ten. */
  private static final double CLIMB_FACTOR = 10;

  /**
   * Iterations without a report of a climb: 10 evaluations, because a climb over orders of
   * magnitude takes hundreds of iterations.
   */
  private static final int CLIMB_EXPIRY_ITERATIONS = 160;

  /**
   * Iterations without a report of a moving objective: as {@link #CLIMB_EXPIRY_ITERATIONS}, because
   * it keeps moving.
   */
  private static final int MOVED_EXPIRY_ITERATIONS = CLIMB_EXPIRY_ITERATIONS;

  private double first = Double.NaN;

  /** The recent level when a rise was last found to be the objective's; NaN for never. */
  private double movedTo = Double.NaN;

  private long movedAt;

  @Override
  public String name() {
    return "diverging-score";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.SCORE).atLeast(History.START_ITERATIONS);
  }

  @Override
  public void onGradient(History history, FindingReporter findings) {
    double score = history.current().score();
    if (!(Math.abs(score) <= Double.MAX_VALUE)
        || history.current().weightsReplacedIteration() == history.current().iteration()) {
      return; // averaged weights were not trained on this worker's data
    }
    if (Double.isNaN(first)) {
      first = score;
      return;
    }
    double start = history.startScore();
    if (!(start > 0)) {
      return;
    }
    UsualLevel level = history.scoreLevel();
    if (!level.isWarm()) {
      double noise = 1 + NOISY_EXAMPLES / Math.max(1.0, history.current().batchSize());
      double constant = history.constantPredictionScore();
      double threshold =
          FIRST_SCORE_FACTOR
              * noise
              * Math.max(Math.max(first, start), constant > 0 ? constant : 0);
      if (score > threshold) {
        report(history, findings, Severity.WARNING, score, threshold, "say.loss_spike.first");
      }
      return;
    }
    if (score <= 2 * start
        && level.location() > 0
        && score < 2 * history.progress().lowestBlock()) {
      return;
    }
    double scaled = history.scaled(score);
    double threshold = level.upperQuantile(history.falseAlarmRatePerTest());
    if (scaled > threshold && history.hasObjectiveJumped()) {
      jumped(history, findings, score, history.unscaled(threshold));
    } else if (scaled > threshold) {
      boolean isHarmful = score > 2 * start;
      report(
          history,
          findings,
          isHarmful ? Severity.WARNING : Severity.INFO,
          score,
          history.unscaled(threshold),
          "say.loss_spike.earlier");
    } else if (score > START_SCORE_FACTOR * start
        && scaled > level.upperQuantile(NOISY_SCORE_RATE)
        && !history.hasObjectiveJumped()) {
      report(
          history,
          findings,
          Severity.WARNING,
          score,
          START_SCORE_FACTOR * start,
          "say.loss_spike.first");
    }
  }

  private static void report(
      History history,
      FindingReporter findings,
      Severity severity,
      double score,
      double threshold,
      String key) {
    double start = history.startScore();
    findings.report(
        finding(
            history,
            Problem.LOSS_SPIKE,
            severity,
            score,
            Comparison.ABOVE,
            threshold,
            () -> Message.of(key, Argument.number(score), Argument.number(start))));
  }

  @Override
  public void evaluate(History history, FindingReporter findings) {
    if (history.iterationsSeen() < History.START_ITERATIONS) {
      return;
    }
    Progress progress = history.progress();
    double start = progress.start();
    double constant = history.constantPredictionScore();
    // The first scores may have been low by chance, so the first block is a lower limit as well.
    double level = Math.max(constant > start ? constant : start, progress.firstBlock());
    if (progress.isKnown()
        && start > 0
        && progress.recent() - level - STANDARD_ERRORS * progress.gainError() > level) {
      double recent = progress.recent();
      if (isMoved(history, findings, level, recent)) {
        return;
      }
      findings.report(
          finding(
              history,
              Problem.DIVERGING_SCORE,
              Severity.WARNING,
              recent,
              Comparison.ABOVE,
              2 * start,
              () ->
                  Message.of(
                      "say.diverging_score.rising",
                      Argument.number(recent),
                      Argument.number(start))));
    } else {
      lost(history, findings);
      climbing(history, findings);
    }
  }

  /** Reports a score that rises by orders of magnitude after the run has converged. */
  private static void climbing(History history, FindingReporter findings) {
    Progress progress = history.progress();
    double best = progress.best();
    double start = progress.start();
    if (!(best > 0 && best < CONVERGED_FACTOR * start && progress.recent() > CLIMB_FACTOR * best)
        || !progress.isRising()) {
      return;
    }
    double recent = progress.recent();
    findings.report(
        Finding.saying(
                Problem.DIVERGING_SCORE,
                Severity.INFO,
                recent,
                Comparison.ABOVE,
                CLIMB_FACTOR * best,
                () ->
                    Message.of(
                        "say.diverging_score.converged",
                        Argument.number(best),
                        Argument.number(recent),
                        Argument.number(start)))
            .aspect("converged")
            .expiresAfter(CLIMB_EXPIRY_ITERATIONS)
            .withRemedies(() -> DataRemedies.afterConvergence(history)));
  }

  /** Reports a gain over the start or a constant prediction that was lost. */
  private void lost(History history, FindingReporter findings) {
    Progress progress = history.progress();
    double constant = history.constantPredictionScore();
    double from = constant > 0 ? Math.min(constant, progress.start()) : progress.start();
    double gained = from - progress.best();
    if (progress.isKnown()
        && history.iterationsSeen() >= LOSS_PATIENCE
        && from > 0
        && gained > MIN_GAINED_SHARE * from
        && gained > STANDARD_ERRORS * progress.error()
        && progress.recent() - progress.best() - STANDARD_ERRORS * progress.error()
            > LOST_SHARE * gained) {
      double recent = progress.recent();
      double best = progress.best();
      if (isMoved(history, findings, best, recent)) {
        return;
      }
      findings.report(
          finding(
              history,
              Problem.DIVERGING_SCORE,
              Severity.WARNING,
              recent,
              Comparison.ABOVE,
              best + LOST_SHARE * gained,
              () ->
                  Message.of(
                      "say.diverging_score.lost",
                      Argument.number(recent),
                      Argument.number(best),
                      Argument.number(from))));
    }
  }

  /** {@return whether a rise is the objective's, also if the objective has just moved back} */
  private boolean isMoved(History history, FindingReporter findings, double from, double to) {
    long iteration = history.current().iteration();
    if (history.hasObjectiveRisen(from, to)) {
      movedTo = to;
      movedAt = iteration;
      moved(history, findings, from, to);
    }
    return to <= movedTo && iteration - movedAt <= MOVED_EXPIRY_ITERATIONS;
  }

  /** Reports a rise of the score that is not the network's. */
  private static void moved(History history, FindingReporter findings, double from, double to) {
    double frozen = history.baseline().baselineScore();
    findings.report(
        Finding.saying(
                Problem.MOVING_OBJECTIVE,
                Severity.INFO,
                to,
                Comparison.ABOVE,
                from,
                () ->
                    Message.of(
                        "say.moving_objective",
                        Argument.number(from),
                        Argument.number(to),
                        Argument.number(frozen)))
            .withRemedies(DataRemedies::forMovingObjective)
            .expiresAfter(MOVED_EXPIRY_ITERATIONS));
  }

  /** Reports a jump of the score on a minibatch on which a frozen copy jumped as well. */
  private static void jumped(
      History history, FindingReporter findings, double score, double threshold) {
    double before = history.baselineScoreBeforeJump();
    double after = history.baselineScoreAtJump();
    findings.report(
        Finding.saying(
                Problem.LOSS_SPIKE,
                Severity.INFO,
                score,
                Comparison.ABOVE,
                threshold,
                () ->
                    Message.of(
                        "say.loss_spike.objective",
                        Argument.number(score),
                        Argument.number(before),
                        Argument.number(after)))
            .withRemedies(DataRemedies::forMovingObjective));
  }

  private static Finding finding(
      History history,
      Problem problem,
      Severity severity,
      double score,
      Comparison comparison,
      double threshold,
      Supplier<Message> sentence) {
    return Finding.saying(problem, severity, score, comparison, threshold, sentence)
        .withRemedies(() -> Advice.on(history).againstExplosion().remedies());
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("first", first).put("movedTo", movedTo).put("movedAt", movedAt);
  }

  @Override
  public void restore(SavedNumbers from) {
    first = from.getDouble("first");
    movedTo = from.getDouble("movedTo");
    movedAt = from.getLong("movedAt");
  }
}
