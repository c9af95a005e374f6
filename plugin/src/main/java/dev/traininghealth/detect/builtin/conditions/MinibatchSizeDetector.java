package dev.traininghealth.detect.builtin.conditions;

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
import dev.traininghealth.detect.advice.DataRemedies;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NoiseScale;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.Set;

/**
 * Detects minibatches that are so small that their noise holds the score up, or larger than their
 * gradient needs.
 *
 * <ul>
 *   <li><b>What</b>, in {@value #MIN_MEASUREMENTS} measurements one after the other, of parameters
 *       from the second half of the run. A minibatch of B examples is
 *       <ul>
 *         <li>too large if it has {@value #MIN_LARGE} examples or more, and the upper bound of the
 *             noise scale ({@link NoiseScale}) is below B / {@value #FACTOR}. Most of its examples
 *             only repeat what the others show;
 *         <li>too small if the score has fallen and does so no more, the lower bound of the noise
 *             scale is above B, and noise makes up {@value #MIN_SCORE_SHARE} of the score or more.
 *             Noise is η tr(Σ) / (4 B) of it, with the learning rate η and the covariance Σ of
 *             single examples' gradients. The upper bound of the noise scale must be below the
 *             examples of two epochs: within one, noise that is forgotten slower cancels.
 *       </ul>
 *   <li><b>Severity</b>: INFO, as the run learns, if not as well or as fast as it could.
 *   <li><b>Source</b>: McCandlish et al. 2018, "An Empirical Model of Large-Batch Training": with
 *       the best learning rate, a step on B examples goes 1 / (1 + scale / B) as far as one without
 *       noise. Mandt et al. 2017, "Stochastic Gradient Descent as Approximate Bayesian Inference":
 *       the stationary distribution of SGD around a minimum, from which the share of noise follows.
 *       For linear regressions with a share below 0.4 it was low by up to a third.
 *   <li><b>Defaults</b>: a noise scale is good for the order of magnitude of a size, so that
 *       minibatches must be too large by ten. Beside a score that falls no more, the noise scale
 *       alone is no sign of minibatches that are too small: there it is 2 B / (η · curvature), the
 *       larger the less noise matters.
 *   <li><b>When not to use</b>: where a larger minibatch costs no more time, as on some GPUs; with
 *       several workers, whose minibatches add up. Too small is reported for SGD and Nesterov
 *       momentum only, whose noise is at least as large. Minibatches of one example have no halves;
 *       the detector of settings reports them.
 * </ul>
 */
final class MinibatchSizeDetector implements PeriodicDetector, Restorable {
  /** Ratio of batch size and noise scale from which on minibatches are too large. */
  private static final int FACTOR = 10;

  /**
   * Examples of the smallest minibatch that can be too large. Fewer leave the processor so little
   * to do at once that an example of a smaller minibatch takes more time.
   */
  private static final int MIN_LARGE = 128;

  /**
   * Share of the score that noise makes up. The remedies take three quarters of it away, more than
   * {@link History#MIN_RELATIVE_GAIN}, from which on a user would call it progress.
   */
  private static final double MIN_SCORE_SHARE = 0.1;

  /** Measurements one after the other: bounds move from one to the next. */
  private static final int MIN_MEASUREMENTS = 3;

  /** Minimum iteration of the parameters, as a share of that of the measurement. */
  private static final double MIN_AGE_SHARE = 0.5;

  /** Share of its start by which the score must have fallen: other detectors say why if not. */
  private static final double MIN_PROGRESS = 0.1;

  /** Iterations before a network without progress counts as stagnant. */
  private static final int PATIENCE = 500;

  /**
   * Iterations without a report. Bounds need eight measurements in each round, about 860 iterations
   * apart if one takes as long as an iteration, at the default cost budget.
   */
  private static final int EXPIRY_ITERATIONS = 10_000;

  /** Updaters whose step is the gradient times the learning rate, or on average more. */
  private static final Set<String> UPDATERS = Set.of("Sgd", "Nesterovs");

  private long measuredAt = -1;
  private int small;
  private int large;
  private long epoch = -1;

  /** Iteration at which the epoch was seen first. */
  private long epochStart;

  /** Iterations. */
  private long longestEpoch;

  @Override
  public String name() {
    return "minibatch-size";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return layout.isTrainedByGradientsAlone()
        ? Requirement.of(Evidence.GRADIENT_NOISE).atLeast(MIN_MEASUREMENTS)
        : Requirement.notApplicable(Message.of("say.check.noNoise"));
  }

