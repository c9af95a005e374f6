package dev.traininghealth.samples.benchmark;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks for texts and words; each is identical at each call. */
final class SequenceNetworks {
  /** Words of the embedding; with {@link #EMBEDDED_UNITS}, 20 million parameters. */
  static final int WORDS = 200_000;

  private static final int EMBEDDED_UNITS = 100;
  private static final int LSTM_UNITS = 128;
  private static final int ATTENTION_HEADS = 4;
  private static final int FEED_FORWARD_UNITS = 256;

  private SequenceNetworks() {}

  /** Two LSTM layers that predict the next character. */
  static TrainedNetwork lstm() {
    return CommonSettings.initialized(
        CommonSettings.of(WeightInit.XAVIER)
            .list()
            .layer(new LSTM.Builder().nOut(LSTM_UNITS).activation(Activation.TANH).build())
            .layer(new LSTM.Builder().nOut(LSTM_UNITS).activation(Activation.TANH).build())
            .layer(nextCharacter())
            .setInputType(InputType.recurrent(RandomData.CHARACTERS, RandomData.STEPS)));
  }

  /**
   * One block of a transformer's encoder: self-attention with four heads and a feed-forward part,
   * each with a residual connection, the second with layer normalization. DL4J has no layer that
   * normalizes alone, so the dense layer normalizes its own units.
   */
  static TrainedNetwork attention() {
    GraphBuilder graph =
        CommonSettings.of(WeightInit.XAVIER)
            .graphBuilder()
            .addInputs("input")
            .setInputTypes(
                InputType.recurrent(RandomData.CHARACTERS, RandomData.STEPS, RNNFormat.NCW))
            .addLayer(
                "attention",
                new SelfAttentionLayer.Builder()
                    .nOut(RandomData.CHARACTERS)
                    .nHeads(ATTENTION_HEADS)
                    .projectInput(true)
                    .build(),
                "input")
            .addVertex(
                "attended", new ElementWiseVertex(ElementWiseVertex.Op.Add), "input", "attention")
            .addLayer(
                "wide",
                new DenseLayer.Builder()
                    .nOut(FEED_FORWARD_UNITS)
                    .hasLayerNorm(true)
                    .activation(Activation.RELU)
                    .build(),
                "attended")
            .addLayer(
                "narrow",
                new DenseLayer.Builder()
                    .nOut(RandomData.CHARACTERS)
                    .activation(Activation.IDENTITY)
                    .build(),
                "wide")
            .addVertex(
                "steps", new PreprocessorVertex(new FeedForwardToRnnPreProcessor()), "narrow")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "attended", "steps")
            .addLayer("output", nextCharacter(), "sum")
            .setOutputs("output");
    return CommonSettings.initialized(graph);
  }

  /**
   * An embedding of 20 million parameters with an output layer.
   *
   * <p>Only 32 words occur in a minibatch, but DL4J makes the gradient dense: {@code
   * EmbeddingLayer} fills its whole part of the flat gradient with zeros, then adds the rows of
   * these words. The updater and the update then work on all 20 million elements. The limit of this
   * network is one read of all of them. The median iteration is below it, because the listener
   * reads the gradient only in the rows of these words.
   */
  static TrainedNetwork embedding() {
    return CommonSettings.initialized(
        CommonSettings.of(WeightInit.XAVIER)
            .list()
            .layer(
                new EmbeddingLayer.Builder()
                    .nIn(WORDS)
                    .nOut(EMBEDDED_UNITS)
                    .activation(Activation.IDENTITY)
                    .build())
            .layer(CommonSettings.classes(RandomData.CLASSES).nIn(EMBEDDED_UNITS).build()));
  }

  private static RnnOutputLayer nextCharacter() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nOut(RandomData.CHARACTERS)
        .activation(Activation.SOFTMAX)
        .build();
  }
}
