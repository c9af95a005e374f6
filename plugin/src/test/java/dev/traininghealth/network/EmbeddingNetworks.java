package dev.traininghealth.network;

import java.util.Random;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks with an embedding of many words, and minibatches of words for them. */
final class EmbeddingNetworks {
  static final int WORDS = 8192;
  static final int UNITS = 8;
  static final int MINIBATCH = 8;
  static final int STEPS = 6;
  static final int CLASSES = 3;

  private EmbeddingNetworks() {}

  static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder().seed(42).updater(new Adam(0.01));
  }

  static EmbeddingLayer.Builder embedding() {
    return new EmbeddingLayer.Builder().nIn(WORDS).nOut(UNITS).activation(Activation.TANH);
  }

  static OutputLayer output(int inputs) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(inputs)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static MultiLayerNetwork layered(
      NeuralNetConfiguration.Builder base, EmbeddingLayer.Builder embedding) {
    return initialized(
        base.list().layer(embedding.nIn(WORDS).nOut(UNITS).build()).layer(output(UNITS)));
  }

  static MultiLayerNetwork initialized(ListBuilder builder) {
    MultiLayerNetwork net = new MultiLayerNetwork(builder.build());
    net.init();
    return net;
  }

  static MultiLayerNetwork sequence(RNNFormat format) {
    return initialized(
        base()
            .list()
            .layer(
                new EmbeddingSequenceLayer.Builder()
                    .nIn(WORDS)
                    .nOut(UNITS)
                    .inferInputLength(true)
                    .outputDataFormat(format)
                    .build())
            .layer(new LSTM.Builder().nIn(UNITS).nOut(UNITS).dataFormat(format).build())
            .layer(
                new GlobalPoolingLayer.Builder()
                    .poolingDimensions(format == RNNFormat.NCW ? 2 : 1)
                    .build())
            .layer(output(UNITS)));
  }

  static MultiLayerNetwork series(boolean truncated) {
    ListBuilder builder =
        base()
            .list()
            .layer(embedding().build())
            .layer(new LSTM.Builder().nIn(UNITS).nOut(UNITS).build())
            .layer(
                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                    .dataFormat(RNNFormat.NCW)
                    .nIn(UNITS)
                    .nOut(CLASSES)
                    .activation(Activation.SOFTMAX)
                    .build())
            .inputPreProcessor(0, new RnnToFeedForwardPreProcessor())
            .inputPreProcessor(1, new FeedForwardToRnnPreProcessor());
    if (truncated) {
      builder.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(STEPS / 2);
    }
    return initialized(builder);
  }

  static MultiLayerNetwork shifted() {
    return initialized(
        base()
            .list()
            .layer(embedding().build())
            .layer(output(UNITS))
            .inputPreProcessor(0, new ShiftedIndices()));
  }

  static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            base()
                .graphBuilder()
                .addInputs("input")
                .addLayer("words", embedding().build(), "input")
                .addLayer("output", output(UNITS), "words")
                .setOutputs("output")
                .build());
    graph.init();
    return graph;
  }

  static INDArray indices(long... shape) {
    INDArray indices = Nd4j.zeros(DataType.FLOAT, shape);
    Random random = new Random(5);
    for (long i = 0; i < indices.length(); i++) {
      indices.putScalar(i, random.nextInt(WORDS / 4));
    }
    return indices;
  }

  static DataSet column(DataType type) {
    INDArray labels = labels(MINIBATCH);
    return new DataSet(
        indices(MINIBATCH, 1).castTo(type), type.isFPType() ? labels.castTo(type) : labels);
  }

  static DataSet sequence3() {
    return labeled(indices(MINIBATCH, 1, STEPS));
  }

  static DataSet labeled(INDArray features) {
    return new DataSet(features, labels((int) features.size(0)));
  }

  static DataSet nextWords() {
    INDArray labels = Nd4j.zeros(MINIBATCH, CLASSES, STEPS);
    for (int i = 0; i < MINIBATCH; i++) {
      for (int step = 0; step < STEPS; step++) {
        labels.putScalar(i, (i + step) % CLASSES, step, 1);
      }
    }
    return new DataSet(indices(MINIBATCH, 1, STEPS), labels);
  }

  static DataSet part(DataSet data) {
    INDArray twice = Nd4j.concat(0, indices(MINIBATCH, 1, STEPS).addi(99), data.getFeatures());
    data.setFeatures(
        twice.get(
            NDArrayIndex.interval(MINIBATCH, 2 * MINIBATCH),
            NDArrayIndex.all(),
            NDArrayIndex.all()));
    return data;
  }

  static DataSet masked(DataSet data) {
    INDArray mask = Nd4j.ones(MINIBATCH, STEPS);
    mask.putScalar(0, STEPS - 1, 0);
    mask.putScalar(3, STEPS - 1, 0);
    data.setFeaturesMaskArray(mask);
    if (data.getLabels().rank() == 3) {
      data.setLabelsMaskArray(mask.dup());
    }
    return data;
  }

  static INDArray labels(int examples) {
    INDArray labels = Nd4j.zeros(examples, CLASSES);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return labels;
  }

  /** Reads other rows than those of the features. */
  private static final class ShiftedIndices extends RnnToFeedForwardPreProcessor {
    static final long serialVersionUID = 1;

    @Override
    public INDArray preProcess(INDArray input, int size, LayerWorkspaceMgr workspaces) {
      return input.add(1000);
    }

    @Override
    public INDArray backprop(INDArray epsilon, int size, LayerWorkspaceMgr workspaces) {
      return epsilon;
    }
  }
}
