package dev.traininghealth.record;

/**
 * The growing end of a history: up to a fixed number of rows, one iteration each, that make a
 * {@link Segment} of level 0. Reused when it is full.
 *
 * @hidden
 */
public final class SegmentRows {
  private final PayloadWriter out = new PayloadWriter();
  private final int[][] columns;
  private final long[] iterations;
  private final long[] times;
  private final int[] epochs;
  private int count;

  /**
   * Creates room for rows.
   *
   * @param series how many values a row has
   * @param capacity how many rows there is room for
   */
  public SegmentRows(int series, int capacity) {
    columns = new int[series][capacity];
    iterations = new long[capacity];
    times = new long[capacity];
    epochs = new int[capacity];
  }

  /** Removes all rows. */
  public void clear() {
    count = 0;
  }

  /**
   * Counts the rows.
   *
   * @return how many there are
   */
  public int count() {
    return count;
  }

  /**
   * Tells whether there is no room.
   *
   * @return whether no row can be added
   */
  public boolean isFull() {
    return count == iterations.length;
  }

  /**
   * Adds a row in which nothing was measured yet; there must be room.
   *
   * @param iteration DL4J's iteration number
   * @param timeMillis its time, milliseconds since 1970
   * @param epoch DL4J's epoch number
   */
  public void add(long iteration, long timeMillis, int epoch) {
    iterations[count] = iteration;
    times[count] = timeMillis;
    epochs[count] = epoch;
    for (int[] column : columns) {
      column[count] = ShortDouble.ABSENT;
    }
    count++;
  }

  /**
   * The iteration of the last row, which there must be.
   *
   * @return DL4J's iteration number
   */
  public long lastIteration() {
    return iterations[count - 1];
  }

  /**
   * Sets a value of the last row.
   *
   * @param series index of the series
   * @param value what was measured; may be NaN or infinite
   */
  public void set(int series, double value) {
    columns[series][count - 1] = ShortDouble.encode(value);
  }

  /**
   * Makes a segment of the rows, which stay.
   *
   * @param run when the run began, see {@link RunDescription#startMillis()}
   * @param firstRow how many rows of the run come before these
   * @return a segment of level 0
   */
  public Segment toSegment(long run, long firstRow) {
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
