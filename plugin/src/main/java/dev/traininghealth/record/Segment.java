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
 * The columns of many iterations; immutable. A bucket holds what was recorded at 2<sup>level</sup>
 * iterations in a row: one in a fresh segment, more in one that was made coarser to keep a long run
 * small. Per series a bucket keeps minimum, maximum and mean of the finite values, how many those
 * were, and what was not finite, so that coarsening loses neither a spike nor a NaN.
 *
 * <p>A value that was not measured at an iteration is not there: the count is smaller. Values are
 * exact to 5e-7 relative; no finite value is shown as Infinity, and none but 0 as 0.
 *
 * <p>Everything is read out of the record's own bytes, so that storage, recorder and UI share one
 * copy. Indices are not checked beyond what arrays check.
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

  /** Reads bytes that come from somewhere else: all of them are checked. */
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
   * Picks the segments that together hold every recorded row once, in the order of recording. While
   * segments are made coarser a storage holds rows twice for a moment: those inside a coarser
   * segment of the same run are left out.
   *
   * @param segments segments of one session and worker, in any order
   * @return those that are to be shown: run after run, and within a run in the order of recording
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
   * Tells runs of the same session and worker apart.
   *
   * @return {@link RunDescription#startMillis()} of the run that this segment belongs to
   */
  public long run() {
    return format.run;
  }

  /**
   * The place of the first row, counted in rows recorded since the run began. Other than
   * iterations, which a user may set back, it never repeats.
   *
   * @return 0 for the first row of the run
   */
  public long firstRow() {
    return format.firstRow;
  }

  /**
   * How many rows (recorded iterations) are in it.
   *
   * @return {@code buckets() << level()}
   */
  public long rows() {
    return (long) buckets << level;
  }

  /**
   * How coarse it is.
   *
   * @return the logarithm to base 2 of the rows in a bucket
   */
  public int level() {
    return level;
  }

  /**
   * The number of buckets.
   *
   * @return 0 or more
   */
  public int buckets() {
    return buckets;
  }

  /**
   * The number of series.
   *
   * @return as many as the run's {@link RunDescription#series()} has
   */
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
   * The iteration of a bucket's last row; smaller than the first one's where the user set the
   * iteration back between them.
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
   * How many finite values of a series were measured in a bucket.
   *
   * @param series index of the series
   * @param bucket index of the bucket
   * @return 0 where nothing finite was measured
   */
  public int count(int series, int bucket) {
    if (level == 0) {
      return ShortDouble.isFinite(code(series, bucket)) ? 1 : 0;
    }
    return Column.get(payload, format.offset(series, SegmentFormat.COUNT), buckets, bucket);
  }

  /**
   * The least finite value of a series in a bucket.
   *
   * @param series index of the series
   * @param bucket index of the bucket
   * @return NaN where {@link #count} is 0
   */
  public double min(int series, int bucket) {
    return level == 0 ? single(series, bucket) : value(series, SegmentFormat.MIN, bucket);
  }

  /**
   * The greatest finite value of a series in a bucket.
   *
   * @param series index of the series
   * @param bucket index of the bucket
   * @return NaN where {@link #count} is 0
   */
  public double max(int series, int bucket) {
    return level == 0 ? single(series, bucket) : value(series, SegmentFormat.MAX, bucket);
  }

  /**
   * The mean of the finite values of a series in a bucket.
   *
   * @param series index of the series
   * @param bucket index of the bucket
   * @return NaN where {@link #count} is 0
   */
  public double mean(int series, int bucket) {
    return level == 0 ? single(series, bucket) : value(series, SegmentFormat.MEAN, bucket);
  }

  /**
   * What was measured of a series and is not finite.
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
   * Copies minimum, maximum, mean and count of all buckets of a series, as they are stored.
   *
   * @return whether the series has values that are not finite
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
