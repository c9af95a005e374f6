package dev.traininghealth.guard;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guards the training against one piece of code: a stage of the plugin, or what the user wrote (a
 * detector, a policy, a callback). Whatever that piece throws, an {@link Error} too, ends here:
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
 * <p>The caller has the {@code try}, so that the path of every iteration makes no object; it lets
 * go what the failed piece held. The log gets one warning for each kind of failure of this piece,
 * by the class of its cause, which says what is lost; the same again is logged at debug level. A
 * failure of one piece never hides that of another.
 *
 * <p>Thread-safe.
 *
 * @hidden
 */
public final class Guard {
  private static final Logger log = LoggerFactory.getLogger(Guard.class);

  /** Kinds of failure of one piece that are warned about: enough to tell them apart. */
  private static final int MAX_KINDS = 5;

  /** How many causes of a failure are searched for an interrupt; they may form a circle. */
  private static final int MAX_CAUSES = 20;

  /** So often in a row an {@linkplain #enduring enduring} guard lets its piece fail. */
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
  private final AtomicInteger inARow = new AtomicInteger();
  private volatile boolean off;

  private Guard(String what, String lost, Mode mode) {
    this.what = what;
    this.lost = lost;
    this.mode = mode;
  }

  /**
   * Creates a guard of a piece that is called again after a failure: a stage of the plugin whose
   * next iteration may go well.
   *
   * @param what the piece, which begins a sentence, e.g. "Measuring the gradient"
   * @param lost what the user loses by a failure, a clause, e.g. "this iteration is not recorded"
   * @return a new guard
   */
  public static Guard retrying(String what, String lost) {
    return new Guard(what, lost, Mode.RETRY);
  }

  /**
   * Creates a guard of a piece that is called again until it has failed ten times in a row, with no
   * {@linkplain #succeeded success} between: one whose failure may pass, as a shortage of memory
   * does, and whose loss for good would be dear.
   *
   * @param what the piece, which begins a sentence, e.g. "Detector non-finite"
   * @param lost what the user loses as long as it fails, a clause to which "while it fails" or "any
   *     more" is added, e.g. "what it looks for is not reported"
   * @return a new guard
   */
  public static Guard enduring(String what, String lost) {
    return new Guard(what, lost, Mode.ENDURE);
  }

  /**
   * Creates a guard of a piece that is not called again after its first failure: the user's code,
   * whose state is unknown then.
   *
   * @param what the piece, which begins a sentence, e.g. "Detector dead-relu"
   * @param lost what the user loses from then on, a clause, e.g. "the run is not protected any
   *     more"
   * @return a new guard
   */
  public static Guard switchingOff(String what, String lost) {
    return new Guard(what, lost, Mode.SWITCH_OFF);
  }

  /**
   * Creates a guard as {@link #switchingOff} does, of a measure that some networks do not allow:
   * its failure is logged at info level.
   *
   * @param what the piece, which begins a sentence
   * @param lost what the user loses from then on, a clause
   * @return a new guard
   */
  public static Guard optional(String what, String lost) {
    return new Guard(what, lost, Mode.OPTIONAL);
  }

  /**
   * Tells whether the piece has failed and must not be called again.
   *
   * @return always false of a {@linkplain #retrying retrying} guard
   */
  public boolean isOff() {
    return off;
  }

  /**
   * Notes that the piece has worked: failures of an {@linkplain #enduring enduring} guard count
   * anew.
   */
  public void succeeded() {
    inARow.set(0);
  }

  /**
   * Takes what the piece has thrown: switches the piece off if it is to be, restores the thread's
   * interrupt flag if an {@link InterruptedException} was swallowed, and logs. Throws nothing,
   * whatever the cause is.
   *
   * @param cause what was thrown
   */
  public void failed(Throwable cause) {
    boolean givenUp = mode == Mode.ENDURE && inARow.incrementAndGet() == MAX_CONSECUTIVE_FAILURES;
    off = off || givenUp || mode == Mode.SWITCH_OFF || mode == Mode.OPTIONAL;
    try {
      restoreInterrupt(cause);
      if (givenUp) {
        reportGivenUp(cause);
      } else {
        report(cause);
      }
    } catch (Throwable unreportable) { // no memory, or a cause whose own methods fail
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
              "{} failed ({}): {}. Training goes on; the same failure is logged at debug level from"
                  + " now on.",
              what,
              cause.toString(),
              lost,
              cause);
      case ENDURE ->
          log.warn(
              "{} failed ({}): {} while it fails. Training goes on; it is asked again, until it has"
                  + " failed {} times in a row.",
              what,
              cause.toString(),
              lost,
              MAX_CONSECUTIVE_FAILURES,
              cause);
      case SWITCH_OFF ->
          log.warn(
              "{} failed ({}) and is switched off: {}. Training goes on.",
              what,
              cause.toString(),
              lost,
              cause);
      case OPTIONAL -> {
        log.info("{} is not possible ({}): {}. Training goes on.", what, cause.toString(), lost);
        log.debug("{} is not possible", what, cause);
      }
    }
  }

  private void reportGivenUp(Throwable cause) {
    log.warn(
        "{} failed {} times in a row, at last by {}, and is switched off: {} any more. Training goes"
            + " on.",
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
      log.warn("{} failed ({}): {}. Training goes on.", what, cause.getClass().getName(), lost);
    } catch (Throwable silent) {
      // There is no memory even for this: the training is all that counts.
    }
  }
}
