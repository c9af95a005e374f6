package dev.traininghealth.live;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One run among those of its listener, from its first complete iteration until it ends.
 *
 * @hidden
 */
public final class LiveRun {
  private final LiveRuns all;
  private volatile Supplier<Map<Kind, Long>> interventions = Map::of;
  private volatile LiveNumbers.@Nullable Latest latest;

  /** Counted after an iteration was measured, which publishes its numbers to other threads. */
  private final AtomicLong iterations = new AtomicLong();

  /** Largest id of a counted diagnosis, -1 before the first. A later state has the same id. */
  private long latestId = -1;

  LiveRun(LiveRuns all) {
    this.all = all;
  }

  /**
   * Sets what counts the interventions; a run that is only observed has none.
   *
   * @param counts returns the present counts; any thread calls it
   */
  public void countInterventionsBy(Supplier<Map<Kind, Long>> counts) {
    interventions = counts;
  }

  /**
   * Called at the end of each measured iteration.
   *
   * @param measurement its numbers, always the same object
   */
  public void onIterationDone(NetworkLayout layout, Measurement measurement) {
    iterations.incrementAndGet();
    if (latest == null) {
      latest = new LiveNumbers.Latest(layout, measurement);
      all.add(this);
    }
  }

  /** Counts a diagnosis, unless it is a later state of a counted one. */
  public void count(Diagnosis diagnosis) {
    if (diagnosis.id() > latestId) {
      latestId = diagnosis.id();
      all.count(diagnosis.problem().name(), diagnosis.severity());
    }
  }

  /** Ends the run: its counts stay, its numbers are forgotten. */
  public void end() {
    all.end(this);
  }

  long iterations() {
    return iterations.get();
  }

  Map<Kind, Long> interventions() {
    return interventions.get();
  }

  /** {@return the numbers of the latest iteration, with all that was written before its end} */
  LiveNumbers.@Nullable Latest latest() {
    return iterations.get() == 0 ? null : latest;
  }
}
