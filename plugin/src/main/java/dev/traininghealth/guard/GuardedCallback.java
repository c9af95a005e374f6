package dev.traininghealth.guard;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the user's callback on a thread of its own, one after the other, so that a callback that
 * fails, blocks or is slow never holds up the training.
 *
 * @param <T> what it is told
 * @hidden
 */
public final class GuardedCallback<T> implements Consumer<T> {
  private static final Logger log = LoggerFactory.getLogger(GuardedCallback.class);

  /** What waits for a slow callback; more is left out, which is told. */
  private static final int MAX_QUEUED = 1000;

  private final String what;
  private final @Nullable Consumer<T> receiver;
  private final BackgroundWorker worker;
  private final Guard guard;
  private boolean toldOfOverflow;

  /**
   * Creates one; there is no thread yet.
   *
   * @param what it is told, e.g. "diagnoses"
   * @param receiver the user's, or null where there is none
   */
  public GuardedCallback(String what, @Nullable Consumer<T> receiver) {
    this.what = what;
    this.receiver = receiver;
    guard =
        Guard.retrying(
            "The callback for " + what, "it may not have dealt with those at which it fails");
    worker = new BackgroundWorker("training-health-" + what, MAX_QUEUED);
  }

  @Override
  public void accept(T told) {
    Consumer<T> to = receiver;
    if (to != null && !worker.submit(() -> call(to, told)) && !toldOfOverflow) {
      toldOfOverflow = true;
      log.warn(
          "The callback for {} is so slow that {} wait for it: more are left out, here and later",
          what,
          MAX_QUEUED);
    }
  }

  private void call(Consumer<T> to, T told) {
    try {
      to.accept(told);
    } catch (Throwable e) {
      guard.failed(e);
    }
  }

  /** Waits until the callback has had all that was told before, or so long. */
  public void flush(Duration mostWait) {
    if (!worker.flush(mostWait)) {
      log.debug("The callback for {} is still at work after {}", what, mostWait);
    }
  }

  /** Takes no more; what it was given before is still called back. */
  public void end() {
    worker.shutdown();
  }
}
