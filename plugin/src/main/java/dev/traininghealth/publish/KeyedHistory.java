package dev.traininghealth.publish;

import dev.traininghealth.guard.GuardedStorage;
import dev.traininghealth.record.HealthRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The events of a run, each under a key of its own, its place in the storage, so that a later state
 * replaces an earlier one there. Memory and storage are bounded: where there are too many, the
 * place of the one that matters least is used again.
 *
 * <p>Thread-safe, and never locked while a storage works: the training thread adds, the recorder's
 * thread takes what has changed.
 */
final class KeyedHistory<T> {
  /** What is kept of each sort: more than anybody reads, about a megabyte. */
  static final int MAX_ENTRIES = 1_000;

  private final Comparator<T> byImportance;
  private final ToLongFunction<T> idOf;
  private final LongSupplier newKey;
  private final Map<Long, Place<T>> places = new TreeMap<>();
  private boolean added;

  private static final class Place<T> {
    final long key;
    T state;
    boolean changed = true;

    Place(long key, T state) {
      this.key = key;
      this.state = state;
    }
  }

  private record Change<T>(long key, T state) {}

  /** Makes the record of a state. */
  interface Records<T> {
    HealthRecord of(T state, long key);
  }

  /**
   * Creates an empty history.
   *
   * @param byImportance what matters least comes first
   * @param idOf the number by which a later state is told to be the same thing's
   * @param newKey gives keys that no record of this worker has had
   */
  KeyedHistory(Comparator<T> byImportance, ToLongFunction<T> idOf, LongSupplier newKey) {
    this.byImportance = byImportance;
    this.idOf = idOf;
    this.newKey = newKey;
  }

  /** Takes a new state, made of the one that is known of that id, or of null. */
  synchronized void add(long id, StateChange<T> change) {
    Place<T> known = places.get(id);
    T state = change.of(known == null ? null : known.state);
    if (known != null) {
      known.state = state;
      known.changed = true;
    } else {
      Place<T> least = places.size() < MAX_ENTRIES ? null : least();
      if (least == null) {
        places.put(id, new Place<>(newKey.getAsLong(), state));
      } else if (byImportance.compare(least.state, state) < 0) {
        places.remove(idOf.applyAsLong(least.state));
        places.put(id, new Place<>(least.key, state));
      } else {
        return; // all that are kept matter more
      }
    }
    added = true;
  }

  /** How a state follows from an earlier one. */
  interface StateChange<T> {
    T of(@Nullable T known);
  }

  private @Nullable Place<T> least() {
    Place<T> least = null;
    for (Place<T> place : places.values()) {
      if (least == null || byImportance.compare(place.state, least.state) < 0) {
        least = place;
      }
    }
    return least;
  }

  /** Notes that the recorder's thread is awake and will see what was added so far. */
  synchronized void markSeen() {
    added = false;
  }

  /** Whether something was added since {@link #markSeen} was called last. */
  synchronized boolean hasMore() {
    return added;
  }

  /**
   * Puts what has changed since it was put last.
   *
   * @param records makes the record of a state
   * @return how much the storage has taken, and whether that is all
   */
  Put putTo(GuardedStorage storage, Records<T> records) {
    List<Change<T>> changes = changes();
    int stored = 0;
    while (stored < changes.size()) {
      Change<T> change = changes.get(stored);
      HealthRecord record = records.of(change.state, change.key);
      if (!storage.put(router -> router.putUpdate(record))) {
        break;
      }
      stored++;
    }
    failed(changes.subList(stored, changes.size()));
    return new Put(stored > 0, stored == changes.size());
  }

  /**
   * What became of an attempt to put.
   *
   * @param any whether the storage has taken something
   * @param all whether nothing is left to be put
   */
  record Put(boolean any, boolean all) {}

  private synchronized List<Change<T>> changes() {
    List<Change<T>> changes = new ArrayList<>();
    for (Place<T> place : places.values()) {
      if (place.changed) {
        place.changed = false;
        changes.add(new Change<>(place.key, place.state));
      }
    }
    return changes;
  }

  /** What the storage has not taken are changes still. */
  private synchronized void failed(List<Change<T>> changes) {
    Set<Long> keys = changes.stream().map(Change::key).collect(Collectors.toSet());
    for (Place<T> place : places.values()) {
      place.changed |= keys.contains(place.key);
    }
  }
}
