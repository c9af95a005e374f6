package dev.traininghealth.text;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The text of an exception or error that another's code has thrown, such as a storage's. Its own
 * methods may fail as well.
 *
 * @hidden
 */
public final class ThrowableText {
  private ThrowableText() {}

  /**
   * {@return its class and message, or its class alone if it cannot be printed}
   *
   * @param thrown what was thrown
   */
  public static String of(Throwable thrown) {
    try {
      return String.valueOf(thrown.toString());
    } catch (Throwable unprintable) {
      return thrown.getClass().getName();
    }
  }

  /**
   * Logs a message with the stack trace, or with the class alone if it cannot be printed.
   *
   * @param log writes a message and what was thrown, as {@code log::warn}
   * @param message the message, without arguments
   * @param thrown what was thrown
   */
  public static void log(
      BiConsumer<String, @Nullable Throwable> log, String message, Throwable thrown) {
    try {
      log.accept(message, thrown);
    } catch (Throwable unprintable) {
      log.accept(message + " (" + thrown.getClass().getName() + ")", null);
    }
  }
}
