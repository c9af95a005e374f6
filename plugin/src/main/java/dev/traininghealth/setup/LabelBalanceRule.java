package dev.traininghealth.setup;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.DataRemedies;
import dev.traininghealth.detect.fit.ClassBalance;
import dev.traininghealth.setup.data.LabelStatistics;
import dev.traininghealth.setup.data.Spread;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Finds labels that are all the same, or nearly all of one class.
 *
 * <ul>
 *   <li><b>What</b>: WARNING if the labels of all examples are the same, so that nothing can be
 *       learned. INFO if a class has more than {@value ClassBalance#MAX_SHARE} of the examples, and
 *       not by chance: the accuracy of a network that always returns it is the base rate to compare
 *       with.
 *   <li><b>Source</b>: the definition of accuracy.
 *   <li><b>Defaults</b>: at least {@value #MIN_EXAMPLES} examples, so that few examples are not
 *       judged.
 *   <li><b>When not to use</b>: training of one class, as in anomaly detection.
 * </ul>
 */
final class LabelBalanceRule implements SetupRule {
  /** With 20 examples of two equal classes, 16 are of one in one of 85 cases. */
  private static final int MIN_EXAMPLES = 20;

  @Override
  public String name() {
    return "label-balance";
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    for (Setup.Output output : setup.outputs()) {
      LabelStatistics labels = output.labels();
      Spread[] columns = labels.columns();
      if (labels.vectors() < MIN_EXAMPLES || columns.length == 0) {
        continue;
      }
      if (Arrays.stream(columns).allMatch(Spread::isConstant)) {
        report(
            findings,
            Severity.WARNING,
            1,
            Message.of("say.setup.constantLabels", Argument.count(labels.vectors())),
            DataRemedies.lookAtLabels(),
            output.index());
      } else if (isClassification(output) && labels.hasClasses()) {
        majority(labels, output, findings);
      }
    }
  }

  private static boolean isClassification(Setup.Output output) {
    return output.layer().configuration().lossTraits().wantsProbabilities()
        || output.layer().configuration().lossTraits().wantsSigns()
        || output.layer().outputTraits().givesProbabilities();
  }

  private static void majority(
      LabelStatistics labels, Setup.Output output, FindingReporter findings) {
    Map.Entry<Integer, Long> largest =
        labels.classes().entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
    double share = (double) largest.getValue() / labels.vectors();
    if (ClassBalance.isImbalanced(share, labels.vectors())) {
      report(
          findings,
          Severity.INFO,
          share,
          Message.of("say.setup.majority", Argument.share(share), Argument.count(largest.getKey())),
          DataRemedies.balanceClasses(),
          output.index());
    }
  }

  private static void report(
      FindingReporter findings,
      Severity severity,
      double share,
      Message sentence,
      List<Remedy> remedies,
      int layer) {
    findings.report(
        Finding.saying(
                Problem.IMBALANCED_LABELS,
                severity,
                share,
                Comparison.ABOVE,
                ClassBalance.MAX_SHARE,
                () -> sentence)
            .inLayer(layer)
            .withRemedies(remedies));
  }
}
