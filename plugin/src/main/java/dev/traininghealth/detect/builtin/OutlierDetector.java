package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.DataRemedies;
import dev.traininghealth.numbers.DataSummary;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;

/**
 * Detects examples whose features are far outside the scale of the others.
 *
 * <ul>
 *   <li><b>What</b>: the root mean square of an example's features is at least {@value
 *       DataSummary#OUTLIER_FACTOR} times that of the minibatches before, in a minibatch with few
 *       such examples. The first minibatches are read, then some, and those with an unusual
 *       gradient or score.
 *   <li><b>Severity</b>: INFO. What such an example does to gradient and score is reported by
 *       others.
 *   <li><b>Source</b>: its gradient is that many times larger, too, and may outweigh all others.
 *   <li><b>Defaults</b>: those of {@link DataSummary}.
 *   <li><b>When not to use</b>: with features of very different sizes, as counts of long and short
 *       texts. Indices of an embedding are not compared.
 * </ul>
 */
final class OutlierDetector implements PluginDetector, Restorable {
  /** Iterations without a report: as long as the data are read rarely, another may come. */
  private static final int EXPIRY_ITERATIONS = 1000;

  private int known;

  @Override
  public String name() {
    return "outliers";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.DATA);
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    DataSummary data = history.current().data();
    boolean isNew = data.outlierExamples() > known;
    known = data.outlierExamples();
    if (!isNew || history.layout().readsIndices()) {
      return;
    }
    long iteration = history.current().iteration();
    int example = data.outlierExample();
    double scale = data.outlierScale();
    findings.report(
        Finding.saying(
                Problem.OUTLYING_FEATURES,
                Severity.INFO,
                scale,
                Comparison.ABOVE,
                DataSummary.OUTLIER_FACTOR,
                () ->
                    Message.of(
                        "say.outlier_examples",
                        Argument.count(example),
                        Argument.count(iteration),
                        Argument.number(scale)))
            .expiresAfter(EXPIRY_ITERATIONS)
            .withRemedies(() -> DataRemedies.lookAtOutliers(example)));
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("known", known);
  }

  @Override
  public void restore(SavedNumbers from) {
    known = from.getInt("known", 0, Integer.MAX_VALUE);
  }
}
