package dev.traininghealth.detect.diagnose;

import static java.util.Objects.requireNonNull;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.text.Message;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts how often each kind of measurement was taken, and thereby what each detector has seen.
 *
 * <p>The training thread counts; any thread may ask.
 */
final class Coverage {
  private final Map<Evidence, Measured> measured = new EnumMap<>(Evidence.class);

  /** The same, for each iteration. */
  private final Measured[] each;

  /** The measurements of a kind. */
  private static final class Measured {
    private final Evidence kind;
    private long stamp = -1;
    private final AtomicLong first = new AtomicLong();
    private final AtomicLong last = new AtomicLong();
    private final AtomicLong count = new AtomicLong();

    Measured(Evidence kind) {
      this.kind = kind;
    }

    void observe(Measurement m) {
      long now = kind.stamp(m);
      if (now >= 0 && now != stamp) {
        stamp = now;
        if (count.get() == 0) {
          first.lazySet(m.iteration());
        }
        last.lazySet(m.iteration());
        count.lazySet(count.get() + 1);
      }
    }
  }

  Coverage() {
    for (Evidence kind : Evidence.values()) {
      measured.put(kind, new Measured(kind));
    }
    each = measured.values().toArray(new Measured[0]);
  }

  /** Counts the measurements of an iteration, once it has ended. */
  void observe(Measurement m) {
    for (Measured kind : each) {
      kind.observe(m);
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
      Measured kind = requireNonNull(measured.get(evidence));
      if (kind.count.get() == 0) {
        return Check.missing(detector, Message.of("say.check.no." + evidence.name()));
      }
      count = Math.min(count, kind.count.get());
      from = Math.max(from, kind.first.get());
      to = Math.min(to, kind.last.get());
    }
    return Check.of(detector, requirement.measurements(), from, to, count);
  }
}
