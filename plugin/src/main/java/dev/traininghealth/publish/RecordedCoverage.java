package dev.traininghealth.publish;

import dev.traininghealth.detect.Check;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.RunRecord.Coverage;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a run's checks have looked at, for its record. The record is put again seldom: when the
 * iterations have grown by {@value #GROWTH_SHARE} of their number and at the end, if anything has
 * changed. A run of a million iterations puts it about 60 times.
 *
 * <p>Used by the thread that puts records; any thread may set the source.
 */
final class RecordedCoverage {
  /**
   * Growth of the number of iterations after which checks are asked again. What the page shows is
   * at most that much behind.
   */
  private static final double GROWTH_SHARE = 0.25;

  private volatile Supplier<@Nullable List<Check>> source = List::of;

  /** Whether to ask at the next opportunity, whatever the number of iterations. */
  private volatile boolean askNext = true;

  private long askedRows;
  private Coverage latest = Coverage.NONE;
  private boolean changed;

  /** Asks a source from now on, which any thread may call; null if it has gone. */
  void from(Supplier<@Nullable List<Check>> checks) {
    source = checks;
    askNext = true;
  }

  /** Asks at the next opportunity. */
  void askNext() {
    askNext = true;
  }

  /**
   * Asks the source if it is due.
   *
   * @param rows number of iterations so far
   */
  void update(long rows) {
    if (!askNext && rows < askedRows + Math.max(1, GROWTH_SHARE * askedRows)) {
      return;
    }
    askNext = false;
    askedRows = rows;
    List<Check> checks = source.get();
    if (checks == null) {
      return; // the latest is the last
    }
    Coverage now = RecordConversion.coverage(checks);
    changed |= !isSame(now, latest);
    latest = now;
  }

  /**
   * Compares what messages are made of. The methods of records are generated at their first call,
   * which would take milliseconds at the start of a run.
   */
  private static boolean isSame(Coverage one, Coverage other) {
    boolean same =
        one.conclusive() == other.conclusive() && one.checks().size() == other.checks().size();
    for (int i = 0; same && i < one.checks().size(); i++) {
      RunRecord.Check a = one.checks().get(i);
      RunRecord.Check b = other.checks().get(i);
      same =
          a.name().equals(b.name())
              && a.state().equals(b.state())
              && a.first() == b.first()
              && a.last() == b.last()
              && a.count() == b.count()
              && a.message().key().equals(b.message().key());
    }
    return same;
  }

  Coverage latest() {
    return latest;
  }

  /** Whether the storage lacks the latest state. */
  boolean isChanged() {
    return changed;
  }

  /** Notes that the storage has the latest state. */
  void stored() {
    changed = false;
  }
}
