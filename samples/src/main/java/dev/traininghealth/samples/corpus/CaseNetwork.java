package dev.traininghealth.samples.corpus;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer.PoolingType;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Builds the network of a case, layer by layer. */
final class CaseNetwork {
  private static final Set<String> WEIGHTED = Set.of("type", "units", "activation", "init", "l2");

  /** Options of each type of layer, in addition to {@link #WEIGHTED} if it has weights. */
  private static final Map<String, Set<String>> OPTIONS =
      Map.of(
          "dense", Set.of("bias", "bias_init"),
          "conv", Set.of("bias", "bias_init", "kernel", "stride", "padding"),
          "lstm", Set.of("return_sequences", "bias_init"),
          "pool", Set.of("type", "kind", "kernel", "stride", "padding"),
          "dropout", Set.of("type", "rate"),
          "bn", Set.of("type"),
          "flatten", Set.of("type"));

  private static final Map<String, Activation> ACTIVATIONS =
      Map.of(
          "linear", Activation.IDENTITY,
          "relu", Activation.RELU,
          "sigmoid", Activation.SIGMOID,
          "tanh", Activation.TANH,
          "softmax", Activation.SOFTMAX,
          "elu", Activation.ELU);

  private static final String EXPONENTIAL = "exponential";

  private final FaultCase faultCase;
  private final List<Fields> layers;
  private final NeuralNetConfiguration.ListBuilder list;

  /** Number of layers so far. */
  private int built;

  /** Whether the output of the layers so far is a series, with its features and its steps. */
  private boolean series;

  private int features;
  private int steps;

  /** Whether DL4J has moved the steps of the series into the rows of a matrix. */
  private boolean unrolled;

