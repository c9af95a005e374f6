package dev.traininghealth.samples.corpus;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * Builds the network of a case, layer by layer.
 *
 * <p>A dense layer at the end is the output layer, also together with an activation after it if it
 * is linear itself. A network that ends otherwise gets a loss layer, with the activation that it
 * ends in.
 */
final class CaseNetwork {
  private final FaultCase faultCase;
  private final List<Fields> layers;
  private final NeuralNetConfiguration.ListBuilder list;
  private final DataShape shape;
  private final CaseLayers built;

  private CaseNetwork(FaultCase faultCase, int seed) throws CorpusException {
    this.faultCase = faultCase;
    layers = faultCase.network().children("layers", "layer");
    NeuralNetConfiguration.Builder builder = new NeuralNetConfiguration.Builder().seed(seed);
    Optimization.configure(builder, faultCase);
    list = builder.list();
    shape = new DataShape(faultCase.inputShape(), layers);
    built = new CaseLayers(list, shape);
  }

  /**
   * The end of a network.
   *
   * @param hidden number of layers before it
   * @param output its dense layer, or null
   * @param activation the activation after that, or null
   */
  private record End(int hidden, @Nullable Fields output, @Nullable Fields activation) {}

  /**
   * Builds and initializes the network of a case.
   *
   * @param seed of all random numbers in it
   * @throws CorpusException if the case has an unknown setting, or one that DL4J cannot build
   */
  static MultiLayerNetwork build(FaultCase faultCase, int seed) throws CorpusException {
    return new CaseNetwork(faultCase, seed).network(seed);
  }

  private MultiLayerNetwork network(int seed) throws CorpusException {
    End end = end();
    int[] indices = new int[layers.size()];
    for (int i = 0; i < end.hidden(); i++) {
      indices[i] = built.count();
      built.add(layers.get(i));
    }
    if (end.output() != null) {
      indices[end.hidden()] = built.count();
    }
    addOutput(end);
    MultiLayerNetwork network;
    try {
      list.validateOutputLayerConfig(false);
      network = new MultiLayerNetwork(list.setInputType(shape.inputType()).build());
      network.init();
    } catch (RuntimeException e) {
      throw faultCase.network().error("DL4J cannot build its network: " + e.getMessage());
    }
    for (int i = 0; i < end.hidden() + (end.output() == null ? 0 : 1); i++) {
      Initialization.setBiases(
          layers.get(i), network.paramTable().get(indices[i] + "_b"), seed + indices[i]);
    }
    return network;
  }

  private End end() throws CorpusException {
    int last = layers.size() - 1;
    while (last >= 0 && layers.get(last).text("type").equals("flatten")) {
      last--;
    }
    if (last < 0) {
      throw faultCase.network().error("no layer that could be its output");
    }
    Fields output = layers.get(last);
    if (isDense(output)) {
      return new End(last, output, null);
    }
    if (!Activations.isLayer(output)) {
      return new End(layers.size(), null, null);
    }
    if (last > 0 && isDense(layers.get(last - 1)) && isLinear(layers.get(last - 1))) {
      return new End(last - 1, layers.get(last - 1), output);
    }
    return new End(last, null, output);
  }

  private static boolean isDense(Fields layer) throws CorpusException {
    return layer.text("type").equals("dense");
  }

  private static boolean isLinear(Fields layer) throws CorpusException {
    return Activations.name(layer, Activations.LINEAR).equals(Activations.LINEAR);
  }

  private void addOutput(End end) throws CorpusException {
    ILossFunction loss = Losses.of(faultCase);
    Fields output = end.output();
    BaseOutputLayer.Builder<?> builder;
    if (output == null) {
      builder = shape.isSeries() ? new RnnLossLayer.Builder(loss) : new LossLayer.Builder(loss);
      builder.activation(new ActivationIdentity());
    } else {
      CaseLayers.check(output);
      builder = shape.isSeries() ? new RnnOutputLayer.Builder(loss) : new OutputLayer.Builder(loss);
      built.weighted(builder, output, Activations.LINEAR, 0);
      builder.hasBias(output.flag("bias", true));
    }
    Fields activation = end.activation() == null ? output : end.activation();
    if (activation != null) {
      CaseLayers.check(activation);
      builder.activation(activation(activation, loss));
    }
    built.add(builder.build());
  }

  /** A sigmoid under categorical cross-entropy is trained as softmax. */
  private static IActivation activation(Fields layer, ILossFunction loss) throws CorpusException {
    return loss instanceof LossMCXENT
            && Activations.name(layer, Activations.LINEAR).equals(Activations.SIGMOID)
        ? Activation.SOFTMAX.getActivationFunction()
        : Activations.of(layer, Activations.LINEAR);
  }
}
