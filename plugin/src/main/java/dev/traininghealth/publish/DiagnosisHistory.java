package dev.traininghealth.publish;

import dev.traininghealth.detect.Diagnosis;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The diagnoses of a run, each under a key of its own, its place in the storage, so that a later
 * state replaces an earlier one there. Memory and storage are bounded: where there are too many,
 * the place of the one that matters least is used again.
 *
 * <p>Thread-safe, and never locked while a storage works: the training thread adds, the recorder's
 * thread takes what has changed.
 */
final class DiagnosisHistory {
  /** Diagnoses that are kept: more than anybody reads, about a megabyte. */
  static final int MOST = 1_000;

  /**
   * What matters least comes first: notes that are over, then alarms that are over, the oldest
   * first; then what stands, mild before severe, and there the newest first, since what came later
   * is more likely to follow from what came before.
   */
  private static final Comparator<RecordedDiagnosis> BY_WORTH =
      Comparator.comparing((RecordedDiagnosis d) -> !d.isOver())
          .thenComparingInt(d -> d.isOver() ? Math.min(1, d.rank()) : d.rank())
          .thenComparingLong(d -> d.isOver() ? d.id() : -d.id());

  private final String sessionId;
  private final String workerId;
  private final long run;
  private final LongSupplier newKey;
  private final Map<Long, Place> places = new TreeMap<>();
  private boolean added;

  private static final class Place {
    final long key;
    RecordedDiagnosis diagnosis;
    boolean changed = true;

    Place(long key, RecordedDiagnosis diagnosis) {
      this.key = key;
      this.diagnosis = diagnosis;
    }
  }

  /** A diagnosis to be put under its key. */
  record Change(long key, RecordedDiagnosis diagnosis) {}

  /**
   * Creates an empty history.
   *
   * @param newKey gives keys that no record of this worker has had
   */
  DiagnosisHistory(String sessionId, String workerId, long run, LongSupplier newKey) {
    this.sessionId = sessionId;
    this.workerId = workerId;
    this.run = run;
    this.newKey = newKey;
  }

  /** Takes a diagnosis, or the new state of one, at a time. */
  synchronized void add(Diagnosis d, long timeMillis) {
    Place known = places.get(d.id());
    if (known != null) {
      known.diagnosis = RecordedDiagnosis.of(d, run, known.diagnosis.timeMillis());
      known.changed = true;
    } else {
      RecordedDiagnosis diagnosis = RecordedDiagnosis.of(d, run, timeMillis);
      Place least = places.size() < MOST ? null : least();
      if (least == null) {
        places.put(d.id(), new Place(newKey.getAsLong(), diagnosis));
      } else if (BY_WORTH.compare(least.diagnosis, diagnosis) < 0) {
        places.remove(least.diagnosis.id());
        places.put(d.id(), new Place(least.key, diagnosis));
      } else {
        return; // all that are kept matter more
      }
    }
    added = true;
  }

  private @Nullable Place least() {
    Place least = null;
    for (Place place : places.values()) {
      if (least == null || BY_WORTH.compare(place.diagnosis, least.diagnosis) < 0) {
        least = place;
      }
    }
    return least;
  }

  /** Notes that the recorder's thread is awake and will see what was added so far. */
  synchronized void gathered() {
    added = false;
  }

  /** Whether something was added since {@link #gathered} was called last. */
  synchronized boolean hasMore() {
    return added;
  }

  /** What has changed since the last call, and what was {@linkplain #failed taken back}. */
  synchronized List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    for (Place place : places.values()) {
      if (place.changed) {
        place.changed = false;
        changes.add(new Change(place.key, place.diagnosis));
      }
    }
    return changes;
  }

  DiagnosisRecord record(Change change) {
    return new DiagnosisRecord(sessionId, workerId, change.key, change.diagnosis);
  }

  /** To be called for changes that the storage has not taken: they are changes still. */
  synchronized void failed(List<Change> changes) {
    Set<Long> keys = changes.stream().map(Change::key).collect(Collectors.toSet());
    for (Place place : places.values()) {
      place.changed |= keys.contains(place.key);
    }
  }
}
