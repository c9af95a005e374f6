package dev.traininghealth.setup;

import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.fit.DataFindings;
import dev.traininghealth.numbers.NetworkLayout;

/**
 * Finds an output activation that does not fit its loss or number of units; see {@link
 * DataFindings#output}.
 *
 * <ul>
 *   <li><b>What</b>: WARNING for softmax over one unit, which is always 1 and scores a perfect 0
 *       under a cross-entropy, in any layer. WARNING for outputs under a cross-entropy that are no
 *       probabilities.
 *   <li><b>Source</b>: the definitions of the losses.
 *   <li><b>When not to use</b>: a loss of the user's own that has the name of one of DL4J's.
 * </ul>
 */
final class OutputRule implements SetupRule {
  @Override
  public String name() {
    return "output";
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    DataFindings found = setup.dataFindings();
    for (int layer = 0; layer < setup.layout().layers().size(); layer++) {
      NetworkLayout.Layer each = setup.layout().layers().get(layer);
      if (each.configuration().isOutput() || DataFindings.isConstant(each)) {
        found.output(layer).ifPresent(findings::report);
      }
    }
  }
}
