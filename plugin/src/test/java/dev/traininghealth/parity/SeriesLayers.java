package dev.traininghealth.parity;

import dev.traininghealth.numbers.NonFiniteOrigin.Place;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Layers of series. */
@SuppressWarnings({"deprecation", "ImmutableEnumChecker"}) // saved networks have GravesLSTM
enum SeriesLayers implements LayerTraining {
  LSTM_LAYER("`LSTM`", Shape.SERIES, () -> List.of(lstm())),
  GRAVES_LSTM(
      "`GravesLSTM`", Shape.SERIES, () -> List.of(new GravesLSTM.Builder().nOut(4).build())),
  GRAVES_BIDIRECTIONAL(
      "`GravesBidirectionalLSTM`",
      Shape.SERIES,
      () -> List.of(new GravesBidirectionalLSTM.Builder().nOut(4).build())),
  SIMPLE_RNN("`SimpleRnn`", Shape.SERIES, () -> List.of(new SimpleRnn.Builder().nOut(4).build())),
  BIDIRECTIONAL("`Bidirectional`", Shape.SERIES, () -> List.of(new Bidirectional(lstm()))),
  LAST_STEP("`LastTimeStep`", Shape.SERIES_TO_CLASS, () -> List.of(new LastTimeStep(lstm()))),
  TIME_DISTRIBUTED(
      "`TimeDistributed`",
      Shape.SERIES,
      () -> List.of(new TimeDistributed(new DenseLayer.Builder().nOut(4).build()), lstm())),
  EMBEDDING_SEQUENCE(
      "`EmbeddingSequenceLayer`",
      Shape.WORD_SERIES,
      () ->
          List.of(
              new EmbeddingSequenceLayer.Builder().nIn(Shape.WORDS).nOut(4).inputLength(6).build(),
              lstm())),
  CONVOLUTION_1D(
      "`Convolution1D`",
      Shape.SERIES,
      () ->
          List.of(
              new Convolution1DLayer.Builder(3)
                  .nOut(4)
                  .convolutionMode(ConvolutionMode.Same)
                  .build())),
  LOCALLY_CONNECTED_1D(
      "`LocallyConnected1D`",
      Shape.SERIES_TO_CLASS,
      () ->
          List.of(
              new LocallyConnected1D.Builder().kernelSize(2).nIn(3).nOut(3).setInputSize(6).build(),
              new GlobalPoolingLayer.Builder().build())),
  SUBSAMPLING_1D(
      "`Subsampling1DLayer`",
      Shape.SERIES_TO_CLASS,
      () ->
          List.of(
              lstm(),
              new Subsampling1DLayer.Builder(2, 2).build(),
              new GlobalPoolingLayer.Builder().build())),
  UPSAMPLING_1D(
      "`Upsampling1D`",
      Shape.SERIES_TO_CLASS,
      () ->
          List.of(
              lstm(),
              new Upsampling1D.Builder(2).build(),
              new GlobalPoolingLayer.Builder().build())),
  ZERO_PADDING_1D(
      "`ZeroPadding1DLayer`",
      Shape.SERIES_TO_CLASS,
      () -> List.of(lstm(), new ZeroPadding1DLayer(1), new GlobalPoolingLayer.Builder().build())),
  CROPPING_1D(
      "`Cropping1D`",
      Shape.SERIES_TO_CLASS,
      () -> List.of(lstm(), new Cropping1D(1), new GlobalPoolingLayer.Builder().build())),
  GLOBAL_POOLING(
      "`GlobalPoolingLayer` of a series",
      Shape.SERIES_TO_CLASS,
      () -> List.of(lstm(), new GlobalPoolingLayer.Builder().build())),
  REPEAT_VECTOR(
      "`RepeatVector`",
      Shape.SERIES,
      () -> List.of(new LastTimeStep(lstm()), new RepeatVector.Builder<>(6).build(), lstm())),
  SELF_ATTENTION(
      "`SelfAttentionLayer`",
      Shape.SERIES,
      () -> List.of(new SelfAttentionLayer.Builder().nOut(4).nHeads(2).projectInput(true).build())),
  RECURRENT_ATTENTION(
      "`RecurrentAttentionLayer`",
      Shape.SERIES,
      () ->
          List.of(
              new RecurrentAttentionLayer.Builder()
                  .nIn(3)
                  .nOut(4)
                  .nHeads(2)
                  .projectInput(true)
                  .hasBias(true)
                  .build())),
  MASK("`MaskLayer`", Shape.MASKED_SERIES, () -> List.of(lstm(), new MaskLayer())),
  MASK_ZERO("`MaskZeroLayer`", Shape.SERIES, () -> List.of(new MaskZeroLayer(lstm(), 0))),
  TRUNCATED(
      "`LSTM` and `GravesLSTM` with dropout and truncated BPTT",
      Shape.TRUNCATED_SERIES,
      () ->
          List.of(
              new LSTM.Builder().nOut(4).dropOut(0.8).build(),
              new GravesLSTM.Builder().nOut(4).build())),
  RNN_LOSS(
      "`RnnLossLayer`",
      Shape.SERIES_TO_LOSS,
      () ->
          List.of(
              new LSTM.Builder().nOut(3).build(),
              new RnnLossLayer.Builder(LossFunction.MCXENT)
                  .activation(Activation.SOFTMAX)
                  .build()));

  private final String title;
  private final Shape shape;
  private final Supplier<List<Layer>> layers;

  SeriesLayers(String title, Shape shape, Supplier<List<Layer>> layers) {
    this.title = title;
    this.shape = shape;
    this.layers = layers;
  }

  private static LSTM lstm() {
    return new LSTM.Builder().nOut(4).build();
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public List<Layer> layers() {
    return layers.get();
  }

  @Override
  public void poison(DataSet batch) {
    if (this == EMBEDDING_SEQUENCE) {
      batch.getLabels().putScalar(batch.getLabels().length() - 1, Double.NaN);
    } else {
      LayerTraining.super.poison(batch);
    }
  }

  @Override
  public boolean isSlow() {
    return this == RECURRENT_ATTENTION
        || this == GRAVES_BIDIRECTIONAL
        || this == REPEAT_VECTOR
        || this == TRUNCATED;
  }

  @Override
  public Place poisonedPlace() {
    return this == EMBEDDING_SEQUENCE ? Place.LABELS : Place.FEATURES;
  }
}
