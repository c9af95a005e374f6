package dev.traininghealth.measure.conditions;

import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.numbers.ConditionsRecord;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import org.jspecify.annotations.Nullable;

/**
 * Times the parts of an iteration between the calls of the listener, and has memory read now and
 * then.
 *
 * <p>Every call of the listener starts its work in the account, which gives the time since its last
 * work ended. Nothing else is read from the clock.
 *
 * @hidden
 */
public final class IterationTimes {
  private static final double NANOS_PER_MILLI = 1e6;

  private final CostAccount account;
  private final JvmReadings jvm;
  private long forwardNanos;
  private long backwardNanos;
  private long updateNanos;
  private long stepNanos;

  /**
   * Creates times of no iteration, with the memory of this JVM.
   *
   * @param account the account of the listener's work
   */
  public IterationTimes(CostAccount account) {
    this(account, null);
  }

  /**
   * Creates times of no iteration.
   *
   * @param account the account of the listener's work
   * @param memory where memory is read; null for this JVM
   */
  public IterationTimes(CostAccount account, @Nullable MemorySource memory) {
    this.account = account;
    jvm = new JvmReadings(account, memory);
  }

  /** Starts the listener's work after the forward pass. */
  public void onForwardPass() {
    forwardNanos += account.startWork();
  }

  /** Starts the listener's work after the backward pass, or when the gradient is complete. */
  public void onBackwardPass() {
    backwardNanos += account.startWork();
  }

  /** Starts the listener's work at the end of an iteration. */
  public void onIterationDone() {
    updateNanos += account.startWork();
  }

  /** Leaves the time since the listener's last work out of the next iteration. */
  public void restart() {
    account.startWork();
  }

  /**
   * Ends an iteration.
   *
   * @param nanos time between the ends of two iterations, nanoseconds; 0 if unknown
   */
  public void ofStep(long nanos) {
    stepNanos = nanos;
  }

  /**
   * Writes the times of the ended iteration and starts the next one.
   *
   * @param m receives them
   * @param dataMillis time that DL4J waited for the minibatch, milliseconds
   */
  public void write(MeasurementWriter m, long dataMillis) {
    m.stepMillis = stepNanos == 0 ? Measurement.absent() : stepNanos / NANOS_PER_MILLI;
    ConditionsRecord to = m.conditions;
    to.forwardMillis = forwardNanos / NANOS_PER_MILLI;
    to.backwardMillis = backwardNanos / NANOS_PER_MILLI;
    to.updateMillis = updateNanos / NANOS_PER_MILLI;
    long outside = forwardNanos + backwardNanos + updateNanos;
    to.listenerMillis = Math.max(0, stepNanos - outside) / NANOS_PER_MILLI;
    // DL4J does not reset its time, neither for the segments of a series nor for single
    // minibatches.
    to.dataMillis = Math.min((double) dataMillis, to.forwardMillis);
    forwardNanos = 0;
    backwardNanos = 0;
    updateNanos = 0;
    jvm.readIfDue(to);
  }
}
