package dev.traininghealth.setup;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.DataRemedies;
import dev.traininghealth.detect.fit.DataFindings;
import dev.traininghealth.numbers.DataSummary;
import dev.traininghealth.setup.data.FeatureStatistics;
import dev.traininghealth.setup.data.Spread;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.Arrays;
import java.util.List;

/**
 * Finds columns and examples of features that are far outside of the others, and constant columns.
 *
 * <ul>
 *   <li><b>What</b>: the scale of a column is the root of its mean square over the examples, that
 *       of an example the same over its columns. A column is far outside if its scale is more than
 *       {@value #OUTLYING_RATIO} times the median, an example if it is more than {@value
 *       DataSummary#OUTLIER_FACTOR} times the median. Examples are reported if they are at most
 *       {@value #MAX_OUTLYING_SHARE} of all, because more are no exceptions.
 *   <li><b>Severity</b>: INFO.
 *   <li><b>Source</b>: a column's share of the first layer's input is proportional to its scale.
 *   <li><b>Defaults</b>: scales of usual columns, such as ages and incomes in thousands, differ by
 *       less than {@value #OUTLYING_RATIO}. Sparse columns have small scales and are the exception,
 *       so that columns are judged only if half of them are not 0. Examples are judged as in
 *       training.
 *   <li><b>When not to use</b>: indices for an embedding, and images, whose columns are pixels.
 *       Both are left out. So are constant columns among more than {@value #MAX_TABLE_COLUMNS}.
 * </ul>
 */
final class OutlyingFeaturesRule implements SetupRule {
  /**
   * Ratio to the median scale above which a column is far outside. It is larger than that of an
   * example, because columns have units of their own.
   */
  private static final double OUTLYING_RATIO = 20;

  /** Share of the examples above which large ones are no exceptions. */
  private static final double MAX_OUTLYING_SHARE = 0.01;

  /** Number of columns and of examples below which a median says little. */
  private static final int MIN_COUNT = 3;

  /** Number of examples below which a column that does not change is not reported. */
  private static final int MIN_EXAMPLES = 10;

  /**
   * Number of columns above which some that do not change are usual: the margin of images, words
   * that do not occur.
   */
  private static final int MAX_TABLE_COLUMNS = 100;

  @Override
  public String name() {
    return "outlying-features";
  }

  @Override
  public boolean needsLayers() {
    return false;
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    List<FeatureStatistics> inputs = setup.data().features();
    for (int i = 0; i < inputs.size(); i++) {
      if (i == 0 && DataFindings.areIndices(setup.layout())) {
        continue;
      }
      if (!inputs.get(i).isSpatial()) {
        columns(inputs.get(i), findings);
        constants(setup, inputs.get(i), findings);
      }
      rows(inputs.get(i), findings);
    }
  }

  private static void columns(FeatureStatistics input, FindingReporter findings) {
    Spread[] columns = input.columns();
    if (columns.length < MIN_COUNT) {
      return;
    }
    double[] scales = Arrays.stream(columns).mapToDouble(Spread::rootMeanSquare).toArray();
    double median = FeatureStatistics.median(scales);
    int largest = 0;
    for (int column = 1; column < scales.length; column++) {
      largest = scales[column] > scales[largest] ? column : largest;
    }
    double ratio = scales[largest] / median;
    if (median > 0 && ratio > OUTLYING_RATIO) {
      report(
          findings,
          ratio,
          OUTLYING_RATIO,
          Message.of("say.setup.outlyingColumn", Argument.count(largest), Argument.number(ratio)),
          normalizeColumns());
    }
  }

  private static void constants(Setup setup, FeatureStatistics input, FindingReporter findings) {
    Spread[] columns = input.columns();
    long constant = Arrays.stream(columns).filter(Spread::isConstant).count();
    if (constant > 0
        && constant < columns.length
        && columns.length <= MAX_TABLE_COLUMNS
        && setup.data().examples() >= MIN_EXAMPLES) {
      Message sentence =
          Message.of(
              "say.setup.constantColumns",
              Argument.count(constant),
              Argument.count(columns.length));
      findings.report(
          Finding.saying(
                  Problem.CONSTANT_FEATURES,
                  Severity.INFO,
                  (double) constant,
                  Comparison.ABOVE,
                  0,
                  () -> sentence)
              .withRemedies(DataRemedies.lookAtFeatures()));
    }
  }

  private static void rows(FeatureStatistics input, FindingReporter findings) {
    double usual = input.medianRowScale();
    double limit = DataSummary.OUTLIER_FACTOR * usual;
    int first = -1;
    int count = 0;
    double largest = 0;
    for (int row = 0; row < input.rows(); row++) {
      if (input.rowScale(row) > limit) {
        first = count++ == 0 ? row : first;
        largest = Math.max(largest, input.rowScale(row));
      }
    }
    if (count > 0
        && limit > 0
        && input.rows() >= MIN_COUNT
        && count <= Math.max(1, MAX_OUTLYING_SHARE * input.rows())) {
      report(
          findings,
          largest / usual,
          DataSummary.OUTLIER_FACTOR,
          Message.of(
              "say.setup.outlyingRows",
              Argument.count(count),
              Argument.number(largest / usual),
              Argument.count(input.rowIndex(first)),
              Argument.count(input.rowMinibatch(first))),
          new Remedy(
              Message.of("remedy.inspectRows"),
              "System.out.println(dataSet.get(row).getFeatures());"));
    }
  }

  private static Remedy normalizeColumns() {
    return new Remedy(
        Message.of("remedy.normalizeColumns"),
        "NormalizerStandardize n = new NormalizerStandardize(); n.fit(iterator);"
            + " iterator.setPreProcessor(n);");
  }

  private static void report(
      FindingReporter findings, double ratio, double threshold, Message sentence, Remedy remedy) {
    findings.report(
        Finding.saying(
                Problem.OUTLYING_FEATURES,
                Severity.INFO,
                ratio,
                Comparison.ABOVE,
                threshold,
                () -> sentence)
            .withRemedies(List.of(remedy)));
  }
}
