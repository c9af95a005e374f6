package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.BaselineComparison;
import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Progress;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.detect.fit.LinearStack;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NumericLimits;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * Detects a network that does not improve.
 *
 * <ul>
 *   <li><b>Nothing changes</b>: WARNING if for {@value #UNCHANGED_ITERATIONS} iterations the
 *       learning rate was 0, or every update was too small to change a parameter ({@link
 *       NumericLimits#minUpdateRatio}). INFO if the score has halved before and the learning rate
 *       is not 0, because the loss then has no slope left.
 *   <li><b>Too slow</b>: WARNING if the update:parameter ratio of every matrix has been below
 *       {@value #SLOW_RATIO} since the start, and the network is {@linkplain History#isStagnant
 *       stagnant} after {@value #SLOW_PATIENCE} iterations.
 *   <li><b>No trend</b>: WARNING if the network is stagnant after {@value #PATIENCE} iterations,
 *       its score shows no recent fall, and it is not better than its frozen baseline. INFO up to
 *       {@value #LATE_START_ITERATIONS} iterations if it scores as a constant prediction while its
 *       updates are not small: that is a saddle of the loss, from which many networks start late. A
 *       network whose hidden layers are all linear has no such excuse: its first remedy is to make
 *       them nonlinear.
 *   <li><b>Source</b>: tests of equivalence at three standard errors of block means, which allow
 *       for autocorrelation (Law and Carson 1979). A noisy score alone is no evidence of
 *       stagnation.
 *   <li><b>Defaults</b>: a gain below 5 % ({@link History#MIN_RELATIVE_GAIN}) is none. The ratio
 *       {@value #SLOW_RATIO} is a tenth of the 1e-3 that DL4J's guide calls usual.
 *   <li><b>When not to use</b>: when the run continues from a network that has converged.
 * </ul>
 */
final class NotLearningDetector implements PluginDetector, Restorable {
  /**
   * Update:parameter ratio below which updates are too small: a tenth of the usual 1e-3.
   * TheDeepChecker has the same limit.
   */
  private static final double SLOW_RATIO = 1e-4;

  /**
   * Iterations without a change that are reported. Weights are measured at least at every tenth
   * iteration, so that it takes four measurements at the slowest pace.
   */
  private static final int UNCHANGED_ITERATIONS = 30;

  /**
   * Share by which the score of a converged network has fallen since the start. It is ten times
   * {@link History#MIN_RELATIVE_GAIN}, so that a little progress is not taken for the end of a run.
   */
  private static final double CONVERGED_SHARE = 0.5;

  /**
   * Iterations before small updates are reported. Updates with a ratio of {@link #SLOW_RATIO} have
   * changed the weights by at most 2 % then. Checked on the fault corpus.
   */
  private static final int SLOW_PATIENCE = 200;

  /**
   * Iterations before a score without trend is reported. It is the longest, because the score is
   * the only evidence. Chosen on the fault corpus: a shorter one reports networks that start
   * slowly.
   */
  private static final int PATIENCE = 1500;

  /**
   * Iterations up to which a network that scores as a constant prediction may still start to learn.
   * Reported late starts took 2,000; the limit is more than twice that.
   */
  private static final int LATE_START_ITERATIONS = 5000;

  /**
   * Iterations without a report: 12 evaluations. Checked on the fault corpus; the package describes
   * a shorter and a longer one.
   */
  private static final int EXPIRY_ITERATIONS = 200;

  /**
   * Comparisons with the frozen baseline from which the message names their gain. Fewer do not
   * count as evidence in {@link History#isStagnant}, either.
   */
  private static final int MIN_COMPARISONS = 3;

  /** Chance alone exceeds three standard errors in one of 740 cases. */
  private static final double STANDARD_ERRORS = 3;

  private static final Remedy STOP = new Remedy(Message.of("remedy.stopConverged"), "");

  /** Largest update:parameter ratio since the start; 0 before the first measurement. */
  private double largestRatio;

  /** Largest update:parameter ratio of the latest measurement. */
  private double latestRatio;

  /** Iteration since which no update has changed a parameter; -1 if updates change parameters. */
  private long unchangedSince = -1;

  /** Number of consecutive iterations with a learning rate of 0. */
  private long rateZeroIterations;

  @Override
  public String name() {
    return "not-learning";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.WEIGHTS).and(Evidence.SCORE, PATIENCE);
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    Measurement m = history.current();
    rateZeroIterations = rateIsZero(m) ? rateZeroIterations + 1 : 0;
    if (m.protection().isSkipped()) {
      unchangedSince = unchangedSince < 0 ? -1 : unchangedSince + 1; // skipped steps do not count
    } else if (rateZeroIterations >= UNCHANGED_ITERATIONS) {
      // Momentum or rounding may still change weights.
      unchanged(history, findings, rateZeroIterations);
    } else if (m.weightIteration() == m.iteration()) {
      ratios(history);
      if (unchangedSince >= 0 && m.iteration() - unchangedSince >= UNCHANGED_ITERATIONS) {
        unchanged(history, findings, m.iteration() - unchangedSince);
      }
    }
    if (history.iterationsSeen() % History.EVALUATION_INTERVAL != 0
        || !Double.isFinite(history.current().score())) {
      return; // no learning rate helps a network that is not finite
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
    double minRatio = layout.limits().minUpdateRatio();
    boolean measured = false;
    for (int p = 0; p < m.parameters(); p++) {
      NetworkLayout.Parameter parameter = layout.parameters().get(p);
      double update = m.updateNorm(p);
      if (!parameter.isTrained() || !(update <= Double.MAX_VALUE)) {
        continue; // absent or non-finite
      }
      measured = true;
      double ratio = update == 0 ? 0 : Math.min(1, update / m.weightNorm(p));
      if (parameter.role().isMatrix() || update == 0) {
        largest = Math.max(largest, ratio);
      } else if (ratio > minRatio) {
        largest = Math.max(largest, 2 * minRatio); // a changing bias counts as a change
      }
    }
    latestRatio = largest;
    largestRatio = Math.max(largestRatio, largest);
    if (!measured || !(largest <= minRatio)) {
      unchangedSince = -1;
    } else if (unchangedSince < 0) {
      unchangedSince = m.iteration();
    }
  }

  private void unchanged(History history, FindingReporter findings, long iterations) {
    double ratio = latestRatio;
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
                    : () -> SmallUpdateRemedies.of(history, -1, -1, ratio))
            .expiresAfter(EXPIRY_ITERATIONS));
  }

  /** {@return whether the learning rate of every parameter that has one is 0} */
  private static boolean rateIsZero(Measurement m) {
    boolean anyZero = false;
    for (int p = 0; p < m.parameters(); p++) {
      double rate = m.learningRate(p);
      if (rate > 0) {
        return false;
      }
      anyZero |= rate == 0;
    }
    return anyZero;
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
            .withRemedies(() -> SmallUpdateRemedies.of(history, -1, -1, ratio))
            .expiresAfter(EXPIRY_ITERATIONS));
  }

  /**
   * {@return whether nothing but the score speaks against the network: it moves, and is as good as
   * a network that has not begun to learn}
   */
  private boolean mayStartLate(History history) {
    return history.iterationsSeen() < LATE_START_ITERATIONS
        && latestRatio >= SLOW_RATIO
        && LinearStack.hiddenLayers(history.layout()) == 0
        && isAtConstantPrediction(history);
  }

  /** {@return whether the score may be that of a constant prediction, and not worse} */
  private static boolean isAtConstantPrediction(History history) {
    Progress progress = history.progress();
    return progress.recent() - STANDARD_ERRORS * progress.error()
        <= (1 + History.MIN_RELATIVE_GAIN) * history.constantPredictionScore();
  }

  private void noTrend(History history, FindingReporter findings) {
    Progress progress = history.progress();
    BaselineComparison baseline = history.baseline();
    double gain = progress.gain() / Math.abs(progress.start());
    findings.report(
        Finding.saying(
                Problem.NOT_LEARNING,
                mayStartLate(history) ? Severity.INFO : Severity.WARNING,
                gain,
                Comparison.BELOW,
                History.MIN_RELATIVE_GAIN,
                () -> {
                  Message trend =
                      isAtConstantPrediction(history)
                          ? Message.of(
                              "say.not_learning.constant",
                              Argument.number(progress.recent()),
                              Argument.number(history.constantPredictionScore()))
                          : Message.of(
                              "say.not_learning.noTrend",
                              Argument.number(progress.recent()),
                              Argument.number(progress.start()));
                  return baseline.count() < MIN_COMPARISONS
                      ? trend
                      : trend.then(
                          Message.of(
                              "say.not_learning.baseline",
                              Argument.share(Math.max(0, baseline.relativeGain())),
                              Argument.count(baseline.iterations())));
                })
            .withRemedies(() -> againstNoTrend(history))
            .expiresAfter(EXPIRY_ITERATIONS));
  }

  private static List<Remedy> againstNoTrend(History history) {
    List<Remedy> remedies = new ArrayList<>();
    if (LinearStack.hiddenLayers(history.layout()) > 0) {
      remedies.add(LinearStack.remedy());
    }
    remedies.addAll(Advice.on(history).againstStandstill().remedies());
    return remedies;
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("largestRatio", largestRatio)
        .put("largestRatioLately", latestRatio)
        .put("stillSince", unchangedSince)
        .put("rateZeroFor", rateZeroIterations);
  }

  @Override
  public void restore(SavedNumbers from) {
    largestRatio = from.getDouble("largestRatio");
    latestRatio = from.getDouble("largestRatioLately");
    unchangedSince = from.getLong("stillSince");
    rateZeroIterations = from.getLong("rateZeroFor");
  }
}
