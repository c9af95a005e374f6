package dev.traininghealth.samples.noharm;

import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A fixed training set of matrices, from which minibatches are drawn. */
final class Pool {
  private final INDArray features;
  private final INDArray labels;
  private final Random random;

  Pool(DataSet examples, Random random) {
    features = examples.getFeatures();
    labels = examples.getLabels();
    this.random = random;
  }

  /** Different examples in random order. */
  DataSet minibatch(int size) {
    int[] rows = random.ints(0, (int) features.size(0)).distinct().limit(size).toArray();
    return new DataSet(Nd4j.pullRows(features, 1, rows, 'c'), Nd4j.pullRows(labels, 1, rows, 'c'));
  }
}
