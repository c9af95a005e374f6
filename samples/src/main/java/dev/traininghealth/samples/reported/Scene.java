package dev.traininghealth.samples.reported;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;

/**
 * A network with its data before training.
 *
 * @param network the network to train
 * @param iterations number of iterations
 * @param minibatches the minibatch of each iteration, called in order from 0
 * @param error the error of the trained network; smaller is better
 */
record Scene(
    MultiLayerNetwork network,
    int iterations,
    IntFunction<DataSet> minibatches,
    ToDoubleFunction<MultiLayerNetwork> error)
    implements Trainee {

  /** A regression on examples that are divided into minibatches of a size. */
  static Scene ofNumbers(MultiLayerNetwork network, DataSet data, int size, int iterations) {
    List<DataSet> minibatches = divided(data, size);
    return new Scene(
        network,
        iterations,
        i -> minibatches.get(i % minibatches.size()),
        trained -> squaredError(trained, data));
  }

  /** A classification of examples that are divided into minibatches of a size. */
  static Scene ofClasses(MultiLayerNetwork network, DataSet data, int size, int iterations) {
    List<DataSet> minibatches = divided(data, size);
    return new Scene(
        network,
        iterations,
        i -> minibatches.get(i % minibatches.size()),
        trained -> wrongShare(trained, data));
  }

  private static List<DataSet> divided(DataSet data, int size) {
    return size >= data.numExamples() ? List.of(data) : data.batchBy(size);
  }

  @Override
  public void train() {
    for (int i = 0; i < iterations; i++) {
      network.fit(minibatches.apply(i));
    }
  }

  @Override
  public double result() {
    double result = error.applyAsDouble(network);
    return Double.isNaN(result) ? Double.POSITIVE_INFINITY : result;
  }

  /** Mean squared error, relative to the variance of the labels. */
  static double squaredError(MultiLayerNetwork network, DataSet data) {
    INDArray labels = data.getLabels();
    INDArray wrong = network.output(data.getFeatures()).sub(labels);
    double error = wrong.norm2Number().doubleValue();
    double variance = labels.var(false, 0).meanNumber().doubleValue();
    return error * error / wrong.length() / variance;
  }

  /** Share of the examples that are classified wrongly; labels may be numbers of classes. */
  static double wrongShare(MultiLayerNetwork network, DataSet data) {
    INDArray output = network.output(data.getFeatures());
    if (output.isNaN().any()) {
      return 1;
    }
    INDArray labels = data.getLabels();
    int wrong = 0;
    for (int row = 0; row < data.numExamples(); row++) {
      int expected =
          labels.columns() == 1 ? labels.getInt(row, 0) : labels.getRow(row).argMax().getInt(0);
      wrong += output.getRow(row).argMax().getInt(0) != expected ? 1 : 0;
    }
    return wrong / (double) data.numExamples();
  }

  /** A standardized copy of the examples. */
  static DataSet normalized(DataSet data, boolean labels) {
    DataSet copy = data.copy();
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fitLabel(labels);
    normalizer.fit(copy);
    normalizer.transform(copy);
    return copy;
  }
}
