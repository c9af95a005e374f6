package dev.traininghealth.record;

/**
 * The growing end of a history. Up to a fixed number of rows, one per iteration, form a {@link
 * Segment} of level 0. It is reused when it is full.
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
   * Creates an empty buffer of rows.
   *
   * @param series number of values per row
   * @param capacity maximum number of rows
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

  /** {@return the number of rows} */
  public int count() {
    return count;
  }

  /** {@return whether no row can be added} */
  public boolean isFull() {
    return count == iterations.length;
  }

  /**
   * Adds a row without values; there must be room.
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

  /** {@return DL4J's iteration number of the last row, which must exist} */
  public long lastIteration() {
    return iterations[count - 1];
  }

  /**
   * Sets a value of the last row.
   *
   * @param series index of the series
   * @param value the measured value; may be NaN or infinite
   */
  public void set(int series, double value) {
    columns[series][count - 1] = ShortDouble.encode(value);
  }

  /**
   * Creates a segment of the rows, which are kept.
   *
   * @param run start of the run, see {@link RunDescription#startMillis()}
   * @param firstRow number of the run's rows before these
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