  @Override
  public void evaluate(History history, FindingReporter findings) {
    Measurement m = history.current();
    countEpochs(m);
    NoiseScale scale = m.noiseScale();
    if (scale.iteration() < 0 || scale.iteration() == measuredAt) {
      return;
    }
    measuredAt = scale.iteration();
    int examples = m.batchSize();
    boolean isLongEpoch = 2.0 * longestEpoch * examples >= scale.high();
    boolean isUsable =
        scale.parametersIteration() >= MIN_AGE_SHARE * m.iteration()
            && Double.isNaN(history.baselineScoreBeforeJump()); // the objective has not moved
    large = isUsable && scale.high() * FACTOR < examples && examples >= MIN_LARGE ? large + 1 : 0;
    small = isUsable && isLongEpoch && scale.low() > examples && isNoisy(history) ? small + 1 : 0;
    if (large >= MIN_MEASUREMENTS) {
      reportLarge(history, findings);
    } else if (small >= MIN_MEASUREMENTS && hasStalled(history)) {
      reportSmall(history, findings);
    }
  }

  /** Epochs that are shorter than the interval of evaluations have no length. */
  private void countEpochs(Measurement m) {
    if (m.epoch() != epoch) {
      epoch = m.epoch();
      epochStart = m.iteration();
    }
    longestEpoch = Math.max(longestEpoch, m.iteration() - epochStart);
  }

  private static boolean isNoisy(History history) {
    return noise(history) > MIN_SCORE_SHARE * history.progress().recent();
  }

  /** {@return the part of the score that is due to noise, or less; 0 if it is not known} */
  private static double noise(History history) {
    Measurement m = history.current();
    double rate = Double.POSITIVE_INFINITY;
    for (int p = 0; p < m.parameters(); p++) {
      rate = Math.min(rate, m.learningRate(p)); // NaN without one
    }
    boolean isSum = hasKnownSteps(history.layout()) && Double.isFinite(rate) && m.batchSize() > 0;
    return isSum ? rate * m.noiseScale().variance() / (4.0 * m.batchSize()) : 0;
  }

  private static boolean hasKnownSteps(NetworkLayout layout) {
    return layout.parameters().stream()
        .map(p -> layout.layers().get(p.layer()).configuration())
        .allMatch(c -> UPDATERS.contains(c.updater()) && c.gradientNormalization().isEmpty());
  }

  private static boolean hasStalled(History history) {
    Progress progress = history.progress();
    return progress.hasFallenBy(MIN_PROGRESS)
        && progress.isFlat(History.MIN_RELATIVE_GAIN)
        && !progress.hasTrend()
        && !progress.isRising()
        && !history.isStagnant(PATIENCE)
        && !history.baseline().isBetter();
  }

  private static void reportSmall(History history, FindingReporter findings) {
    Measurement m = history.current();
    int examples = m.batchSize();
    double low = m.noiseScale().low();
    double score = history.progress().recent();
    double share = noise(history) / score;
    findings.report(
        Finding.saying(
                Problem.MINIBATCH_SIZE,
                Severity.INFO,
                share,
                Comparison.ABOVE,
                MIN_SCORE_SHARE,
                () ->
                    Message.of(
                        "say.minibatch_size.small",
                        Argument.number(score),
                        Argument.share(Math.min(1, share)),
                        Argument.count(examples),
                        Argument.count((long) low)))
            .aspect("small")
            .expiresAfter(EXPIRY_ITERATIONS)
            .withRemedies(() -> DataRemedies.againstGradientNoise(history)));
  }

  private static void reportLarge(History history, FindingReporter findings) {
    Measurement m = history.current();
    int examples = m.batchSize();
    double high = m.noiseScale().high();
    int enough = sufficient(high);
    findings.report(
        Finding.saying(
                Problem.MINIBATCH_SIZE,
                Severity.INFO,
                high,
                Comparison.BELOW,
                (double) examples / FACTOR,
                () ->
                    Message.of(
                        "say.minibatch_size.large",
                        Argument.count(examples),
                        Argument.count((long) Math.ceil(high)),
                        Argument.count(enough)))
            .aspect("large")
            .expiresAfter(EXPIRY_ITERATIONS)
            .withRemedies(() -> DataRemedies.reduceMinibatches(enough)));
  }

  /** {@return twice the noise scale, with which a step goes two thirds, as a power of two} */
  private static int sufficient(double scale) {
    int size = 1;
    while (size < 2 * scale) {
      size *= 2;
    }
    return size;
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("measuredAt", measuredAt)
        .put("small", small)
        .put("large", large)
        .put("epoch", epoch)
        .put("epochStart", epochStart)
        .put("longestEpoch", longestEpoch);
  }

  @Override
  public void restore(SavedNumbers from) {
    measuredAt = from.getLong("measuredAt");
    small = from.getInt("small", 0, Integer.MAX_VALUE);
    large = from.getInt("large", 0, Integer.MAX_VALUE);
    epoch = from.getLong("epoch");
    epochStart = from.getLong("epochStart");
    longestEpoch = from.getLong("longestEpoch");
  }
}
