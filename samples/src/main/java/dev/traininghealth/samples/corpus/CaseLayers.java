package dev.traininghealth.samples.corpus;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;

/** Adds the layers of a case to a network, in order. */
final class CaseLayers {
  private static final Set<String> WEIGHTED =
      Set.of("type", "units", "activation", "init", "l1", "l2", "bias_l1", "bias_l2", "max_norm");

  /** Options of each type of layer, in addition to {@link #WEIGHTED} if it has weights. */
  private static final Map<String, Set<String>> OPTIONS =
      Map.ofEntries(
          Map.entry("dense", Set.of("bias", "bias_init")),
          Map.entry("conv", Set.of("bias", "bias_init", "kernel", "stride", "padding")),
          Map.entry("conv3d", Set.of("bias", "bias_init", "kernel", "stride", "padding")),
          Map.entry("lstm", Set.of("return_sequences", "bias_init")),
          Map.entry("simple_rnn", Set.of("return_sequences", "bias_init")),
          Map.entry("embedding", Set.of("inputs")),
          Map.entry("pool", Set.of("type", "kind", "kernel", "stride", "padding")),
          Map.entry("pool3d", Set.of("type", "kind", "kernel", "stride", "padding")),
          Map.entry("global_pool", Set.of("type", "kind")),
          Map.entry("activation", Set.of("type", "activation")),
          Map.entry("leaky_relu", Set.of("type", "alpha")),
          Map.entry("dropout", Set.of("type", "rate")),
          Map.entry("bn", Set.of("type")),
          Map.entry("flatten", Set.of("type")));

  private final NeuralNetConfiguration.ListBuilder list;
  private final DataShape shape;

  /** Number of layers so far. */
  private int built;

  CaseLayers(NeuralNetConfiguration.ListBuilder list, DataShape shape) {
    this.list = list;
    this.shape = shape;
  }

  /** Number of layers so far, which is the index of the next one. */
  int count() {
    return built;
  }

  /** Adds a layer whose fields are known to be allowed. */
  void add(Layer layer) {
    list.layer(built++, layer);
  }

  /** Adds the layer of a case; a flattening only reshapes the input of the next one. */
  void add(Fields fields) throws CorpusException {
    check(fields);
    switch (fields.text("type")) {
      case "dense" -> {
        shape.unroll();
        add(
            weighted(new DenseLayer.Builder(), fields, "linear", 0)
                .hasBias(fields.flag("bias", true))
                .build());
      }
      case "conv" -> add(convolution(fields));
      case "conv3d" -> add(volumeConvolution(fields));
      case "pool" -> add(pooling(fields));
      case "pool3d" -> add(volumePooling(fields));
      case "global_pool" -> add(globalPooling(fields));
      case "lstm" -> add(last(weighted(new LSTM.Builder(), fields, "tanh", 0).build(), fields));
      case "simple_rnn" ->
          add(last(weighted(new SimpleRnn.Builder(), fields, "tanh", 0).build(), fields));
      case "embedding" -> add(embedding(fields));
      case "bn" -> {
        shape.fold(list, built);
        add(new BatchNormalization.Builder().activation(Activations.of(fields, "linear")).build());
      }
      case "dropout" -> addDropout(fields);
      case "flatten" -> shape.flatten(list, built);
      default -> add(new ActivationLayer(Activations.of(fields, "linear")));
    }
  }

