package dev.traininghealth.setup;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.advice.DataRemedies;
import dev.traininghealth.detect.fit.DataFindings;
import dev.traininghealth.numbers.LossTraits;
import dev.traininghealth.setup.copies.ShortRun;
import dev.traininghealth.setup.copies.Standardization;
import dev.traininghealth.setup.data.LabelStatistics;
import dev.traininghealth.setup.data.Spread;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;

/**
 * Finds targets of a regression whose scale is far from 1.
 *
 * <ul>
 *   <li><b>What</b>: the scale of a label column is the larger of |mean| and standard deviation. It
 *       is compared with {@value DataFindings#LARGE_SCALE}, and the deviation with {@value
 *       DataFindings#SMALL_SCALE}. The column that is farthest from 1 is reported.
 *   <li><b>Severity</b>: INFO, because many updaters reach such targets after more iterations.
 *       WARNING if the score of a copy of the network rises, and that of a copy with standardized
 *       labels falls ({@link ScaleHarm}).
 *   <li><b>Source</b>: initialization gives outputs of a scale of about 1 (Glorot and Bengio 2010),
 *       and the gradient of a squared error is proportional to the distance from the target.
 *   <li><b>Defaults</b>: a factor of ten is a decimal error. Small deviations are two decimal
 *       errors away, because a score that small is often mistaken for a good one.
 *   <li><b>When not to use</b>: outputs that a scaling layer follows, and classes, which are no
 *       quantities.
 * </ul>
 */
final class TargetScaleRule implements SetupRule {
  @Override
  public String name() {
    return "target-scale";
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    for (Setup.Output output : setup.outputs()) {
      int column = isRegression(output) ? farthest(output.labels().columns()) : -1;
      if (column >= 0) {
        report(setup, output, column, findings);
      }
    }
  }

  /** Whether outputs are compared with labels that are quantities and that they can reach. */
  private static boolean isRegression(Setup.Output output) {
    LossTraits loss = output.layer().configuration().lossTraits();
    return loss.comparesWithLabels()
        && !loss.wantsProbabilities()
        && !loss.wantsSigns()
        && output.layer().outputTraits().range().high() == Double.POSITIVE_INFINITY;
  }

  private static int farthest(Spread[] columns) {
    int farthest = -1;
    double largest = 0;
    for (int column = 0; column < columns.length; column++) {
      double scale = scale(columns[column]);
      double deviation = columns[column].standardDeviation();
      boolean isLarge = scale > DataFindings.LARGE_SCALE;
      boolean isSmall = deviation > 0 && deviation < DataFindings.SMALL_SCALE && scale < 1;
      double distance = isLarge ? scale : isSmall ? 1 / deviation : 0;
      if (distance > largest) {
        farthest = column;
        largest = distance;
      }
    }
    return farthest;
  }

  private static double scale(Spread column) {
    return Math.max(Math.abs(column.mean()), column.standardDeviation());
  }

  /** Standardized columns have a variance of 1, which is their constant-prediction score. */
  private static ScaleHarm harm(Setup setup, Setup.Output output) {
    return ScaleHarm.of(
        setup,
        ShortRun::diverges,
        Standardization.ofLabels(
            setup.data().labels().stream().map(LabelStatistics::columns).toList()),
        output.layer().configuration().loss().equals("LossMSE") ? 1 : Double.NaN);
  }

  private static void report(
      Setup setup, Setup.Output output, int index, FindingReporter findings) {
    LabelStatistics labels = output.labels();
    Spread column = labels.columns()[index];
    boolean isLarge = scale(column) > DataFindings.LARGE_SCALE;
    Message sentence =
        Message.of(
            "say.setup.targets",
            Argument.count(index),
            Argument.number(column.mean()),
            Argument.number(column.standardDeviation()));
    ScaleHarm harm = harm(setup, output);
    findings.report(
        harm.addTo(
            Finding.saying(
                    Problem.UNNORMALIZED_LABELS,
                    harm.severity(),
                    isLarge ? scale(column) : column.standardDeviation(),
                    isLarge ? Comparison.ABOVE : Comparison.BELOW,
                    isLarge ? DataFindings.LARGE_SCALE : DataFindings.SMALL_SCALE,
                    () -> sentence)
                .inLayer(output.index())
                .withRemedies(
                    isLarge ? setup.normalizeLargeLabels() : DataRemedies.normalizeLabels())));
  }
}
