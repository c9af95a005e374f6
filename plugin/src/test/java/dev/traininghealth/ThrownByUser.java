package dev.traininghealth;

import java.io.IOException;
import java.util.function.Supplier;

/** What code of the user's may do instead of what it should. */
@SuppressWarnings("ImmutableEnumChecker") // its suppliers hold nothing
enum ThrownByUser {
  RUNTIME_EXCEPTION(() -> new IllegalStateException("of the user")),
  CHECKED_EXCEPTION(() -> new IOException("of the user")),
  INTERRUPTED(() -> new InterruptedException("of the user")),
  ASSERTION_ERROR(() -> new AssertionError("of the user")),
  OUT_OF_MEMORY(() -> new OutOfMemoryError("of the user")),
  STACK_OVERFLOW(() -> new StackOverflowError("of the user")),
  NO_CLASS(() -> new NoClassDefFoundError("of the user")),
  UNPRINTABLE(UnprintableException::new),
  NULL(() -> null);

  private final Supplier<Throwable> failure;

  @SuppressWarnings("NullAway") // NULL has none
  ThrownByUser(Supplier<Throwable> failure) {
    this.failure = failure;
  }

  /** Throws this failure, a checked exception too, or returns null. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // that is the test
  <T> T raise() {
    Throwable thrown = failure.get();
    if (thrown != null) {
      ThrownByUser.<RuntimeException>sneak(thrown);
    }
    return null;
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void sneak(Throwable thrown) throws E {
    throw (E) thrown;
  }
}
