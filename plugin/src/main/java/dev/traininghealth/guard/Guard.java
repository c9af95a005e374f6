package dev.traininghealth.guard;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps failures of one piece of code away from the training thread. The piece is a stage of the
 * plugin, or code of the user: a detector, a policy or a callback. The guard receives whatever it
 * throws, including an {@link Error}:
 *
 * <pre>{@code
 * if (!guard.isOff()) {
 *   try {
 *     detector.onGradient(history, findings);
 *   } catch (Throwable e) {
 *     guard.failed(e);
 *   }
 * }
 * }</pre>
 *
 * <p>The caller has the {@code try}, so that an iteration without failures allocates nothing. The
 * caller also releases what the failed piece held. Each kind of failure, by class of its cause, is
 * logged once as a warning that names what is lost. Repetitions are logged at debug level. A
 * failure of one piece never hides that of another.
 *
 * <p>Thread-safe.
 *
 * @hidden
 */
public final class Guard {
  private static final Logger log = LoggerFactory.getLogger(Guard.class);

  /** Kinds of failure of one piece that are logged as warnings: enough to distinguish them. */
  private static final int MAX_KINDS = 5;

  /** Causes of a failure that are searched for an interrupt. The limit ends cyclic cause chains. */
  private static final int MAX_CAUSES = 20;

  /**
   * Consecutive failures after which an {@linkplain #enduring enduring} guard switches its piece
   * off.
   */
  static final int MAX_CONSECUTIVE_FAILURES = 10;

  private enum Mode {
    RETRY,
    ENDURE,
    SWITCH_OFF,
    OPTIONAL
  }

  private final String what;
  private final String lost;
  private final Mode mode;
  private final Set<String> reported = new HashSet<>(2);
  private final AtomicInteger consecutiveFailures = new AtomicInteger();
  private volatile boolean off;

  private Guard(String what, String lost, Mode mode) {
    this.what = what;
    this.lost = lost;
    this.mode = mode;
  }

  /**
   * Creates a guard of a piece that is called again after each failure.
   *
   * <p>This is for a stage of the plugin whose next iteration may succeed.
   *
   * @param what the piece, as the start of a sentence, e.g. "Measuring the gradient"
   * @param lost what a failure costs the user, as a clause, e.g. "this iteration is not recorded"
   * @return a new guard
   */
  public static Guard retrying(String what, String lost) {
    return new Guard(what, lost, Mode.RETRY);
  }

  /**
   * Creates a guard of a piece that is called again until it has failed ten times in a row.
   *
   * <p>Any {@linkplain #succeeded success} resets the count. This is for a piece whose failure may
   * pass, such as a shortage of memory, and whose permanent loss would be expensive.
   *
   * @param what the piece, as the start of a sentence, e.g. "Detector non-finite"
   * @param lost what a failure costs the user, as a clause that "while it fails" or "any more"
   *     completes, e.g. "what it looks for is not reported"
   * @return a new guard
   */
  public static Guard enduring(String what, String lost) {
    return new Guard(what, lost, Mode.ENDURE);
  }

  /**
   * Creates a guard of a piece that is not called again after its first failure.
   *
   * <p>This is for the user's code, whose state is then unknown.
   *
   * @param what the piece, as the start of a sentence, e.g. "Detector dead-relu"
   * @param lost what the user loses from then on, as a clause, e.g. "the run is not protected any
   *     more"
   * @return a new guard
   */
  public static Guard switchingOff(String what, String lost) {
    return new Guard(what, lost, Mode.SWITCH_OFF);
  }

  /**
   * Creates a guard as {@link #switchingOff} does, for a feature that some networks do not support.
   *
   * <p>Its failure is logged at info level.
   *
   * @param what the piece, as the start of a sentence
   * @param lost what the user loses from then on, as a clause
   * @return a new guard
   */
  public static Guard optional(String what, String lost) {
    return new Guard(what, lost, Mode.OPTIONAL);
  }

  /**
   * {@return whether the piece must not be called again, which {@linkplain #retrying retrying}
   * guards never require}
   */
  public boolean isOff() {
    return off;
  }

  /** Resets the count of consecutive failures of an {@linkplain #enduring enduring} guard. */
  public void succeeded() {
    if (consecutiveFailures.get() != 0) { // reading is much cheaper, and it nearly always is 0
      consecutiveFailures.set(0);
    }
  }

  /**
   * Handles what the piece has thrown.
   *
   * <p>Switches the piece off if its kind of guard requires it, and logs. Restores the thread's
   * interrupt flag if an {@link InterruptedException} was swallowed. Never throws.
   *
   * @param cause what was thrown
   */
  public void failed(Throwable cause) {
    boolean switchedOff =
        mode == Mode.ENDURE && consecutiveFailures.incrementAndGet() == MAX_CONSECUTIVE_FAILURES;
    off = off || switchedOff || mode == Mode.SWITCH_OFF || mode == Mode.OPTIONAL;
    try {
      restoreInterrupt(cause);
      if (switchedOff) {
        reportSwitchedOff(cause);
      } else {
        report(cause);
      }
    } catch (Throwable loggingFailure) { // no memory, or a method of the cause fails
      reportBriefly(cause);
    }
  }

  private static void restoreInterrupt(Throwable cause) {
    Throwable c = cause;
    for (int i = 0; c != null && i < MAX_CAUSES; i++) {
      if (c instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        return;
      }
      c = c.getCause();
    }
  }

  private void report(Throwable cause) {
    if (!isNew(cause.getClass().getName())) {
      log.debug("{} failed again", what, cause);
      return;
    }
    switch (mode) {
      case RETRY ->
          log.warn(
              "{} failed ({}): {}. Training continues. Repetitions of this failure are logged at debug"
                  + " level.",
              what,
              cause.toString(),
              lost,
              cause);
      case ENDURE ->
          log.warn(
              "{} failed ({}): {} while it fails. Training continues. It is called again until it has"
                  + " failed {} times in a row.",
              what,
              cause.toString(),
              lost,
              MAX_CONSECUTIVE_FAILURES,
              cause);
      case SWITCH_OFF ->
          log.warn(
              "{} failed ({}) and is switched off: {}. Training continues.",
              what,
              cause.toString(),
              lost,
              cause);
      case OPTIONAL -> {
        log.info("{} is not possible ({}): {}. Training continues.", what, cause.toString(), lost);
        log.debug("{} is not possible", what, cause);
      }
    }
  }

  private void reportSwitchedOff(Throwable cause) {
    log.warn(
        "{} failed {} times in a row, last with {}, and is switched off: {} any more. Training"
            + " continues.",
        what,
        MAX_CONSECUTIVE_FAILURES,
        cause.toString(),
        lost,
        cause);
  }

  private boolean isNew(String kind) {
    synchronized (reported) {
      return reported.size() < MAX_KINDS && reported.add(kind);
    }
  }

  private void reportBriefly(Throwable cause) {
    try {
      log.warn("{} failed ({}): {}. Training continues.", what, cause.getClass().getName(), lost);
    } catch (Throwable ignored) {
      // There is no memory to log: training continues without a message.
    }
  }
}
