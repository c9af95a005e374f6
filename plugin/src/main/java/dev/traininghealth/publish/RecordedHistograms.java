package dev.traininghealth.publish;

import dev.traininghealth.numbers.Histogram;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.record.RunRecord.Bins;
import dev.traininghealth.record.RunRecord.Histograms;
import dev.traininghealth.record.RunRecord.Snapshot;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Histograms of all parameters and of their updates over a run, for the run's record. A snapshot is
 * taken when a round of scheduled measurements is complete, and a {@link ThinnedHistory} keeps some
 * of them. The record is put again when the number of rounds has grown by {@value #GROWTH_SHARE} of
 * it, and at the end: about thirty times in a thousand rounds.
 *
 * <p>Thread-safe: the training thread adds, and only copies numbers; the recorder's thread converts
 * and puts them.
 */
final class RecordedHistograms {
  /** Most snapshots that are kept: as many ridges as a small chart has places for. */
  static final int MAX_SNAPSHOTS = 16;

  /** Fewest that are worth keeping: fewer show no course. */
  static final int MIN_SNAPSHOTS = 4;

  /**
   * Most histograms that are kept, snapshots times parameters times two: 100 kB of the record. Of
   * 63 parameters or more, fewer snapshots are kept, and of more than 250 none.
   */
  static final int MAX_HISTOGRAMS = 2_000;

  /** Growth of the number of rounds after which they are put; readers are at most that far back. */
  private static final double GROWTH_SHARE = 0.25;

  /** Digits of an edge, nearly those of a float: all elements may be about the same. */
  private static final MathContext EDGE = new MathContext(6);

  private final int maxSnapshots;
  private final ThinnedHistory<Taken> snapshots = new ThinnedHistory<>(GROWTH_SHARE);

  /** The parameter whose histograms are measured last in a round; -1 if none is kept. */
  private final int last;

  /** The iterations at which those of the first and the last parameter of the newest were. */
  private long firstMeasured = -1;

  private long lastMeasured = -1;

  /** Those that were converted last, and the number of snapshots at that time. */
  private Histograms latest = Histograms.NONE;

  private long latestAdded;

  /** A snapshot as it was measured. */
  private static final class Taken {
    final long iteration;

    /** Two histograms of each parameter, of its elements and its updates, without edges if none. */
    final double[] edges;

    final int[] counts;
    private @Nullable Snapshot converted;

    Taken(MeasurementWriter m) {
      iteration = m.iteration;
      int parameters = m.weightHistogram.length;
      edges = new double[4 * parameters];
      counts = new int[2 * parameters * Histogram.BINS];
      Arrays.fill(edges, Double.NaN);
      copy(m.weightHistogram, m.weightHistogramIteration, 0);
      copy(m.updateHistogram, m.updateHistogramIteration, parameters);
    }

    private void copy(Histogram[] histograms, long[] iterations, int first) {
      for (int p = 0; p < histograms.length; p++) {
        Histogram each = histograms[p];
        if (iterations[p] >= 0 && each.isMeasured()) {
          edges[2 * (first + p)] = each.min();
          edges[2 * (first + p) + 1] = each.max();
          for (int bin = 0; bin < Histogram.BINS; bin++) {
            counts[(first + p) * Histogram.BINS + bin] = each.count(bin);
          }
        }
      }
    }

    /** Only the recorder's thread calls it. */
    Snapshot converted() {
      Snapshot known = converted;
      if (known == null) {
        int parameters = edges.length / 4;
        known = new Snapshot(iteration, bins(0, parameters), bins(parameters, 2 * parameters));
        converted = known;
      }
      return known;
    }

    private List<Bins> bins(int from, int to) {
      List<Bins> all = new ArrayList<>(to - from);
      for (int h = from; h < to; h++) {
        all.add(Double.isNaN(edges[2 * h]) ? Bins.NONE : bins(h));
      }
      return all;
    }

    private Bins bins(int histogram) {
      int first = histogram * Histogram.BINS;
      int highest = 1;
      for (int bin = 0; bin < Histogram.BINS; bin++) {
        highest = Math.max(highest, counts[first + bin]);
      }
      int top = Character.MAX_RADIX - 1;
      StringBuilder heights = new StringBuilder(Histogram.BINS);
      for (int bin = 0; bin < Histogram.BINS; bin++) {
        // Rounded up: a bin with few elements is not an empty one.
        long height = ((long) top * counts[first + bin] + highest - 1) / highest;
        heights.append(Character.forDigit((int) height, Character.MAX_RADIX));
      }
      double min = rounded(edges[2 * histogram]);
      double max = rounded(edges[2 * histogram + 1]);
      return new Bins(min, max, heights.toString());
    }
  }

  /**
   * Keeps nothing yet.
   *
   * @param trained for each parameter whether its updates are measured
   */
  RecordedHistograms(boolean[] trained) {
    int parameters = trained.length;
    int fitting = MAX_HISTOGRAMS / (2 * Math.max(1, parameters));
    maxSnapshots = Math.min(MAX_SNAPSHOTS, fitting);
    int index = maxSnapshots < MIN_SNAPSHOTS ? -1 : parameters - 1;
    for (int p = 0; index >= 0 && p < parameters; p++) {
      index = trained[p] ? p : index;
    }
    last = index;
  }

  /** Takes a snapshot if this iteration has completed a round of measurements. */
  void offer(MeasurementWriter m) {
    if (last >= 0
        && (m.updateHistogramIteration[last] == m.iteration
            || m.weightHistogramIteration[last] == m.iteration)) {
      take(m);
    }
  }

  private synchronized void take(MeasurementWriter m) {
    long first = m.weightHistogramIteration[0];
    long updated = m.updateHistogramIteration[last];
    long complete = updated < 0 ? m.weightHistogramIteration[last] : updated;
    if (first == firstMeasured || complete == lastMeasured) {
      return; // the last update of a round may be measured after the last weights
    }
    firstMeasured = first;
    lastMeasured = complete;
    snapshots.add(new Taken(m), maxSnapshots);
  }

  private static double rounded(double edge) {
    return new BigDecimal(edge).round(EDGE).doubleValue();
  }

  /** Puts the latest at the next opportunity. */
  synchronized void putNext() {
    snapshots.putNext();
  }

  /** Whether the storage should get the latest. */
  synchronized boolean isDue() {
    return snapshots.isDue();
  }

  /** The kept ones, for the recorder's thread. */
  Histograms latest() {
    List<Taken> kept;
    long number;
    synchronized (this) {
      if (latestAdded == snapshots.added()) {
        return latest;
      }
      kept = snapshots.kept();
      number = snapshots.added();
    }
    // The training thread does not wait for the conversion.
    Histograms converted = new Histograms(kept.stream().map(Taken::converted).toList());
    synchronized (this) {
      latest = converted;
      latestAdded = number;
    }
    return converted;
  }

  /** Notes that the storage has these, which {@link #latest} returned. */
  @SuppressWarnings("ReferenceEquality") // whether they are the latest; equals takes time to start
  synchronized void stored(Histograms histograms) {
    if (histograms == latest) {
      snapshots.stored(latestAdded);
    }
  }
}