  private CaseNetwork(FaultCase faultCase, int seed) throws CorpusException {
    this.faultCase = faultCase;
    layers = faultCase.network().children("layers", "layer");
    series = faultCase.inputShape().size() == 2;
    steps = series ? faultCase.inputShape().get(0) : 1;
    features = series ? faultCase.inputShape().get(1) : 1;
    NeuralNetConfiguration.Builder builder = new NeuralNetConfiguration.Builder().seed(seed);
    Optimization.configure(builder, faultCase);
    list = builder.list();
  }

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
    int output = outputLayer();
    int[] indices = new int[layers.size()];
    for (int i = 0; i <= output; i++) {
      indices[i] = built;
      add(layers.get(i), i == output);
    }
    MultiLayerNetwork network;
    try {
      list.validateOutputLayerConfig(false);
      network = new MultiLayerNetwork(list.setInputType(inputType()).build());
      network.init();
    } catch (RuntimeException e) {
      throw faultCase.network().error("DL4J cannot build its network: " + e.getMessage());
    }
    for (int i = 0; i <= output; i++) {
      Initialization.setBiases(
          layers.get(i), network.paramTable().get(indices[i] + "_b"), seed + indices[i]);
    }
    return network;
  }

  /** Index of the last dense layer, after which no other layer may come. */
  private int outputLayer() throws CorpusException {
    for (int i = layers.size() - 1; i >= 0; i--) {
      String type = layers.get(i).text("type");
      if (type.equals("dense")) {
        return i;
      }
      if (!type.equals("flatten")) {
        throw layers.get(i).error(type + " comes after the output layer, the last dense one");
      }
    }
    throw faultCase.network().error("no dense layer, whose last is the output layer");
  }

  private InputType inputType() {
    List<Integer> shape = faultCase.inputShape();
    return switch (shape.size()) {
      case 1 -> InputType.feedForward(shape.get(0));
      case 2 -> InputType.recurrent(shape.get(1), shape.get(0));
      default -> InputType.convolutionalFlat(shape.get(0), shape.get(1), shape.get(2));
    };
  }

  private void add(Fields fields, boolean output) throws CorpusException {
    String type = fields.text("type");
    Set<String> options = OPTIONS.get(type);
    if (options == null) {
      throw fields.unknown("type", OPTIONS.keySet());
    }
    fields.allowOnly(
        options.contains("type")
            ? options
            : Stream.concat(options.stream(), WEIGHTED.stream()).toList());
    switch (type) {
      case "dense" -> add(output ? output(fields) : dense(fields));
      case "conv" -> add(convolution(fields));
      case "pool" -> add(pooling(fields));
      case "lstm" -> add(lstm(fields));
      case "bn" -> addNormalization();
      case "dropout" -> addDropout(fields);
      default -> flatten();
    }
  }

  private void add(Layer layer) {
    list.layer(built++, layer);
  }

  /** Normalizes over examples and steps, because DL4J's layer has no gradient for a series. */
  private void addNormalization() {
    if (series && !unrolled) {
      list.inputPreProcessor(built, new RnnToFeedForwardPreProcessor());
      unrolled = true;
    }
    add(new BatchNormalization.Builder().activation(Activation.IDENTITY).build());
  }

  private void addDropout(Fields fields) throws CorpusException {
    double rate = fields.number("rate");
    if (rate < 0 || rate >= 1) {
      throw fields.error("rate must be from 0 to below 1, was " + rate);
    }
    if (rate > 0) {
      add(new DropoutLayer.Builder(1 - rate).build());
    }
  }

  private void flatten() {
    if (series) { // DL4J itself flattens images
      SeriesFlattening flattening = new SeriesFlattening(features, steps);
      list.inputPreProcessor(
          built,
          unrolled
              ? new ComposableInputPreProcessor(new FeedForwardToRnnPreProcessor(), flattening)
              : flattening);
      series = false;
      unrolled = false;
    }
  }

  private Layer dense(Fields fields) throws CorpusException {
    unrolled = series;
    return weighted(new DenseLayer.Builder(), fields).hasBias(fields.flag("bias", true)).build();
  }

  private Layer output(Fields fields) throws CorpusException {
    ILossFunction loss = Optimization.loss(faultCase);
    BaseOutputLayer.Builder<?> builder =
        series ? new RnnOutputLayer.Builder(loss) : new OutputLayer.Builder(loss);
    weighted(builder, fields);
    builder.hasBias(fields.flag("bias", true));
    if (loss instanceof LossMCXENT && fields.text("activation", "linear").equals("sigmoid")) {
      builder.activation(Activation.SOFTMAX);
    }
    return builder.build();
  }

  private Layer lstm(Fields fields) throws CorpusException {
    LSTM lstm = weighted(new LSTM.Builder(), fields).build();
    series = fields.flag("return_sequences", false);
    unrolled = false;
    return series ? lstm : new LastTimeStep(lstm);
  }

  private Layer convolution(Fields fields) throws CorpusException {
    int[] kernel = fields.pair("kernel");
    int[] stride = fields.has("stride") ? fields.pair("stride") : new int[] {1, 1};
    if (series) {
      slide(fields, kernel[0], stride[0]);
      return weighted(new Convolution1DLayer.Builder(kernel[0], stride[0]), fields)
          .convolutionMode(padding(fields))
          .hasBias(fields.flag("bias", true))
          .build();
    }
    return weighted(new ConvolutionLayer.Builder(kernel, stride), fields)
        .convolutionMode(padding(fields))
        .hasBias(fields.flag("bias", true))
        .build();
  }

  private Layer pooling(Fields fields) throws CorpusException {
    PoolingType kind =
        switch (fields.text("kind", "max")) {
          case "max" -> PoolingType.MAX;
          case "average", "avg" -> PoolingType.AVG;
          default -> throw fields.unknown("kind", Set.of("max", "average"));
        };
    int[] kernel = fields.has("kernel") ? fields.pair("kernel") : new int[] {2, 2};
    int[] stride = fields.has("stride") ? fields.pair("stride") : kernel;
    if (series) {
      slide(fields, kernel[0], stride[0]);
      return new Subsampling1DLayer.Builder(kind, kernel[0], stride[0])
          .convolutionMode(padding(fields))
          .build();
    }
    return new SubsamplingLayer.Builder(kind, kernel, stride)
        .convolutionMode(padding(fields))
        .build();
  }

  /** Computes the number of steps after a window. */
  private void slide(Fields fields, int kernel, int stride) throws CorpusException {
    steps =
        padding(fields) == ConvolutionMode.Same
            ? (steps + stride - 1) / stride
            : (steps - kernel) / stride + 1;
    unrolled = false;
  }

  private static ConvolutionMode padding(Fields fields) throws CorpusException {
    return switch (fields.text("padding", "valid")) {
      case "same" -> ConvolutionMode.Same;
      case "valid" -> ConvolutionMode.Truncate;
      default -> throw fields.unknown("padding", Set.of("same", "valid"));
    };
  }

  /** Units, activation, initialization and regularization, the same in all layers with weights. */
  private <B extends FeedForwardLayer.Builder<?>> B weighted(B builder, Fields fields)
      throws CorpusException {
    features = fields.count("units");
    String usual = fields.text("type").equals("lstm") ? "tanh" : "linear";
    builder.nOut(features);
    builder.activation(activation(fields, usual));
    builder.weightInit(Initialization.ofWeights(fields));
    builder.biasInit(0);
    if (fields.has("l2")) {
      builder.l2(fields.number("l2"));
    }
    return builder;
  }

  private static IActivation activation(Fields fields, String usual) throws CorpusException {
    String name = fields.text("activation", usual);
    if (name.equals(EXPONENTIAL)) {
      return new ExponentialActivation();
    }
    Activation known = ACTIVATIONS.get(name);
    if (known == null) {
      Set<String> all = new HashSet<>(ACTIVATIONS.keySet());
      all.add(EXPONENTIAL);
      throw fields.unknown("activation", all);
    }
    return known.getActivationFunction();
  }
}
