package dev.traininghealth.compare;

import java.util.Arrays;

/**
 * The blocks in which two runs are compared. A block is a stretch of the common axis; it grows with
 * its position, because training slows down, and because old rows are coarse: a recording keeps few
 * buckets of its past.
 */
final class Blocks {
  /**
   * Minimum of iterations in a block. The mean of eight has about a third of the noise of one, and
   * the start of a run, where much happens, still has several blocks.
   */
  static final int MIN_ITERATIONS = 8;

  /**
   * Share of the way from the first block to a block that it takes itself: a course that falls as a
   * power of the iterations changes by a few percent within it, and a million iterations have 150
   * blocks.
   */
  static final double SHARE = 1.0 / 16;

  /** Rows that a block must have room for, so that coarse ones are no coarser than it. */
  private static final int MIN_ROWS = 2;

  /** Ends of the blocks; the first block begins at {@link #begin}. */
  private final double[] ends;

  private final double begin;

  private Blocks(double begin, double[] ends) {
    this.begin = begin;
    this.ends = ends;
  }

  /**
   * Divides what two runs have in common.
   *
   * @param perIteration length of an iteration along the axis; the larger one of both runs
   */
  static Blocks of(RowPositions one, RowPositions other, double perIteration) {
    double begin = Math.max(one.begin(), other.begin());
    double end = Math.min(one.end(), other.end());
    double[] ends = new double[16];
    int count = 0;
    double from = begin;
    while (from < end) {
      double width = Math.max(MIN_ITERATIONS * perIteration, (from - begin) * SHARE);
      double coarsest = Math.max(widest(one, from, width), widest(other, from, width));
      double to = from + Math.max(width, MIN_ROWS * coarsest);
      if (to > end) {
        break; // An incomplete block has other noise than the others.
      }
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, 2 * count);
      }
      ends[count++] = to;
      from = to;
    }
    return new Blocks(begin, Arrays.copyOf(ends, count));
  }

  private static double widest(RowPositions rows, double from, double width) {
    double widest = 0;
    int first = Math.max(0, rows.rowAt(from) - 1); // one that begins before
    for (int i = first; i < rows.size() && rows.begin(i) < from + width; i++) {
      widest = Math.max(widest, rows.width(i));
    }
    return widest;
  }

  int size() {
    return ends.length;
  }

  double begin(int block) {
    return block == 0 ? begin : ends[block - 1];
  }

  double end(int block) {
    return ends[block];
  }

  double middle(int block) {
    return (begin(block) + ends[block]) / 2;
  }

  /** The block of the middle of each row; -1 for a row outside of them. */
  int[] ofRows(RowPositions rows) {
    int[] blocks = new int[rows.size()];
    int block = 0;
    for (int i = 0; i < blocks.length; i++) {
      double middle = rows.middle(i);
      while (block < ends.length && ends[block] <= middle) {
        block++;
      }
      blocks[i] = block < ends.length && middle >= begin ? block : -1;
    }
    return blocks;
  }
}
