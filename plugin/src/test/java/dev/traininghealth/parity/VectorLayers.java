package dev.traininghealth.parity;

import dev.traininghealth.numbers.NonFiniteOrigin.Place;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.variational.GaussianReconstructionDistribution;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Layers of vectors. */
@SuppressWarnings("ImmutableEnumChecker")
enum VectorLayers implements LayerTraining {
  DENSE("`DenseLayer`", Shape.VECTOR, () -> List.of(TinyNetwork.dense())),
  DENSE_NORMALIZED(
      "`DenseLayer` with layer normalization",
      Shape.VECTOR,
      () -> List.of(new DenseLayer.Builder().nOut(7).hasLayerNorm(true).build())),
  ACTIVATION(
      "`ActivationLayer`",
      Shape.VECTOR,
      () ->
          List.of(
              new DenseLayer.Builder().nOut(7).activation(Activation.IDENTITY).build(),
              new ActivationLayer(Activation.ELU))),
  DROPOUT(
      "`DropoutLayer`",
      Shape.VECTOR,
      () -> List.of(TinyNetwork.dense(), new DropoutLayer.Builder(0.7).build())),
  BATCH_NORM(
      "`BatchNormalization`",
      Shape.VECTOR,
      () -> List.of(TinyNetwork.dense(), new BatchNormalization.Builder().build())),
  ELEMENT_WISE(
      "`ElementWiseMultiplicationLayer`",
      Shape.VECTOR,
      () ->
          List.of(
              TinyNetwork.dense(),
              new ElementWiseMultiplicationLayer.Builder().nIn(7).nOut(7).build())),
  PRELU(
      "`PReLULayer`",
      Shape.VECTOR,
      () -> List.of(TinyNetwork.dense(), new PReLULayer.Builder().inputShape(7).build())),
  EMBEDDING(
      "`EmbeddingLayer`",
      Shape.WORD,
      () -> List.of(new EmbeddingLayer.Builder().nIn(Shape.WORDS).nOut(5).build())),
  AUTO_ENCODER(
      "`AutoEncoder` (supervised)",
      Shape.VECTOR,
      () -> List.of(new AutoEncoder.Builder(0.2).nOut(5).build())),
  VARIATIONAL(
      "`VariationalAutoencoder` (supervised)",
      Shape.VECTOR,
      () ->
          List.of(
              new VariationalAutoencoder.Builder()
                  .encoderLayerSizes(7)
                  .decoderLayerSizes(7)
                  .nOut(4)
                  .reconstructionDistribution(
                      new GaussianReconstructionDistribution(Activation.TANH))
                  .build())),
  SAME_DIFF("`SameDiffLayer`", Shape.VECTOR, () -> List.of(new SameDiffLayers.Dense())),
  SAME_DIFF_LAMBDA(
      "`SameDiffLambdaLayer`",
      Shape.VECTOR,
      () -> List.of(TinyNetwork.dense(), new SameDiffLayers.Doubled())),
  SAME_DIFF_OUTPUT(
      "`SameDiffOutputLayer`",
      Shape.VECTOR_TO_LOSS,
      () -> List.of(TinyNetwork.dense(), new SameDiffLayers.SquaredError())),
  LOSS(
      "`LossLayer`",
      Shape.VECTOR_TO_LOSS,
      () ->
          List.of(
              new DenseLayer.Builder().nOut(3).activation(Activation.IDENTITY).build(),
              new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build())),
  CENTER_LOSS(
      "`CenterLossOutputLayer`",
      Shape.VECTOR_TO_LOSS,
      () ->
          List.of(
              TinyNetwork.dense(),
              new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
                  .nOut(3)
                  .activation(Activation.SOFTMAX)
                  .build())),
  ONE_CLASS(
      "`OCNNOutputLayer`",
      Shape.VECTOR_TO_LOSS,
      () ->
          List.of(
              TinyNetwork.dense(),
              new OCNNOutputLayer.Builder()
                  .nIn(7)
                  .hiddenLayerSize(4)
                  .windowSize(100)
                  .activation(new ActivationSigmoid())
                  .build())),
  FROZEN(
      "`FrozenLayer`",
      Shape.VECTOR,
      () -> List.of(new FrozenLayer(TinyNetwork.dense()), TinyNetwork.dense())),
  FROZEN_WITH_BACKPROP(
      "`FrozenLayerWithBackprop`",
      Shape.VECTOR,
      () -> List.of(TinyNetwork.dense(), new FrozenLayerWithBackprop(TinyNetwork.dense())));

  private final String title;
  private final Shape shape;
  private final Supplier<List<Layer>> layers;

  VectorLayers(String title, Shape shape, Supplier<List<Layer>> layers) {
    this.title = title;
    this.shape = shape;
    this.layers = layers;
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

  /** An index of a word cannot be NaN, because DL4J converts it to a whole number. */
  @Override
  public void poison(DataSet batch) {
    if (this == EMBEDDING) {
      batch.getLabels().putScalar(batch.getLabels().length() - 1, Double.NaN);
    } else {
      LayerTraining.super.poison(batch);
    }
  }

  @Override
  public Place poisonedPlace() {
    return this == EMBEDDING ? Place.LABELS : Place.FEATURES;
  }
}
