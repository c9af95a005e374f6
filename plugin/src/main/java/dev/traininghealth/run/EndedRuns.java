package dev.traininghealth.run;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The results of the latest ended runs of a listener. Not thread-safe. */
final class EndedRuns {
  /** Runs that are listed. Older ones are forgotten. */
  static final int MAX_LISTED = 100;

  private final Deque<TrainingRun> results = new ArrayDeque<>();

  /** Adds the result of a run, unless that has no iteration. */
  void add(TrainingRun result) {
    if (result.summary().iterations() > 0) {
      results.addLast(result);
      if (results.size() > MAX_LISTED) {
        results.removeFirst();
      }
    }
  }

  /** {@return a copy of the results, oldest first} */
  List<TrainingRun> list() {
    return new ArrayList<>(results);
  }
}
