package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.BaselineComparison;
import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Progress;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NumericLimits;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.List;

/**
 * A network that does not get better.
 *
 * <ul>
 *   <li><b>Nothing changes</b>: the learning rate has been 0, or every update has been exactly 0,
 *       or too small to change a weight ({@link NumericLimits#minUpdateRatio} of the parameters'
 *       type), over {@value #UNCHANGED_ITERATIONS} iterations: WARNING, or INFO where the score has
 *       halved before and the learning rate is not 0: then the loss has no slope left.
 *   <li><b>Too slow</b>: the update:weight ratio of every matrix has been below {@value
 *       #SLOW_RATIO} since the start, and the score stands still after {@value #SLOW_PATIENCE}
 *       iterations: WARNING.
 *   <li><b>No trend</b>: after {@value #PATIENCE} iterations neither the course of the score nor
 *       the paired control leaves room for a gain of 5 %, and the score is no better than a
 *       constant prediction's: WARNING. Both are tests of equivalence, at three standard errors of
 *       block means, which allow for autocorrelation: a noisy score is no proof of standing still.
 *   <li><b>When not to use</b>: when training goes on from a network that has converged.
 * </ul>
 */
final class NotLearningDetector implements PluginDetector, Restorable {
  private static final double SLOW_RATIO = 1e-4;
  private static final int UNCHANGED_ITERATIONS = 30;
  private static final double CONVERGED_SHARE = 0.5;
  private static final int SLOW_PATIENCE = 200;
  private static final int PATIENCE = 1500;
  private static final int EXPIRY_ITERATIONS = 200;

  private static final Remedy STOP = new Remedy(Message.of("remedy.stopConverged"), "");

  private double largestRatio;
  private double largestRatioLately;
  private long stillSince = -1;
  private long rateZeroFor;

  @Override
  public String name() {
    return "not-learning";
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    Measurement m = history.current();
    rateZeroFor = rateIsZero(m) ? rateZeroFor + 1 : 0;
    if (m.protection().isSkipped()) {
      stillSince = stillSince < 0 ? -1 : stillSince + 1; // it is not the network that stands still
    } else if (rateZeroFor >= UNCHANGED_ITERATIONS) {
      // Also where the updater moves weights by rounding, or by what momentum is left.
      still(history, findings, rateZeroFor);
    } else if (m.weightIteration() == m.iteration()) {
      ratios(history);
      if (stillSince >= 0 && m.iteration() - stillSince >= UNCHANGED_ITERATIONS) {
        still(history, findings, m.iteration() - stillSince);
      }
    }
    if (history.iterationsSeen() % History.EVALUATION_INTERVAL != 0) {
      return;
    }
    if (largestRatio > 0 && largestRatio < SLOW_RATIO && history.isStagnant(SLOW_PATIENCE)) {
      slow(history, findings);
    } else if (history.isStagnant(PATIENCE)
        && !history.progress().hasTrend()
        && !history.baseline().isBetter()) {
      noTrend(history, findings);
    }
  }

  private void ratios(History history) {
    Measurement m = history.current();
    NetworkLayout layout = history.layout();
    double largest = 0;
    double unchanged = layout.limits().minUpdateRatio();
    boolean measured = false;
    for (int p = 0; p < m.parameters(); p++) {
      NetworkLayout.Parameter parameter = layout.parameters().get(p);
      double update = m.updateNorm(p);
      if (!parameter.isTrained() || !(update <= Double.MAX_VALUE)) {
        continue; // absent, or not finite
      }
      measured = true;
      double ratio = update == 0 ? 0 : Math.min(1, update / m.weightNorm(p));
      if (parameter.role().isMatrix() || update == 0) {
        largest = Math.max(largest, ratio);
      } else if (ratio > unchanged) {
        largest = Math.max(largest, 2 * unchanged); // a bias that moves is not nothing
      }
    }
    largestRatioLately = largest;
    largestRatio = Math.max(largestRatio, largest);
    if (!measured || !(largest <= unchanged)) {
      stillSince = -1;
    } else if (stillSince < 0) {
      stillSince = m.iteration();
    }
  }

  private void still(History history, FindingReporter findings, long iterations) {
    double ratio = largestRatioLately;
    boolean rateIsZero = rateIsZero(history.current());
    boolean converged = !rateIsZero && history.progress().hasFallenBy(CONVERGED_SHARE);
    findings.report(
        Finding.saying(
                Problem.NOT_LEARNING,
                converged ? Severity.INFO : Severity.WARNING,
                ratio,
                Comparison.BELOW,
                history.layout().limits().minUpdateRatio(),
                () ->
                    rateIsZero
                        ? Message.of("say.not_learning.rateZero", Argument.count(iterations))
                        : Message.of(
                            "say.not_learning.unchanged",
                            Argument.count(iterations),
                            Argument.number(ratio)))
            .withRemedies(
                converged
                    ? () -> List.of(STOP)
                    : () -> Advice.on(history).againstSmallUpdates(-1, -1, ratio).remedies())
            .expiresAfter(EXPIRY_ITERATIONS));
  }

  private static boolean rateIsZero(Measurement m) {
    boolean some = false;
    for (int p = 0; p < m.parameters(); p++) {
      double rate = m.learningRate(p);
      if (rate > 0) {
        return false;
      }
      some |= rate == 0;
    }
    return some;
  }

  private void slow(History history, FindingReporter findings) {
    double ratio = largestRatio;
    findings.report(
        Finding.saying(
                Problem.SMALL_UPDATES,
                Severity.WARNING,
                ratio,
                Comparison.BELOW,
                SLOW_RATIO,
                () -> Message.of("say.small_updates", Argument.number(ratio)))
            .withRemedies(() -> Advice.on(history).againstSmallUpdates(-1, -1, ratio).remedies())
            .expiresAfter(EXPIRY_ITERATIONS));
  }

  private static void noTrend(History history, FindingReporter findings) {
    Progress progress = history.progress();
    BaselineComparison baseline = history.baseline();
    double gain = progress.gain() / Math.abs(progress.start());
    findings.report(
        Finding.saying(
                Problem.NOT_LEARNING,
                Severity.WARNING,
                gain,
                Comparison.BELOW,
                History.MIN_RELATIVE_GAIN,
                () -> {
                  Message trend =
                      Message.of(
                          "say.not_learning.noTrend",
                          Argument.number(progress.recent()),
                          Argument.number(progress.start()));
                  return baseline.count() < 3
                      ? trend
                      : trend.then(
                          Message.of(
                              "say.not_learning.baseline",
                              Argument.share(Math.max(0, baseline.relativeGain())),
                              Argument.count(baseline.iterations())));
                })
            .withRemedies(() -> Advice.on(history).againstStandstill().remedies())
            .expiresAfter(EXPIRY_ITERATIONS));
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("largestRatio", largestRatio)
        .put("largestRatioLately", largestRatioLately)
        .put("stillSince", stillSince)
        .put("rateZeroFor", rateZeroFor);
  }

  @Override
  public void restore(SavedNumbers from) {
    largestRatio = from.getDouble("largestRatio");
    largestRatioLately = from.getDouble("largestRatioLately");
    stillSince = from.getLong("stillSince");
    rateZeroFor = from.getLong("rateZeroFor");
  }
}
