package dev.traininghealth.detect.statistics;

import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.Arrays;

/**
 * The course of the score over the whole run in at most {@value #MOST} means of equally many
 * iterations: when they are full, neighbours are joined, and each block holds twice as many. What
 * is not finite is left out. Means of blocks are nearly independent even where scores of
 * neighbouring iterations are not, so that tests on them keep their rate of false alarms (batch
 * means; Law and Carson 1979).
 */
final class ScoreBlocks implements Restorable {
  static final int MOST = 32;

  private final double[] means = new double[MOST];
  private int blocks;
  private long width = 1;
  private double sum;
  private long inSum;

  void observe(double score) {
    if (!Double.isFinite(score)) {
      return;
    }
    sum += score;
    inSum++;
    if (inSum < width) {
      return;
    }
    if (blocks == MOST) {
      for (int i = 0; i < MOST / 2; i++) {
        means[i] = (means[2 * i] + means[2 * i + 1]) / 2;
      }
      blocks = MOST / 2;
      width *= 2;
      if (inSum < width) {
        return;
      }
    }
    means[blocks++] = sum / inSum;
    sum = 0;
    inSum = 0;
  }

  /**
   * Complete blocks, from {@value #MOST} / 2 to {@value #MOST} once there were so many iterations.
   */
  int count() {
    return blocks;
  }

  double mean(int block) {
    return means[block];
  }

  /** Mean of the first block; 0 before it is complete. */
  double firstMean() {
    return blocks == 0 ? 0 : means[0];
  }

  double smallest() {
    double smallest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < blocks; i++) {
      smallest = Math.min(smallest, means[i]);
    }
    return smallest;
  }

  /** Iterations that all complete blocks hold together. */
  long span() {
    return blocks * width;
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("means", Arrays.copyOf(means, blocks))
        .put("width", width)
        .put("sum", sum)
        .put("inSum", inSum);
  }

  @Override
  public void restore(SavedNumbers from) {
    double[] saved = from.getDoubles("means");
    if (saved.length > MOST) {
      throw new IllegalArgumentException(saved.length + " blocks, and not up to " + MOST);
    }
    System.arraycopy(saved, 0, means, 0, saved.length);
    blocks = saved.length;
    width = from.getLong("width");
    sum = from.getDouble("sum");
    inSum = from.getLong("inSum");
  }
}
