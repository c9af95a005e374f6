package dev.traininghealth.publish;

/**
 * The growing end of a history: up to a fixed number of rows, one iteration each, that make a
 * {@link Segment} of level 0. Reused when it is full.
 */
final class SegmentRows {
  private final PayloadWriter out = new PayloadWriter();
  private final int[][] columns;
  private final long[] iterations;
  private final long[] times;
  private final int[] epochs;
  private int count;

  SegmentRows(int series, int capacity) {
    columns = new int[series][capacity];
    iterations = new long[capacity];
    times = new long[capacity];
    epochs = new int[capacity];
  }

  void clear() {
    count = 0;
  }

  int count() {
    return count;
  }

  boolean isFull() {
    return count == iterations.length;
  }

  /** Adds a row in which nothing was measured yet. */
  void add(long iteration, long timeMillis, int epoch) {
    iterations[count] = iteration;
    times[count] = timeMillis;
    epochs[count] = epoch;
    for (int[] column : columns) {
      column[count] = ShortDouble.ABSENT;
    }
    count++;
  }

  /** The iteration of the last row, which there must be. */
  long lastIteration() {
    return iterations[count - 1];
  }

  /** Sets a value of the last row, which may be NaN or infinite. */
  void set(int series, double value) {
    columns[series][count - 1] = ShortDouble.encode(value);
  }

  Segment toSegment(long run, long firstRow) {
    out.clear();
    out.putLong(run);
    out.putLong(firstRow);
    out.putByte(0);
    out.putInt(count);
    out.putInt(columns.length);
    for (int i = 0; i < 2; i++) { // first and last iteration of the bucket are the same
      for (int b = 0; b < count; b++) {
        out.putLong(iterations[b]);
      }
    }
    for (int b = 0; b < count; b++) {
      out.putLong(times[b]);
    }
    for (int b = 0; b < count; b++) {
      out.putInt(epochs[b]);
    }
    for (int[] column : columns) {
      Column.write(out, column, count);
    }
    return Segment.ofWritten(out.toBytes());
  }
}
