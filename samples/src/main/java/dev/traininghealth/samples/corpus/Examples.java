package dev.traininghealth.samples.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.longer.MatchCondition;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.conditions.Conditions;

/**
 * Features and labels. Both are kept as matrices with one example per row, from which one operation
 * draws a minibatch. Minibatches have the original shape.
 */
final class Examples {
  private final INDArray features;
  private final INDArray labels;
  private final long[] featureShape;
  private final long[] labelShape;

  /**
   * Keeps examples.
   *
   * @param features [example, n], or [example, features, step] for series
   * @param labels [example, n], or [example, n, step]
   */
  Examples(INDArray features, INDArray labels) {
    this.features = rows(features);
    this.labels = rows(labels);
    featureShape = features.shape();
    labelShape = labels.shape();
  }

  private static INDArray rows(INDArray array) {
    return array.reshape('c', array.size(0), array.length() / array.size(0));
  }

  int size() {
    return (int) features.size(0);
  }

  /** Number of outputs that a network needs: columns of the labels. */
  long outputs() {
    return labelShape[1];
  }

  /** Whether each step has a label. */
  boolean labelsAreSeries() {
    return labelShape.length == 3;
  }

  /** The examples with these indices, in this order. */
  DataSet minibatch(int... indices) {
    return new DataSet(
        pulled(features, featureShape, indices), pulled(labels, labelShape, indices));
  }

  /** All examples in their order, copied. */
  DataSet all() {
    return minibatch(IntStream.range(0, size()).toArray());
  }

  /** All examples in their order, in minibatches of that size. */
  DataSetIterator inOrder(int size) {
    List<DataSet> minibatches = new ArrayList<>();
    for (int from = 0; from < size(); from += size) {
      minibatches.add(minibatch(IntStream.range(from, Math.min(from + size, size())).toArray()));
    }
    return new ExistingDataSetIterator(minibatches);
  }

  /** The examples without a NaN among features and labels; these themselves if there is none. */
  Examples withoutNaN() {
    if (!hasNaN(features) && !hasNaN(labels)) {
      return this;
    }
    int[] complete =
        IntStream.range(0, size())
            .filter(i -> !hasNaN(features.getRow(i)) && !hasNaN(labels.getRow(i)))
            .toArray();
    if (complete.length == 0) {
      return this;
    }
    DataSet some = minibatch(complete);
    return new Examples(some.getFeatures(), some.getLabels());
  }

  private static boolean hasNaN(INDArray array) {
    return Nd4j.getExecutioner().exec(new MatchCondition(array, Conditions.isNan())).getLong(0) > 0;
  }

  private static INDArray pulled(INDArray rows, long[] shape, int... indices) {
    INDArray pulled = Nd4j.pullRows(rows, 1, indices, 'c');
    long[] pulledShape = shape.clone();
    pulledShape[0] = indices.length;
    return pulled.reshape('c', pulledShape);
  }
}
