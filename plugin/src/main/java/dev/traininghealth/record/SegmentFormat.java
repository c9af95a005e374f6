package dev.traininghealth.record;

/**
 * The byte layout of a {@link Segment}, and the checks before its bytes are used. All numbers are
 * big-endian. {@link Column} writes a column and {@link NonFiniteList} a list of non-finite values.
 *
 * <pre>
 * long run, long firstRow, byte level, int buckets, int series
 * long first iteration of each bucket, long last iteration of each, long time of each, int epoch of
 * each
 * of each series: a column of values at level 0;
 * else columns of minimum, maximum, mean and count, and a list of non-finite values
 * </pre>
 *
 * @hidden
 */
public final class SegmentFormat {
  /** Bytes before the columns of the buckets: run, first row, level, buckets, series. */
  static final int HEAD_BYTES = 8 + 8 + 1 + 4 + 4;

  /** Bytes of a bucket that are shared by all series: first and last iteration, time, epoch. */
  static final int BUCKET_BYTES = 8 + 8 + 8 + 4;

  /** The columns of a series in a segment of level 1 or more. */
  static final int MIN = 0;

  static final int MAX = 1;
  static final int MEAN = 2;
  static final int COUNT = 3;
  static final int NON_FINITE = 4;

  private static final int COLUMNS = 5;

  /** A coarser level than any run reaches: 2^30 rows per bucket. */
  private static final int MAX_LEVEL = 30;

  private static final int MAX_ROWS = 256;
  private static final int MIN_ROWS = 32;

  /** Maximum of rows times series in a segment, as long as that allows {@link #MIN_ROWS}. */
  private static final int MAX_CELLS = 200_000;

  final long run;
  final long firstRow;
  final int level;
  final int buckets;
  final int series;

  private final int columnsEach;

  /** The start of each column: one per series at level 0, {@link #COLUMNS} at others. */
  private final int[] offsets;

  private SegmentFormat(byte[] payload) throws RecordException {
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
    columnsEach = level == 0 ? 1 : COLUMNS;
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

  /** Finds the columns of a segment and checks that all of its bytes are present. */
  static SegmentFormat of(byte[] payload) throws RecordException {
    return new SegmentFormat(payload);
  }

  /** The number of series that a segment claims to have; nothing else is read. */
  static int seriesOf(byte[] payload) throws RecordException {
    PayloadReader in = new PayloadReader(payload);
    in.skip(HEAD_BYTES - Integer.BYTES);
    return in.getInt();
  }

  /**
   * The length of segments.
   *
   * @param series the number of series of the run
   * @return rows of a full segment, which is also the maximum of buckets of a segment of any level,
   *     because merging keeps their number
   */
  public static int rowsPerSegment(int series) {
    int fitting = Integer.highestOneBit(Math.max(1, MAX_CELLS / Math.max(1, series)));
    return Math.max(MIN_ROWS, Math.min(MAX_ROWS, fitting));
  }

  /** The start of the single column of a series, at level 0. */
  int offset(int seriesIndex) {
    return offsets[seriesIndex];
  }

  /** The start of a column of a series, at level 1 or more. */
  int offset(int seriesIndex, int column) {
    return offsets[seriesIndex * COLUMNS + column];
  }

  /**
   * Checks bytes of another source. A constant column takes only five bytes, so the number of
   * buckets is checked before any column is expanded.
   */
  void check(byte[] payload) throws RecordException {
    int maxBuckets = rowsPerSegment(series);
    if (buckets > maxBuckets) {
      throw new RecordException(
          "broken record: "
              + buckets
              + " buckets of "
              + series
              + " series, but at most "
              + maxBuckets
              + " are written");
    }
    for (int s = 0; level > 0 && s < series; s++) {
      checkCounts(payload, s);
      NonFiniteList.check(payload, offset(s, NON_FINITE), buckets);
    }
  }

  private void checkCounts(byte[] payload, int seriesIndex) throws RecordException {
    for (int b = 0; b < buckets; b++) {
      int count = Column.get(payload, offset(seriesIndex, COUNT), buckets, b);
      int mean = Column.get(payload, offset(seriesIndex, MEAN), buckets, b);
      if (count < 0 || count > 1 << level || ShortDouble.isFinite(mean) != count > 0) {
        throw new RecordException("broken record: a bucket with a count of " + count);
      }
    }
  }
}
