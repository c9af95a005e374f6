package dev.traininghealth.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Merges a few neighboring segments into a coarser one, joining as many consecutive buckets as
 * there are segments. It takes the minimum of the minima, the maximum of the maxima and the mean
 * weighted by counts, and adds counts and non-finite values. It reuses its own arrays.
 *
 * @hidden
 */
public final class SegmentMerger {
  private final PayloadWriter out = new PayloadWriter();
  private int[] min = {};
  private int[] max = {};
  private int[] mean = {};
  private int[] count = {};
  private long[] first = {};

  /** Creates a merger. */
  public SegmentMerger() {}

  /**
   * Merges segments of the same run, level and series, each starting at the end of the previous
   * one.
   *
   * @param segments 2, 4, 8… of them; the number of buckets of each is a multiple of that
   * @return the coarser segment
   * @throws IllegalArgumentException if they cannot be merged
   */
  public Segment merge(List<Segment> segments) {
    checkNeighbors(segments);
    Segment start = segments.get(0);
    int fan = segments.size();
    int buckets = segments.stream().mapToInt(Segment::buckets).sum() / fan;
    reserve(fan * buckets);
    out.clear();
    out.putLong(start.run());
    out.putLong(start.firstRow());
    out.putByte(start.level() + Integer.numberOfTrailingZeros(fan));
    out.putInt(buckets);
    out.putInt(start.series());
    int b = 0;
    for (Segment segment : segments) {
      for (int i = 0; i < segment.buckets(); i += fan) {
        first[b++] = segment.firstIteration(i);
      }
    }
    for (int i = 0; i < buckets; i++) {
      out.putLong(first[i]);
    }
    for (Segment segment : segments) {
      for (int i = fan - 1; i < segment.buckets(); i += fan) {
        out.putLong(segment.lastIteration(i));
      }
    }
    for (Segment segment : segments) {
      for (int i = fan - 1; i < segment.buckets(); i += fan) {
        out.putLong(segment.timeMillis(i));
      }
    }
    for (Segment segment : segments) {
      for (int i = fan - 1; i < segment.buckets(); i += fan) {
        out.putInt(segment.epoch(i));
      }
    }
    for (int s = 0; s < start.series(); s++) {
      boolean nonFinite = false;
      int at = 0;
      for (int i = 0; i < fan; i++) {
        nonFinite |= segments.get(i).copyColumns(s, min, max, mean, count, at);
        at += segments.get(i).buckets();
      }
      for (int i = 0; i < buckets; i++) {
        join(i * fan, fan, i);
      }
      Column.write(out, min, buckets);
      Column.write(out, max, buckets);
      Column.write(out, mean, buckets);
      Column.write(out, count, buckets);
      NonFiniteList.write(out, nonFinite ? nonFinite(segments, s) : List.of(), first);
    }
    return Segment.ofWritten(out.toBytes());
  }

  private static void checkNeighbors(List<Segment> segments) {
    int fan = segments.size();
    if (fan < 2 || Integer.bitCount(fan) != 1) {
      throw new IllegalArgumentException(fan + " segments make no coarser one");
    }
    for (int i = 0; i < fan; i++) {
      Segment a = segments.get(Math.max(0, i - 1));
      Segment b = segments.get(i);
      if (a.run() != b.run()
          || a.level() != b.level()
          || a.series() != b.series()
          || (i > 0 && a.firstRow() + a.rows() != b.firstRow())
          || b.buckets() % fan != 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "no neighbors: level %d rows %d+%d, level %d rows %d+%d",
                a.level(),
                a.firstRow(),
                a.rows(),
                b.level(),
                b.firstRow(),
                b.rows()));
      }
    }
  }

  /** Joins consecutive buckets; {@code into} is not after the first of them. */
  private void join(int from, int fan, int into) {
    int sum = 0;
    for (int i = from; i < from + fan; i++) {
      sum += count[i];
    }
    int low = ShortDouble.ABSENT;
    int high = ShortDouble.ABSENT;
    double middle = 0;
    double share = 1.0 / sum; // before the sum, because the sum of two huge values would overflow
    boolean any = false;
    for (int i = from; i < from + fan; i++) {
      if (count[i] > 0) {
        low = any && ShortDouble.order(low) <= ShortDouble.order(min[i]) ? low : min[i];
        high = any && ShortDouble.order(high) >= ShortDouble.order(max[i]) ? high : max[i];
        middle += ShortDouble.decode(mean[i]) * (count[i] * share);
        any = true;
      }
    }
    min[into] = low;
    max[into] = high;
    mean[into] = any ? within(low, ShortDouble.encode(middle), high) : ShortDouble.ABSENT;
    count[into] = sum;
  }

  /** The middle value, or the limit that rounding has put it beyond. */
  private static int within(int low, int middle, int high) {
    int order = ShortDouble.order(middle);
    if (order < ShortDouble.order(low)) {
      return low;
    }
    return order > ShortDouble.order(high) ? high : middle;
  }

  private static List<NonFinite> nonFinite(List<Segment> segments, int series) {
    List<NonFinite> joined = new ArrayList<>();
    int fan = segments.size();
    int shift = 0;
    for (Segment segment : segments) {
      for (NonFinite x : segment.nonFinite(series)) {
        int bucket = x.bucket() / fan + shift;
        int last = joined.size() - 1;
        if (last >= 0 && joined.get(last).bucket() == bucket) {
          joined.set(last, join(joined.get(last), x));
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
      shift += segment.buckets() / fan;
    }
    return joined;
  }

  private static NonFinite join(NonFinite x, NonFinite y) {
    return new NonFinite(
        x.bucket(),
        x.nans() + y.nans(),
        x.positiveInfinities() + y.positiveInfinities(),
        x.negativeInfinities() + y.negativeInfinities(),
        x.firstIteration(),
        y.lastIteration());
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