  /** Fails if the type or an option of a layer is unknown. */
  static void check(Fields fields) throws CorpusException {
    Set<String> options = OPTIONS.get(fields.text("type"));
    if (options == null) {
      throw fields.unknown("type", OPTIONS.keySet());
    }
    fields.allowOnly(
        options.contains("type")
            ? options
            : Stream.concat(options.stream(), WEIGHTED.stream()).toList());
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

  private Layer last(Layer recurrent, Fields fields) throws CorpusException {
    boolean sequences = fields.flag("return_sequences", false);
    shape.recur(sequences);
    return sequences ? recurrent : new LastTimeStep(recurrent);
  }

  /** Only a first layer, because DL4J takes the number of inputs from the type of the input. */
  private Layer embedding(Fields fields) throws CorpusException {
    if (built > 0) {
      throw fields.error("embedding must be the first layer");
    }
    return weighted(new EmbeddingSequenceLayer.Builder(), fields, "linear", 0)
        .nIn(fields.count("inputs"))
        .inputLength(shape.embed())
        .build();
  }

  private Layer convolution(Fields fields) throws CorpusException {
    Window window = Window.ofConvolution(fields, 2);
    boolean bias = fields.flag("bias", true);
    if (shape.isSeries()) {
      shape.slide(window);
      return weighted(
              new Convolution1DLayer.Builder(window.kernel()[0], window.stride()[0]),
              fields,
              "linear",
              1,
              2,
              3)
          .convolutionMode(window.mode())
          .hasBias(bias)
          .build();
    }
    return weighted(
            new ConvolutionLayer.Builder(window.kernel(), window.stride()),
            fields,
            "linear",
            1,
            2,
            3)
        .convolutionMode(window.mode())
        .hasBias(bias)
        .build();
  }

  private Layer volumeConvolution(Fields fields) throws CorpusException {
    Window window = volumeWindow(fields, Window.ofConvolution(fields, 3));
    Layer layer =
        weighted(
                new Convolution3D.Builder(window.kernel(), window.stride()),
                fields,
                "linear",
                1,
                2,
                3,
                4)
            .dataFormat(Convolution3D.DataFormat.NCDHW)
            .convolutionMode(window.mode())
            .hasBias(fields.flag("bias", true))
            .build();
    shape.slideVolume(window);
    return layer;
  }

  private Layer pooling(Fields fields) throws CorpusException {
    Window window = Window.ofPooling(fields, 2);
    SubsamplingLayer.PoolingType kind =
        isMax(fields) ? SubsamplingLayer.PoolingType.MAX : SubsamplingLayer.PoolingType.AVG;
    if (shape.isSeries()) {
      shape.slide(window);
      return new Subsampling1DLayer.Builder(kind, window.kernel()[0], window.stride()[0])
          .convolutionMode(window.mode())
          .build();
    }
    return new SubsamplingLayer.Builder(kind, window.kernel(), window.stride())
        .convolutionMode(window.mode())
        .build();
  }

  private Layer volumePooling(Fields fields) throws CorpusException {
    Window window = volumeWindow(fields, Window.ofPooling(fields, 3));
    shape.slideVolume(window);
    return new Subsampling3DLayer.Builder(
            isMax(fields) ? Subsampling3DLayer.PoolingType.MAX : Subsampling3DLayer.PoolingType.AVG,
            window.kernel(),
            window.stride())
        .dataFormat(Convolution3D.DataFormat.NCDHW)
        .convolutionMode(window.mode())
        .build();
  }

  private Window volumeWindow(Fields fields, Window window) throws CorpusException {
    if (!shape.isVolume()) {
      throw fields.error(
          fields.text("type") + " needs an inputShape of [depth, height, width, channels]");
    }
    shape.unfold(list, built);
    return window;
  }

  private Layer globalPooling(Fields fields) throws CorpusException {
    Layer layer = new GlobalPoolingLayer(isMax(fields) ? PoolingType.MAX : PoolingType.AVG);
    shape.pool(list, built);
    return layer;
  }

  private static boolean isMax(Fields fields) throws CorpusException {
    return switch (fields.text("kind", "max")) {
      case "max" -> true;
      case "average", "avg" -> false;
      default -> throw fields.unknown("kind", Set.of("max", "average"));
    };
  }

  /**
   * Configures units, activation, initialization, regularization and constraint.
   *
   * @param activation the usual one of the layer
   * @param incoming dimensions of the weights over which the incoming weights of a unit lie
   */
  <B extends FeedForwardLayer.Builder<?>> B weighted(
      B builder, Fields fields, String activation, int... incoming) throws CorpusException {
    int units = fields.count("units");
    shape.setFeatures(units);
    builder.nOut(units);
    builder.activation(Activations.of(fields, activation));
    builder.weightInit(Initialization.ofWeights(fields));
    builder.biasInit(0);
    if (fields.has("l1")) {
      builder.l1(fields.number("l1"));
    }
    if (fields.has("l2")) {
      builder.l2(fields.number("l2"));
    }
    if (fields.has("bias_l1")) {
      builder.l1Bias(fields.number("bias_l1"));
    }
    if (fields.has("bias_l2")) {
      builder.l2Bias(fields.number("bias_l2"));
    }
    if (fields.has("max_norm")) { // of all weights: DL4J's LSTM ignores constrainInputWeights
      builder.constrainWeights(new MaxNormConstraint(fields.number("max_norm"), incoming));
    }
    return builder;
  }
}
