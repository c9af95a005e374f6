package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Progress;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.UsualLevel;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.function.Supplier;

/**
 * A score that jumps up, or keeps rising. One-sided: a score that falls is never an alarm.
 *
 * <ul>
 *   <li><b>Spike</b>: the score, on a scale that is logarithmic beyond a twentieth of where the run
 *       began, lies above what its own history exceeds by chance. WARNING where it also lies at
 *       twice the score of the start, so that more is lost than was ever gained; else INFO.
 *   <li><b>Divergence</b>: {@value #TIMES_START} times the score of the start, or a score whose
 *       recent mean is twice that of the start beyond doubt (standard error of block means).
 *   <li><b>Loss of what was gained</b>: after {@value #LOSS_PATIENCE} iterations the score is,
 *       beyond doubt, so much above its best quarter that a share of {@value #LOST_SHARE} of what
 *       had been gained is gone again.
 *   <li><b>Before the level is known</b> (the first {@link History#WARM_UP} iterations) only
 *       {@value #TIMES_FIRST} times the first score counts.
 *   <li><b>When not to use</b>: losses that may be negative or are rescaled while training.
 * </ul>
 */
final class DivergingScoreDetector implements PluginDetector, Restorable {
  private static final double TIMES_START = 10;
  private static final double TIMES_FIRST = 10;

  /** In minibatches of so many examples the noise of one doubles what is allowed. */
  private static final double NOISY_EXAMPLES = 16;

  /** Share of all that was gained whose loss is no fluctuation. */
  private static final double LOST_SHARE = 0.5;

  private static final int LOSS_PATIENCE = 300;

  /** Less than this share of the score is no gain to be lost. */
  private static final double MIN_GAINED_SHARE = 0.1;

  private double first = Double.NaN;

  @Override
  public String name() {
    return "diverging-score";
  }

  @Override
  public void onGradient(History history, FindingReporter findings) {
    double score = history.current().score();
    if (!(Math.abs(score) <= Double.MAX_VALUE)) {
      return;
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
      double bound =
          TIMES_FIRST * noise * Math.max(Math.max(first, start), constant > 0 ? constant : 0);
      if (score > bound) {
        report(history, findings, Severity.WARNING, score, bound, "say.loss_spike.first");
      }
      return;
    }
    if (score <= 2 * start
        && level.location() > 0
        && score < 2 * history.progress().lowestBlock()) {
      return;
    }
    double scaled = history.scaled(score);
    double bound = level.upperQuantile(history.falseAlarmRatePerTest());
    if (scaled > bound) {
      boolean hurts = score > 2 * start;
      report(
          history,
          findings,
          hurts ? Severity.WARNING : Severity.INFO,
          score,
          history.unscaled(bound),
          "say.loss_spike.earlier");
    } else if (score > TIMES_START * start && scaled > level.upperQuantile(1e-3)) {
      report(
          history, findings, Severity.WARNING, score, TIMES_START * start, "say.loss_spike.first");
    }
  }

  private static void report(
      History history,
      FindingReporter findings,
      Severity severity,
      double score,
      double bound,
      String key) {
    double start = history.startScore();
    findings.report(
        finding(
            history,
            Problem.LOSS_SPIKE,
            severity,
            score,
            Comparison.ABOVE,
            bound,
            () -> Message.of(key, Argument.number(score), Argument.number(start))));
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    if (history.iterationsSeen() < History.START_ITERATIONS
        || history.iterationsSeen() % History.EVALUATION_INTERVAL != 0) {
      return;
    }
    Progress progress = history.progress();
    double start = progress.start();
    double constant = history.constantPredictionScore();
    // The first scores may have been low by chance: their whole block is asked as well.
    double level = Math.max(constant > start ? constant : start, progress.firstBlock());
    if (progress.isKnown()
        && start > 0
        && progress.recent() - level - 4 * progress.gainError() > level) {
      double recent = progress.recent();
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
    }
  }

  /** What had been gained, over the start or over a constant prediction, and is gone again. */
  private static void lost(History history, FindingReporter findings) {
    Progress progress = history.progress();
    double constant = history.constantPredictionScore();
    double from = constant > 0 ? Math.min(constant, progress.start()) : progress.start();
    double gained = from - progress.best();
    if (progress.isKnown()
        && history.iterationsSeen() >= LOSS_PATIENCE
        && from > 0
        && gained > MIN_GAINED_SHARE * from
        && gained > 4 * progress.error()
        && progress.recent() - progress.best() - 4 * progress.error() > LOST_SHARE * gained) {
      double recent = progress.recent();
      double best = progress.best();
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
    to.put("first", first);
  }

  @Override
  public void restore(SavedNumbers from) {
    first = from.getDouble("first");
  }
}
