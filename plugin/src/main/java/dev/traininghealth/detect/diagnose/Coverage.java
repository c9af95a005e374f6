package dev.traininghealth.detect.diagnose;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.text.Message;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts how often each kind of measurement was taken, and thereby what each detector has seen.
 *
 * <p>The training thread counts; any thread may ask.
 */
final class Coverage {
  private static final Evidence[] KINDS = Evidence.values();

  private final long[] stamps = new long[KINDS.length];
  private final AtomicLongArray first = new AtomicLongArray(KINDS.length);
  private final AtomicLongArray last = new AtomicLongArray(KINDS.length);
  private final AtomicLongArray counts = new AtomicLongArray(KINDS.length);

  Coverage() {
    for (int k = 0; k < KINDS.length; k++) {
      stamps[k] = -1;
    }
  }

  /** Counts the measurements of an iteration, once it has ended. */
  void observe(Measurement m) {
    for (int k = 0; k < KINDS.length; k++) {
      long stamp = KINDS[k].stamp(m);
      if (stamp >= 0 && stamp != stamps[k]) {
        stamps[k] = stamp;
        if (counts.get(k) == 0) {
          first.lazySet(k, m.iteration());
        }
        last.lazySet(k, m.iteration());
        counts.lazySet(k, counts.get(k) + 1);
      }
    }
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
    for (Evidence evidence : requirement.evidence()) {
      int k = evidence.ordinal();
      if (counts.get(k) == 0) {
        return Check.missing(detector, Message.of("say.check.no." + evidence.name()));
      }
      count = Math.min(count, counts.get(k));
      from = Math.max(from, first.get(k));
      to = Math.min(to, last.get(k));
    }
    return Check.of(detector, requirement.measurements(), from, to, count);
  }
}
