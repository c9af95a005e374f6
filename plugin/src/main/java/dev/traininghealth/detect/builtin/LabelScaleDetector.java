package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PeriodicDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.DataRemedies;
import dev.traininghealth.detect.fit.DataFindings;
import dev.traininghealth.numbers.DataSummary;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;

/**
 * Detects labels of a regression whose scale is far from that of the network's output.
 *
 * <ul>
 *   <li><b>What</b>: mean and standard deviation of the labels of a squared or absolute error
 *       behind an output without an upper limit. An output starts near 0 with a deviation of about
 *       1, so that larger labels are reached only after as many steps, in which nothing else is
 *       learned.
 *   <li><b>Large</b>: |mean| or standard deviation above {@value DataFindings#LARGE_SCALE}.
 *   <li><b>Little spread</b>: standard deviation below {@value #MIN_RELATIVE_SPREAD} of |mean|, or
 *       below {@value DataFindings#SMALL_SCALE}. The error of the mean then hides what differs.
 *   <li><b>Severity</b>: INFO, because many networks learn nevertheless. WARNING with scores far
 *       worse than a constant prediction's, or in a {@linkplain History#isStagnant stagnant}
 *       network.
 *   <li><b>Source</b>: LeCun et al. 1998, "Efficient BackProp": targets are scaled like inputs.
 *   <li><b>Defaults</b>: those of features, for the same reason.
 *   <li><b>When not to use</b>: with several output layers, whose labels are not distinguished.
 * </ul>
 */
final class LabelScaleDetector implements PeriodicDetector {
  /**
   * Standard deviation, as a share of the mean, below which labels hardly differ. A mean squared
   * error is then 400 times as large before the mean is learned as after.
   */
  private static final double MIN_RELATIVE_SPREAD = 0.05;

  /** Minibatches from which the spread is known: all that are read without a gap. */
  private static final int MIN_MINIBATCHES = 20;

  /** Iterations without a report, as for features. */
  private static final int EXPIRY_ITERATIONS = 100;

  /** Iterations before a network can be stagnant, as for features. */
  private static final int PATIENCE = 150;

  @Override
  public String name() {
    return "label-scale";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return scaledOutput(layout) < 0
        ? Requirement.notApplicable(Message.of("say.check.otherOutput"))
        : Requirement.of(Evidence.DATA).atLeast(MIN_MINIBATCHES);
  }

  @Override
  public void evaluate(History history, FindingReporter findings) {
    DataSummary data = history.current().data();
    if (data.minibatches() < MIN_MINIBATCHES) {
      return;
    }
    double mean = Math.abs(data.labelMean());
    double deviation = data.labelStandardDeviation();
    boolean isLarge = Math.max(mean, deviation) > DataFindings.LARGE_SCALE;
    boolean isNarrow =
        deviation > 0
            && (deviation < MIN_RELATIVE_SPREAD * mean || deviation < DataFindings.SMALL_SCALE);
    int output = isLarge || isNarrow ? scaledOutput(history.layout()) : -1;
    if (output < 0) {
      return;
    }
    boolean isHarmful = DataHarm.isWorseThanConstant(history) || history.isStagnant(PATIENCE);
    findings.report(
        Finding.saying(
                Problem.UNNORMALIZED_LABELS,
                isHarmful ? Severity.WARNING : Severity.INFO,
                isLarge ? Math.max(mean, deviation) : deviation,
                isLarge ? Comparison.ABOVE : Comparison.BELOW,
                isLarge
                    ? DataFindings.LARGE_SCALE
                    : Math.max(DataFindings.SMALL_SCALE, MIN_RELATIVE_SPREAD * mean),
                () -> sentence(history.current(), output))
            .inLayer(output)
            .expiresAfter(EXPIRY_ITERATIONS)
            .withRemedies(
                () ->
                    isLarge
                        ? DataRemedies.normalizeLargeLabels(history.layout(), history.current())
                        : DataRemedies.normalizeLabels()));
  }

  /** {@return the only output layer, if it predicts a quantity; else -1} */
  private static int scaledOutput(NetworkLayout layout) {
    int output = layout.onlyOutput();
    return output >= 0 && layout.layers().get(output).predictsQuantity() ? output : -1;
  }

  private static Message sentence(Measurement m, int output) {
    Message labels =
        Message.of(
            "say.unscaled_labels",
            Argument.number(m.data().labelMean()),
            Argument.number(m.data().labelStandardDeviation()));
    return m.activationIteration(output) < 0 || !Double.isFinite(m.activationMean(output))
        ? labels
        : labels.then(
            Message.of(
                "say.unscaled_labels.output",
                Argument.number(m.activationMean(output)),
                Argument.number(m.activationStandardDeviation(output))));
  }
}
