package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.detect.fit.DataFindings;
import dev.traininghealth.numbers.DataSummary;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Range;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.List;

/**
 * Detects features, labels, loss and output activation that do not fit each other.
 *
 * <ul>
 *   <li><b>Output</b>, from the configuration alone. WARNING for softmax over one unit, which is
 *       always 1, also in a layer before the output. WARNING for a cross-entropy of outputs that
 *       are no probabilities, which is undefined.
 *   <li><b>Labels</b>, from the minibatches. WARNING if they are outside the range of the output
 *       activation, outside that of the loss (0 … 1 for a cross-entropy), or do not add up to 1
 *       under softmax.
 *   <li><b>Features</b>: their scale is the larger of |mean| and standard deviation. INFO above 10
 *       or below 0.01, or if the standard deviation is below 5 % of |mean|, because many networks
 *       learn nevertheless. WARNING with an alarm that the scale explains, with scores far worse
 *       than a constant prediction's, or in a {@linkplain History#isStagnant stagnant} network.
 *       WARNING if all features are constant.
 *   <li><b>Source</b>: the definitions of the losses. Features should be normalized to a scale of
 *       about 1.
 *   <li><b>Defaults</b>: labels may exceed their range by 0.001, for rounding. Each of the first
 *       {@value #INITIAL_MINIBATCHES} minibatches is inspected, later only some.
 *   <li><b>When not to use</b>: losses that are deliberately used with other labels or outputs.
 * </ul>
 */
final class DataDetector implements PluginDetector, Restorable {
  /**
   * Iterations without a report: 6 evaluations, which keep a WARNING while alarms that the scale
   * explains come and go. Checked on the fault corpus.
   */
  private static final int EXPIRY_ITERATIONS = 100;

  /** Expiry of findings about the configuration, which are reported once and remain true. */
  private static final int NEVER_EXPIRES = Integer.MAX_VALUE;

  /**
   * Iterations in which the data are inspected each time, because every minibatch is new. As many
   * minibatches are read without a gap.
   */
  private static final int INITIAL_MINIBATCHES = 20;

  /**
   * Index of the only output layer; -1 if there are several, because their labels are not
   * distinguished.
   */
  private int output = -1;

  private Range validLabels = Range.ALL;

  @Override
  public String name() {
    return "data";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.DATA);
  }

  @Override
  public void onGradient(History history, FindingReporter findings) {
    if (history.iterationsSeen() == 0) {
      List<NetworkLayout.Layer> layers = history.layout().layers();
      DataFindings found = found(history);
      int outputs = 0;
      for (int layer = 0; layer < layers.size(); layer++) {
        boolean isOutput = layers.get(layer).configuration().isOutput();
        if (isOutput || DataFindings.isConstant(layers.get(layer))) {
          found.output(layer).ifPresent(f -> findings.report(f.expiresAfter(NEVER_EXPIRES)));
        }
        if (isOutput) {
          output = outputs++ == 0 ? layer : -1;
        }
      }
      validLabels = output < 0 ? Range.ALL : DataFindings.validLabels(layers.get(output));
    }
  }

  private static DataFindings found(History history) {
    return new DataFindings(history.layout(), () -> Advice.on(history));
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    DataSummary data = history.current().data();
    boolean early = history.iterationsSeen() < INITIAL_MINIBATCHES;
    if (data.minibatches() == 0
        || !(early || history.iterationsSeen() % History.EVALUATION_INTERVAL == 0)) {
      return;
    }
    if (data.areLabelsOutside(validLabels)) {
      report(found(history).labels(output, data), findings);
    } else if (output >= 0
        && DataFindings.haveOtherSums(
            history.layout().layers().get(output),
            data.otherLabelSumShare(),
            data.labelVectors())) {
      report(
          found(history).labelSums(output, data.otherLabelSumShare(), data.areLabelColumnsEqual()),
          findings);
    }
    if (DataFindings.isUnnormalized(data) && !DataFindings.areIndices(history.layout())) {
      Severity severity = DataHarm.isSeen(history) ? Severity.WARNING : Severity.INFO;
      report(found(history).features(data, severity), findings);
    }
    if (DataFindings.areConstant(data)) {
      report(found(history).constantFeatures(), findings);
    }
  }

  private static void report(Finding finding, FindingReporter findings) {
    findings.report(finding.expiresAfter(EXPIRY_ITERATIONS));
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("output", output)
        .put("lowestLabel", validLabels.low())
        .put("highestLabel", validLabels.high());
  }

  @Override
  public void restore(SavedNumbers from) {
    validLabels = new Range(from.getDouble("lowestLabel"), from.getDouble("highestLabel"));
    output = from.getInt("output", -1, Integer.MAX_VALUE);
  }
}
