package dev.traininghealth.samples.benchmark;

import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts the scheduled measures of a run, as a detector of a user, which reports nothing. */
final class MeasureCounter implements Detector {
  private final Map<ScheduledMeasure, List<Slot>> slots = new EnumMap<>(ScheduledMeasure.class);
  private long ownNanos;

  /** One layer or parameter. */
  private static final class Slot {
    final int index;
    long iteration = ScheduledMeasure.NEVER;
    int count;
    long last;
    long longestGap;

    Slot(int index) {
      this.index = index;
    }

    void measured(long now) {
      longestGap = longestGap(now);
      last = now;
    }

    long longestGap(long now) {
      return Math.max(longestGap, now - last);
    }
  }

  /**
   * How often a measure was taken.
   *
   * @param count of the layer or parameter with the fewest
   * @param longestGap the most iterations without one, of any layer or parameter, start and end of
   *     the run included
   */
  record Count(int count, long longestGap) {}

  @Override
  public String name() {
    return "measure-counter";
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    long start = System.nanoTime();
    if (slots.isEmpty()) {
      for (ScheduledMeasure measure : ScheduledMeasure.values()) {
        List<Slot> list = new ArrayList<>();
        for (int index : measure.slots(history.layout())) {
          list.add(new Slot(index));
        }
        slots.put(measure, list);
      }
    }
    long now = history.iterationsSeen();
    slots.forEach(
        (measure, list) -> {
          for (Slot slot : list) {
            long iteration = measure.iteration(history.current(), slot.index);
            if (iteration != slot.iteration) {
              slot.iteration = iteration;
              slot.count++;
              slot.measured(now);
            }
          }
        });
    ownNanos += System.nanoTime() - start;
  }

  /** Time that the counter itself took, nanoseconds. */
  long ownNanos() {
    return ownNanos;
  }

  /**
   * The counts after that many iterations.
   *
   * @return null if the network has no such measure
   */
  @Nullable Count count(ScheduledMeasure measure, long iterations) {
    int fewest = Integer.MAX_VALUE;
    long longest = 0;
    for (Slot slot : slots.getOrDefault(measure, List.of())) {
      if (slot.count > 0 || !measure.isOptional()) {
        fewest = Math.min(fewest, slot.count);
        longest = Math.max(longest, slot.longestGap(iterations));
      }
    }
    return fewest == Integer.MAX_VALUE ? null : new Count(fewest, longest);
  }
}
