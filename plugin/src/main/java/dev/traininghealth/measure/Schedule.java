package dev.traininghealth.measure;

import dev.traininghealth.guard.CostAccount;
import java.util.List;

/**
 * The dear measurements, in small pieces: one piece measures one array, and pieces run one after
 * another, as many an iteration as the cost account has credit for, so that no iteration is held up
 * for long. All pieces have their turn before any has its next, and a round begins {@value
 * #ITERATIONS_A_ROUND} iterations after the one before at the earliest: what is watched on the
 * schedule changes slowly, and iterations without dear work stay the rule however slow the network.
 */
final class Schedule {
  static final int ITERATIONS_A_ROUND = 5;

  private final CostAccount account;

  /** Iterations since the round began. */
  private int age;

  /** While activations lie in DL4J's workspace. */
  final Phase forward;

  /** When the gradient is complete and the updater has not run. */
  final Phase gradient;

  /** When weights are updated, and the update lies where the gradient was. */
  final Phase update;

  /** One piece. */
  interface Piece {
    void measure();
  }

  Schedule(CostAccount account, List<Piece> forward, List<Piece> gradient, List<Piece> update) {
    this.account = account;
    this.forward = new Phase(forward);
    this.gradient = new Phase(gradient);
    this.update = new Phase(update);
  }

  /** Ends an iteration: a round whose pieces have all run makes way for the next. */
  void onIterationDone() {
    age++;
    boolean done = forward.isDone() && gradient.isDone() && update.isDone();
    if (done && age >= ITERATIONS_A_ROUND) {
      age = 0;
      forward.next = 0;
      gradient.next = 0;
      update.next = 0;
    }
  }

  /** The pieces that find what they measure at one moment of the iteration. */
  final class Phase {
    private final Piece[] pieces;
    private int next;

    /** The first round asks for no credit, so that no page is empty at the start. */
    private boolean firstRound = true;

    private Phase(List<Piece> pieces) {
      this.pieces = pieces.toArray(new Piece[0]);
    }

    /** Whether a piece would run now. */
    boolean isDue() {
      return !isDone() && (firstRound || account.hasCredit());
    }

    /** Runs what the account allows; the account's stretch of work must have begun. */
    void run() {
      while (isDue()) {
        pieces[next++].measure();
        account.chargeOptional();
      }
      firstRound &= !isDone();
    }

    private boolean isDone() {
      return next == pieces.length;
    }
  }
}
