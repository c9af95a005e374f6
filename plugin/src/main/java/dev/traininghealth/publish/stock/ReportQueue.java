package dev.traininghealth.publish.stock;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Selects the iterations of which DL4J's own pages get a report. It passes copies of their
 * measurements from the training thread to the recorder's, in preallocated slots and without a
 * lock.
 *
 * <p>Of {@code n} iterations in {@code t} seconds, about every {@code n/128}th is reported, at most
 * eight a second, and only those at which weights and updates were measured: the pages draw all
 * values of a report at its iteration. A due report has the deviations of gradients and updates
 * measured at its iteration, too, if the budget allows that soon. There is about one report every 2
 * s or {@code t/512}, whichever is longer. The number of reports grows with the logarithm of the
 * run's length, to at most 1,500 in a million iterations. The storage keeps all of them, while
 * pages draw at most 512 points. A report that took {@code c} of CPU time is followed by a pause of
 * {@code 250 c}, at most 2 s. Reports therefore take at most 0.4 % of the time.
 *
 * <p>The first report decides which lines the pages draw, so it waits until each kind of value is
 * measured that the network's solver allows to measure, at most 10 s. If no score is finite, one
 * iteration is handed over all the same, because without any report the pages do not even name the
 * model.
 */
final class ReportQueue {
  /** Number of slots; the last is reserved for {@link #offerLast}. */
  private static final int SLOTS = 9;

  private static final int ROWS_SHARE = 128;
  private static final int TIME_SHARE = 512;
  private static final int COST_SHARE = 250;

  /** The recorder takes eight copies a second: more would follow each other, and then none. */
  private static final long MIN_GAP_MILLIS = 125;

  private static final long MAX_GAP_MILLIS = 2_000;
  private static final long MAX_WAIT_MILLIS = 10_000;

  /**
   * Iterations for which a due report waits for the deviations of one iteration: twice the largest
   * distance of two measurements of weights. They may come later, if the budget does not allow
   * them.
   */
  private static final int MAX_WAIT_ROWS = 20;

  private final NetworkLayout layout;
  private final Slot[] slots = new Slot[SLOTS];
  private volatile long added;
  private volatile long taken;

  /** No report before this time of the measurements, to limit the cost of reports. */
  private volatile long pausedUntil = Long.MIN_VALUE;

  private long rows;
  private long examples;
  private long rowsAtReport;

  /** Iterations at which a report was due and waited. */
  private int waited;

  private long millisAtStart;
  private long millisAtReport;
  private long lastMillis;
  private boolean complete;

  /** Whether a first report without a finite score is better than none. */
  private boolean waitsNoLonger;

  /** The measurement offered last, which its owner refills. */
  private @Nullable MeasurementWriter last;

  /** A copy of a measurement, and the run's totals at that iteration. */
  static final class Slot {
    final MeasurementWriter measurement;
    long rows;
    long examples;

    Slot(NetworkLayout layout) {
      measurement = new MeasurementWriter(layout.layers().size(), layout.parameters().size());
    }
  }

