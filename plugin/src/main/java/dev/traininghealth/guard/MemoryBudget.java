package dev.traininghealth.guard;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.LongSupplier;
import org.bytedeco.javacpp.Pointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits the memory outside the Java heap that one run takes for copies of networks and
 * minibatches. Whoever copies asks first. What does not fit is left out, and a warning names it
 * once.
 *
 * <p>JavaCPP ends an allocation with an {@link OutOfMemoryError} when the process has reached
 * {@code maxPhysicalBytes}, by default four times {@code -Xmx}. The training's own allocation may
 * be the one that fails, so that the plugin must not take the last memory. Each request is
 * therefore also compared with what is left at that time.
 *
 * <p>Thread-safe.
 *
 * @hidden
 */
public final class MemoryBudget {
  private static final Logger log = LoggerFactory.getLogger(MemoryBudget.class);

  /** Share of what is left when a run starts that the plugin takes at most by default. */
  private static final int DEFAULT_PART = 2;

  /** What memory is for, the most important first. */
  public enum Use {
    /** The initial snapshot, and one state to undo a step. */
    START_SNAPSHOTS("snapshot of the start", "there is no rollback"),
    /** The frozen copy of the network, and the copy that is scored. */
    FROZEN_BASELINE("frozen baseline", "progress is judged by minibatch scores alone"),
    /** Copies of minibatches for trials. */
    TRIAL_MINIBATCHES(
        "copies of minibatches for trials",
        "no change is tried, and no learning rate is lowered; steps are still skipped and gradients"
            + " clipped"),
    /** Snapshots besides the initial one. */
    MORE_SNAPSHOTS("further snapshots", "a rollback leads back to the start of the run"),
    /** The network on which changes are tried. */
    TRIAL_NETWORK(
        "copy of the network for a trial",
        "no change is tried any more, and no learning rate is lowered; steps are still skipped and"
            + " gradients clipped"),
    /** The state before an adopted change. */
    REVIEW("state before an adopted change", "the change is not reviewed later"),
    /** The copy on which activations are computed again. */
    RECOMPUTED_PASS(
        "copy of the network for finding a non-finite value",
        "activations are left out of the search for its origin"),
    /** Copies of failing iterations. */
    FAILURE_BUNDLES("failure bundle", "the iteration cannot be replayed"),
    /** The copy whose gradients show their noise. */
    GRADIENT_NOISE(
        "copy of the network for the noise of its gradient",
        "nothing is said about the size of the minibatches");

    private final String name;
    private final String lost;

    Use(String name, String lost) {
      this.name = name;
      this.lost = lost;
    }
  }

  private final long setting;
  private final LongSupplier left;
  private final Map<Use, Long> taken = new EnumMap<>(Use.class);
  private final Map<Use, Long> expected = new EnumMap<>(Use.class);
  private final Set<Use> warned = EnumSet.noneOf(Use.class);
  private long limit = -1; // not known before the first request
  private boolean reported;

  /**
   * Creates the budget of one run.
   *
   * @param maxBytes its limit, bytes; 0 for half of what is left at the first request
   */
  public MemoryBudget(long maxBytes) {
    this(maxBytes, MemoryBudget::leftForProcess);
  }

  /**
   * Creates a budget that reads what is left from elsewhere.
   *
   * @param maxBytes its limit, bytes; 0 for half of what is left at the first request
   * @param left memory outside the heap that the process may still take, bytes
   */
  public MemoryBudget(long maxBytes, LongSupplier left) {
    setting = maxBytes;
    this.left = left;
  }

  /** {@return the memory that JavaCPP and the machine leave to this process, bytes} */
  private static long leftForProcess() {
    long bytes = Long.MAX_VALUE;
    if (Pointer.maxPhysicalBytes() > 0) {
      bytes = Pointer.maxPhysicalBytes() - Pointer.physicalBytes();
    }
    if (Pointer.maxBytes() > 0) {
      bytes = Math.min(bytes, Pointer.maxBytes() - Pointer.totalBytes());
    }
    long ofMachine = Pointer.availablePhysicalBytes();
    return ofMachine > 0 ? Math.min(bytes, ofMachine) : bytes;
  }

