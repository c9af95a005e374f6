package dev.traininghealth.guard;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls a user's callback by one thread at a time. Listeners that were made by one builder, and
 * their clones on other workers, share the callback, and each of them calls it on a thread of its
 * own.
 *
 * @param <T> what it is told
 * @hidden
 */
public final class OneAtATime<T> implements Consumer<T> {
  private final Consumer<T> receiver;

  private OneAtATime(Consumer<T> receiver) {
    this.receiver = receiver;
  }

  /** The same callback, called by one thread at a time; null for null. */
  public static <T> @Nullable Consumer<T> of(@Nullable Consumer<T> receiver) {
    return receiver == null ? null : new OneAtATime<>(receiver);
  }

  @Override
  public synchronized void accept(T value) {
    receiver.accept(value);
  }
}
