package dev.traininghealth.setup;

import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.fit.DataFindings;

/**
 * Finds a dropout that keeps less than half of its input.
 *
 * <ul>
 *   <li><b>What</b>: INFO for {@code dropOut(p)} with p below {@value DataFindings#MIN_RETAINED}.
 *       In DL4J p is the share that is kept, and in other libraries the share that is dropped.
 *   <li><b>Source</b>: Srivastava et al. 2014, who keep half of the hidden units and more of the
 *       inputs.
 *   <li><b>Defaults</b>: half, because p = 0.5 means the same in both.
 *   <li><b>When not to use</b>: layers so wide that a small share suffices.
 * </ul>
 */
final class DropoutRule implements SetupRule {
  @Override
  public String name() {
    return "dropout";
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    DataFindings found = setup.dataFindings();
    for (int layer = 0; layer < setup.layout().layers().size(); layer++) {
      found.dropout(layer).ifPresent(findings::report);
    }
  }
}
