package dev.traininghealth.guard;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the user's callback in order on its own thread. A slow, blocked or failing callback
 * therefore never delays training.
 *
 * @param <T> what the callback receives
 * @hidden
 */
public final class GuardedCallback<T> implements Consumer<T> {
  private static final Logger log = LoggerFactory.getLogger(GuardedCallback.class);

  /** Values that may wait for a slow callback. More are dropped, with one warning. */
  private static final int MAX_QUEUED = 1000;

  private final String what;
  private final @Nullable Consumer<T> receiver;
  private final BackgroundWorker worker;
  private final Guard guard;
  private boolean warnedOfOverflow;

  /**
   * Creates a guarded callback without starting its thread.
   *
   * @param what the values in the plural, e.g. "diagnoses"
   * @param receiver the user's callback, or null for none
   */
  public GuardedCallback(String what, @Nullable Consumer<T> receiver) {
    this.what = what;
    this.receiver = receiver;
    guard =
        Guard.retrying(
            "The callback for " + what,
            "it may not have processed the " + what + " at which it failed");
    worker = new BackgroundWorker("training-health-" + what, MAX_QUEUED);
  }

  @Override
  public void accept(T value) {
    Consumer<T> to = receiver;
    if (to != null && !worker.submit(() -> call(to, value)) && !warnedOfOverflow) {
      warnedOfOverflow = true;
      log.warn(
          "The callback for {} is too slow: {} events are queued, more are dropped",
          what,
          MAX_QUEUED);
    }
  }

  private void call(Consumer<T> to, T value) {
    try {
      to.accept(value);
    } catch (Throwable e) {
      guard.failed(e);
    }
  }

  /**
   * Waits until the callback has received all earlier values.
   *
   * @param maxWait the longest wait
   */
  public void flush(Duration maxWait) {
    if (!worker.flush(maxWait)) {
      log.debug("The callback for {} is still running after {}", what, maxWait);
    }
  }

  /** Accepts no more values. The callback still receives queued values. */
  public void end() {
    worker.shutdown();
  }
}
