package dev.traininghealth.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.variational.GaussianReconstructionDistribution;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Small networks, each with one kind of layer or setting, and their data. */
@SuppressWarnings({"deprecation", "ImmutableEnumChecker"}) // saved networks have GravesLSTM
enum LayerKinds {
  DENSE(Shape.VECTOR, new DenseLayer.Builder().nOut(7).build()),
  DROPOUT(Shape.VECTOR, new DenseLayer.Builder().nOut(7).dropOut(0.6).build()),
  DROPOUT_LAYER(Shape.VECTOR, dense(), new DropoutLayer.Builder(0.7).build()),
  ALPHA_DROPOUT(Shape.VECTOR, dense(), new DropoutLayer.Builder(new AlphaDropout(0.7)).build()),
  GAUSSIAN_DROPOUT(
      Shape.VECTOR, dense(), new DropoutLayer.Builder(new GaussianDropout(0.2)).build()),
  GAUSSIAN_NOISE(Shape.VECTOR, dense(), new DropoutLayer.Builder(new GaussianNoise(0.2)).build()),
  DROP_CONNECT(
      Shape.VECTOR, new DenseLayer.Builder().nOut(7).weightNoise(new DropConnect(0.8)).build()),
  MAX_NORM(
      Shape.VECTOR,
      new DenseLayer.Builder().nOut(7).constrainWeights(new MaxNormConstraint(0.5, 1)).build()),
  NON_NEGATIVE(
      Shape.VECTOR,
      new DenseLayer.Builder().nOut(7).constrainWeights(new NonNegativeConstraint()).build()),
  WEIGHT_DECAY(
      Shape.VECTOR, new DenseLayer.Builder().nOut(7).weightDecay(0.01).l1Bias(0.01).build()),
  CLIPPED(
      Shape.VECTOR,
      new DenseLayer.Builder()
          .nOut(7)
          .gradientNormalization(GradientNormalization.ClipL2PerLayer)
          .gradientNormalizationThreshold(0.1)
          .build()),
  SCHEDULE(
      Shape.VECTOR,
      new DenseLayer.Builder()
          .nOut(7)
          .updater(new Adam(new ExponentialSchedule(ScheduleType.ITERATION, 0.05, 0.9)))
          .build()),
  BATCH_NORM(Shape.VECTOR, dense(), new BatchNormalization.Builder().build()),
  FROZEN(Shape.VECTOR, new FrozenLayer(dense()), dense()),
  FROZEN_WITH_BACKPROP(Shape.VECTOR, dense(), new FrozenLayerWithBackprop(dense())),
  ELEMENT_WISE(
      Shape.VECTOR, dense(), new ElementWiseMultiplicationLayer.Builder().nIn(7).nOut(7).build()),
  PRELU(Shape.VECTOR, dense(), new PReLULayer.Builder().inputShape(7).build()),
  VARIATIONAL(
      Shape.VECTOR,
      new org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder.Builder()
          .encoderLayerSizes(7)
          .decoderLayerSizes(7)
          .nOut(4)
          .reconstructionDistribution(new GaussianReconstructionDistribution(Activation.TANH))
          .build()),
  CENTER_LOSS(
      Shape.VECTOR,
      dense(),
      new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
          .nOut(3)
          .activation(Activation.SOFTMAX)
          .build()),
  LOSS_LAYER(
      Shape.VECTOR,
      new DenseLayer.Builder().nOut(3).activation(Activation.IDENTITY).build(),
      new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build()),
  CONVOLUTION(Shape.IMAGE, convolution()),
  POOLED(
      Shape.IMAGE,
      convolution(),
      new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build(),
      new DenseLayer.Builder().nOut(6).dropOut(0.7).build()),
  BATCH_NORM_IMAGE(
      Shape.IMAGE, convolution(), new BatchNormalization.Builder().useLogStd(true).build()),
  RESPONSE_NORM(Shape.IMAGE, convolution(), new LocalResponseNormalization.Builder().build()),
  DEPTHWISE(Shape.IMAGE, new DepthwiseConvolution2D.Builder(3, 3).depthMultiplier(2).build()),
  DECONVOLUTION(Shape.IMAGE, new Deconvolution2D.Builder(2, 2).nOut(3).build()),
  LOCALLY_CONNECTED(
      Shape.IMAGE,
      new LocallyConnected2D.Builder()
          .kernelSize(3, 3)
          .nOut(2)
          .convolutionMode(ConvolutionMode.Truncate)
          .build()),
  GLOBAL_POOLING(Shape.IMAGE, convolution(), new GlobalPoolingLayer.Builder().build()),
  LSTM_WHOLE(Shape.SERIES, new LSTM.Builder().nOut(5).build()),
  GRAVES_LSTM(Shape.SERIES, new GravesLSTM.Builder().nOut(5).build()),
  SIMPLE_RNN(Shape.SERIES, new SimpleRnn.Builder().nOut(5).build()),
  BIDIRECTIONAL(Shape.SERIES, new Bidirectional(new LSTM.Builder().nOut(5).build())),
  CONVOLUTION_1D(
      Shape.SERIES,
      new Convolution1DLayer.Builder(3).nOut(5).convolutionMode(ConvolutionMode.Same).build()),
  SELF_ATTENTION(
      Shape.SERIES, new SelfAttentionLayer.Builder().nOut(4).nHeads(2).projectInput(true).build()),
  LAST_STEP(Shape.SERIES_LAST, new LastTimeStep(new LSTM.Builder().nOut(5).build())),
  POOLED_SERIES(
      Shape.SERIES_LAST,
      new LSTM.Builder().nOut(5).build(),
      new GlobalPoolingLayer.Builder().build()),
  MASKED(Shape.MASKED_SERIES, new LSTM.Builder().nOut(5).build()),
  TRUNCATED(Shape.TRUNCATED_SERIES, new LSTM.Builder().nOut(5).dropOut(0.8).build()),
  TRUNCATED_TWICE(
      Shape.TRUNCATED_SERIES,
      new LSTM.Builder().nOut(5).build(),
      new GravesLSTM.Builder().nOut(4).build());

