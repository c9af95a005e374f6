package dev.traininghealth.intervene;

import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.guard.MemoryBudget.Use;
import dev.traininghealth.intervene.model.EditedNetwork;
import dev.traininghealth.intervene.model.NetworkState;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of a run: the initial one, a candidate, and some confirmed ones.
 *
 * <p>A candidate is confirmed if no alarm occurs in the iterations after it. The memory of a
 * discarded snapshot is used for the next one.
 */
final class SnapshotRing {
  private static final Logger log = LoggerFactory.getLogger(SnapshotRing.class);

  /** Iterations without alarms after which a candidate is confirmed. */
  static final int CONFIRMATION_ITERATIONS = 30;

  /** The states without which there is no rollback: the initial one, and one to undo a step. */
  private static final int START_STATES = 2;

  /** States besides the confirmed ones: those, and the candidate. */
  private static final int EXTRA_STATES = START_STATES + 1;

  /** A snapshot counts as no worse than another whose score is lower by at most this share. */
  private static final double SCORE_TOLERANCE = 0.1;

  private final EditedNetwork network;
  private final MemoryBudget budget;
  private final int affordable;

  /** Confirmed snapshots for which memory is taken; without any there is no candidate. */
  private int maxSnapshots;

  private boolean claimed;
  private @Nullable Snapshot initial;
  private @Nullable Snapshot candidate;
  private final ArrayDeque<Snapshot> confirmed = new ArrayDeque<>();
  private final ArrayDeque<NetworkState> spare = new ArrayDeque<>();

  /** Rollbacks since the latest snapshot was confirmed, or a useless one was discarded. */
  private int consecutiveRollbacks;

  private double maxConfirmedFactor;

  /** Whether the initial snapshot continues a run that had a confirmed one. */
  private boolean continues;

  private SnapshotRing(EditedNetwork network, int affordable, MemoryBudget budget) {
    this.network = network;
    this.affordable = affordable;
    this.budget = budget;
  }

  /**
   * Creates a ring for the initial snapshot; {@link #claimMore} adds others.
   *
   * @param wanted maximum number of confirmed snapshots
   * @param maxBytes maximum memory for all of them
   * @param budget of the run, which is asked as well
   * @param logged whether it is logged if {@code maxBytes} is too little
   * @return null if there is not even memory for the initial snapshot and for undoing a step
   */
  static @Nullable SnapshotRing of(
      EditedNetwork network, int wanted, long maxBytes, MemoryBudget budget, boolean logged) {
    long bytes = Math.max(1, network.stateBytes());
    if (maxBytes / bytes < START_STATES) {
      if (logged) {
        log.warn(
            "There will be no rollback: one snapshot of this network takes {}, two are needed,"
                + " and the limit is {}",
            MemoryBudget.size(bytes),
            MemoryBudget.size(maxBytes));
      }
      return null;
    }
    if (budget.takeUnits(Use.START_SNAPSHOTS, bytes, START_STATES, START_STATES) == 0) {
      return null;
    }
    int affordable = (int) Math.max(0, Math.min(maxBytes / bytes - EXTRA_STATES, wanted));
    return new SnapshotRing(network, affordable, budget);
  }

  /**
   * Asks once for the memory of a candidate and of confirmed snapshots, after all that is more
   * important has asked.
   */
  void claimMore() {
    if (claimed) {
      return;
    }
    claimed = true;
    if (affordable > 0) {
      long bytes = Math.max(1, network.stateBytes());
      long states = budget.takeUnits(Use.MORE_SNAPSHOTS, bytes, 2, affordable + 1L);
      maxSnapshots = (int) Math.max(0, states - 1);
    }
  }

  /** {@return whether a snapshot of a network that has learned is confirmed} */
  boolean hasConfirmed() {
    return continues || !confirmed.isEmpty();
  }

  /**
   * Saves what later rollbacks depend on.
   *
   * @param healthy whether the present network may replace a confirmed snapshot
   */
  void save(SavedNumbers to, boolean healthy) {
    to.put("consecutiveRollbacks", consecutiveRollbacks)
        .put("maxConfirmedFactor", maxConfirmedFactor)
        .put("continues", hasConfirmed() && healthy);
  }

  /** Restores what {@link #save} wrote. The initial snapshot is then that of the loaded network. */
  void restore(SavedNumbers from) {
    consecutiveRollbacks = from.getInt("consecutiveRollbacks", 0, Integer.MAX_VALUE);
    maxConfirmedFactor = from.getDouble("maxConfirmedFactor");
    continues = from.getBoolean("continues");
  }

  /**
   * {@return whether the initial snapshot is that of a network that had learned when it was loaded}
   */
  boolean isContinued() {
    return continues;
  }

  /** {@return the largest learning-rate factor at which a snapshot was confirmed; 0 if none was} */
  double maxConfirmedFactor() {
    return maxConfirmedFactor;
  }

  boolean isEmpty() {
    return initial == null;
  }

