package dev.traininghealth.publish;

import dev.traininghealth.publish.Segment.NonFinite;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes one segment of the next coarser level out of two neighbours, joining buckets in pairs:
 * minimum of the minima, maximum of the maxima, mean weighted by counts, counts and non-finite
 * values added up. Works in arrays of its own that are reused.
 */
final class SegmentMerger {
  private int[] min = {};
  private int[] max = {};
  private int[] mean = {};
  private int[] count = {};
  private long[] first = {};

  /**
   * Joins two segments of the same run, level and series, of an even number of buckets each, the
   * second beginning where the first ends.
   */
  Segment merge(PayloadWriter out, Segment a, Segment b) {
    checkNeighbours(a, b);
    int buckets = (a.buckets() + b.buckets()) / 2;
    reserve(2 * buckets);
    out.clear();
    out.putLong(a.run());
    out.putLong(a.firstRow());
    out.putByte(a.level() + 1);
    out.putInt(buckets);
    out.putInt(a.series());
    int half = a.buckets() / 2;
    for (int i = 0; i < buckets; i++) {
      first[i] = i < half ? a.firstIteration(2 * i) : b.firstIteration(2 * (i - half));
      out.putLong(first[i]);
    }
    for (int i = 0; i < buckets; i++) {
      out.putLong(i < half ? a.lastIteration(2 * i + 1) : b.lastIteration(2 * (i - half) + 1));
    }
    for (int i = 0; i < buckets; i++) {
      out.putLong(i < half ? a.timeMillis(2 * i + 1) : b.timeMillis(2 * (i - half) + 1));
    }
    for (int i = 0; i < buckets; i++) {
      out.putInt(i < half ? a.epoch(2 * i + 1) : b.epoch(2 * (i - half) + 1));
    }
    for (int s = 0; s < a.series(); s++) {
      a.copyColumns(s, min, max, mean, count, 0);
      b.copyColumns(s, min, max, mean, count, a.buckets());
      for (int i = 0; i < buckets; i++) {
        join(2 * i, 2 * i + 1, i);
      }
      Column.write(out, min, buckets);
      Column.write(out, max, buckets);
      Column.write(out, mean, buckets);
      Column.write(out, count, buckets);
      NonFiniteList.write(out, nonFinite(a, b, s), first);
    }
    return Segment.ofWritten(out.toBytes());
  }

  private static void checkNeighbours(Segment a, Segment b) {
    if (a.run() != b.run()
        || a.level() != b.level()
        || a.series() != b.series()
        || a.firstRow() + a.rows() != b.firstRow()
        || ((a.buckets() | b.buckets()) & 1) != 0) {
      throw new IllegalArgumentException(
          String.format(
              "no neighbours: level %d rows %d+%d, level %d rows %d+%d",
              a.level(), a.firstRow(), a.rows(), b.level(), b.firstRow(), b.rows()));
    }
  }

  private void join(int i, int j, int into) {
    int sum = count[i] + count[j];
    if (count[i] == 0 || count[j] == 0) {
      int from = count[i] == 0 ? j : i;
      min[into] = min[from];
      max[into] = max[from];
      mean[into] = mean[from];
    } else {
      double low = Math.min(ShortDouble.decode(min[i]), ShortDouble.decode(min[j]));
      double high = Math.max(ShortDouble.decode(max[i]), ShortDouble.decode(max[j]));
      // Weights before the sum, for the sum of two values near the end of the range overflows.
      double middle =
          ShortDouble.decode(mean[i]) * ((double) count[i] / sum)
              + ShortDouble.decode(mean[j]) * ((double) count[j] / sum);
      min[into] = ShortDouble.encode(low);
      max[into] = ShortDouble.encode(high);
      mean[into] = ShortDouble.encode(Math.max(low, Math.min(high, middle)));
    }
    count[into] = sum;
  }

  private static List<NonFinite> nonFinite(Segment a, Segment b, int series) {
    if (!a.hasNonFinite(series) && !b.hasNonFinite(series)) {
      return List.of();
    }
    List<NonFinite> joined = new ArrayList<>();
    join(a.nonFinite(series), 0, joined);
    join(b.nonFinite(series), a.buckets() / 2, joined);
    return joined;
  }

  private static void join(List<NonFinite> found, int shift, List<NonFinite> joined) {
    for (int i = 0; i < found.size(); i++) {
      NonFinite x = found.get(i);
      int bucket = x.bucket() / 2 + shift;
      if (i + 1 < found.size() && found.get(i + 1).bucket() / 2 + shift == bucket) {
        NonFinite y = found.get(++i);
        joined.add(
            new NonFinite(
                bucket,
                x.nans() + y.nans(),
                x.positiveInfinities() + y.positiveInfinities(),
                x.negativeInfinities() + y.negativeInfinities(),
                x.firstIteration(),
                y.lastIteration()));
      } else {
        joined.add(
            new NonFinite(
                bucket,
                x.nans(),
                x.positiveInfinities(),
                x.negativeInfinities(),
                x.firstIteration(),
                x.lastIteration()));
      }
    }
  }

  private void reserve(int buckets) {
    if (min.length < buckets) {
      min = new int[buckets];
      max = new int[buckets];
      mean = new int[buckets];
      count = new int[buckets];
      first = new long[buckets];
    }
  }
}
