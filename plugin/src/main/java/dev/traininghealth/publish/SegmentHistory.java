package dev.traininghealth.publish;

import dev.traininghealth.record.Segment;
import dev.traininghealth.record.SegmentFormat;
import dev.traininghealth.record.SegmentMerger;
import dev.traininghealth.record.SegmentRecord;
import dev.traininghealth.record.SegmentRows;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * All records of a run, in memory that grows with the logarithm of its length. It holds a few fine
 * segments of the newest rows, then coarser levels. When a level has too many segments, its oldest
 * are merged into one of the next level, as digits carry in a binary counter. {@code n} rows are
 * kept as at most {@code R (6 + log2(n / R))} buckets, where {@code R} is the number of rows per
 * segment. The newest {@code 4 R} rows are always kept singly.
 *
 * <p>A few segments of single rows are kept when they are merged, beside the coarser one: those of
 * the start, and those around diagnoses and interventions ({@link KeptWindows}). Of too many, the
 * least important are dropped, the oldest first. A reader without use for them leaves them out,
 * because {@link Segment#inOrder} does.
 *
 * <p>Each segment has a key, its place in the storage. A merged segment takes the key of the oldest
 * one that is not kept. Later segments reuse the other keys, so that the storage has as few places
 * as there are segments here. A key is reused only after the merged segment has been stored, so
 * that no reader misses rows. Until then the storage holds some rows twice, which readers resolve
 * by {@link Segment#inOrder}.
 *
 * <p>Not thread-safe: the recorder locks it, but never while it waits for a storage.
 */
final class SegmentHistory {
  /** Number of full segments of single rows at which the oldest are merged. */
  private static final int MAX_FINE = 8;

  /** Number of segments merged at once: going two levels in one step halves the work. */
  private static final int FINE_MERGED_SEGMENTS = 4;

  /** Rows at the start that are kept singly: most runs that fail do so within some hundred. */
  private static final int START_ROWS = 512;

  /**
   * Maximum of segments that are kept beside coarser ones: of a usual network two of the start, and
   * one or two for each of about ten events, which is as many as a reader looks at.
   */
  private static final int MAX_KEPT = 18;

  /** Minimum of that, for networks of thousands of series. */
  private static final int MIN_KEPT = 4;

  /** Maximum of values in all kept segments, above {@link #MIN_KEPT}: 8 MB at 4 bytes each. */
  private static final int MAX_KEPT_CELLS = 2_000_000;

  /** Importance of the start, above that of any event. */
  private static final int START_IMPORTANCE = Integer.MAX_VALUE;

  private final String sessionId;
  private final String workerId;
  private final long run;
  private final LongSupplier newKey;
  private final List<Deque<Place>> levels = new ArrayList<>();
  private final SegmentMerger merger = new SegmentMerger();
  private final KeptWindows windows;

  /** Segments of single rows whose rows are also in a coarser one, oldest first. */
  private final List<Kept> kept = new ArrayList<>();

  private final int maxKept;
  private final long startRows;

  private final SegmentRows rows;
  private long firstRow;
  private long rowsKey;
  private boolean rowsChanged;

  /** Content of the storage under the key of the rows. */
  private Held rowsHeld = Held.NOTHING;

  /** Keys of merged segments, which must not be reused until the coarser one is stored. */
  private List<Long> mergedKeys = new ArrayList<>();

  /**
   * Keys to be reused whose places in the storage still hold rows that are also stored elsewhere.
   */
  private final Deque<Long> stale = new ArrayDeque<>();

  /** Keys to be reused whose places are empty. */
  private final Deque<Long> empty = new ArrayDeque<>();

  /** Content of the storage under a key, as far as is known. */
  private enum Held {
    /** Nothing, or an empty record. */
    NOTHING,
    /** Rows that are also stored elsewhere. */
    STALE,
    /** Rows of the segment that has the key. */
    ROWS
  }

  /** A full segment under its key. */
  private static final class Place {
    final SegmentRecord record;
    final Segment segment;

    /** Whether it differs from the version that was put last. */
    boolean changed = true;

    Held held;

    Place(SegmentRecord record, Segment segment, Held held) {
      this.record = record;
      this.segment = segment;
      this.held = held;
    }

    long key() {
      return record.getTimeStamp();
    }
  }

  private record Kept(Place place, int importance) {}

  /** The records that bring the storage up to date, in this order. */
  final class Changes {
    final List<SegmentRecord> records = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final List<Long> emptied = new ArrayList<>();
    private final List<Long> freed;

    private Changes() {
      for (int level = levels.size() - 1; level >= 0; level--) {
        levels.get(level).forEach(this::addIfChanged);
      }
      kept.forEach(each -> addIfChanged(each.place));
      if (rowsChanged) {
        rowsChanged = false;
        rowsHeld = Held.ROWS;
        records.add(record(rowsKey, rows.toSegment(run, firstRow)));
      }
      for (Long key = stale.poll(); key != null; key = stale.poll()) {
        records.add(SegmentRecord.merged(sessionId, workerId, key));
        emptied.add(key);
        empty.add(key);
      }
      freed = mergedKeys;
      mergedKeys = new ArrayList<>();
    }

    private void addIfChanged(Place place) {
      if (place.changed) {
        place.changed = false;
        place.held = Held.ROWS;
        places.add(place);
        records.add(place.record);
      }
    }

    /** Must be called when the storage has accepted all records. */
    void stored() {
      stale.addAll(freed);
    }

    /** Must be called when the storage has not accepted all records, which then stay changes. */
    void failed() {
      for (Place place : places) {
        place.changed = true;
      }
      rowsChanged = true;
      for (Long key : emptied) {
        if (empty.remove(key)) {
          stale.add(key);
        }
      }
      // Safe in order of coarseness: a key is reused only after the merged segment is put.
      stale.addAll(freed);
    }
  }

  /**
   * Creates an empty history.
   *
   * @param maxRows maximum of rows in a segment, above 0; fewer if there are many series
   * @param windows the iterations of which every single one should stay recorded
   * @param newKey returns keys that no record of this worker has had
   */
  SegmentHistory(
      String sessionId,
      String workerId,
      long run,
      int series,
      int maxRows,
      KeptWindows windows,
      LongSupplier newKey) {
    this.sessionId = sessionId;
    this.workerId = workerId;
    this.run = run;
    this.newKey = newKey;
    this.windows = windows;
    int length = Math.min(maxRows, SegmentFormat.rowsPerSegment(series));
    rows = new SegmentRows(series, length);
    long cells = Math.max(1, (long) length * series);
    maxKept = (int) Math.max(MIN_KEPT, Math.min(MAX_KEPT, MAX_KEPT_CELLS / cells));
    startRows = Math.min(START_ROWS, (long) length * (maxKept / 2));
    rowsKey = newKey.getAsLong();
  }

  /** Adds a row, whose values the caller sets. */
  SegmentRows nextRow(long iteration, long timeMillis, int epoch) {
    if (rows.isFull()) {
      seal();
    }
    rows.add(iteration, timeMillis, epoch);
    rowsChanged = true;
    return rows;
  }

  /** The last row if it is of that iteration, otherwise a new one. */
  SegmentRows rowOf(long iteration, long timeMillis, int epoch) {
    if (rows.count() == 0 || rows.lastIteration() != iteration) {
      return nextRow(iteration, timeMillis, epoch);
    }
    rowsChanged = true;
    return rows;
  }

  /** All rows, of which the newest are single ones. */
  List<Segment> segments() {
    List<Segment> all = new ArrayList<>();
    levels.forEach(level -> level.forEach(place -> all.add(place.segment)));
    if (rows.count() > 0) {
      all.add(rows.toSegment(run, firstRow));
    }
    return all;
  }

  /** The changes since the last call, and those that {@link Changes#failed} returned. */
  Changes changes() {
    return new Changes();
  }

  /** Makes all segments changes, and all other places to be emptied, to be put once more. */
  void putAgain() {
    levels.forEach(level -> level.forEach(place -> place.changed = true));
    kept.forEach(each -> each.place.changed = true);
    rowsChanged = true;
    stale.addAll(empty);
    empty.clear();
  }

  /** Whether {@link #changes} would return any. */
  boolean isChanged() {
    return rowsChanged
        || !stale.isEmpty()
        || kept.stream().anyMatch(each -> each.place.changed)
        || levels.stream().anyMatch(level -> level.stream().anyMatch(place -> place.changed));
  }

  /**
   * Turns the rows into a segment and merges segments into coarser levels if there are too many.
   */
  private void seal() {
    add(0, rowsKey, rows.toSegment(run, firstRow), rowsHeld);
    firstRow += rows.count();
    rows.clear();
    for (int level = 0; levels.get(level).size() >= (level == 0 ? MAX_FINE : 2); level++) {
      merge(level, level == 0 ? FINE_MERGED_SEGMENTS : 2);
    }
    takeKey();
  }

  /** Merges the oldest segments of a level into one of the next. */
  private void merge(int level, int fan) {
    List<Place> places = new ArrayList<>(fan);
    for (int i = 0; i < fan; i++) {
      places.add(levels.get(level).removeFirst());
    }
    Segment merged = merger.merge(places.stream().map(place -> place.segment).toList());
    if (level == 0) {
      places.removeIf(this::isKept);
      windows.forgetUntil(lastIteration(merged));
    }
    if (places.isEmpty()) {
      add(level + 1, emptyKey(), merged, Held.NOTHING);
    } else {
      Place heir = places.remove(0);
      add(level + 1, heir.key(), merged, heir.held);
    }
    places.forEach(this::free);
    while (kept.size() > maxKept) {
      Kept least = kept.stream().min(Comparator.comparingInt(Kept::importance)).orElseThrow();
      kept.remove(least);
      free(least.place);
    }
  }

  /** Keeps a segment of single rows if it is of the start or around an event. */
  private boolean isKept(Place place) {
    Segment segment = place.segment;
    int importance =
        segment.firstRow() < startRows
            ? START_IMPORTANCE
            : windows.importance(segment.firstIteration(0), lastIteration(segment));
    if (importance == KeptWindows.NONE) {
      return false;
    }
    kept.add(new Kept(place, importance));
    return true;
  }

  private static long lastIteration(Segment segment) {
    return segment.lastIteration(segment.buckets() - 1);
  }

  /** Has the key of a place reused, once a coarser segment is stored that holds its rows. */
  private void free(Place place) {
    switch (place.held) {
      case NOTHING -> empty.add(place.key());
      case STALE -> stale.add(place.key());
      case ROWS -> mergedKeys.add(place.key());
    }
  }

  private long emptyKey() {
    return empty.isEmpty() ? newKey.getAsLong() : empty.remove();
  }

  private void takeKey() {
    if (!stale.isEmpty()) {
      rowsKey = stale.remove();
      rowsHeld = Held.STALE;
    } else {
      rowsKey = emptyKey();
      rowsHeld = Held.NOTHING;
    }
  }

  private void add(int level, long key, Segment segment, Held held) {
    if (level == levels.size()) {
      levels.add(new ArrayDeque<>());
    }
    levels.get(level).addLast(new Place(record(key, segment), segment, held));
  }

  private SegmentRecord record(long key, Segment segment) {
    return new SegmentRecord(sessionId, workerId, key, segment);
  }
}
