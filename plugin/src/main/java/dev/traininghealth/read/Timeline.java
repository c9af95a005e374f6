package dev.traininghealth.read;

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
 *
 * @hidden
 */
public final class Timeline {

  /**
   * One bucket of a segment.
   *
   * @param segment the segment
   * @param bucket index in it
   * @param first smallest iteration
   * @param last largest iteration
   * @param apart the iterations of the bucket that have rows of their own, whose values are
   *     therefore not of this one; none for a row of {@link #byIteration} or {@link #asRecorded}
   * @param isFirstPart whether it is the first of the rows between such iterations
   */
  public record Row(
      Segment segment, int bucket, long first, long last, List<Row> apart, boolean isFirstPart) {
    static Row of(Segment segment, int bucket) {
      long a = segment.firstIteration(bucket);
      long b = segment.lastIteration(bucket);
      return new Row(segment, bucket, Math.min(a, b), Math.max(a, b), List.of(), true);
    }

    /** {@return number of recorded iterations of the bucket, of which it keeps the extremes} */
    public long resolution() {
      return 1L << segment.level();
    }

    /** {@return when it was recorded, milliseconds since 1970} */
    public long timeMillis() {
      return segment.timeMillis(bucket);
    }

    /** {@return DL4J's epoch, from 0} */
    public int epoch() {
      return segment.epoch(bucket);
    }
  }

  private final RunDescription run;
  private final List<Row> recorded;
  private final List<Row> byIteration;
  private final Map<Series, Integer> columns = new HashMap<>();

  private final Set<Long> past;
  private final boolean leavesOut;
  private final SingleRows singleRows;

  private Timeline(
      RunDescription run,
      Set<Long> past,
      List<Row> recorded,
      boolean leavesOut,
      SingleRows singleRows) {
    this.run = run;
    this.past = past;
    this.recorded = recorded;
    this.leavesOut = leavesOut;
    this.singleRows = singleRows;
    this.byIteration = new ArrayList<>(recorded);
    for (int i = 0; i < run.series().size(); i++) {
      columns.put(run.series().get(i), i);
    }
    byIteration.sort(Comparator.comparingLong(Row::first).thenComparingLong(Row::last));
  }

  /**
   * {@return the rows of the segments of a run without past}
   *
   * @param run the run to show
   * @param segments its segments
   */
  public static Timeline of(RunDescription run, Collection<Segment> segments) {
    return of(run, List.of(), segments);
  }

  /**
   * {@return the rows of the segments that belong to a run or to its past; others are omitted}
   *
   * @param run the run to show
   * @param described the descriptions of the runs of this session and worker
   * @param segments the segments of these runs
   */
  public static Timeline of(
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
    SingleRows singleRows = new SingleRows(segments, ordered);
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
    return new Timeline(run, past, newestFirst, leavesOut, singleRows);
  }

  /** {@return the newest run} */
  public RunDescription run() {
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

  /** {@return whether nothing was recorded} */
  public boolean isEmpty() {
    return recorded.isEmpty();
  }

  /** {@return the rows in the order of their iterations} */
  public List<Row> byIteration() {
    return byIteration;
  }

  /**
   * Replaces a row by those of its single iterations, as far as they are recorded, and by the rest
   * of it between them.
   *
   * @param row one of {@link #byIteration}
   * @return the rows in the order of recording; the row itself if it has no such iterations
   */
  public List<Row> inDetail(Row row) {
    return singleRows.inDetail(row);
  }

  /** {@return the rows in the order of recording; the last one is the newest} */
  public List<Row> asRecorded() {
    return recorded;
  }

  /** {@return the smallest iteration} */
  public long firstIteration() {
    return byIteration.get(0).first();
  }

  /** {@return the largest iteration} */
  public long lastIteration() {
    long last = Long.MIN_VALUE;
    for (Row row : byIteration) {
      last = Math.max(last, row.last());
    }
    return last;
  }

  /**
   * {@return the column of a series of the whole run, or -1 if the run does not have it}
   *
   * @param quantity what is measured
   */
  public int column(Quantity quantity) {
    return column(quantity, Scope.RUN, 0);
  }

  /**
   * {@return the column of a series, or -1 if the run does not have it}
   *
   * @param quantity what is measured
   * @param scope whether of the run, a layer or a parameter
   * @param index of the layer or parameter
   */
  public int column(Quantity quantity, Scope scope, int index) {
    return columns.getOrDefault(new Series(quantity, scope, index), -1);
  }
}
