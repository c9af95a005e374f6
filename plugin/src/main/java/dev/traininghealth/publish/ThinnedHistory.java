package dev.traininghealth.publish;

import java.util.ArrayList;
import java.util.List;

/**
 * Items of a run for its record: of many, every second, fourth, eighth and so on is kept, and the
 * newest, so that they are few and span the run. They are due for the storage when their number has
 * grown by a share of it, and at the end.
 *
 * <p>Not thread-safe: its owner locks it.
 */
final class ThinnedHistory<T> {
  private final double growthShare;
  private final List<T> kept = new ArrayList<>();

  /** Number of items so far; the first has number 0. */
  private long added;

  /** Of the items before the newest, those are kept whose number is a multiple of it. */
  private long stride = 1;

  /** Number of items when they were put last. */
  private long put;

  private boolean putNext;

  /**
   * Creates an empty history.
   *
   * @param growthShare growth of the number of items after which they are due, as a share of it
   */
  ThinnedHistory(double growthShare) {
    this.growthShare = growthShare;
  }

  /**
   * Adds the newest item.
   *
   * @param max maximum of items that are kept, 2 or more
   */
  void add(T item, int max) {
    if (!kept.isEmpty() && (added - 1) % stride != 0) {
      kept.remove(kept.size() - 1);
    }
    kept.add(item);
    added++;
    if (kept.size() > max) {
      thin();
    }
  }

  /** Keeps every second of the kept ones, and the newest. */
  private void thin() {
    T newest = kept.get(kept.size() - 1);
    List<T> every = new ArrayList<>();
    for (int i = 0; i < kept.size(); i += 2) {
      every.add(kept.get(i));
    }
    stride *= 2;
    if (kept.size() % 2 == 0) { // every second one is not the last
      every.add(newest);
    }
    kept.clear();
    kept.addAll(every);
  }

  /** Forgets all items. */
  void clear() {
    kept.clear();
    added = 0;
    put = 0;
    stride = 1;
  }

  /** {@return a copy of the kept items, oldest first} */
  List<T> kept() {
    return List.copyOf(kept);
  }

  /** Makes them due, if there are any that have not been put. */
  void putNext() {
    putNext = true;
  }

  /** Whether the storage should get them. */
  boolean isDue() {
    return added > put && (putNext || added >= put + Math.max(1, growthShare * put));
  }

  /** {@return the number of items so far} */
  long added() {
    return added;
  }

  /**
   * Notes what the storage has.
   *
   * @param number of items when what it got was taken
   */
  void stored(long number) {
    put = number;
    putNext &= added > put;
  }
}
