package dev.traininghealth.network;

import org.deeplearning4j.nn.api.Layer;

/**
 * The learning rates that a network is configured with.
 *
 * @hidden
 */
public final class ConfiguredRates {
  private ConfiguredRates() {}

  /**
   * {@return the rate of a layer at the iteration at which training would begin; NaN if it has
   * none}
   *
   * @param network the network
   * @param layer index of the layer
   */
  public static double of(Network network, int layer) {
    return of(network, layer, network.iterationCount(), network.epochCount());
  }

  private static double of(Network network, int layer, int iteration, int epoch) {
    Layer[] layers = network.layers();
    return layer < layers.length
        ? LayerDescription.learningRate(layers[layer], iteration, epoch)
        : Double.NaN;
  }

  /**
   * {@return the largest rate at the iteration at which training would begin; NaN if there is none}
   *
   * @param network the network
   */
  public static double largest(Network network) {
    return largest(network, network.iterationCount(), network.epochCount());
  }

  /**
   * {@return the largest rate at an iteration, or the first one below 0; NaN if there is none}
   *
   * @param network the network
   * @param iteration as DL4J counts it
   * @param epoch as DL4J counts it
   */
  public static double largest(Network network, int iteration, int epoch) {
    double largest = Double.NaN;
    for (int i = 0; i < network.layers().length; i++) {
      double rate = of(network, i, iteration, epoch);
      if (rate < 0) {
        return rate;
      }
      largest = rate <= largest || Double.isNaN(rate) ? largest : rate;
    }
    return largest;
  }
}
