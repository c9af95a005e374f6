package dev.traininghealth.ui;

import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.Series;
import dev.traininghealth.record.Series.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All rows of one worker's recording along its iterations, fine and coarse ones. It is an index
 * into the segments, which hold the numbers.
 *
 * <p>If a user set the iteration back, an iteration appears twice and both rows are shown, so that
 * no event is lost. If a run was resumed under the same session, the rows before the newer run's
 * first iteration are its past. Later rows of the older run are omitted. Rows of another or unknown
 * network are omitted, too; earlier versions of the plugin kept no description among the updates.
 */
final class Timeline {

  /** One bucket of a segment. */
  record Row(Segment segment, int bucket, long first, long last) {
    static Row of(Segment segment, int bucket) {
      long a = segment.firstIteration(bucket);
      long b = segment.lastIteration(bucket);
      return new Row(segment, bucket, Math.min(a, b), Math.max(a, b));
    }

    long timeMillis() {
      return segment.timeMillis(bucket);
    }

    int epoch() {
      return segment.epoch(bucket);
    }
  }

  private final RunDescription run;
  private final List<Row> recorded;
  private final List<Row> byIteration;
  private final Map<Series, Integer> columns = new HashMap<>();

  private final Set<Long> past;
  private final boolean leavesOut;

  private Timeline(RunDescription run, Set<Long> past, List<Row> recorded, boolean leavesOut) {
    this.run = run;
    this.past = past;
    this.recorded = recorded;
    this.leavesOut = leavesOut;
    this.byIteration = new ArrayList<>(recorded);
    for (int i = 0; i < run.series().size(); i++) {
      columns.put(run.series().get(i), i);
    }
    byIteration.sort(Comparator.comparingLong(Row::first).thenComparingLong(Row::last));
  }

  /** The rows of the segments of a run without past. */
  static Timeline of(RunDescription run, Collection<Segment> segments) {
    return of(run, List.of(), segments);
  }

  /**
   * The rows of the segments that belong to a run or to its past; all others are omitted.
   *
   * @param run the run to show
   * @param described the descriptions of the runs of this session and worker
   * @param segments the segments of these runs
   */
  static Timeline of(
      RunDescription run, Collection<RunDescription> described, Collection<Segment> segments) {
    Set<Long> past = new HashSet<>();
    for (RunDescription earlier : described) {
      if (run.mayContinue(earlier)) {
        past.add(earlier.startMillis());
      }
    }
    List<Segment> ordered = new ArrayList<>();
    boolean leavesOut = false;
    for (Segment segment : Segment.inOrder(segments)) {
      boolean belongs = segment.run() == run.startMillis() || past.contains(segment.run());
      if (belongs && segment.series() == run.series().size()) {
        ordered.add(segment);
      } else {
        leavesOut |= segment.run() < run.startMillis();
      }
    }
    List<Row> newestFirst = new ArrayList<>();
    long pastEndsBefore = Long.MAX_VALUE;
    long firstOfRun = Long.MAX_VALUE;
    for (int i = ordered.size() - 1; i >= 0; i--) {
      Segment segment = ordered.get(i);
      if (i + 1 < ordered.size() && segment.run() != ordered.get(i + 1).run()) {
        pastEndsBefore = Math.min(pastEndsBefore, firstOfRun);
      }
      for (int bucket = segment.buckets() - 1; bucket >= 0; bucket--) {
        Row row = Row.of(segment, bucket);
        if (row.last() < pastEndsBefore) {
          newestFirst.add(row);
          firstOfRun = Math.min(firstOfRun, row.first());
        }
      }
    }
    Collections.reverse(newestFirst);
    return new Timeline(run, past, newestFirst, leavesOut);
  }

  RunDescription run() {
    return run;
  }

  /** Whether a run is an earlier one of the same network. */
  boolean isPast(long earlier) {
    return past.contains(earlier);
  }

  /** Whether rows were omitted because their run is not known to be of the same network. */
  boolean leavesOutAnEarlierRun() {
    return leavesOut;
  }

  /** The first iteration of later runs than this one; the largest long if they have no rows yet. */
  long firstAfter(long earlier) {
    long first = Long.MAX_VALUE;
    for (Row row : recorded) {
      if (row.segment().run() > earlier) {
        first = Math.min(first, row.first());
      }
    }
    return first;
  }

  boolean isEmpty() {
    return recorded.isEmpty();
  }

  /** Rows in the order of their iterations. */
  List<Row> byIteration() {
    return byIteration;
  }

  /** Rows in the order of recording; the last one is the newest. */
  List<Row> asRecorded() {
    return recorded;
  }

  long firstIteration() {
    return byIteration.get(0).first();
  }

  long lastIteration() {
    long last = Long.MIN_VALUE;
    for (Row row : byIteration) {
      last = Math.max(last, row.last());
    }
    return last;
  }

  /** Column of a series of the whole run, or -1 if the run does not have it. */
  int column(Quantity quantity) {
    return column(quantity, Scope.RUN, 0);
  }

  /** Column of a series, or -1 if the run does not have it. */
  int column(Quantity quantity, Scope scope, int index) {
    return columns.getOrDefault(new Series(quantity, scope, index), -1);
  }
}
