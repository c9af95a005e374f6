package dev.traininghealth.record;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The columns of many iterations; immutable. A bucket holds the records of 2<sup>level</sup>
 * consecutive iterations: one in a fresh segment, more in a coarser one, which keeps a long run
 * small. Per series a bucket keeps minimum, maximum, mean and count of the finite values, and the
 * non-finite values. Coarsening therefore loses neither a spike nor a NaN.
 *
 * <p>A value that was not measured at an iteration is absent and lowers the count. Values have a
 * relative error of at most 5e-7. No finite value is shown as Infinity, and none except 0 as 0.
 *
 * <p>All values are read from the record's own bytes, so that storage, recorder and UI share one
 * copy. Indices are checked only as far as arrays check them.
 */
public final class Segment {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] payload;
  private final SegmentFormat format;
  private final int level;
  private final int buckets;

  private Segment(byte[] payload, SegmentFormat format) {
    this.payload = payload;
    this.format = format;
    level = format.level;
    buckets = format.buckets;
  }

  /** Reads bytes of another source, and checks all of them. */
  static Segment read(byte[] payload) throws RecordException {
    SegmentFormat format = SegmentFormat.of(payload);
    format.check(payload);
    return new Segment(payload, format);
  }

  /** Reads bytes that this process has just written. */
  static Segment ofWritten(byte[] payload) {
    try {
      return new Segment(payload, SegmentFormat.of(payload));
    } catch (RecordException e) {
      throw new IllegalStateException("the plugin cannot read what it wrote", e);
    }
  }

  /**
   * Selects the segments that together hold every recorded row once, in the order of recording.
   * While segments are merged, a storage briefly holds some rows twice. Segments inside a coarser
   * segment of the same run are left out.
   *
   * @param segments segments of one session and worker, in any order
   * @return the segments to show: run after run, and within a run in the order of recording
   */
  public static List<Segment> inOrder(Collection<Segment> segments) {
    List<Segment> sorted = new ArrayList<>(segments);
    sorted.sort(
        Comparator.comparingLong(Segment::run)
            .thenComparingLong(Segment::firstRow)
            .thenComparing(Comparator.comparingLong(Segment::rows).reversed()));
    List<Segment> kept = new ArrayList<>(sorted.size());
    Segment last = null;
    for (Segment segment : sorted) {
      if (last == null
          || segment.run() != last.run()
          || segment.firstRow() + segment.rows() > last.firstRow() + last.rows()) {
        kept.add(segment);
        last = segment;
      }
    }
    return kept;
  }

  /**
   * Identifies the run among those of the same session and worker.
   *
   * @return {@link RunDescription#startMillis()} of this segment's run
   */
  public long run() {
    return format.run;
  }

  /**
   * The index of the first row among the rows recorded since the start of the run. It never
   * repeats, unlike iterations, which a user may set back.
   *
   * @return 0 for the first row of the run
   */
  public long firstRow() {
    return format.firstRow;
  }

  /**
   * The number of rows (recorded iterations).
   *
   * @return {@code buckets() << level()}
   */
  public long rows() {
    return (long) buckets << level;
  }

  /** {@return the base-2 logarithm of the number of rows per bucket} */
  public int level() {
    return level;
  }

  /** {@return the number of buckets, 0 or more} */
  public int buckets() {
    return buckets;
  }

  /** {@return the number of series, as many as in the run's {@link RunDescription#series()}} */
  public int series() {
    return format.series;
  }

  /**
   * The iteration of a bucket's first row.
   *
   * @param bucket index of the bucket
   * @return DL4J's iteration number
   */
  public long firstIteration(int bucket) {
    return (long)
        LONGS.get(payload, SegmentFormat.HEAD_BYTES + 8 * Objects.checkIndex(bucket, buckets));
  }

  /**
   * The iteration of a bucket's last row. It is smaller than that of the first row if the user set
   * the iteration back in between.
   *
   * @param bucket index of the bucket
   * @return DL4J's iteration number
   */
  public long lastIteration(int bucket) {
    return (long)
        LONGS.get(
            payload,
            SegmentFormat.HEAD_BYTES + 8 * (buckets + Objects.checkIndex(bucket, buckets)));
  }

  /**
   * The time of a bucket's last row.
   *
   * @param bucket index of the bucket
   * @return milliseconds since 1970
   */
  public long timeMillis(int bucket) {
    return (long)
        LONGS.get(
            payload,
            SegmentFormat.HEAD_BYTES + 8 * (2 * buckets + Objects.checkIndex(bucket, buckets)));
  }

  /**
   * The epoch of a bucket's last row.
   *
   * @param bucket index of the bucket
   * @return DL4J's epoch number
   */
  public int epoch(int bucket) {
    return (int)
        INTS.get(
            payload,
            SegmentFormat.HEAD_BYTES + 24 * buckets + 4 * Objects.checkIndex(bucket, buckets));
  }

  /**
   * The number of finite values of a series in a bucket.
   *
   * @param series index of the series
   * @param bucket index of the bucket
   * @return 0 if no finite value was measured
   */
  public int count(int series, int bucket) {
    if (level == 0) {
      return ShortDouble.isFinite(code(series, bucket)) ? 1 : 0;
    }
    return Column.get(payload, format.offset(series, SegmentFormat.COUNT), buckets, bucket);
  }

  /**
   * The smallest finite value of a series in a bucket.
   *
   * @param series index of the series
   * @param bucket index of the bucket
   * @return NaN if {@link #count} is 0
   */
  public double min(int series, int bucket) {
    return level == 0 ? single(series, bucket) : value(series, SegmentFormat.MIN, bucket);
  }

  /**
   * The largest finite value of a series in a bucket.
   *
   * @param series index of the series
   * @param bucket index of the bucket
   * @return NaN if {@link #count} is 0
   */
  public double max(int series, int bucket) {
    return level == 0 ? single(series, bucket) : value(series, SegmentFormat.MAX, bucket);
  }

  /**
   * The mean of the finite values of a series in a bucket.
   *
   * @param series index of the series
   * @param bucket index of the bucket
   * @return NaN if {@link #count} is 0
   */
  public double mean(int series, int bucket) {
    return level == 0 ? single(series, bucket) : value(series, SegmentFormat.MEAN, bucket);
  }

  /**
   * The non-finite values of a series.
   *
   * @param series index of the series
   * @return one entry for each bucket that has such values, in the order of the buckets
   */
  public List<NonFinite> nonFinite(int series) {
    if (level > 0) {
      return NonFiniteList.read(this, payload, format.offset(series, SegmentFormat.NON_FINITE));
    }
    List<NonFinite> found = new ArrayList<>();
    for (int b = 0; b < buckets; b++) {
      int code = code(series, b);
      if (!ShortDouble.isFinite(code) && code != ShortDouble.ABSENT) {
        boolean positive = code == ShortDouble.POSITIVE_INFINITY;
        boolean negative = code == ShortDouble.NEGATIVE_INFINITY;
        found.add(
            new NonFinite(
                b,
                positive || negative ? 0 : 1,
                positive ? 1 : 0,
                negative ? 1 : 0,
                firstIteration(b),
                lastIteration(b)));
      }
    }
    return found;
  }

  byte[] payload() {
    return payload;
  }

  /**
   * Copies minimum, maximum, mean and count of all buckets of a series, in encoded form.
   *
   * @return whether the series has non-finite values
   */
  boolean copyColumns(int series, int[] min, int[] max, int[] mean, int[] count, int at) {
    if (level > 0) {
      Column.read(payload, format.offset(series, SegmentFormat.MIN), buckets, min, at);
      Column.read(payload, format.offset(series, SegmentFormat.MAX), buckets, max, at);
      Column.read(payload, format.offset(series, SegmentFormat.MEAN), buckets, mean, at);
      Column.read(payload, format.offset(series, SegmentFormat.COUNT), buckets, count, at);
      return !NonFiniteList.isEmpty(payload, format.offset(series, SegmentFormat.NON_FINITE));
    }
    Column.read(payload, format.offset(series), buckets, mean, at);
    boolean nonFinite = false;
    for (int i = at; i < at + buckets; i++) {
      int value = mean[i];
      boolean finite = ShortDouble.isFinite(value);
      nonFinite |= !finite && value != ShortDouble.ABSENT;
      value = finite ? value : ShortDouble.ABSENT;
      count[i] = finite ? 1 : 0;
      mean[i] = value;
      min[i] = value;
      max[i] = value;
    }
    return nonFinite;
  }

  private int code(int series, int bucket) {
    return Column.get(payload, format.offset(series), buckets, bucket);
  }

  private double single(int series, int bucket) {
    int code = code(series, bucket);
    return ShortDouble.isFinite(code) ? ShortDouble.decode(code) : Double.NaN;
  }

  private double value(int series, int column, int bucket) {
    return ShortDouble.decode(Column.get(payload, format.offset(series, column), buckets, bucket));
  }
}
