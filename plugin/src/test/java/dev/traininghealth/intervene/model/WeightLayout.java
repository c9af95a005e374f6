package dev.traininghealth.intervene.model;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A layer and DL4J's layout of one of its parameters.
 *
 * @param unitOf unit of an element by its indices
 * @param outputs whether the units are the channels of the layer's output, in the same order
 */
record WeightLayout(
    String name,
    Layer layer,
    InputType input,
    String parameter,
    List<Long> shape,
    int units,
    ToIntFunction<long[]> unitOf,
    boolean outputs) {
  @Override
  public String toString() {
    return name;
  }

  @SuppressWarnings("deprecation") // of GravesLSTM, which still trains
  static List<WeightLayout> all() {
    InputType image = InputType.convolutional(6, 6, 2);
    InputType volume = InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 4, 4, 4, 2);
    InputType series = InputType.recurrent(3, 5);
    ToIntFunction<long[]> first = i -> (int) i[0];
    ToIntFunction<long[]> second = i -> (int) i[1];
    LSTM lstm = new LSTM.Builder().nOut(4).build();
    GravesLSTM graves = new GravesLSTM.Builder().nOut(4).build();
    SimpleRnn rnn = new SimpleRnn.Builder().nOut(4).build();
    return List.of(
        new WeightLayout(
            "dense",
            new DenseLayer.Builder().nOut(5).build(),
            InputType.feedForward(3),
            "W",
            shape(3, 5),
            5,
            second,
            true),
        new WeightLayout(
            "embedding",
            new EmbeddingLayer.Builder().nIn(7).nOut(5).build(),
            InputType.feedForward(7),
            "W",
            shape(7, 5),
            5,
            second,
            false),
        new WeightLayout(
            "convolution",
            new ConvolutionLayer.Builder(3, 2).nOut(4).build(),
            image,
            "W",
            shape(4, 2, 3, 2),
            4,
            first,
            true),
        new WeightLayout(
            "convolution 1D",
            new Convolution1DLayer.Builder().kernelSize(2).nOut(4).build(),
            series,
            "W",
            shape(4, 3, 2),
            4,
            i -> (int) (((i[0] * 3 + i[1]) * 2 + i[2]) % 4),
            true),
        new WeightLayout(
            "convolution 3D",
            new Convolution3D.Builder(2, 2, 3).nOut(4).build(),
            volume,
            "W",
            shape(4, 2, 2, 2, 3),
            4,
            first,
            true),
        new WeightLayout(
            "deconvolution 2D",
            new Deconvolution2D.Builder(3, 2).nOut(4).build(),
            image,
            "W",
            shape(2, 4, 3, 2),
            4,
            second,
            true),
        new WeightLayout(
            "deconvolution 3D",
            new Deconvolution3D.Builder().kernelSize(2, 2, 3).nOut(4).build(),
            volume,
            "W",
            shape(2, 2, 3, 4, 2),
            4,
            i -> (int) i[3],
            true),
        new WeightLayout(
            "depthwise",
            new DepthwiseConvolution2D.Builder(3, 2).depthMultiplier(3).nOut(6).build(),
            image,
            "W",
            shape(3, 2, 2, 3),
            6,
            i -> (int) (i[2] * 3 + i[3]),
            true),
        new WeightLayout(
            "separable, by depth",
            new SeparableConvolution2D.Builder(3, 2).depthMultiplier(3).nOut(4).build(),
            image,
            "W",
            shape(3, 2, 3, 2),
            6,
            i -> (int) (i[0] * 2 + i[1]),
            false),
        new WeightLayout(
            "separable, by point",
            new SeparableConvolution2D.Builder(3, 2).depthMultiplier(3).nOut(4).build(),
            image,
            "pW",
            shape(4, 6, 1, 1),
            4,
            first,
            true),
        new WeightLayout(
            "locally connected",
            new LocallyConnected2D.Builder()
                .kernelSize(5, 5)
                .stride(1, 1)
                .convolutionMode(ConvolutionMode.Truncate)
                .nOut(3)
                .build(),
            image,
            "W",
            shape(4, 50, 3),
            12,
            i -> (int) (i[0] * 3 + i[2]),
            false),
        new WeightLayout("LSTM", lstm, series, "W", shape(3, 16), 16, second, false),
        new WeightLayout("LSTM, recurrent", lstm, series, "RW", shape(4, 16), 16, second, false),
        new WeightLayout(
            "Graves LSTM with peepholes", graves, series, "RW", shape(4, 19), 19, second, false),
        new WeightLayout("simple", rnn, series, "W", shape(3, 4), 4, second, true),
        new WeightLayout("simple, recurrent", rnn, series, "RW", shape(4, 4), 4, second, true),
        new WeightLayout(
            "bidirectional, backwards",
            new Bidirectional(lstm.clone()),
            series,
            "bRW",
            shape(4, 16),
            16,
            second,
            false),
        new WeightLayout(
            "last time step",
            new LastTimeStep(rnn.clone()),
            series,
            "RW",
            shape(4, 4),
            4,
            second,
            false),
        new WeightLayout("bias", lstm.clone(), series, "b", shape(16), 1, i -> 0, false),
        new WeightLayout(
            "PReLU",
            new PReLULayer.Builder().inputShape(2, 6, 6).build(),
            image,
            "W",
            shape(2, 6, 6),
            1,
            i -> 0,
            false));
  }

  private static List<Long> shape(long... sizes) {
    return Arrays.stream(sizes).boxed().toList();
  }

  /** {@return the parameter's shape} */
  long[] sizes() {
    return shape.stream().mapToLong(size -> size).toArray();
  }

  /**
   * {@return the same array in this shape; the weights of Convolution1D have one more dimension}
   */
  INDArray inShape(INDArray array) {
    return array.rank() == shape.size() ? array : array.reshape('c', sizes());
  }

  /** {@return the L2 norms of the units, computed by a plain loop} */
  double[] unitNorms(INDArray array) {
    INDArray elements = inShape(array);
    double[] squares = new double[units];
    eachElement(at -> squares[unitOf.applyAsInt(at)] += Math.pow(elements.getDouble(at), 2));
    return Arrays.stream(squares).map(Math::sqrt).toArray();
  }

  interface IndexConsumer {
    void accept(long[] indices);
  }

  void eachElement(IndexConsumer consumer) {
    long[] sizes = sizes();
    long[] at = new long[sizes.length];
    int d = sizes.length - 1;
    while (d >= 0) {
      consumer.accept(at.clone());
      for (d = sizes.length - 1; d >= 0 && ++at[d] == sizes[d]; d--) {
        at[d] = 0;
      }
    }
  }

  MultiLayerNetwork network(DataType type) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(42)
            .dataType(type)
            .updater(new Sgd(0.1))
            .activation(Activation.TANH)
            .list()
            .layer(layer.clone());
    boolean pools =
        !(input instanceof InputType.InputTypeFeedForward || layer instanceof LastTimeStep);
    if (pools) {
      list.layer(new GlobalPoolingLayer());
    }
    list.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nOut(3)
            .activation(Activation.SOFTMAX)
            .build());
    MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(input).build());
    net.init();
    return net;
  }

  /** {@return a minibatch of two examples} */
  DataSet data(DataType type) {
    Random random = new Random(5);
    long[] examples = input.getShape(true);
    examples[0] = 2;
    INDArray features =
        Nd4j.create(type, layer instanceof EmbeddingLayer ? new long[] {2, 1} : examples);
    for (long i = 0; i < features.length(); i++) {
      features.putScalar(
          i, layer instanceof EmbeddingLayer ? random.nextInt(7) : random.nextGaussian());
    }
    INDArray labels = Nd4j.zeros(type, 2, 3);
    labels.putScalar(0, 0, 1);
    labels.putScalar(1, 2, 1);
    return new DataSet(features, labels);
  }
}
