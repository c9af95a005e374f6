package dev.traininghealth.setup;

import dev.traininghealth.network.LayerDescription;
import dev.traininghealth.network.Network;
import org.deeplearning4j.nn.api.Layer;

/** The configured learning rates at the iteration at which training would begin. */
final class Rates {
  private Rates() {}

  /** The rate of a layer; NaN if it has none. */
  static double of(Network network, int layer) {
    Layer[] layers = network.layers();
    return layer < layers.length
        ? LayerDescription.learningRate(
            layers[layer], network.iterationCount(), network.epochCount())
        : Double.NaN;
  }

  /** The largest rate; NaN if there is none. */
  static double largest(Network network) {
    double largest = Double.NaN;
    for (int i = 0; i < network.layers().length; i++) {
      double rate = of(network, i);
      largest = rate <= largest || Double.isNaN(rate) ? largest : rate;
    }
    return largest;
  }
}
