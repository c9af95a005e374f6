package dev.traininghealth.samples.corpus;

import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Evaluates a network on examples as in use: without dropout, with running statistics. */
final class Evaluation {
  /** Examples per pass. */
  static final int TOGETHER = 500;

  /** Value from which on a single output means yes. */
  private static final double THRESHOLD = 0.5;

  private final MultiLayerNetwork network;

  Evaluation(MultiLayerNetwork network) {
    this.network = network;
  }

  /** Mean score, with regularization, by DL4J. */
  double score(Examples examples) {
    double sum = 0;
    for (int from = 0; from < examples.size(); from += TOGETHER) {
      DataSet some = some(examples, from);
      sum += network.score(some, false) * some.numExamples();
    }
    return sum / examples.size();
  }

  /**
   * Squared error relative to that of predicting each column's mean; NaN if the labels do not vary,
   * or are indices of classes.
   */
  double relativeError(Examples examples) {
    double error = 0;
    double variance = 0;
    INDArray labels = rows(examples.all().getLabels());
    INDArray mean = labels.mean(0);
    for (int from = 0; from < examples.size(); from += TOGETHER) {
      DataSet some = some(examples, from);
      INDArray outputs = rows(network.output(some.getFeatures(), false));
      INDArray expected = rows(some.getLabels());
      if (outputs.size(1) != expected.size(1)) {
        return Double.NaN;
      }
      double missed = outputs.sub(expected).norm2Number().doubleValue();
      error += missed * missed;
      double distance = expected.subRowVector(mean).norm2Number().doubleValue();
      variance += distance * distance;
    }
    return error / variance;
  }

  /** Share of correctly predicted labels, or steps of them; an output of NaN is never correct. */
  double accuracy(Examples examples) {
    long right = 0;
    long all = 0;
    for (int from = 0; from < examples.size(); from += TOGETHER) {
      DataSet some = some(examples, from);
      INDArray labels = some.getLabels();
      right += right(network.output(some.getFeatures(), false), labels);
      all += labels.length() / labels.size(1);
    }
    return (double) right / all;
  }

  /** Number of correctly predicted labels, each a row of classes or, alone, an index. */
  static long right(INDArray outputs, INDArray labels) {
    INDArray outputRows = rows(outputs);
    INDArray labelRows = rows(labels);
    boolean indices = labelRows.size(1) == 1 && outputRows.size(1) > 1;
    long right = 0;
    for (long row = 0; row < labelRows.size(0); row++) {
      int found = classOf(outputRows, row);
      int label = indices ? (int) labelRows.getDouble(row, 0) : classOf(labelRows, row);
      right += found >= 0 && found == label ? 1 : 0;
    }
    return right;
  }

  private static DataSet some(Examples examples, int from) {
    int end = Math.min(from + TOGETHER, examples.size());
    return examples.minibatch(IntStream.range(from, end).toArray());
  }

  /** An array with each step of a series, [example, n, step], as a row. */
  static INDArray rows(INDArray array) {
    return array.rank() == 3
        ? array.permute(0, 2, 1).dup('c').reshape('c', array.size(0) * array.size(2), array.size(1))
        : array;
  }

  private static int classOf(INDArray rows, long row) {
    int columns = (int) rows.size(1);
    int largest = 0;
    for (int column = 0; column < columns; column++) {
      double value = rows.getDouble(row, column);
      if (Double.isNaN(value)) {
        return -1;
      }
      if (value > rows.getDouble(row, largest)) {
        largest = column;
      }
    }
    if (columns == 1) {
      return rows.getDouble(row, 0) > THRESHOLD ? 1 : 0;
    }
    return largest;
  }
}
