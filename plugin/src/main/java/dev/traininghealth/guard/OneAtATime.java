package dev.traininghealth.guard;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls a user's callback from one thread at a time.
 *
 * <p>Listeners of one builder and their clones on other workers share the callback, and each calls
 * it on its own thread.
 *
 * @param <T> what the callback receives
 * @hidden
 */
public final class OneAtATime<T> implements Consumer<T> {
  private final Consumer<T> receiver;

  private OneAtATime(Consumer<T> receiver) {
    this.receiver = receiver;
  }

  /** {@return the same callback, called from one thread at a time, or null for null} */
  public static <T> @Nullable Consumer<T> of(@Nullable Consumer<T> receiver) {
    return receiver == null ? null : new OneAtATime<>(receiver);
  }

  @Override
  public synchronized void accept(T value) {
    receiver.accept(value);
  }
}
