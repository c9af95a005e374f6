package dev.traininghealth.intervene;

import dev.traininghealth.intervene.model.NetworkState;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots of a run: the network as it began, one that is on trial, and a few that have proved
 * healthy, since nothing was wrong in the iterations after them.
 *
 * <p>The memory of a snapshot that is not needed any more serves for the next.
 */
final class SnapshotRing {
  private static final Logger log = LoggerFactory.getLogger(SnapshotRing.class);

  /** Iterations after a snapshot in which nothing may be wrong. */
  static final int TRIAL = 30;

  /** States besides the ring: the start, the one on trial, and that for undoing a step. */
  private static final int BESIDES = 3;

  /** A snapshot is no worse than another whose score is lower by this share. */
  private static final double AS_GOOD = 0.1;

  private final int most;
  private @Nullable Snapshot start;
  private @Nullable Snapshot trial;
  private final ArrayDeque<Snapshot> proved = new ArrayDeque<>();
  private final ArrayDeque<NetworkState> spare = new ArrayDeque<>();

  /** How often the network was set back to the same snapshot. */
  private int setBack;

  private double provedFactor;

  private SnapshotRing(int most) {
    this.most = most;
  }

  /**
   * A ring of as many snapshots as there is memory for, which is told.
   *
   * @return null where there is not even memory for the network as it began
   */
  static @Nullable SnapshotRing of(Model model, int wanted, long mostBytes) {
    long bytes = Math.max(1, NetworkState.bytes(model));
    long affordable = Math.min(mostBytes / bytes - BESIDES, wanted);
    if (mostBytes / bytes < 2) {
      log.warn(
          "There will be no rollback: one snapshot of this network takes {}, and {} are allowed for"
              + " two at least",
          size(bytes),
          size(mostBytes));
      return null;
    }
    int most = (int) Math.max(0, affordable);
    int all = most == 0 ? BESIDES - 1 : most + BESIDES; // without a ring none is on trial
    log.info(
        "Snapshots for rollback will take up to {} outside the Java heap: {} of {} each",
        size(all * bytes),
        all,
        size(bytes));
    return new SnapshotRing(most);
  }

  private static String size(long bytes) {
    return bytes < 1e6
        ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }

  /** Whether a snapshot beside that of the start has proved healthy. */
  boolean hasProved() {
    return !proved.isEmpty();
  }

  /** The largest factor on the learning rates at which the run has proved healthy; 0 for none. */
  double provedFactor() {
    return provedFactor;
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

  /** Whether one is on trial. */
  boolean isTrying() {
    return trial != null;
  }

  /** Takes a snapshot: the first is the network as it began, others are on trial. */
  void take(
      Model model,
      long iteration,
      double score,
      double learningRateFactor,
      SavedNumbers statistics) {
    if (start != null && most == 0) {
      return; // there is no memory for another
    }
    NetworkState state = spare.poll();
    if (state != null && state.fits(model)) {
      state.take(model);
    } else {
      if (state != null) {
        state.release();
      }
      state = NetworkState.of(model);
    }
    Snapshot snapshot = new Snapshot(state, iteration, score, learningRateFactor, statistics);
    if (start == null) {
      start = snapshot;
    } else {
      giveUpTrial();
      trial = snapshot;
    }
  }

  /** Forgets all: the next that is taken is the network as it begins. Its memory serves again. */
  void beginAnew() {
    giveUpTrial();
    proved.forEach(s -> spare.add(s.state()));
    proved.clear();
    if (start != null) {
      spare.add(start.state());
      start = null;
    }
    setBack = 0;
    provedFactor = 0;
  }

  /** Takes note of an iteration in which nothing was wrong. */
  void healthy(long iteration) {
    Snapshot candidate = trial;
    if (candidate == null || iteration - candidate.iteration() < TRIAL) {
      return;
    }
    trial = null;
    if (proved.size() >= most) {
      Snapshot least = leastUseful();
      proved.remove(least);
      spare.add(least.state());
    }
    proved.addFirst(candidate);
    provedFactor = Math.max(provedFactor, candidate.learningRateFactor());
    setBack = 0;
  }

  /** Takes note of an iteration in which something was wrong: what is on trial has failed. */
  void giveUpTrial() {
    Snapshot failed = trial;
    if (failed != null) {
      spare.add(failed.state());
      trial = null;
    }
  }

  /**
   * Where to go back to: the latest, unless another had a notably lower score, or the network as it
   * began. A snapshot that did not help {@code mostTimes} times is given up.
   *
   * @param beginAnew gives all up but the network as it began
   */
  Snapshot target(int mostTimes, boolean beginAnew) {
    if (beginAnew && start != null) {
      proved.forEach(s -> spare.add(s.state()));
      proved.clear();
      return start;
    }
    if (setBack >= mostTimes && !proved.isEmpty()) {
      Snapshot useless = choice();
      proved.remove(useless);
      spare.add(useless.state());
      setBack = 0;
    }
    return choice();
  }

  private Snapshot choice() {
    Snapshot latest = proved.peekFirst();
    Snapshot best = best();
    if (latest == null || best == null) {
      if (start == null) {
        throw new IllegalStateException("no snapshot has been taken");
      }
      return start;
    }
    double margin = AS_GOOD * Math.abs(best.score());
    return latest.score() > best.score() + margin ? best : latest;
  }

  /** The lowest score of a snapshot that proved healthy; NaN where there is none. */
  double bestScore() {
    Snapshot best = best();
    return best == null ? Double.NaN : best.score();
  }

  private @Nullable Snapshot best() {
    Snapshot best = null;
    for (Snapshot s : proved) {
      best = best == null || s.score() < best.score() ? s : best;
    }
    return best;
  }

  /** The oldest, unless it is the best: then the one after it. */
  private Snapshot leastUseful() {
    Iterator<Snapshot> oldestFirst = proved.descendingIterator();
    Snapshot oldest = oldestFirst.next();
    Snapshot best = best();
    boolean keep = best != null && best.iteration() == oldest.iteration();
    return keep && oldestFirst.hasNext() ? oldestFirst.next() : oldest;
  }

  /** Those that are worth trying: the latest that proved healthy, and the best; the start apart. */
  List<Snapshot> candidates() {
    Snapshot latest = proved.peekFirst();
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
  void wentBack() {
    setBack++;
    giveUpTrial();
  }

  /** How often the network was set back without a new snapshot having proved healthy. */
  int setBack() {
    return setBack;
  }
}
