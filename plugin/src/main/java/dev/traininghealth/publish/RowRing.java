package dev.traininghealth.publish;

import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.record.SegmentRows;

/**
 * Passes rows from the training thread to the history, preallocated and without a lock. One thread
 * at a time adds rows, and one at a time takes them.
 */
final class RowRing {
  /**
   * Bytes of the ring, from which the number of rows follows within the limits below. They hold
   * some seconds of most training runs.
   */
  private static final int RING_BYTES = 2 << 20;

  private static final int MIN_ROWS = 64;
  private static final int MAX_ROWS = 4096;

  private final RowLayout shape;
  private final int mask;
  private final double[] cells;
  private final long[] iterations;
  private final long[] times;
  private final int[] epochs;

  /** Whether the row is a validation score for an iteration that may already have a row. */
  private final boolean[] validations;

  /** Numbers of rows added and taken so far. */
  private volatile long added;

  private volatile long taken;

  RowRing(RowLayout shape) {
    this.shape = shape;
    int fitting = Integer.highestOneBit(RING_BYTES / (8 * shape.width));
    int rows = Math.max(MIN_ROWS, Math.min(MAX_ROWS, fitting));
    mask = rows - 1;
    cells = new double[rows * shape.width];
    iterations = new long[rows];
    times = new long[rows];
    epochs = new int[rows];
    validations = new boolean[rows];
  }

  int capacity() {
    return mask + 1;
  }

  int size() {
    return (int) (added - taken);
  }

  /** Number of rows added so far. */
  long added() {
    return added;
  }

  /** Number of rows moved into the history so far. */
  long taken() {
    return taken;
  }

  boolean isEmpty() {
    return added == taken;
  }

  boolean isFull() {
    return size() > mask;
  }

  /** Adds a row; there must be room. */
  void add(MeasurementWriter m) {
    long next = added;
    int row = (int) next & mask;
    shape.write(m, cells, row * shape.width);
    iterations[row] = m.iteration;
    times[row] = m.timeMillis;
    epochs[row] = m.epoch;
    validations[row] = false;
    added = next + 1; // last, so that the taking thread sees the whole row
  }

  /** Adds a validation score; there must be room. */
  void addValidation(double score, long iteration, long timeMillis, int epoch) {
    long next = added;
    int row = (int) next & mask;
    cells[row * shape.width] = score;
    iterations[row] = iteration;
    times[row] = timeMillis;
    epochs[row] = epoch;
    validations[row] = true;
    added = next + 1;
  }

  /** Moves all rows into a history. */
  void drainTo(SegmentHistory history, RowReader reader) {
    long end = added;
    for (long next = taken; next < end; next++) {
      int row = (int) next & mask;
      if (validations[row]) {
        SegmentRows rows = history.rowOf(iterations[row], times[row], epochs[row]);
        reader.readValidation(cells[row * shape.width], rows);
      } else {
        SegmentRows rows = history.nextRow(iterations[row], times[row], epochs[row]);
        reader.read(cells, row * shape.width, rows);
      }
      taken = next + 1;
    }
  }
}
