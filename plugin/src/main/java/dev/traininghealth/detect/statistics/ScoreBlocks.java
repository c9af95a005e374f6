package dev.traininghealth.detect.statistics;

import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.Arrays;

/**
 * The course of the score over the whole run, as at most {@value #MAX_BLOCKS} block means.
 *
 * <p>All blocks have equally many iterations. When the array is full, neighboring blocks are merged
 * and blocks become twice as long. Non-finite scores are left out. Block means are nearly
 * independent even if neighboring scores are not. Tests on them therefore keep their rate of false
 * alarms (batch means, Law and Carson 1979).
 */
final class ScoreBlocks implements Restorable {
  /**
   * Maximum number of blocks. Merging leaves half of them, so that a quarter of the run has 4 to 8
   * blocks and half of it 7 to 15 differences.
   */
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
   * {@return the number of complete blocks, at least {@value #MAX_BLOCKS} / 2 once there were
   * {@value #MAX_BLOCKS}}
   */
  int count() {
    return blocks;
  }

  double mean(int block) {
    return means[block];
  }

  /** {@return the mean of the first block, or 0 before it is complete} */
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

  /** {@return the number of iterations in all complete blocks together} */
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
      throw new IllegalArgumentException(
          "there are " + saved.length + " blocks, but at most " + MAX_BLOCKS + " are allowed");
    }
    System.arraycopy(saved, 0, means, 0, saved.length);
    blocks = saved.length;
    width = from.getLong("width");
    sum = from.getDouble("sum");
    inSum = from.getLong("inSum");
  }
}
