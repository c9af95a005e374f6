package dev.traininghealth.publish;

import dev.traininghealth.numbers.Histogram;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.record.RunRecord.Bins;
import dev.traininghealth.record.RunRecord.Histograms;
import dev.traininghealth.record.RunRecord.Snapshot;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Histograms of all parameters and of their updates over a run, for the run's record. A snapshot is
 * taken when the last of a round of scheduled measurements is complete. Of many, every second,
 * fourth, eighth and so on is kept, and the newest, so that the record stays small and spans the
 * run. It is put again when the number of rounds has grown by {@value #GROWTH_SHARE} of it, and at
 * the end: about thirty times in a thousand rounds.
 *
 * <p>Thread-safe: the training thread adds, the recorder's thread puts.
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

  /** Edges are rounded to four digits, a thousandth of a bin at least. */
  private static final MathContext EDGE = new MathContext(4);

  private final int maxSnapshots;
  private final List<Snapshot> snapshots = new ArrayList<>();

  /** The parameter whose histograms are measured last in a round; -1 if none is kept. */
  private final int last;

  /** The iterations at which those of the first and the last parameter of the newest were. */
  private long firstMeasured = -1;

  private long lastMeasured = -1;

  /** Number of snapshots so far; the first has number 0. */
  private long added;

  /** Of the snapshots before the newest, those are kept whose number is a multiple of it. */
  private long stride = 1;

  /** Number of snapshots when they were put last. */
  private long put;

  private boolean putNext;
  private Histograms latest = Histograms.NONE;

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
    if (!snapshots.isEmpty() && (added - 1) % stride != 0) {
      snapshots.remove(snapshots.size() - 1);
    }
    snapshots.add(
        new Snapshot(
            m.iteration,
            bins(m.weightHistogram, m.weightHistogramIteration),
            bins(m.updateHistogram, m.updateHistogramIteration)));
    added++;
    if (snapshots.size() > maxSnapshots) {
      thin();
    }
    latest = new Histograms(snapshots);
  }

  private static List<Bins> bins(Histogram[] histograms, long[] iterations) {
    List<Bins> all = new ArrayList<>(histograms.length);
    for (int p = 0; p < histograms.length; p++) {
      Histogram each = histograms[p];
      all.add(iterations[p] < 0 || !each.isMeasured() ? Bins.NONE : bins(each));
    }
    return all;
  }

  private static Bins bins(Histogram histogram) {
    int highest = 1;
    for (int bin = 0; bin < Histogram.BINS; bin++) {
      highest = Math.max(highest, histogram.count(bin));
    }
    int top = Character.MAX_RADIX - 1;
    StringBuilder heights = new StringBuilder(Histogram.BINS);
    for (int bin = 0; bin < Histogram.BINS; bin++) {
      // Rounded up: a bin with few elements is not an empty one.
      long height = ((long) top * histogram.count(bin) + highest - 1) / highest;
      heights.append(Character.forDigit((int) height, Character.MAX_RADIX));
    }
    return new Bins(rounded(histogram.min()), rounded(histogram.max()), heights.toString());
  }

  private static double rounded(double edge) {
    return new BigDecimal(edge).round(EDGE).doubleValue();
  }

  /** Keeps every second of the kept ones, and the newest. */
  private void thin() {
    Snapshot newest = snapshots.get(snapshots.size() - 1);
    List<Snapshot> kept = new ArrayList<>();
    for (int i = 0; i < snapshots.size(); i += 2) {
      kept.add(snapshots.get(i));
    }
    stride *= 2;
    if (snapshots.size() % 2 == 0) { // every second one is not the last
      kept.add(newest);
    }
    snapshots.clear();
    snapshots.addAll(kept);
  }

  /** Puts the latest at the next opportunity. */
  synchronized void putNext() {
    putNext = true;
  }

  /** Whether the storage should get the latest. */
  synchronized boolean isDue() {
    return added > put && (putNext || added >= put + Math.max(1, GROWTH_SHARE * put));
  }

  synchronized Histograms latest() {
    return latest;
  }

  /** Notes that the storage has these. */
  @SuppressWarnings("ReferenceEquality") // whether they are still the latest, not equal to them
  synchronized void stored(Histograms histograms) {
    if (histograms == latest) {
      put = added;
      putNext = false;
    }
  }
}
