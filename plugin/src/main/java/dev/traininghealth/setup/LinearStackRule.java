package dev.traininghealth.setup;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.List;
import java.util.Set;

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
  private static final Set<String> LINEAR =
      Set.of(
          "DenseLayer", "Convolution1DLayer", "Convolution3D", "ConvolutionLayer", "DropoutLayer");

  private static final Set<String> WITHOUT_WEIGHTS = Set.of("ActivationLayer", "DropoutLayer");

  @Override
  public String name() {
    return "linear-stack";
  }

  @Override
  public void check(Setup setup, FindingReporter findings) {
    int hidden = 0;
    for (NetworkLayout.Layer layer : setup.layout().layers()) {
      if (layer.configuration().isOutput()) {
        continue;
      }
      boolean isLinear =
          layer.type().equals("DropoutLayer")
              || (layer.activation().equals("identity")
                  && (LINEAR.contains(layer.type()) || WITHOUT_WEIGHTS.contains(layer.type())));
      if (!isLinear) {
        return;
      }
      hidden += layer.parameterCount() > 0 ? 1 : 0;
    }
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
              .withRemedies(
                  List.of(
                      new Remedy(Message.of("remedy.nonlinear"), ".activation(Activation.RELU)"))));
    }
  }
}
