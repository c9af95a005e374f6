package dev.traininghealth.detect.diagnose;

import static java.util.Objects.requireNonNull;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.text.Message;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts how often each kind of measurement was taken, and thereby what each detector has seen.
 *
 * <p>The training thread counts; any thread may ask. All counts are in one array, since they are
 * updated at every iteration, between which DL4J's work replaces what is in the caches.
 */
final class Coverage {
  private static final int KINDS = Evidence.values().length;

  /** Numbers of each kind: its first and last iteration, and how often it was measured. */
  private static final int FIRST = 0;

  private static final int LAST = 1;
  private static final int COUNT = 2;
  private static final int NUMBERS = 3;

  private final NetworkLayout layout;
  private final AtomicLongArray numbers = new AtomicLongArray(NUMBERS * KINDS);

  /** What changes with each measurement of a kind, now and at its latest; -1 before the first. */
  private final long[] stamps = new long[KINDS];

  private final long[] latest = new long[KINDS];

  Coverage(NetworkLayout layout) {
    this.layout = layout;
    Arrays.fill(latest, -1);
  }

  /** Counts the measurements of an iteration, once it has ended. */
  void observe(Measurement m) {
    Evidence.stamps(m, layout, stamps);
    for (int kind = 0; kind < KINDS; kind++) {
      long stamp = stamps[kind];
      if (stamp >= 0 && stamp != latest[kind]) {
        latest[kind] = stamp;
        int at = NUMBERS * kind;
        long count = numbers.getPlain(at + COUNT);
        if (count == 0) {
          numbers.lazySet(at + FIRST, m.iteration());
        }
        numbers.lazySet(at + LAST, m.iteration());
        numbers.lazySet(at + COUNT, count + 1);
      }
    }
  }

  @SuppressWarnings("EnumOrdinal") // as in Evidence.stamps
  private long get(Evidence kind, int number) {
    return numbers.get(NUMBERS * kind.ordinal() + number);
  }

  /**
   * {@return what a detector has looked at}
   *
   * @param detector its name
   * @param requirement what it reads
   */
  Check of(String detector, Requirement requirement) {
    Message reason = requirement.notApplicable();
    if (reason != null) {
      return Check.missing(detector, reason);
    }
    long from = 0;
    long to = Long.MAX_VALUE;
    long count = Long.MAX_VALUE;
    Evidence lacking = null;
    for (Map.Entry<Evidence, Long> needed : requirement.measurements().entrySet()) {
      Evidence kind = needed.getKey();
      long measured = get(kind, COUNT);
      if (measured == 0) {
        return Check.missing(detector, Message.of("say.check.no." + kind.name()));
      }
      if (lacking == null && measured < needed.getValue()) {
        lacking = kind;
      }
      count = Math.min(count, measured);
      from = Math.max(from, get(kind, FIRST));
      to = Math.min(to, get(kind, LAST));
    }
    if (lacking == null) {
      return Check.of(detector, 1, from, to, count);
    }
    long seen = get(lacking, COUNT);
    long required = requireNonNull(requirement.measurements().get(lacking));
    return Check.of(detector, Math.max(required, seen + 1), from, to, seen);
  }
}
