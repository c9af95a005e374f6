package dev.traininghealth.detect.builtin.conditions;

import java.util.Arrays;

/**
 * The time of an iteration's parts over a run, in blocks, in constant memory: the latest blocks as
 * they are, and all of them merged to at most {@value #MAX_BLOCKS}.
 */
final class StepHistory {
  /** Merged blocks: sixteen to a quarter of the run. */
  private static final int MAX_BLOCKS = 64;

  /**
   * Blocks at the start of a run that are left out, about a second each: code is compiled, and
   * caches are filled.
   */
  private static final int STARTING_BLOCKS = 5;

  /** Consecutive blocks whose mean is the reference; a single one may be low by chance. */
  private static final int REFERENCE_BLOCKS = 4;

  /** Latest blocks that must all be slow, about half a minute. */
  static final int RECENT_BLOCKS = 30;

  /** Blocks before anything is compared, so that a quarter of them ends before the latest. */
  static final int MIN_BLOCKS = STARTING_BLOCKS + RECENT_BLOCKS * 4 / 3;

  private final double[][] merged = new double[MAX_BLOCKS][Part.COUNT];
  private final double[][] recent = new double[RECENT_BLOCKS][Part.COUNT];

  /** Blocks so far, without those of the start. */
  private long blocks;

  private int starting;

  /** Blocks in a merged one. */
  private int stride = 1;

  void add(double[] parts) {
    if (starting < STARTING_BLOCKS) {
      starting++;
      return;
    }
    recent[(int) (blocks % RECENT_BLOCKS)] = parts;
    if (blocks == (long) stride * MAX_BLOCKS) {
      halve();
    }
    double[] into = merged[(int) (blocks / stride)];
    double weight = 1.0 / (blocks % stride + 1);
    for (int i = 0; i < Part.COUNT; i++) {
      into[i] += weight * (parts[i] - into[i]);
    }
    blocks++;
  }

  private void halve() {
    for (int i = 0; i < MAX_BLOCKS / 2; i++) {
      for (int part = 0; part < Part.COUNT; part++) {
        merged[i][part] = (merged[2 * i][part] + merged[2 * i + 1][part]) / 2;
      }
    }
    for (int i = MAX_BLOCKS / 2; i < MAX_BLOCKS; i++) {
      Arrays.fill(merged[i], 0);
    }
    stride *= 2;
  }

  boolean isLongEnough() {
    return blocks + STARTING_BLOCKS >= MIN_BLOCKS;
  }

  /** {@return how many merged blocks lie in the first quarter of the run, at least one} */
  private int firstQuarter() {
    return (int) Math.max(1, blocks / 4 / stride);
  }

  /** {@return the parts of an iteration in the quietest time of the run's first quarter} */
  double[] reference() {
    int quarter = firstQuarter();
    int length = Math.min(REFERENCE_BLOCKS, quarter);
    double[] best = new double[Part.COUNT];
    double lowest = Double.POSITIVE_INFINITY;
    for (int start = 0; start + length <= quarter; start++) {
      double[] mean = new double[Part.COUNT];
      for (int i = start; i < start + length; i++) {
        for (int part = 0; part < Part.COUNT; part++) {
          mean[part] += merged[i][part] / length;
        }
      }
      if (total(mean) < lowest) {
        lowest = total(mean);
        best = mean;
      }
    }
    return best;
  }

  /** {@return the time of an iteration in the slowest block of the run's first quarter} */
  double slowestAtFirst() {
    double slowest = 0;
    for (int i = 0; i < firstQuarter(); i++) {
      slowest = Math.max(slowest, total(merged[i]));
    }
    return slowest;
  }

  /** {@return the time of an iteration that all but a quarter of the latest blocks exceed} */
  double lastingLevel() {
    double[] totals = Arrays.stream(recent).mapToDouble(StepHistory::total).sorted().toArray();
    return totals[RECENT_BLOCKS / 4];
  }

  /** {@return the medians of the parts of an iteration over the latest blocks} */
  double[] recent() {
    double[] medians = new double[Part.COUNT];
    for (int part = 0; part < Part.COUNT; part++) {
      int at = part;
      double[] values = Arrays.stream(recent).mapToDouble(block -> block[at]).sorted().toArray();
      medians[part] = values[RECENT_BLOCKS / 2];
    }
    return medians;
  }

  static double total(double[] parts) {
    return Arrays.stream(parts).sum();
  }
}