  /** {@return the limit of this run, bytes} */
  public synchronized long limit() {
    if (limit < 0) {
      limit = setting > 0 ? setting : Math.max(0, left.getAsLong() / DEFAULT_PART);
    }
    return limit;
  }

  /** {@return the memory that is taken for this use, bytes} */
  public synchronized long taken(Use use) {
    return taken.getOrDefault(use, 0L);
  }

  /**
   * Keeps memory free for a use that is going to ask for it. Less important uses do not get it.
   *
   * @param use the use
   * @param bytes the memory
   */
  public synchronized void expect(Use use, long bytes) {
    expected.put(use, bytes);
  }

  /**
   * Asks for memory, which the caller takes afterwards and gives back when it has freed it.
   *
   * @param use the use
   * @param bytes the memory
   * @return whether it fits; if not, nothing must be taken, and a warning has said so
   */
  public boolean take(Use use, long bytes) {
    return takeUnits(use, bytes, 1, 1) == 1;
  }

  /**
   * Asks for memory for a number of copies of one size.
   *
   * @param use the use
   * @param bytes the memory of one copy
   * @param min the number without which copies are of no use
   * @param max the number wanted
   * @return how many fit, from {@code min} to {@code max}; 0 if fewer, and a warning has said so
   */
  public synchronized long takeUnits(Use use, long bytes, long min, long max) {
    expected.remove(use);
    long free = free(use);
    long units = Math.min(max, free / Math.max(1, bytes));
    if (units < min) {
      warn(use, min * bytes, free);
      return 0;
    }
    taken.merge(use, units * bytes, Long::sum);
    return units;
  }

  /**
   * Returns memory that has been freed.
   *
   * @param use the use for which it was taken
   * @param bytes the memory
   */
  public synchronized void giveBack(Use use, long bytes) {
    taken.merge(use, -bytes, Long::sum);
  }

  private long free(Use use) {
    long free = limit() - total();
    for (Map.Entry<Use, Long> entry : expected.entrySet()) {
      if (entry.getKey().compareTo(use) < 0 && entry.getValue() <= free) {
        free -= entry.getValue();
      }
    }
    return Math.max(0, Math.min(free, left.getAsLong()));
  }

  private long total() {
    long total = 0;
    for (long bytes : taken.values()) {
      total += bytes;
    }
    return total;
  }

  private void warn(Use use, long bytes, long free) {
    if (!warned.add(use)) {
      log.debug("{} again left out: {} needed, {} free", use.name, size(bytes), size(free));
      return;
    }
    log.warn(
        "No memory for the {}: it needs {} outside the Java heap, and {} of the {} of"
            + " maxMemoryBytes are free: {}. Training continues. Raise maxMemoryBytes of the"
            + " listener's builder, or, if the process has no more, -Xmx or"
            + " -Dorg.bytedeco.javacpp.maxPhysicalBytes.",
        use.name,
        size(bytes),
        size(free),
        size(limit()),
        use.lost);
  }

  /** Logs once what the run takes, if it takes any; called at the end of each iteration. */
  public void report() {
    if (!reported) { // only the training thread calls this
      reported = true;
      String uses = uses();
      if (!uses.isEmpty()) {
        log.info(
            "This run takes up to {} outside the Java heap, of {} allowed by maxMemoryBytes: {}. A"
                + " trial, the search for a non-finite value and a failure bundle take more while"
                + " they last, and a copy for the noise of the gradient may from iteration 1,000"
                + " on.",
            size(total()),
            size(limit()),
            uses);
      }
    }
  }

  private synchronized String uses() {
    StringJoiner uses = new StringJoiner(", ");
    taken.forEach(
        (use, bytes) -> {
          if (bytes > 0) {
            uses.add(use.name + " " + size(bytes));
          }
        });
    return uses.toString();
  }

  /**
   * {@return a number of bytes as text, in kB or MB}
   *
   * @param bytes the number
   */
  public static String size(long bytes) {
    return bytes < 1e6
        ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
