package dev.traininghealth.setup;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks and data of three classes that fit each other, the same at each call. */
final class Scenes {
  static final int FEATURES = 4;
  static final int CLASSES = 3;
  static final int BATCH = 16;
  static final int MINIBATCHES = 20;

  private Scenes() {}

  static MultiLayerNetwork network() {
    return network(new Adam(1e-2), dense(Activation.RELU), softmax());
  }

  static MultiLayerNetwork network(IUpdater updater, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(12)
            .updater(updater)
            .weightInit(WeightInit.XAVIER)
            .list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.validateOutputLayerConfig(false).build());
    net.init();
    return net;
  }

  static DenseLayer dense(Activation activation) {
    return new DenseLayer.Builder().nIn(FEATURES).nOut(8).activation(activation).build();
  }

  static OutputLayer softmax() {
    return output(LossFunction.MCXENT, Activation.SOFTMAX, CLASSES);
  }

  static OutputLayer output(LossFunction loss, Activation activation, int units) {
    return new OutputLayer.Builder(loss).nIn(8).nOut(units).activation(activation).build();
  }

  /** Features of a scale of 1, whose first column depends on the class. */
  static List<DataSet> data() {
    return data(MINIBATCHES, BATCH);
  }

  static List<DataSet> data(int minibatches, int batch) {
    Random random = new Random(7);
    List<DataSet> data = new ArrayList<>();
    for (int i = 0; i < minibatches; i++) {
      INDArray features = Nd4j.create(batch, FEATURES);
      INDArray labels = Nd4j.create(batch, CLASSES);
      for (int row = 0; row < batch; row++) {
        int label = random.nextInt(CLASSES);
        labels.putScalar(row, label, 1);
        for (int column = 0; column < FEATURES; column++) {
          double shift = column == 0 ? 1.2 * (label - 1) : 0;
          features.putScalar(row, column, shift + 0.7 * random.nextGaussian());
        }
      }
      data.add(new DataSet(features, labels));
    }
    return data;
  }

  /** The same features with labels of one column, the sum of the features times a factor. */
  static List<DataSet> regression(double factor) {
    List<DataSet> data = data();
    for (DataSet each : data) {
      each.setLabels(each.getFeatures().sum(true, 1).muli(factor));
    }
    return data;
  }

  /** The data with a change of each minibatch. */
  static List<DataSet> changed(Consumer<DataSet> change) {
    List<DataSet> data = data();
    data.forEach(change);
    return data;
  }

  /** The first columns. */
  static INDArray columns(INDArray array, int columns) {
    return array.get(NDArrayIndex.all(), NDArrayIndex.interval(0, columns)).dup();
  }

  static OutputLayer one(Activation activation) {
    return output(LossFunction.MCXENT, activation, 1);
  }

  static OutputLayer mse(Activation activation) {
    return output(LossFunction.MSE, activation, 1);
  }
}