  private enum Shape {
    VECTOR,
    IMAGE,
    SERIES,
    SERIES_LAST,
    MASKED_SERIES,
    TRUNCATED_SERIES;

    InputType input() {
      return switch (this) {
        case VECTOR -> InputType.feedForward(6);
        case IMAGE -> InputType.convolutional(8, 8, 1);
        default -> InputType.recurrent(3, 12);
      };
    }

    boolean isSeriesOut() {
      return this == SERIES || this == MASKED_SERIES || this == TRUNCATED_SERIES;
    }
  }

  private final Shape shape;
  private final List<Layer> layers;

  LayerKinds(Shape shape, Layer... layers) {
    this.shape = shape;
    this.layers = List.of(layers);
  }

  private static Layer dense() {
    return new DenseLayer.Builder().nOut(7).activation(Activation.RELU).build();
  }

  private static Layer convolution() {
    return new ConvolutionLayer.Builder(3, 3).nOut(4).build();
  }

  MultiLayerNetwork create() {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(42)
            .updater(new Adam(0.01))
            .weightInit(WeightInit.XAVIER)
            .activation(Activation.TANH)
            .l2(1e-3)
            .list();
    layers.forEach(layer -> list.layer(layer.clone()));
    Layer last = layers.get(layers.size() - 1);
    if (shape.isSeriesOut()) {
      list.layer(
          new RnnOutputLayer.Builder(LossFunction.MCXENT)
              .nOut(3)
              .activation(Activation.SOFTMAX)
              .build());
    } else if (!(last instanceof LossLayer) && !(last instanceof CenterLossOutputLayer)) {
      list.layer(
          new OutputLayer.Builder(LossFunction.MCXENT)
              .nOut(3)
              .activation(Activation.SOFTMAX)
              .build());
    }
    if (shape == Shape.TRUNCATED_SERIES) {
      list.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(4);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(shape.input()).build());
    net.init();
    return net;
  }

  /** {@return minibatches of two sizes, the same at every call} */
  List<DataSet> data() {
    Random random = new Random(5);
    List<DataSet> batches = new ArrayList<>();
    for (int size : new int[] {8, 5, 8}) {
      INDArray features =
          switch (shape) {
            case VECTOR -> random(random, size, 6);
            case IMAGE -> random(random, size, 1, 8, 8);
            default -> random(random, size, 3, 12);
          };
      DataSet batch = new DataSet(features, labels(random, size));
      if (shape == Shape.MASKED_SERIES) {
        INDArray mask = Nd4j.ones(size, 12);
        mask.putScalar(0, 11, 0).putScalar(0, 10, 0);
        batch.setFeaturesMaskArray(mask);
        batch.setLabelsMaskArray(mask.dup());
      }
      batches.add(batch);
    }
    return batches;
  }

  private INDArray labels(Random random, int size) {
    INDArray labels = shape.isSeriesOut() ? Nd4j.zeros(size, 3, 12) : Nd4j.zeros(size, 3);
    for (int i = 0; i < size; i++) {
      for (int t = 0; t < (shape.isSeriesOut() ? 12 : 1); t++) {
        int c = random.nextInt(3);
        labels.putScalar(shape.isSeriesOut() ? new int[] {i, c, t} : new int[] {i, c}, 1);
      }
    }
    return labels;
  }

  private static INDArray random(Random random, long... shape) {
    INDArray array = Nd4j.create(shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextGaussian());
    }
    return array;
  }
}
