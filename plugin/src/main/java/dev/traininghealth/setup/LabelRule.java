package dev.traininghealth.setup;

import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.fit.DataFindings;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.Range;
import dev.traininghealth.setup.data.LabelStatistics;
import dev.traininghealth.setup.data.Spread;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.List;

/**
 * Finds labels that output activation and loss cannot represent.
 *
 * <ul>
 *   <li><b>What</b>: WARNING for labels outside of the range of output activation or loss ({@link
 *       DataFindings#validLabels}), among them classes 1 … C instead of 0 … C − 1. WARNING for
 *       labels whose sum is not 1 under softmax ({@link DataFindings#haveOtherSums}). WARNING for
 *       hinge labels of 0 and 1, because a label of 0 has no gradient.
 *   <li><b>Source</b>: the definitions of the losses.
 *   <li><b>Defaults</b>: single examples with another sum may be ignored on purpose, by labels that
 *       are all 0. Those do not count.
 *   <li><b>When not to use</b>: losses that are deliberately used with other labels.
 * </ul>
 */
final class LabelRule implements SetupRule {
  @Override
  public String name() {
    return "labels";
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    DataFindings found = setup.dataFindings();
    for (Setup.Output output : setup.outputs()) {
      Spread[] columns = output.labels().columns();
      if (columns.length == 0 || output.labels().vectors() == 0) {
        continue;
      }
      MeasurementWriter labels = new MeasurementWriter(0, 0);
      labels.data.labelMin = Double.POSITIVE_INFINITY;
      labels.data.labelMax = Double.NEGATIVE_INFINITY;
      for (Spread column : columns) {
        labels.data.labelMin = Math.min(labels.data.labelMin, column.min());
        labels.data.labelMax = Math.max(labels.data.labelMax, column.max());
      }
      Range valid = DataFindings.validLabels(output.layer());
      if (labels.data.areLabelsOutside(valid)) {
        findings.report(found.labels(output.index(), labels.data));
      } else {
        sums(found, output, findings);
        hinge(output, findings);
      }
    }
  }

  private static void sums(DataFindings found, Setup.Output output, FindingReporter findings) {
    LabelStatistics labels = output.labels();
    double others = 1 - labels.distributionShare() - labels.zeroShare();
    if (DataFindings.haveOtherSums(output.layer(), others, labels.vectors())) {
      findings.report(found.labelSums(output.index(), others, labels.areColumnsEqual()));
    }
  }

  private static void hinge(Setup.Output output, FindingReporter findings) {
    if (output.layer().configuration().lossTraits().wantsSigns() && output.labels().isBinary()) {
      findings.report(
          Findings.of(
                  Problem.UNSUITABLE_LABELS,
                  Severity.WARNING,
                  0,
                  0,
                  Message.of(
                      "say.setup.hingeLabels",
                      Argument.text(output.layer().configuration().loss())))
              .inLayer(output.index())
              .withRemedies(
                  List.of(
                      new Remedy(Message.of("remedy.hingeLabels"), "labels.muli(2).subi(1);"))));
    }
  }
}