  ReportQueue(NetworkLayout layout) {
    this.layout = layout;
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = new Slot(layout);
    }
  }

  /** Offers each iteration's measurement, and copies it if a report is due. */
  void offer(MeasurementWriter m) {
    if (rows == 0) {
      millisAtStart = m.timeMillis;
      millisAtReport = m.timeMillis;
      lastMillis = m.timeMillis;
    }
    rows++;
    examples += m.batchSize;
    last = m;
    waitsNoLonger |= m.timeMillis - millisAtStart >= MAX_WAIT_MILLIS;
    if (isDue(rows, m.timeMillis) && isComplete(m)) {
      boolean waits = waited < MAX_WAIT_ROWS && !(added == 0 && waitsNoLonger);
      if (hasDeviations(m) || !waits) {
        handOver(m, SLOTS - 1);
      } else {
        waited++;
      }
    }
    // Asked for in advance, if the next iteration takes as long as this one.
    if (complete && isDue(rows + 1, m.timeMillis + Math.max(0, m.timeMillis - lastMillis))) {
      m.wantDeviations();
    }
    lastMillis = m.timeMillis;
  }

  /** Whether a report is due at a row, whatever was measured at it. */
  private boolean isDue(long row, long millis) {
    long gap = Math.max(MAX_GAP_MILLIS, (millis - millisAtStart) / TIME_SHARE);
    long since = millis - millisAtReport;
    boolean isApart = rowsAtReport == 0 || since >= MIN_GAP_MILLIS || since < 0;
    boolean isDue =
        (isApart && row - rowsAtReport >= Math.max(1, row / ROWS_SHARE)) || since >= gap;
    return isDue && !isPaused(millis);
  }

  /** Whether the deviations of gradients and updates are of this iteration. */
  private boolean hasDeviations(MeasurementWriter m) {
    for (int p = 0; p < layout.parameters().size(); p++) {
      boolean hasUpdate = m.updateIteration >= 0;
      if (layout.parameters().get(p).isTrained()
          && (m.gradientDeviationIteration[p] != m.iteration
              || (hasUpdate && m.updateDeviationIteration[p] != m.iteration))) {
        return false;
      }
    }
    return true;
  }

  /**
   * Hands over the last measurement if it was not due.
   *
   * @param ended whether no other measurement will follow. Then even a first report without some
   *     kinds of values is made
   */
  void offerLast(boolean ended) {
    if (last != null && rowsAtReport < rows && (ended || isComplete(last))) {
      waitsNoLonger |= ended;
      handOver(last, SLOTS);
    }
  }

  /**
   * Processes all copies that were handed over.
   *
   * @param work returns its CPU time in nanoseconds
   * @return whether there were any
   */
  boolean takeAll(ToLongFunction<Slot> work) {
    long start = taken;
    long end = added;
    for (long next = start; next < end; next++) {
      Slot slot = slots[(int) (next % SLOTS)];
      long pause = work.applyAsLong(slot) * COST_SHARE / 1_000_000;
      pausedUntil = slot.measurement.timeMillis + Math.min(MAX_GAP_MILLIS, pause);
      taken = next + 1;
    }
    return end > start;
  }

  private boolean isPaused(long millis) {
    long until = pausedUntil;
    return millis < until && millis >= until - MAX_GAP_MILLIS; // otherwise the clock was set back
  }

  private void handOver(MeasurementWriter m, int slotsToUse) {
    // A non-finite score would be drawn as 0; without a report those pages have a gap.
    long next = added;
    boolean shown = Double.isFinite(m.score) && m.weightIteration == m.iteration;
    if (!(shown || (next == 0 && waitsNoLonger)) || next - taken >= slotsToUse) {
      return;
    }
    Slot slot = slots[(int) (next % SLOTS)];
    slot.measurement.copyFrom(m);
    slot.rows = rows;
    slot.examples = examples;
    rowsAtReport = rows;
    waited = 0;
    millisAtReport = m.timeMillis;
    added = next + 1;
  }

  private boolean isComplete(MeasurementWriter m) {
    if (!complete) {
      complete = waitsNoLonger || hasAllKinds(m);
    }
    return complete;
  }

  private boolean hasAllKinds(MeasurementWriter m) {
    // Weights and updates are measured together, except with a solver whose updates are unknown.
    boolean hasUpdates = m.weightIteration < 0 || m.updateIteration >= 0;
    for (int p = 0; p < layout.parameters().size(); p++) {
      if (layout.parameters().get(p).isTrained()
          && (Measurement.isAbsent(m.weightMeanMagnitude[p])
              || Measurement.isAbsent(m.gradientStandardDeviation[p])
              || (hasUpdates
                  && (Measurement.isAbsent(m.updateMeanMagnitude[p])
                      || Measurement.isAbsent(m.updateStandardDeviation[p]))))) {
        return false;
      }
    }
    int without = 0;
    for (double deviation : m.activationStandardDeviation) {
      without += Measurement.isAbsent(deviation) ? 1 : 0;
    }
    return without <= 1; // DL4J does not pass the output layer's activations to listeners
  }
}
