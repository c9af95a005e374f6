package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Progress;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.DataRemedies;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;

/**
 * Detects a network that memorizes its training examples, where there is a validation score.
 *
 * <ul>
 *   <li><b>What</b>: the validation score has risen since its lowest value, while the training
 *       score has fallen. The mean of the latest {@value #WINDOW} validation scores must exceed the
 *       lowest one by {@value #MIN_RISE} and by {@value #STANDARD_ERRORS} standard errors.
 *   <li><b>Severity</b>: INFO: the best model lies behind. WARNING if the validation score is worse
 *       than a constant prediction's, while the training score is better.
 *   <li><b>Source</b>: Prechelt 1998, "Early stopping – but when?", whose generalization loss it
 *       is.
 *   <li><b>Defaults</b>: at least {@value #WINDOW} validation scores after the lowest one. The
 *       noise is estimated from differences of neighboring scores (von Neumann 1941).
 *   <li><b>When not to use</b>: with a validation set that changes from one score to the next.
 * </ul>
 */
final class OverfittingDetector implements PluginDetector, Restorable {
  /** Validation scores that are averaged, and the minimum after the lowest one. */
  private static final int WINDOW = 4;

  /**
   * Rise over the lowest score, as a share of it, that is reported. It is {@link
   * History#MIN_RELATIVE_GAIN} twice, because the lowest of several scores is low by chance, too.
   */
  private static final double MIN_RISE = 0.1;

  /** Chance alone exceeds three standard errors in one of 740 cases, if noise is normal. */
  private static final double STANDARD_ERRORS = 3;

  /**
   * Share of the constant-prediction score below which the training score must be for a WARNING.
   */
  private static final double LEARNED_SHARE = 0.9;

  /** Smoothing of the squared differences: about the ten latest ones count. */
  private static final double SMOOTHING = 0.1;

  /** Iterations without a report, if validation scores are rare: they hold until the next one. */
  private static final int EXPIRY_ITERATIONS = 100_000;

  private long count;
  private double[] latest = {};
  private double noise;
  private double best = Double.NaN;
  private long bestIteration = -1;
  private long afterBest;

  /** Training score when the validation score was lowest. */
  private double trainingAtBest = Double.NaN;

  @Override
  public String name() {
    return "overfitting";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.VALIDATION).atLeast(WINDOW + 1);
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    Measurement m = history.current();
    if (m.validationCount() == count) {
      return;
    }
    count = m.validationCount();
    double score = m.validationScore();
    if (!Double.isFinite(score)) {
      return;
    }
    double training = history.usualScore();
    observe(score, m.validationIteration(), training);
    if (afterBest < WINDOW || !(training < trainingAtBest)) {
      return;
    }
    double mean = 0;
    for (double s : latest) {
      mean += s / latest.length;
    }
    double error = Math.sqrt(noise / WINDOW);
    if (mean - STANDARD_ERRORS * error > best + MIN_RISE * Math.abs(best)) {
      report(history, findings, mean, error);
    }
  }

  private void observe(double score, long iteration, double training) {
    if (latest.length > 0) {
      double difference = score - latest[latest.length - 1];
      // Half of the squared difference of two scores is the variance of one.
      noise += Math.max(1.0 / count, SMOOTHING) * (difference * difference / 2 - noise);
    }
    int kept = Math.min(latest.length, WINDOW - 1);
    double[] next = new double[kept + 1];
    System.arraycopy(latest, latest.length - kept, next, 0, kept);
    next[kept] = score;
    latest = next;
    afterBest++;
    if (!(score >= best)) {
      best = score;
      bestIteration = iteration;
      trainingAtBest = training;
      afterBest = 0;
    }
  }

  private void report(History history, FindingReporter findings, double mean, double error) {
    Progress progress = history.progress();
    double constant = history.constantPredictionScore();
    boolean isWorse =
        constant > 0
            && mean - STANDARD_ERRORS * error > constant
            && progress.recent() < LEARNED_SHARE * constant;
    double lowest = best;
    long at = bestIteration;
    double before = trainingAtBest;
    double training = history.usualScore();
    findings.report(
        Finding.saying(
                Problem.OVERFITTING,
                isWorse ? Severity.WARNING : Severity.INFO,
                mean,
                Comparison.ABOVE,
                isWorse ? constant : best + MIN_RISE * Math.abs(best),
                () -> {
                  Message rise =
                      Message.of(
                          "say.overfitting",
                          Argument.number(lowest),
                          Argument.count(at),
                          Argument.number(mean),
                          Argument.number(before),
                          Argument.number(training));
                  return isWorse
                      ? rise.then(Message.of("say.overfitting.constant", Argument.number(constant)))
                      : rise;
                })
            .expiresAfter(EXPIRY_ITERATIONS)
            .withRemedies(() -> DataRemedies.againstOverfitting(at)));
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("count", count)
        .put("latest", latest)
        .put("noise", noise)
        .put("best", best)
        .put("bestIteration", bestIteration)
        .put("afterBest", afterBest)
        .put("trainingAtBest", trainingAtBest);
  }

  @Override
  public void restore(SavedNumbers from) {
    count = from.getLong("count");
    latest = from.getDoubles("latest");
    noise = from.getDouble("noise");
    best = from.getDouble("best");
    bestIteration = from.getLong("bestIteration");
    afterBest = from.getLong("afterBest");
    trainingAtBest = from.getDouble("trainingAtBest");
  }
}
