package dev.traininghealth.samples.benchmark;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What all networks have in common: seed, updater and the way to start them. */
final class CommonSettings {
  /** Name of the updater in the reports. */
  static final String UPDATER = "Adam";

  private static final int SEED = 20240607;
  private static final double LEARNING_RATE = 1e-3;

  private CommonSettings() {}

  /** Settings of a new network. */
  static NeuralNetConfiguration.Builder of(WeightInit weightInit) {
    return new NeuralNetConfiguration.Builder()
        .seed(SEED)
        .weightInit(weightInit)
        .updater(new Adam(LEARNING_RATE));
  }

  /** An output layer with softmax. */
  static OutputLayer.Builder classes(int classes) {
    return new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
        .nOut(classes)
        .activation(Activation.SOFTMAX);
  }

  /** An initialized network. */
  static TrainedNetwork initialized(NeuralNetConfiguration.ListBuilder configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration.build());
    network.init();
    return TrainedNetwork.of(network);
  }

  /** An initialized graph. */
  static TrainedNetwork initialized(GraphBuilder configuration) {
    ComputationGraph graph = new ComputationGraph(configuration.build());
    graph.init();
    return TrainedNetwork.of(graph);
  }
}
