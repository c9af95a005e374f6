package dev.traininghealth.detect.fit;

import dev.traininghealth.detect.Remedy;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.text.Message;
import java.util.Set;

/**
 * Whether all hidden layers together are one linear layer: dense layers and convolutions with the
 * activation identity. A product of matrices is one matrix.
 *
 * @hidden
 */
public final class LinearStack {
  private static final Set<String> LINEAR =
      Set.of("DenseLayer", "Convolution1DLayer", "Convolution3D", "ConvolutionLayer");

  private LinearStack() {}

  /**
   * {@return the number of hidden layers with weights, if all hidden layers are linear; otherwise
   * 0}
   *
   * @param layout of the network
   */
  public static int hiddenLayers(NetworkLayout layout) {
    int hidden = 0;
    for (NetworkLayout.Layer layer : layout.layers()) {
      if (layer.configuration().isOutput()) {
        continue;
      }
      boolean isLinear =
          layer.type().equals("DropoutLayer")
              || (layer.activation().equals("identity")
                  && (LINEAR.contains(layer.type()) || layer.type().equals("ActivationLayer")));
      if (!isLinear) {
        return 0;
      }
      hidden += layer.parameterCount() > 0 ? 1 : 0;
    }
    return hidden;
  }

  /** {@return the remedy to make them nonlinear} */
  public static Remedy remedy() {
    return new Remedy(Message.of("remedy.nonlinear"), ".activation(Activation.RELU)");
  }
}
