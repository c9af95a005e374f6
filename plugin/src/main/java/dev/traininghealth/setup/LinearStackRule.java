package dev.traininghealth.setup;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.fit.LinearStack;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.List;

/**
 * Finds several layers that are one linear layer together.
 *
 * <ul>
 *   <li><b>What</b>: INFO for a network with a hidden layer with weights, if all of its hidden
 *       layers are linear: dense layers and convolutions with the activation identity, and average
 *       pooling. A product of matrices is one matrix.
 *   <li><b>Source</b>: linear algebra.
 *   <li><b>Defaults</b>: none.
 *   <li><b>When not to use</b>: low-rank factors, which are linear on purpose.
 * </ul>
 */
final class LinearStackRule implements SetupRule {
  @Override
  public String name() {
    return "linear-stack";
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    int hidden = LinearStack.hiddenLayers(setup.layout());
    if (hidden > 0 && setup.network().otherTrainedVertices().isEmpty()) {
      Message sentence = Message.of("say.setup.linear", Argument.count(hidden));
      findings.report(
          Finding.saying(
                  Problem.UNSUITABLE_NETWORK,
                  Severity.INFO,
                  hidden,
                  Comparison.ABOVE,
                  0,
                  () -> sentence)
              .withRemedies(List.of(LinearStack.remedy())));
    }
  }
}
