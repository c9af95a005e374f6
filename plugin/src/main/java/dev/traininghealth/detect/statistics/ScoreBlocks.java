package dev.traininghealth.detect.statistics;

import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.Arrays;

/**
 * The course of the score over the whole run in at most {@value #MAX_BLOCKS} means of equally many
 * iterations: when they are full, neighbors are joined, and each block holds twice as many. What is
 * not finite is left out. Means of blocks are nearly independent even where scores of neighboring
 * iterations are not, so that tests on them keep their rate of false alarms (batch means; Law and
 * Carson 1979).
 */
final class ScoreBlocks implements Restorable {
  static final int MAX_BLOCKS = 32;

  private final double[] means = new double[MAX_BLOCKS];
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
    if (blocks == MAX_BLOCKS) {
      for (int i = 0; i < MAX_BLOCKS / 2; i++) {
        means[i] = (means[2 * i] + means[2 * i + 1]) / 2;
      }
      blocks = MAX_BLOCKS / 2;
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
   * Complete blocks, from {@value #MAX_BLOCKS} / 2 to {@value #MAX_BLOCKS} once there were so many
   * iterations.
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
    if (saved.length > MAX_BLOCKS) {
      throw new IllegalArgumentException(saved.length + " blocks, and not up to " + MAX_BLOCKS);
    }
    System.arraycopy(saved, 0, means, 0, saved.length);
    blocks = saved.length;
    width = from.getLong("width");
    sum = from.getDouble("sum");
    inSum = from.getLong("inSum");
  }
}
