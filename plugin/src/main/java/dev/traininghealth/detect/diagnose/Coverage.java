package dev.traininghealth.detect.diagnose;

import static java.util.Objects.requireNonNull;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
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
  private final NetworkLayout layout;
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

    void observe(Measurement m, NetworkLayout layout) {
      long now = kind.stamp(m, layout);
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

  Coverage(NetworkLayout layout) {
    this.layout = layout;
    for (Evidence kind : Evidence.values()) {
      measured.put(kind, new Measured(kind));
    }
    each = measured.values().toArray(new Measured[0]);
  }

  /** Counts the measurements of an iteration, once it has ended. */
  void observe(Measurement m) {
    for (Measured kind : each) {
      kind.observe(m, layout);
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
    Evidence lacking = null;
    for (Map.Entry<Evidence, Long> needed : requirement.measurements().entrySet()) {
      Measured kind = requireNonNull(measured.get(needed.getKey()));
      if (kind.count.get() == 0) {
        return Check.missing(detector, Message.of("say.check.no." + needed.getKey().name()));
      }
      if (lacking == null && kind.count.get() < needed.getValue()) {
        lacking = needed.getKey();
      }
      count = Math.min(count, kind.count.get());
      from = Math.max(from, kind.first.get());
      to = Math.min(to, kind.last.get());
    }
    if (lacking == null) {
      return Check.of(detector, 1, from, to, count);
    }
    long seen = requireNonNull(measured.get(lacking)).count.get();
    long required = requireNonNull(requirement.measurements().get(lacking));
    return Check.of(detector, Math.max(required, seen + 1), from, to, seen);
  }
}
