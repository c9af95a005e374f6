package dev.traininghealth.publish.stock;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Decides at which iterations DL4J's own pages get a report, and hands copies of those measurements
 * from the training thread to the recorder's: into preallocated slots, without a lock.
 *
 * <p>Of {@code n} iterations in {@code t} seconds reports are made at all of the first, then at
 * about every {@code n/128}th, and at least every 2 s or {@code t/512}, whichever is longer: their
 * number grows with the logarithm of the run's length (about 1,500 in a million iterations), as the
 * storage never forgets one, while pages draw 512 points at most. A report that took {@code c} of
 * CPU time is followed by a pause of {@code 250 c}, 2 s at most, so that reports take no more than
 * 0.4 % of the time.
 *
 * <p>The pages decide by the first report which lines they draw at all; so that one waits until
 * each kind of value was measured, 10 s at most.
 */
final class ReportQueue {
  /** The last of them is for {@link #offerLast}. */
  private static final int SLOTS = 9;

  private static final int ROWS_SHARE = 128;
  private static final int TIME_SHARE = 512;
  private static final int COST_SHARE = 250;
  private static final long MAX_GAP_MILLIS = 2_000;
  private static final long MAX_WAIT_MILLIS = 10_000;

  private final NetworkLayout layout;
  private final Slot[] slots = new Slot[SLOTS];
  private volatile long added;
  private volatile long taken;

  /** No report before this time of the measurements, for reports cost too much. */
  private volatile long pausedUntil = Long.MIN_VALUE;

  private long rows;
  private long examples;
  private long rowsAtReport;
  private long millisAtStart;
  private long millisAtReport;
  private boolean complete;

  /** The measurement offered last, which its owner fills anew. */
  private @Nullable MeasurementWriter last;

  /** A copy of a measurement, and the totals of the run at that iteration. */
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

  /** Offers each iteration's measurement; copies it where a report is due. */
  void offer(MeasurementWriter m) {
    if (rows == 0) {
      millisAtStart = m.timeMillis;
      millisAtReport = m.timeMillis;
    }
    rows++;
    examples += m.batchSize;
    last = m;
    long gap = Math.max(MAX_GAP_MILLIS, (m.timeMillis - millisAtStart) / TIME_SHARE);
    boolean due =
        rows - rowsAtReport >= Math.max(1, rows / ROWS_SHARE)
            || m.timeMillis - millisAtReport >= gap;
    if (due && !isPaused(m.timeMillis) && isComplete(m)) {
      handOver(m, SLOTS - 1);
    }
  }

  /**
   * Hands over the last measurement if it was not due.
   *
   * @param ended whether no other will come, so that even a first report that lacks some kinds of
   *     values is better than none
   */
  void offerLast(boolean ended) {
    if (last != null && rowsAtReport < rows && (ended || isComplete(last))) {
      handOver(last, SLOTS);
    }
  }

  /**
   * Works on all copies that were handed over.
   *
   * @param work returns the nanoseconds of CPU time that it took
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
    return millis < until && millis >= until - MAX_GAP_MILLIS; // else the clock was set back
  }

  private void handOver(MeasurementWriter m, int slotsToUse) {
    // A score that is not finite would be drawn as 0: such an iteration is a gap on those pages.
    long next = added;
    if (!Double.isFinite(m.score) || next - taken >= slotsToUse) {
      return;
    }
    Slot slot = slots[(int) (next % SLOTS)];
    slot.measurement.copyFrom(m);
    slot.rows = rows;
    slot.examples = examples;
    rowsAtReport = rows;
    millisAtReport = m.timeMillis;
    added = next + 1;
  }

  private boolean isComplete(MeasurementWriter m) {
    if (!complete) {
      complete = m.timeMillis - millisAtStart >= MAX_WAIT_MILLIS || hasAllKinds(m);
    }
    return complete;
  }

  private boolean hasAllKinds(MeasurementWriter m) {
    for (int p = 0; p < layout.parameters().size(); p++) {
      if (layout.parameters().get(p).isTrained()
          && (Measurement.isAbsent(m.weightMeanMagnitude[p])
              || Measurement.isAbsent(m.updateMeanMagnitude[p])
              || Measurement.isAbsent(m.gradientStandardDeviation[p])
              || Measurement.isAbsent(m.updateStandardDeviation[p]))) {
        return false;
      }
    }
    int without = 0;
    for (double deviation : m.activationStandardDeviation) {
      without += Measurement.isAbsent(deviation) ? 1 : 0;
    }
    return without <= 1; // DL4J does not show a listener the activations of the output layer
  }
}
