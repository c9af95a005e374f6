package dev.traininghealth.samples.benchmark;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** A network of either kind of DL4J, which have no common type for training with listeners. */
final class TrainedNetwork implements AutoCloseable {
  private final Model model;
  private final NeuralNetwork network;

  private TrainedNetwork(Model model, NeuralNetwork network) {
    this.model = model;
    this.network = network;
  }

  /** Wraps an initialized network. */
  static TrainedNetwork of(MultiLayerNetwork network) {
    return new TrainedNetwork(network, network);
  }

  /** Wraps an initialized graph. */
  static TrainedNetwork of(ComputationGraph graph) {
    return new TrainedNetwork(graph, graph);
  }

  /** Trains one epoch. */
  void fit(DataSetIterator iterator) {
    network.fit(iterator);
  }

  /** Trains one iteration. */
  void fit(DataSet minibatch) {
    network.fit(minibatch);
  }

  /** Replaces all listeners. */
  void watchThrough(TrainingListener listener) {
    model.setListeners(listener);
  }

  /** A view of all parameters. */
  INDArray parameters() {
    return model.params();
  }

  /** The parameters of one layer's weights or biases, for example {@code 1_b}; a view. */
  INDArray parameter(String key) {
    return model.getParam(key);
  }

  /** Frees the memory outside the Java heap at once. */
  @Override
  public void close() {
    model.close();
  }
}
