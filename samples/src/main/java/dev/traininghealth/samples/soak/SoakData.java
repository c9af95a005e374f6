package dev.traininghealth.samples.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The minibatches of a soak run: three overlapping clusters of points, and now and then a minibatch
 * with NaN or with features a million times too large.
 */
final class SoakData {
  static final int FEATURES = 8;
  static final int CLASSES = 3;

  /** One minibatch in this many has a row of NaN. */
  static final int NAN_INTERVAL = 2000;

  /** One minibatch in this many has features that are far too large. */
  static final int SPIKE_INTERVAL = 2000;

  /** After one iteration in this many a weight becomes NaN, so that a rollback is necessary. */
  static final int DAMAGE_INTERVAL = 5000;

  private static final int MINIBATCHES = 128;
  private static final int EXAMPLES = 32;
  private static final double SPIKE = 1e6;

  private final List<DataSet> usual = new ArrayList<>();
  private final DataSet broken;
  private final DataSet large;

  SoakData(long seed) {
    Random random = new Random(seed);
    double[][] centers = new double[CLASSES][FEATURES];
    for (double[] center : centers) {
      for (int i = 0; i < FEATURES; i++) {
        center[i] = random.nextGaussian();
      }
    }
    for (int i = 0; i < MINIBATCHES; i++) {
      usual.add(minibatch(centers, random));
    }
    broken = minibatch(centers, random);
    broken.getFeatures().getRow(0).assign(Double.NaN);
    large = minibatch(centers, random);
    large.getFeatures().muli(SPIKE);
  }

  private static DataSet minibatch(double[][] centers, Random random) {
    double[][] features = new double[EXAMPLES][FEATURES];
    double[][] labels = new double[EXAMPLES][CLASSES];
    for (int row = 0; row < EXAMPLES; row++) {
      int label = random.nextInt(CLASSES);
      labels[row][label] = 1;
      for (int i = 0; i < FEATURES; i++) {
        features[row][i] = centers[label][i] + 1.5 * random.nextGaussian();
      }
    }
    return new DataSet(
        Nd4j.createFromArray(features).castTo(Nd4j.defaultFloatingPointType()),
        Nd4j.createFromArray(labels).castTo(Nd4j.defaultFloatingPointType()));
  }

  /** The minibatch of an iteration, the same in each run. */
  DataSet minibatch(int iteration) {
    if (iteration % NAN_INTERVAL == NAN_INTERVAL / 2) {
      return broken;
    }
    if (iteration % SPIKE_INTERVAL == SPIKE_INTERVAL / 10 * 4) {
      return large;
    }
    return usual.get(iteration % usual.size());
  }

  /** Whether a weight becomes NaN after an iteration. */
  static boolean damagesAfter(int iteration) {
    return iteration % DAMAGE_INTERVAL == DAMAGE_INTERVAL / 10 * 3;
  }
}
