package dev.traininghealth.intervene;

import dev.traininghealth.intervene.model.EditedNetwork;
import dev.traininghealth.intervene.model.NetworkState;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots of a run: the network as it began, one that is on candidate, and a few that have
 * confirmed healthy, since nothing was wrong in the iterations after them.
 *
 * <p>The memory of a snapshot that is not needed any more serves for the next.
 */
final class SnapshotRing {
  private static final Logger log = LoggerFactory.getLogger(SnapshotRing.class);

  /** Iterations after a snapshot in which nothing may be wrong. */
  static final int CONFIRMATION_ITERATIONS = 30;

  /** States besides the ring: the start, the one on candidate, and that for undoing a step. */
  private static final int EXTRA_STATES = 3;

  /** A snapshot is no worse than another whose score is lower by this share. */
  private static final double SCORE_TOLERANCE = 0.1;

  private final EditedNetwork network;
  private final int maxSnapshots;
  private @Nullable Snapshot start;
  private @Nullable Snapshot candidate;
  private final ArrayDeque<Snapshot> confirmed = new ArrayDeque<>();
  private final ArrayDeque<NetworkState> spare = new ArrayDeque<>();

  /** How often the network was set back to the same snapshot. */
  private int consecutiveRollbacks;

  private double maxConfirmedFactor;

  private SnapshotRing(EditedNetwork network, int maxSnapshots) {
    this.network = network;
    this.maxSnapshots = maxSnapshots;
  }

  /**
   * A ring of as many snapshots as there is memory for, which is told.
   *
   * @return null where there is not even memory for the network as it began
   */
  static @Nullable SnapshotRing of(EditedNetwork network, int wanted, long maxBytes) {
    long bytes = Math.max(1, network.stateBytes());
    long affordable = Math.min(maxBytes / bytes - EXTRA_STATES, wanted);
    if (maxBytes / bytes < 2) {
      log.warn(
          "There will be no rollback: one snapshot of this network takes {}, and {} are allowed for"
              + " two at least",
          size(bytes),
          size(maxBytes));
      return null;
    }
    int maxSnapshots = (int) Math.max(0, affordable);
    int all =
        maxSnapshots == 0
            ? EXTRA_STATES - 1
            : maxSnapshots + EXTRA_STATES; // without a ring there is no candidate
    log.info(
        "Snapshots for rollback will take up to {} outside the Java heap: {} of {} each",
        size(all * bytes),
        all,
        size(bytes));
    return new SnapshotRing(network, maxSnapshots);
  }

  private static String size(long bytes) {
    return bytes < 1e6
        ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  /** Whether a snapshot beside the initial one is confirmed. */
  boolean hasConfirmed() {
    return !confirmed.isEmpty();
  }

  /** The largest factor on the learning rates of a confirmed snapshot; 0 for none. */
  double maxConfirmedFactor() {
    return maxConfirmedFactor;
  }

  boolean isEmpty() {
    return start == null;
  }

  /** Gives all up, the network as it began too, and frees it: there will be no rollback. */
  void clear() {
    beginAnew();
    spare.forEach(NetworkState::release);
    spare.clear();
  }

  /** Whether a snapshot waits to be confirmed. */
  boolean hasCandidate() {
    return candidate != null;
  }

  /** Takes a snapshot: the first is the network as it began, another becomes the candidate. */
  void take(long iteration, double score, double learningRateFactor, SavedNumbers statistics) {
    if (start != null && maxSnapshots == 0) {
      return; // there is no memory for another
    }
    NetworkState state = network.copyState(spare.poll());
    Snapshot snapshot = new Snapshot(state, iteration, score, learningRateFactor, statistics);
    if (start == null) {
      start = snapshot;
    } else {
      discardCandidate();
      candidate = snapshot;
    }
  }

  /** Forgets all: the next that is taken is the network as it begins. Its memory serves again. */
  void beginAnew() {
    discardCandidate();
    confirmed.forEach(s -> spare.add(s.state()));
    confirmed.clear();
    if (start != null) {
      spare.add(start.state());
      start = null;
    }
    consecutiveRollbacks = 0;
    maxConfirmedFactor = 0;
  }

  /** Takes note of an iteration in which nothing was wrong. */
  void healthy(long iteration) {
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

  /** Takes note of an iteration in which something was wrong: the candidate has failed. */
  void discardCandidate() {
    Snapshot failed = candidate;
    if (failed != null) {
      spare.add(failed.state());
      candidate = null;
    }
  }

  /**
   * Where to go back to: the latest, unless another had a notably lower score, or the network as it
   * began. A snapshot that did not help {@code maxTimes} times is given up.
   *
   * @param beginAnew gives all up but the network as it began
   */
  Snapshot target(int maxTimes, boolean beginAnew) {
    if (beginAnew && start != null) {
      confirmed.forEach(s -> spare.add(s.state()));
      confirmed.clear();
      return start;
    }
    if (consecutiveRollbacks >= maxTimes && !confirmed.isEmpty()) {
      Snapshot useless = choice();
      confirmed.remove(useless);
      spare.add(useless.state());
      consecutiveRollbacks = 0;
    }
    return choice();
  }

  private Snapshot choice() {
    Snapshot latest = confirmed.peekFirst();
    Snapshot best = best();
    if (latest == null || best == null) {
      if (start == null) {
        throw new IllegalStateException("no snapshot has been taken");
      }
      return start;
    }
    double margin = SCORE_TOLERANCE * Math.abs(best.score());
    return latest.score() > best.score() + margin ? best : latest;
  }

  /** The lowest score of a snapshot that confirmed healthy; NaN where there is none. */
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

  /** The oldest, unless it is the best: then the one after it. */
  private Snapshot leastUseful() {
    Iterator<Snapshot> oldestFirst = confirmed.descendingIterator();
    Snapshot oldest = oldestFirst.next();
    Snapshot best = best();
    boolean keep = best != null && best.iteration() == oldest.iteration();
    return keep && oldestFirst.hasNext() ? oldestFirst.next() : oldest;
  }

  /**
   * Those that are worth trying: the latest that confirmed healthy, and the best; the start apart.
   */
  List<Snapshot> candidates() {
    Snapshot latest = confirmed.peekFirst();
    Snapshot best = best();
    if (latest == null || best == null) {
      return List.of();
    }
    return latest == best ? List.of(latest) : List.of(latest, best);
  }

  /** The network as it began; null before it is taken. */
  @Nullable Snapshot start() {
    return start;
  }

  /** Takes note that the network was set back. */
  void onRollback() {
    consecutiveRollbacks++;
    discardCandidate();
  }

  /** How often the network was set back without a new snapshot having confirmed healthy. */
  int consecutiveRollbacks() {
    return consecutiveRollbacks;
  }
}
