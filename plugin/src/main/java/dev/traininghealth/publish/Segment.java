package dev.traininghealth.publish;

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

  /** Bytes before the columns of the buckets: run, first row, level, buckets, series. */
  static final int HEAD_BYTES = 8 + 8 + 1 + 4 + 4;

  /** Bytes of a bucket that no series has: first and last iteration, time, epoch. */
  static final int BUCKET_BYTES = 8 + 8 + 8 + 4;

  /** A coarser level than any training reaches. */
  private static final int MAX_LEVEL = 30;

  /** The columns of a series, from its offset on, in a segment of level 1 or more. */
  private static final int MIN = 0;

  private static final int MAX = 1;
  private static final int MEAN = 2;
  private static final int COUNT = 3;
  private static final int NON_FINITE = 4;
  private static final int COLUMNS = 5;

  private final byte[] payload;
  private final long run;
  private final long firstRow;
  private final int level;
  private final int buckets;
  private final int series;

  /** Where each column starts: one a series at level 0, {@link #COLUMNS} at others. */
  private final int[] offsets;

  /**
   * The values of a series in one bucket that are not finite.
   *
   * @param bucket index of the bucket
   * @param nans how many are NaN
   * @param positiveInfinities how many are +Infinity
   * @param negativeInfinities how many are -Infinity
   * @param firstIteration the first iteration that had one, in order of recording
   * @param lastIteration the last iteration that had one, in order of recording
   */
  public record NonFinite(
      int bucket,
      int nans,
      int positiveInfinities,
      int negativeInfinities,
      long firstIteration,
      long lastIteration) {}

  private Segment(byte[] payload) throws RecordException {
    this.payload = payload;
    PayloadReader in = new PayloadReader(payload);
    run = in.getLong();
    firstRow = in.getLong();
    level = in.getByte();
    buckets = in.getCount(BUCKET_BYTES);
    series = in.getInt();
    if (level > MAX_LEVEL || (level > 0 && buckets == 0)) {
      throw new RecordException(
          "broken record: a segment of level " + level + " with " + buckets + " buckets");
    }
    in.skip((long) buckets * BUCKET_BYTES);
    int columnsEach = level == 0 ? 1 : COLUMNS;
    if (series < 0 || (long) series * columnsEach > in.remaining()) {
      throw new RecordException(
          "broken record: it claims " + series + " series in " + in.remaining() + " bytes");
    }
    offsets = new int[series * columnsEach];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = in.position();
      if (i % columnsEach == NON_FINITE) {
        in.skip(in.getInt());
      } else {
        Column.skip(in, payload, buckets);
      }
    }
    in.expectEnd();
  }

  /**
   * Reads bytes that come from somewhere else: all of them are checked. A column may be constant
   * and takes five bytes then, so that the number of buckets is checked before any is expanded.
   */
  static Segment read(byte[] payload) throws RecordException {
    Segment segment = new Segment(payload);
    int mostBuckets = SegmentHistory.rowsPerSegment(segment.series);
    if (segment.buckets > mostBuckets) {
      throw new RecordException(
          "broken record: "
              + segment.buckets
              + " buckets of "
              + segment.series
              + " series, where at most "
              + mostBuckets
              + " are written");
    }
    for (int s = 0; segment.level > 0 && s < segment.series; s++) {
      segment.checkCounts(s);
      NonFiniteList.check(payload, segment.offset(s, NON_FINITE), segment.buckets);
    }
    return segment;
  }

  /** Reads bytes that this process has just written. */
  static Segment ofWritten(byte[] payload) {
    try {
      return new Segment(payload);
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
          || segment.run != last.run
          || segment.firstRow + segment.rows() > last.firstRow + last.rows()) {
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
    return run;
  }

  /**
   * The place of the first row, counted in rows recorded since the run began. Other than
   * iterations, which a user may set back, it never repeats.
   *
   * @return 0 for the first row of the run
   */
  public long firstRow() {
    return firstRow;
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
    return series;
  }

  /**
   * The iteration of a bucket's first row.
   *
   * @param bucket index of the bucket
   * @return DL4J's iteration number
   */
  public long firstIteration(int bucket) {
    return (long) LONGS.get(payload, HEAD_BYTES + 8 * Objects.checkIndex(bucket, buckets));
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
        LONGS.get(payload, HEAD_BYTES + 8 * (buckets + Objects.checkIndex(bucket, buckets)));
  }

  /**
   * The time of a bucket's last row.
   *
   * @param bucket index of the bucket
   * @return milliseconds since 1970
   */
  public long timeMillis(int bucket) {
    return (long)
        LONGS.get(payload, HEAD_BYTES + 8 * (2 * buckets + Objects.checkIndex(bucket, buckets)));
  }

  /**
   * The epoch of a bucket's last row.
   *
   * @param bucket index of the bucket
   * @return DL4J's epoch number
   */
  public int epoch(int bucket) {
    return (int)
        INTS.get(payload, HEAD_BYTES + 24 * buckets + 4 * Objects.checkIndex(bucket, buckets));
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
    return Column.get(payload, offset(series, COUNT), buckets, bucket);
  }

  /**
   * The least finite value of a series in a bucket.
   *
   * @param series index of the series
   * @param bucket index of the bucket
   * @return NaN where {@link #count} is 0
   */
  public double min(int series, int bucket) {
    return level == 0 ? single(series, bucket) : value(series, MIN, bucket);
  }

  /**
   * The greatest finite value of a series in a bucket.
   *
   * @param series index of the series
   * @param bucket index of the bucket
   * @return NaN where {@link #count} is 0
   */
  public double max(int series, int bucket) {
    return level == 0 ? single(series, bucket) : value(series, MAX, bucket);
  }

  /**
   * The mean of the finite values of a series in a bucket.
   *
   * @param series index of the series
   * @param bucket index of the bucket
   * @return NaN where {@link #count} is 0
   */
  public double mean(int series, int bucket) {
    return level == 0 ? single(series, bucket) : value(series, MEAN, bucket);
  }

  /**
   * What was measured of a series and is not finite.
   *
   * @param series index of the series
   * @return one entry for each bucket that has such values, in the order of the buckets
   */
  public List<NonFinite> nonFinite(int series) {
    if (level > 0) {
      return NonFiniteList.read(this, payload, offset(series, NON_FINITE));
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
      Column.read(payload, offset(series, MIN), buckets, min, at);
      Column.read(payload, offset(series, MAX), buckets, max, at);
      Column.read(payload, offset(series, MEAN), buckets, mean, at);
      Column.read(payload, offset(series, COUNT), buckets, count, at);
      return !NonFiniteList.isEmpty(payload, offset(series, NON_FINITE));
    }
    Column.read(payload, offsets[series], buckets, mean, at);
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
    return Column.get(payload, offsets[series], buckets, bucket);
  }

  private double single(int series, int bucket) {
    int code = code(series, bucket);
    return ShortDouble.isFinite(code) ? ShortDouble.decode(code) : Double.NaN;
  }

  private double value(int series, int column, int bucket) {
    return ShortDouble.decode(Column.get(payload, offset(series, column), buckets, bucket));
  }

  private int offset(int series, int column) {
    return offsets[series * COLUMNS + column];
  }

  private void checkCounts(int series) throws RecordException {
    for (int b = 0; b < buckets; b++) {
      int count = count(series, b);
      boolean shown = ShortDouble.isFinite(Column.get(payload, offset(series, MEAN), buckets, b));
      if (count < 0 || count > 1 << level || shown != count > 0) {
        throw new RecordException("broken record: a bucket with a count of " + count);
      }
    }
  }
}