  /** Discards all snapshots, including the initial one, and frees their memory: rollback ends. */
  void clear() {
    restart();
    spare.forEach(NetworkState::release);
    spare.clear();
  }

  /** {@return whether a snapshot waits to be confirmed} */
  boolean hasCandidate() {
    return candidate != null;
  }

  /** Takes a snapshot: the first is the initial one, another becomes the candidate. */
  void take(long iteration, double score, double learningRateFactor, SavedNumbers statistics) {
    if (initial != null && maxSnapshots == 0) {
      return; // there is no memory for another
    }
    NetworkState state = network.copyState(spare.poll());
    Snapshot snapshot = new Snapshot(state, iteration, score, learningRateFactor, statistics);
    if (initial == null) {
      initial = snapshot;
    } else {
      discardCandidate();
      candidate = snapshot;
    }
  }

  /** Discards all snapshots but keeps their memory; the next one is the initial snapshot. */
  void restart() {
    discardCandidate();
    confirmed.forEach(s -> spare.add(s.state()));
    confirmed.clear();
    if (initial != null) {
      spare.add(initial.state());
      initial = null;
    }
    consecutiveRollbacks = 0;
    maxConfirmedFactor = 0;
    continues = false;
  }

  /** Handles an iteration without alarms, which may confirm the candidate. */
  void onHealthyIteration(long iteration) {
    Snapshot current = candidate;
    if (current == null || iteration - current.iteration() < CONFIRMATION_ITERATIONS) {
      return;
    }
    candidate = null;
    if (confirmed.size() >= maxSnapshots) {
      Snapshot least = leastUseful();
      confirmed.remove(least);
      spare.add(least.state());
    }
    confirmed.addFirst(current);
    maxConfirmedFactor = Math.max(maxConfirmedFactor, current.learningRateFactor());
    consecutiveRollbacks = 0;
  }

  /** Discards the candidate, because an alarm occurred or the network was rolled back. */
  void discardCandidate() {
    Snapshot failed = candidate;
    if (failed != null) {
      spare.add(failed.state());
      candidate = null;
    }
  }

  /**
   * Returns the snapshot to roll back to.
   *
   * <p>It is the latest confirmed one, unless another had a notably lower score, or the initial one
   * if none is confirmed. A snapshot to which {@code maxRollbacks} rollbacks did not help is
   * discarded.
   *
   * @param toInitialState whether to discard all but the initial snapshot and return that
   */
  Snapshot rollbackTarget(int maxRollbacks, boolean toInitialState) {
    if (toInitialState && initial != null) {
      confirmed.forEach(s -> spare.add(s.state()));
      confirmed.clear();
      return initial;
    }
    if (consecutiveRollbacks >= maxRollbacks && !confirmed.isEmpty()) {
      Snapshot discarded = preferred();
      confirmed.remove(discarded);
      spare.add(discarded.state());
      consecutiveRollbacks = 0;
    }
    return preferred();
  }

  private Snapshot preferred() {
    Snapshot latest = confirmed.peekFirst();
    Snapshot best = best();
    if (latest == null || best == null) {
      if (initial == null) {
        throw new IllegalStateException("no snapshot has been taken");
      }
      return initial;
    }
    double margin = SCORE_TOLERANCE * Math.abs(best.score());
    return latest.score() > best.score() + margin ? best : latest;
  }

  /** {@return the lowest score of a confirmed snapshot; NaN if there is none} */
  double bestScore() {
    Snapshot best = best();
    return best == null ? Double.NaN : best.score();
  }

  private @Nullable Snapshot best() {
    Snapshot best = null;
    for (Snapshot s : confirmed) {
      best = best == null || s.score() < best.score() ? s : best;
    }
    return best;
  }

  /** {@return the oldest confirmed snapshot, or the next one if the oldest is the best} */
  private Snapshot leastUseful() {
    Iterator<Snapshot> oldestFirst = confirmed.descendingIterator();
    Snapshot oldest = oldestFirst.next();
    Snapshot best = best();
    boolean keep = best != null && best.iteration() == oldest.iteration();
    return keep && oldestFirst.hasNext() ? oldestFirst.next() : oldest;
  }

  /** {@return the snapshots to try, without the initial one: the latest confirmed and the best} */
  List<Snapshot> trialSnapshots() {
    Snapshot latest = confirmed.peekFirst();
    Snapshot best = best();
    if (latest == null || best == null) {
      return continues && initial != null ? List.of(initial) : List.of();
    }
    return latest == best ? List.of(latest) : List.of(latest, best);
  }

  /** {@return the initial snapshot; null before it is taken} */
  @Nullable Snapshot initial() {
    return initial;
  }

  /** Counts a rollback, and discards the candidate. */
  void onRollback() {
    consecutiveRollbacks++;
    discardCandidate();
  }

  /**
   * {@return the rollbacks since the latest snapshot was confirmed, or a useless one was discarded}
   */
  int consecutiveRollbacks() {
    return consecutiveRollbacks;
  }
}
