package dev.traininghealth.setup;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.network.LayerDescription;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;
import dev.traininghealth.text.NumberText;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;

/**
 * Finds a dropout that keeps less than half of its input.
 *
 * <ul>
 *   <li><b>What</b>: INFO for {@code dropOut(p)} with p below {@value #MIN_RETAINED}. In DL4J p is
 *       the share that is kept, and in other libraries the share that is dropped.
 *   <li><b>Source</b>: Srivastava et al. 2014, who keep half of the hidden units and more of the
 *       inputs.
 *   <li><b>Defaults</b>: half, because p = 0.5 means the same in both.
 *   <li><b>When not to use</b>: layers so wide that a small share suffices.
 * </ul>
 */
final class DropoutRule implements SetupRule {
  private static final double MIN_RETAINED = 0.5;

  @Override
  public String name() {
    return "dropout";
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    Layer[] layers = setup.network().layers();
    for (int i = 0; i < layers.length; i++) {
      double retained = LayerDescription.retainedByDropout(layers[i]);
      if (retained > 0 && retained < MIN_RETAINED) {
        Message sentence =
            Message.of(
                "say.setup.dropout", LayerText.layer(setup.layout(), i), Argument.share(retained));
        findings.report(
            Finding.saying(
                    Problem.UNSUITABLE_NETWORK,
                    Severity.INFO,
                    retained,
                    Comparison.BELOW,
                    MIN_RETAINED,
                    () -> sentence)
                .inLayer(i)
                .withRemedies(
                    List.of(
                        new Remedy(
                            Message.of("remedy.retain", Argument.number(1 - retained)),
                            ".dropOut(" + NumberText.number(1 - retained) + ")"))));
      }
    }
  }
}
