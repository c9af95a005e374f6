package dev.traininghealth.measure;

import java.util.Arrays;
import java.util.List;

/**
 * The dear measurements, in small pieces: one piece measures one array, and pieces run one after
 * another, as many an iteration as the cost account has credit for, so that no iteration is held up
 * for long. All pieces have their turn before any has its next.
 */
final class Schedule {
  /** When in the iteration a piece finds what it measures. */
  enum Phase {
    /** Activations lie in DL4J's workspace. */
    FORWARD,
    /** The gradient is complete, the updater has not run. */
    GRADIENT,
    /** Weights are updated, and the update lies where the gradient was. */
    UPDATE
  }

  /** One piece. */
  interface Piece {
    void measure();
  }

  private final CostAccount account;
  private final Piece[][] pieces = new Piece[Phase.values().length][];
  private final int[] next = new int[Phase.values().length];

  /** Pieces that run without asking for credit: each once, at the start, so that no page is empty. */
  private final boolean[] first = {true, true, true};

  Schedule(
      CostAccount account, List<Piece> forward, List<Piece> gradient, List<Piece> update) {
    this.account = account;
    pieces[Phase.FORWARD.ordinal()] = forward.toArray(new Piece[0]);
    pieces[Phase.GRADIENT.ordinal()] = gradient.toArray(new Piece[0]);
    pieces[Phase.UPDATE.ordinal()] = update.toArray(new Piece[0]);
  }

  /** Whether a piece would run now. */
  boolean isDue(Phase phase) {
    int p = phase.ordinal();
    return next[p] < pieces[p].length && (first[p] || account.hasCredit());
  }

  /** Runs what the account allows; the account's stretch of work must have begun. */
  void run(Phase phase) {
    int p = phase.ordinal();
    while (isDue(phase)) {
      pieces[p][next[p]++].measure();
      account.lap();
    }
    if (next[p] == pieces[p].length) {
      first[p] = false;
    }
    beginAnewWhenAllRan();
  }

  private void beginAnewWhenAllRan() {
    for (int p = 0; p < pieces.length; p++) {
      if (next[p] < pieces[p].length) {
        return;
      }
    }
    Arrays.fill(next, 0);
  }
}
