package dev.traininghealth.intervene.model;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Small networks in double precision with updaters in all kinds of places.
 *
 * <p>Each has an updater for the weights and one for the biases.
 */
public enum LearningRateNetwork {
  DENSE {
    @Override
    Model create(Supplier<IUpdater> updater, Supplier<IUpdater> biasUpdater) {
      return multiLayer(
          base()
              .list()
              .layer(dense(updater, biasUpdater, "dense1"))
              .layer(batchNorm(updater))
              .layer(softmax(updater, biasUpdater))
              .setInputType(InputType.feedForward(IN)));
    }

    @Override
    DataSet data() {
      return new DataSet(random(EXAMPLES, IN), labels());
    }
  },

  WRAPPED {
    @Override
    Model create(Supplier<IUpdater> updater, Supplier<IUpdater> biasUpdater) {
      return multiLayer(
          base()
              .list()
              .layer(new Bidirectional(Bidirectional.Mode.ADD, lstm(updater, biasUpdater)))
              .layer(new LastTimeStep(lstm(updater, biasUpdater)))
              .layer(new FrozenLayerWithBackprop(dense(updater, biasUpdater, "frozen")))
              .layer(dense(updater, biasUpdater, "dense1"))
              .layer(softmax(updater, biasUpdater))
              .setInputType(InputType.recurrent(IN, STEPS)));
    }

    @Override
    DataSet data() {
      return new DataSet(random(EXAMPLES, IN, STEPS), labels());
    }
  },

  GRAPH {
    @Override
    Model create(Supplier<IUpdater> updater, Supplier<IUpdater> biasUpdater) {
      // Attention has no updater of its own, and no biases.
      ComputationGraphConfiguration.GraphBuilder builder =
          base()
              .updater(updater.get())
              .biasUpdater(biasUpdater.get())
              .graphBuilder()
              .addInputs("in")
              .setInputTypes(InputType.recurrent(IN, STEPS))
              .addLayer(
                  "both",
                  new Bidirectional(Bidirectional.Mode.ADD, lstm(updater, biasUpdater)),
                  "in")
              .addVertex(
                  "attention",
                  new AttentionVertex.Builder()
                      .nInKeys(HIDDEN)
                      .nInQueries(HIDDEN)
                      .nInValues(HIDDEN)
                      .nOut(HIDDEN)
                      .nHeads(1)
                      .projectInput(true)
                      .build(),
                  "both",
                  "both",
                  "both")
              .addLayer(
                  "out",
                  new RnnOutputLayer.Builder(LossFunction.MCXENT)
                      .nOut(CLASSES)
                      .activation(Activation.SOFTMAX)
                      .updater(updater.get())
                      .biasUpdater(biasUpdater.get())
                      .build(),
                  "attention")
              .setOutputs("out");
      ComputationGraph graph = new ComputationGraph(builder.build());
      graph.init();
      return graph;
    }

    @Override
    DataSet data() {
      INDArray labels = Nd4j.zeros(DataType.DOUBLE, EXAMPLES, CLASSES, STEPS);
      for (int i = 0; i < EXAMPLES; i++) {
        for (int t = 0; t < STEPS; t++) {
          labels.putScalar(new int[] {i, (i + t) % CLASSES, t}, 1);
        }
      }
      return new DataSet(random(EXAMPLES, IN, STEPS), labels);
    }
  };

  private static final int EXAMPLES = 4;
  private static final int IN = 3;
  private static final int STEPS = 3;
  private static final int HIDDEN = 4;
  private static final int CLASSES = 2;

  /** {@return a new network, with the same weights at every call} */
  abstract Model create(Supplier<IUpdater> updater, Supplier<IUpdater> biasUpdater);

  /** {@return a minibatch, the same at every call} */
  abstract DataSet data();

  Model create(Supplier<IUpdater> updater) {
    return create(updater, updater);
  }

  /** {@return the update of one step, which DL4J leaves in the gradient array} */
  double[] step(Model net) {
    if (net instanceof MultiLayerNetwork layers) {
      layers.fit(data());
    } else {
      ((ComputationGraph) net).fit(data());
    }
    return net.getGradientsViewArray().dup().data().asDouble();
  }

  static BaseMultiLayerUpdater<?> updater(Model net) {
    return net instanceof MultiLayerNetwork layers
        ? (BaseMultiLayerUpdater<?>) layers.getUpdater()
        : ((ComputationGraph) net).getUpdater();
  }

  /** {@return the rate that DL4J uses for each parameter, read from the object that it reads} */
  static double[] usedRates(Model net, int iteration, int epoch) {
    return updater(net).getUpdaterBlocks().stream()
        .flatMapToDouble(
            block ->
                IntStream.range(0, block.getLayersAndVariablesInBlock().size())
                    .mapToDouble(
                        p ->
                            block
                                .getGradientUpdater()
                                .getConfig()
                                .getLearningRate(iteration, epoch)))
        .toArray();
  }

  /** {@return the number of parameters in each block of equal updaters} */
  static List<Integer> blockSizes(Model net) {
    return updater(net).getUpdaterBlocks().stream()
        .map(UpdaterBlock::getLayersAndVariablesInBlock)
        .map(List::size)
        .toList();
  }

  /** {@return the network after it was saved and loaded} */
  static Model savedAndLoaded(Model net) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ModelSerializer.writeModel(net, file, true);
    ByteArrayInputStream written = new ByteArrayInputStream(file.toByteArray());
    return net instanceof MultiLayerNetwork
        ? ModelSerializer.restoreMultiLayerNetwork(written, true)
        : ModelSerializer.restoreComputationGraph(written, true);
  }

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder()
        .seed(42)
        .dataType(DataType.DOUBLE)
        .activation(Activation.TANH);
  }

  private static Model multiLayer(
      org.deeplearning4j.nn.conf.MultiLayerConfiguration.Builder layers) {
    MultiLayerNetwork net = new MultiLayerNetwork(layers.build());
    net.init();
    return net;
  }

  private static DenseLayer dense(
      Supplier<IUpdater> updater, Supplier<IUpdater> biasUpdater, String name) {
    return new DenseLayer.Builder()
        .name(name)
        .nOut(HIDDEN)
        .updater(updater.get())
        .biasUpdater(biasUpdater.get())
        .build();
  }

  private static LSTM lstm(Supplier<IUpdater> updater, Supplier<IUpdater> biasUpdater) {
    return new LSTM.Builder()
        .nOut(HIDDEN)
        .updater(updater.get())
        .biasUpdater(biasUpdater.get())
        .build();
  }

  private static BatchNormalization batchNorm(Supplier<IUpdater> updater) {
    return new BatchNormalization.Builder().updater(updater.get()).build();
  }

  private static OutputLayer softmax(Supplier<IUpdater> updater, Supplier<IUpdater> biasUpdater) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .updater(updater.get())
        .biasUpdater(biasUpdater.get())
        .build();
  }

  private static INDArray random(long... shape) {
    Random random = new Random(5);
    INDArray array = Nd4j.create(DataType.DOUBLE, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextGaussian());
    }
    return array;
  }

  private static INDArray labels() {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, EXAMPLES, CLASSES);
    for (int i = 0; i < EXAMPLES; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return labels;
  }
}
