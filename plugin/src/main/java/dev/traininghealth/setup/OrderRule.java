package dev.traininghealth.setup;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.DataRemedies;
import dev.traininghealth.setup.data.LabelStatistics;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;

/**
 * Finds examples that are sorted by class, and minibatches that repeat.
 *
 * <ul>
 *   <li><b>What</b>: the number of examples whose class differs from that of the example before.
 *       Among n examples in random order n · (1 − Σ p²) are expected, where p are the shares of the
 *       classes. Fewer than {@value #MIN_CHANGE_SHARE} of that are reported. So are minibatches
 *       that are exact copies of an earlier one, if they are more than {@value #MAX_REPEATED_SHARE}
 *       of all.
 *   <li><b>Severity</b>: INFO.
 *   <li><b>Source</b>: stochastic gradient descent assumes examples that are drawn at random
 *       (Bottou 2012, "Stochastic Gradient Descent Tricks": shuffle the examples).
 *   <li><b>Defaults</b>: at least {@value #MIN_EXPECTED_CHANGES} expected changes. A tenth of them
 *       cannot occur by chance, and grouped examples, as of one patient, have more.
 *   <li><b>When not to use</b>: series whose order has a meaning.
 * </ul>
 */
final class OrderRule implements SetupRule {
  /** Share of the expected changes of class below which the examples are sorted. */
  private static final double MIN_CHANGE_SHARE = 0.1;

  /** Number of expected changes below which the order is not judged. */
  private static final double MIN_EXPECTED_CHANGES = 20;

  /** Share of repeated minibatches that is reported: one of ten. */
  private static final double MAX_REPEATED_SHARE = 0.1;

  @Override
  public String name() {
    return "order";
  }

  @Override
  public boolean needsLayers() {
    return false;
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    for (LabelStatistics labels : setup.data().labels()) {
      if (labels.hasClasses() && !labels.hasPositions()) {
        double expected = expectedChanges(labels);
        if (expected >= MIN_EXPECTED_CHANGES
            && labels.classChanges() < MIN_CHANGE_SHARE * expected) {
          report(
              findings,
              labels.classChanges(),
              Comparison.BELOW,
              MIN_CHANGE_SHARE * expected,
              Message.of(
                  "say.setup.sorted",
                  Argument.count(labels.classChanges()),
                  Argument.count(labels.orderedExamples()),
                  Argument.count(Math.round(expected))));
        }
      }
    }
    double repeated = (double) setup.data().repeated() / setup.data().minibatches();
    if (repeated > MAX_REPEATED_SHARE) {
      report(
          findings,
          repeated,
          Comparison.ABOVE,
          MAX_REPEATED_SHARE,
          Message.of(
              "say.setup.repeated",
              Argument.count(setup.data().repeated()),
              Argument.count(setup.data().minibatches())));
    }
  }

  private static double expectedChanges(LabelStatistics labels) {
    double equal = 0;
    for (long count : labels.classes().values()) {
      double share = (double) count / labels.vectors();
      equal += share * share;
    }
    return labels.orderedExamples() * (1 - equal);
  }

  private static void report(
      FindingReporter findings,
      double observed,
      Comparison comparison,
      double threshold,
      Message sentence) {
    findings.report(
        Finding.saying(
                Problem.UNSHUFFLED_EXAMPLES,
                Severity.INFO,
                observed,
                comparison,
                threshold,
                () -> sentence)
            .withRemedies(DataRemedies.shuffle()));
  }
}
