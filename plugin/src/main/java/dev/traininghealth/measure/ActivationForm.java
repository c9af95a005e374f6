package dev.traininghealth.measure;

import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * How one layer's activations look when the listener sees them, after the whole forward pass.
 *
 * @param ownFunction whether the activations are the direct output of the layer's activation
 *     function. This is false for a layer that has a function but does not apply it last (batch
 *     normalization, LSTM)
 * @param unitsLast whether units are the last dimension; otherwise they are the second
 * @param retained share of the activations that the next layer's dropout has kept, 0 to 1, which is
 *     also the divisor of the kept ones. DL4J drops a layer's input in place, so the zeros are in
 *     the previous layer's activations. 1 without dropout, NaN if it is not known
 * @hidden
 */
public record ActivationForm(boolean ownFunction, boolean unitsLast, double retained) {
  private static final Set<String> WITH_OWN_FUNCTION =
      Set.of(
          "ActivationLayer",
          "AutoEncoder",
          "CenterLossOutputLayer",
          "CnnLossLayer",
          "Convolution1D",
          "Convolution1DLayer",
          "Convolution2D",
          "Convolution3D",
          "ConvolutionLayer",
          "Deconvolution2D",
          "Deconvolution3D",
          "DenseLayer",
          "DepthwiseConvolution2D",
          "ElementWiseMultiplicationLayer",
          "EmbeddingLayer",
          "EmbeddingSequenceLayer",
          "LossLayer",
          "OutputLayer",
          "RnnLossLayer",
          "RnnOutputLayer",
          "SeparableConvolution2D",
          "SimpleRnn");

  /** Layers that are known to drop their input according to their own setting. */
  private static final Set<String> DROPPING =
      Set.of("ConvolutionLayer", "DenseLayer", "DropoutLayer", "GravesLSTM", "LSTM", "SimpleRnn");

  /** {@return the form of each layer, and of the trained vertices after them} */
  public static List<ActivationForm> of(Network network, NetworkLayout layout) {
    List<ActivationForm> forms = new ArrayList<>();
    Layer[] layers = network.layers();
    boolean unitsLast = false;
    for (int i = 0; i < layers.length; i++) {
      // A layer without its own format (activation, dropout) keeps that of the layer before.
      unitsLast = unitsLast(ParameterTable.configuration(layers[i]), unitsLast);
      NetworkLayout.Layer layer = layout.layers().get(i);
      int next = i + 1;
      forms.add(
          new ActivationForm(
              WITH_OWN_FUNCTION.contains(layer.type()) && !layer.activation().isEmpty(),
              unitsLast,
              network.byKind(
                  net -> retainedBefore(net, next), graph -> retainedAfter(graph, layer.name()))));
    }
    while (forms.size() < layout.layers().size()) {
      forms.add(new ActivationForm(false, false, Double.NaN));
    }
    return forms;
  }

  private static boolean unitsLast(
      org.deeplearning4j.nn.conf.layers.Layer layer, boolean otherwise) {
    if (layer instanceof Convolution1DLayer convolution) {
      return convolution.getRnnDataFormat() == RNNFormat.NWC;
    }
    if (layer instanceof Convolution3D convolution) {
      return convolution.getDataFormat() == Convolution3D.DataFormat.NDHWC;
    }
    if (layer instanceof ConvolutionLayer convolution) {
      return convolution.getCnn2dDataFormat() == CNN2DFormat.NHWC;
    }
    if (layer instanceof SubsamplingLayer subsampling) {
      return subsampling.getCnn2dDataFormat() == CNN2DFormat.NHWC;
    }
    if (layer instanceof BatchNormalization normalization) {
      return normalization.getCnn2DFormat() == CNN2DFormat.NHWC;
    }
    if (layer instanceof BaseRecurrentLayer recurrent) {
      return recurrent.getRnnDataFormat() == RNNFormat.NWC;
    }
    if (layer instanceof RnnOutputLayer output) {
      return output.getRnnDataFormat() == RNNFormat.NWC;
    }
    if (layer instanceof RnnLossLayer loss) {
      return loss.getRnnDataFormat() == RNNFormat.NWC;
    }
    if (layer instanceof CnnLossLayer loss) {
      return loss.getFormat() == CNN2DFormat.NHWC;
    }
    if (layer instanceof EmbeddingSequenceLayer embedding) {
      return embedding.getOutputFormat() == RNNFormat.NWC;
    }
    return otherwise;
  }

  private static double retainedBefore(MultiLayerNetwork net, int next) {
    if (next >= net.getnLayers() - 1) {
      return 1; // the listener is called before the output layer runs
    }
    return retained(
        net.getLayer(next), net.getLayerWiseConfigurations().getInputPreProcess(next) != null);
  }

  private static double retainedAfter(ComputationGraph graph, String vertex) {
    List<String> consumers =
        graph.getConfiguration().getVertexInputs().entrySet().stream()
            .filter(inputs -> inputs.getValue().contains(vertex))
            .map(Map.Entry::getKey)
            .filter(consumer -> !graph.getConfiguration().getNetworkOutputs().contains(consumer))
            .toList();
    for (String consumer : consumers) {
      double retained;
      if (graph.getConfiguration().getVertices().get(consumer) instanceof LayerVertex layer) {
        retained = retained(graph.getLayer(consumer), layer.getPreProcessor() != null);
      } else {
        // Another kind of vertex may pass on the same array.
        retained = retainedAfter(graph, consumer) == 1 ? 1 : Double.NaN;
      }
      if (retained != 1) {
        return consumers.size() == 1 ? retained : Double.NaN;
      }
    }
    return 1;
  }

  /** The share of its input that a layer keeps, 0 to 1; NaN if it is not known. */
  private static double retained(Layer layer, boolean preprocessed) {
    if (layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop) {
      return 1; // runs as in inference
    }
    org.deeplearning4j.nn.conf.layers.Layer configuration = ParameterTable.configuration(layer);
    IDropout dropout = configuration.getIDropout();
    if (dropout == null) {
      return 1;
    }
    boolean known =
        !preprocessed // a preprocessor may or may not copy
            && DROPPING.contains(configuration.getClass().getSimpleName())
            && dropout.getClass() == Dropout.class
            && ((Dropout) dropout).getPSchedule() == null;
    return known ? ((Dropout) dropout).getP() : Double.NaN;
  }
}
