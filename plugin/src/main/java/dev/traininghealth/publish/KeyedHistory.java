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
 * The events of a run, each under its own key in the storage, so that a later state replaces an
 * earlier one. Memory and storage are bounded: if there are too many events, the place of the
 * leastImportant important one is reused.
 *
 * <p>Thread-safe, and never locked during storage calls. The training thread adds events, the
 * recorder's thread takes the changes.
 */
final class KeyedHistory<T> {
  /** Maximum of events per kind: more than anybody reads, about a megabyte. */
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

  /** Creates the record of a state. */
  interface Records<T> {
    HealthRecord of(T state, long key);
  }

  /**
   * Creates an empty history.
   *
   * @param byImportance orders the least important first
   * @param idOf the id of a state's event; states with the same id replace each other
   * @param newKey returns keys that no record of this worker has had
   */
  KeyedHistory(Comparator<T> byImportance, ToLongFunction<T> idOf, LongSupplier newKey) {
    this.byImportance = byImportance;
    this.idOf = idOf;
    this.newKey = newKey;
  }

  /** Adds a state, computed from the known one of that id, or from null. */
  synchronized void add(long id, StateChange<T> change) {
    Place<T> known = places.get(id);
    T state = change.of(known == null ? null : known.state);
    if (known != null) {
      known.state = state;
      known.changed = true;
    } else {
      Place<T> leastImportant = places.size() < MAX_ENTRIES ? null : leastImportant();
      if (leastImportant == null) {
        places.put(id, new Place<>(newKey.getAsLong(), state));
      } else if (byImportance.compare(leastImportant.state, state) < 0) {
        places.remove(idOf.applyAsLong(leastImportant.state));
        places.put(id, new Place<>(leastImportant.key, state));
      } else {
        return; // all kept ones are more important
      }
    }
    added = true;
  }

  /** Computes a state from an earlier one, or from null. */
  interface StateChange<T> {
    T of(@Nullable T known);
  }

  private @Nullable Place<T> leastImportant() {
    Place<T> leastImportant = null;
    for (Place<T> place : places.values()) {
      if (leastImportant == null || byImportance.compare(place.state, leastImportant.state) < 0) {
        leastImportant = place;
      }
    }
    return leastImportant;
  }

  /** Notes that the recorder's thread is awake and will read what was added so far. */
  synchronized void markSeen() {
    added = false;
  }

  /** Whether something was added since the last {@link #markSeen}. */
  synchronized boolean hasMore() {
    return added;
  }

  /**
   * Puts the changes since the last call into the storage.
   *
   * @param records creates the record of a state
   * @return whether the storage accepted some and all of them
   */
  PutResult putTo(GuardedStorage storage, Records<T> records) {
    List<Change<T>> changes = changes();
    int stored = 0;
    for (Change<T> change : changes) {
      HealthRecord record = records.of(change.state, change.key);
      // After a failure the storage takes no more of this round, but its copy does.
      stored += storage.put(router -> router.putUpdate(record)) ? 1 : 0;
    }
    failed(changes.subList(stored, changes.size()));
    return new PutResult(stored > 0, stored == changes.size());
  }

  /** Makes all events changes, so that they are put once more. */
  synchronized void putAgain() {
    for (Place<T> place : places.values()) {
      place.changed = true;
    }
  }

  /**
   * The result of putting changes.
   *
   * @param anyStored whether the storage accepted something
   * @param allStored whether nothing is left to be put
   */
  record PutResult(boolean anyStored, boolean allStored) {}

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

  /** Marks the changes that the storage did not accept as changes again. */
  private synchronized void failed(List<Change<T>> changes) {
    Set<Long> keys = changes.stream().map(Change::key).collect(Collectors.toSet());
    for (Place<T> place : places.values()) {
      place.changed |= keys.contains(place.key);
    }
  }
}
