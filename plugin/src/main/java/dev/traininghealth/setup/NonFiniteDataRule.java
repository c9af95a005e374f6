package dev.traininghealth.setup;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.DataRemedies;
import dev.traininghealth.numbers.NonFiniteOrigin.Place;
import dev.traininghealth.setup.data.FeatureStatistics;
import dev.traininghealth.setup.data.LabelStatistics;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;

/**
 * Finds NaN and Infinity in features and labels.
 *
 * <ul>
 *   <li><b>What</b>: WARNING for a single one, because one iteration with it makes all weights NaN.
 *       Steps that a mask excludes do not count.
 *   <li><b>Source</b>: the arithmetic of IEEE 754.
 *   <li><b>When not to use</b>: it has no threshold, and needs no exception.
 * </ul>
 */
final class NonFiniteDataRule implements SetupRule {
  @Override
  public String name() {
    return "non-finite-data";
  }

  @Override
  public boolean needsLayers() {
    return false;
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    for (FeatureStatistics input : setup.data().features()) {
      if (input.nonFinite() > 0) {
        report(
            setup,
            findings,
            input.nonFinite(),
            Message.of(
                "say.setup.nonFiniteFeatures",
                Argument.count(input.nonFinite()),
                Argument.count(input.nonFiniteRow()),
                Argument.count(input.nonFiniteMinibatch())),
            Place.FEATURES);
      }
    }
    for (LabelStatistics output : setup.data().labels()) {
      if (output.nonFinite() > 0) {
        report(
            setup,
            findings,
            output.nonFinite(),
            Message.of(
                "say.setup.nonFiniteLabels",
                Argument.count(output.nonFinite()),
                Argument.count(output.nonFiniteRow()),
                Argument.count(output.nonFiniteMinibatch())),
            Place.LABELS);
      }
    }
  }

  private static void report(
      Setup setup, FindingReporter findings, long count, Message sentence, Place place) {
    findings.report(
        Finding.saying(
                Problem.NON_FINITE,
                Severity.WARNING,
                (double) count,
                Comparison.ABOVE,
                0,
                () -> sentence)
            .withRemedies(DataRemedies.repairExamples(setup.layout(), place)));
  }
}
