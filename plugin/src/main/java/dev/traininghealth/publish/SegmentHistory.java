package dev.traininghealth.publish;

import dev.traininghealth.record.Segment;
import dev.traininghealth.record.SegmentFormat;
import dev.traininghealth.record.SegmentMerger;
import dev.traininghealth.record.SegmentRecord;
import dev.traininghealth.record.SegmentRows;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
 * <p>Each segment has a key, its place in the storage. A merged segment takes the key of the oldest
 * one. Later segments reuse the other keys, so that the storage has as few places as there are
 * segments here. A key is reused only after the merged segment has been stored, so that no reader
 * misses rows. Until then the storage holds some rows twice, which readers resolve by {@link
 * Segment#inOrder}.
 *
 * <p>Not thread-safe: the recorder locks it, but never while it waits for a storage.
 */
final class SegmentHistory {
  /** Number of full segments of single rows at which the oldest are merged. */
  private static final int MAX_FINE = 8;

  /** Number of segments merged at once: going two levels in one step halves the work. */
  private static final int FINE_MERGED_SEGMENTS = 4;

  private final String sessionId;
  private final String workerId;
  private final long run;
  private final LongSupplier newKey;
  private final List<Deque<Place>> levels = new ArrayList<>();
  private final SegmentMerger merger = new SegmentMerger();

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

  /** The records that bring the storage up to date, in this order. */
  final class Changes {
    final List<SegmentRecord> records = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final List<Long> emptied = new ArrayList<>();
    private final List<Long> freed;

    private Changes() {
      for (int level = levels.size() - 1; level >= 0; level--) {
        for (Place place : levels.get(level)) {
          if (place.changed) {
            place.changed = false;
            place.held = Held.ROWS;
            places.add(place);
            records.add(place.record);
          }
        }
      }
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
   * @param newKey returns keys that no record of this worker has had
   */
  SegmentHistory(
      String sessionId, String workerId, long run, int series, int maxRows, LongSupplier newKey) {
    this.sessionId = sessionId;
    this.workerId = workerId;
    this.run = run;
    this.newKey = newKey;
    rows = new SegmentRows(series, Math.min(maxRows, SegmentFormat.rowsPerSegment(series)));
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

  /** The changes since the last call, and those that {@link Changes#failed} returned. */
  Changes changes() {
    return new Changes();
  }

  /** Makes all segments changes, and all other places to be emptied, to be put once more. */
  void putAgain() {
    levels.forEach(level -> level.forEach(place -> place.changed = true));
    rowsChanged = true;
    stale.addAll(empty);
    empty.clear();
  }

  /** Whether {@link #changes} would return any. */
  boolean isChanged() {
    return rowsChanged
        || !stale.isEmpty()
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
    Place oldest = places.get(0);
    Segment merged = merger.merge(places.stream().map(place -> place.segment).toList());
    add(level + 1, oldest.key(), merged, oldest.held);
    for (Place place : places.subList(1, fan)) {
      switch (place.held) {
        case NOTHING -> empty.add(place.key());
        case STALE -> stale.add(place.key());
        case ROWS -> mergedKeys.add(place.key());
      }
    }
  }

  private void takeKey() {
    if (!stale.isEmpty()) {
      rowsKey = stale.remove();
      rowsHeld = Held.STALE;
    } else {
      rowsKey = empty.isEmpty() ? newKey.getAsLong() : empty.remove();
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
