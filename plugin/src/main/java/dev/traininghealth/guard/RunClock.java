package dev.traininghealth.guard;

import java.io.Serializable;

/**
 * The clock of a run. The times of steps and measurements decide what the cost budget allows, so a
 * run can only be repeated exactly with a clock that does not depend on the machine.
 *
 * @hidden
 */
public interface RunClock extends Serializable {
  /** The system's clock. */
  RunClock SYSTEM = System::nanoTime;

  /** {@return the current time, nanoseconds} */
  long nanoTime();

  /**
   * Converts CPU time of another thread to this clock.
   *
   * @param nanos the CPU time that the system has measured, nanoseconds
   * @return the time to charge, nanoseconds
   */
  default long charged(long nanos) {
    return nanos;
  }
}
