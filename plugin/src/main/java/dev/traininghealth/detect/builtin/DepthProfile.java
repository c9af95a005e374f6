package dev.traininghealth.detect.builtin;

import dev.traininghealth.numbers.NetworkLayout;
import java.util.Arrays;

/**
 * A value of layers over their depth, and its least-squares line. Layers of equal depth, which
 * belong to several branches of a graph, count as one with their mean value.
 */
final class DepthProfile {
  private final NetworkLayout layout;

  // By depth.
  private final double[] sums;
  private final int[] counts;

  /** The layer with the smallest value at each depth. */
  private final int[] smallest;

  private final double[] smallestValues;

  DepthProfile(NetworkLayout layout) {
    this.layout = layout;
    int depths = 1 + layout.layers().stream().mapToInt(NetworkLayout.Layer::depth).max().orElse(-1);
    sums = new double[depths];
    counts = new int[depths];
    smallest = new int[depths];
    smallestValues = new double[depths];
  }

  void clear() {
    Arrays.fill(sums, 0);
    Arrays.fill(counts, 0);
    Arrays.fill(smallestValues, Double.POSITIVE_INFINITY);
  }

  /** Adds a layer's value, unless it is NaN. */
  void add(int layer, double value) {
    if (Double.isNaN(value)) {
      return;
    }
    int depth = layout.layers().get(layer).depth();
    sums[depth] += value;
    counts[depth]++;
    if (counts[depth] == 1 || value < smallestValues[depth]) {
      smallest[depth] = layer;
      smallestValues[depth] = value;
    }
  }

  /** Number of depths with a value. */
  int depths() {
    int n = 0;
    for (int count : counts) {
      n += count > 0 ? 1 : 0;
    }
    return n;
  }

  /** The layer with the smallest value at the least depth with a value. */
  int first() {
    return smallest[next(0)];
  }

  /** The layer with the smallest value at the greatest depth with a value. */
  int last() {
    return smallest[deepest()];
  }

  /** How much the value is less at the first depth than at the last; 0 without values. */
  double fall() {
    return depths() == 0 ? 0 : mean(deepest()) - mean(next(0));
  }

  /** Slope of the least-squares line, per depth with a value; NaN for fewer than two. */
  double slope() {
    int n = 0;
    double sumX = 0;
    double sumY = 0;
    double sumXx = 0;
    double sumXy = 0;
    for (int depth = next(0); depth < counts.length; depth = next(depth + 1)) {
      double y = mean(depth);
      sumX += n;
      sumXx += (double) n * n;
      sumY += y;
      sumXy += n * y;
      n++;
    }
    return (n * sumXy - sumX * sumY) / (n * sumXx - sumX * sumX);
  }

  private double mean(int depth) {
    return sums[depth] / counts[depth];
  }

  /** The next depth with a value, from this one on. */
  private int next(int depth) {
    int next = depth;
    while (next < counts.length && counts[next] == 0) {
      next++;
    }
    return next;
  }

  private int deepest() {
    int depth = counts.length - 1;
    while (counts[depth] == 0) {
      depth--;
    }
    return depth;
  }
}
