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
 * All that was recorded of a run, in memory that grows with the logarithm of its length: a few fine
 * segments of the newest rows, then one for each coarser level. When a level has too many, its
 * eldest are merged into one of the next level, as digits carry in a binary counter. {@code n} rows
 * are kept as {@code R (6 + log2(n / R))} buckets at most, {@code R} being the rows of a segment;
 * the newest {@code 4 R} are always there singly.
 *
 * <p>Each segment has a key, its place in the storage. A merged one takes the key of the eldest;
 * the keys of the others are used again by later segments, so that the places in the storage are as
 * few as the segments here, but only when the merged one has been stored: no reader misses rows
 * because of it. Until then the storage holds some rows twice; readers know by {@link
 * Segment#inOrder}.
 *
 * <p>Not thread-safe: the recorder has it locked, and never while it waits for a storage.
 */
final class SegmentHistory {
  /** Full segments of single rows from which on the eldest of them are merged. */
  private static final int MAX_FINE = 8;

  /** How many of them are merged at once: going two levels in one step halves the work. */
  private static final int FINE_FAN = 4;

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

  /** What the storage holds under the key of the rows. */
  private Held rowsHeld = Held.NOTHING;

  /** Keys of merged segments: until the coarser one is stored, they must not be used. */
  private List<Long> absorbed = new ArrayList<>();

  /** Keys to be used again whose places in the storage still hold what is elsewhere now. */
  private final Deque<Long> stale = new ArrayDeque<>();

  /** Keys to be used again whose places are empty. */
  private final Deque<Long> empty = new ArrayDeque<>();

  /** What the storage holds under a key, as far as is known. */
  private enum Held {
    /** Nothing, or an empty record. */
    NOTHING,
    /** Rows that are elsewhere in the storage as well. */
    STALE,
    /** Rows of the segment that has the key. */
    ROWS
  }

  /** A full segment under its key. */
  private static final class Place {
    final SegmentRecord record;
    final Segment segment;

    /** Whether it is another than what was put last. */
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

  /** What is to be put into the storage to bring it up to date, in this order. */
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
        records.add(SegmentRecord.absorbed(sessionId, workerId, key));
        emptied.add(key);
        empty.add(key);
      }
      freed = absorbed;
      absorbed = new ArrayList<>();
    }

    /** To be called when the storage has taken them. */
    void stored() {
      stale.addAll(freed);
    }

    /** To be called when the storage has not taken all of them: they are changes still. */
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
      // In order of coarseness all the same: a key is used again only after what is merged is put.
      stale.addAll(freed);
    }
  }

  /**
   * Creates an empty history.
   *
   * @param newKey gives keys that no record of this worker has had
   */
  SegmentHistory(String sessionId, String workerId, long run, int series, LongSupplier newKey) {
    this.sessionId = sessionId;
    this.workerId = workerId;
    this.run = run;
    this.newKey = newKey;
    rows = new SegmentRows(series, SegmentFormat.rowsPerSegment(series));
    rowsKey = newKey.getAsLong();
  }

  /** Adds a row; its values are set by the caller. */
  SegmentRows nextRow(long iteration, long timeMillis, int epoch) {
    if (rows.isFull()) {
      seal();
    }
    rows.add(iteration, timeMillis, epoch);
    rowsChanged = true;
    return rows;
  }

  /** The last row if it is of that iteration, else a new one. */
  SegmentRows rowOf(long iteration, long timeMillis, int epoch) {
    if (rows.count() == 0 || rows.lastIteration() != iteration) {
      return nextRow(iteration, timeMillis, epoch);
    }
    rowsChanged = true;
    return rows;
  }

  /** What has changed since the last call, less what was taken back by {@link Changes#failed}. */
  Changes changes() {
    return new Changes();
  }

  /** Whether {@link #changes} would find any. */
  boolean isChanged() {
    return rowsChanged
        || !stale.isEmpty()
        || levels.stream().anyMatch(level -> level.stream().anyMatch(place -> place.changed));
  }

  /** Makes a segment of the rows, and carries over to coarser levels what is too much. */
  private void seal() {
    add(0, rowsKey, rows.toSegment(run, firstRow), rowsHeld);
    firstRow += rows.count();
    rows.clear();
    for (int level = 0; levels.get(level).size() >= (level == 0 ? MAX_FINE : 2); level++) {
      merge(level, level == 0 ? FINE_FAN : 2);
    }
    takeKey();
  }

  /** Merges the eldest of a level into one of the next. */
  private void merge(int level, int fan) {
    List<Place> places = new ArrayList<>(fan);
    for (int i = 0; i < fan; i++) {
      places.add(levels.get(level).removeFirst());
    }
    Place eldest = places.get(0);
    Segment merged = merger.merge(places.stream().map(place -> place.segment).toList());
    add(level + 1, eldest.key(), merged, eldest.held);
    for (Place place : places.subList(1, fan)) {
      switch (place.held) {
        case NOTHING -> empty.add(place.key());
        case STALE -> stale.add(place.key());
        case ROWS -> absorbed.add(place.key());
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
