package dev.traininghealth.trial;

import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.TrialBranch.Start;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a branch is adopted. A lower learning rate nearly always looks good for a moment,
 * since it quiets the noise of the steps: so being better than doing nothing is not enough, and
 * what doing nothing leads to decides first. All comparisons are paired by example ({@link
 * PairedScores}), and have to hold half way as well as at the end: what a few steps happen to do is
 * no effect of the change.
 *
 * <p>Defaults and why: three standard errors for what doing nothing does, as everywhere in the
 * plugin; {@value #STANDARD_ERRORS_OF_CANDIDATES} for a branch, since up to ten are compared; a
 * twentieth for a difference that matters, below which a change of the rate is not worth its risk.
 */
final class TrialJudge {
  /** Standard errors by which doing nothing must gain or lose. */
  static final double STANDARD_ERRORS = 3;

  /** Standard errors by which a branch must be better: one of ten false in about 1,000 trials. */
  private static final double STANDARD_ERRORS_OF_CANDIDATES = 3.7;

  /** Standard errors below which two branches are as good as each other. */
  static final double EQUAL_STANDARD_ERRORS = 2;

  /** The least share of the score that matters. */
  static final double MIN_RELATIVE_GAIN = 0.05;

  /** A share of the score that the noise of the steps, which a lower rate quiets, does not make. */
  private static final double FAR = 0.25;

  private final double[] before;
  private final Branch nothing;
  private final List<Branch> others;

  /**
   * @param nothing to go on as it is, with the scores of when the trial began
   * @param others those that were tried to the end
   */
  TrialJudge(Branch nothing, List<Branch> others) {
    before = nothing.begun;
    this.nothing = nothing;
    this.others = others;
  }

  /**
   * What is decided.
   *
   * @param winner the branch that is adopted, null for none
   * @param reason why, to be written in any language
   */
  record Verdict(@Nullable Branch winner, Message reason) {}

  Verdict decide(TrialQuestion question) {
    return switch (question) {
      case LOST -> best(others, Message.of("trial.lost"));
      case RAISE -> raise();
      case HARM -> harm();
      case STANDSTILL, PLATEAU, LOOK_BACK -> standstill();
    };
  }

  private Verdict best(List<Branch> among, Message why) {
    Branch best = null;
    for (Branch b : among) {
      if (b.isFinite() && (best == null || PairedScores.of(best.ended, b.ended).t() > 0)) {
        best = b;
      }
    }
    return best == null
        ? new Verdict(null, Message.of("trial.allLost"))
        : new Verdict(rowsIfAsGood(among, best), why);
  }

  /** Where leaving rows out does as well, they are to blame: nothing has to be changed for them. */
  private static Branch rowsIfAsGood(List<Branch> among, Branch best) {
    for (Branch b : among) {
      if (b.leavesOut != null && PairedScores.of(b.ended, best.ended).t() < EQUAL_STANDARD_ERRORS) {
        return b;
      }
    }
    return best;
  }

  private Verdict harm() {
    if (gains()) {
      return new Verdict(null, course("trial.recovers"));
    }
    boolean harmful = harms();
    if (!harmful && !isBettered()) {
      return new Verdict(null, course("trial.noHarm"));
    }
    return adopt(harmful ? course() : course("trial.snapshotBetter"));
  }

  private Verdict standstill() {
    return gains() ? new Verdict(null, course("trial.learns")) : adopt(course());
  }

  private Verdict adopt(Message why) {
    List<Branch> better = others.stream().filter(this::isBetter).toList();
    if (better.isEmpty()) {
      return new Verdict(null, why.then(Message.of("trial.noBetter")));
    }
    return best(better, why);
  }

  /**
   * The highest rate that is as good as the present one, as far as the noise lets see; else a lower
   * one that is better, by far where the present one gains as well: the rate was chosen by a trial
   * of as few steps, and may swing still.
   */
  private Verdict raise() {
    Branch winner = null;
    for (Branch b : others) {
      boolean asGood =
          b.factor > 1
              && b.isFinite()
              && PairedScores.of(b.ended, nothing.ended).atMost(EQUAL_STANDARD_ERRORS)
                  <= MIN_RELATIVE_GAIN;
      if (asGood && (winner == null || b.factor > winner.factor)) {
        winner = b;
      }
    }
    if (winner != null) {
      return new Verdict(winner, Message.of("trial.asGood"));
    }
    double least = gains() ? FAR : MIN_RELATIVE_GAIN;
    List<Branch> lower =
        others.stream()
            .filter(b -> b.factor < 1 && isBetter(b))
            .filter(b -> PairedScores.of(nothing.ended, b.ended).gain() >= least)
            .toList();
    return lower.isEmpty()
        ? new Verdict(null, course("trial.noOtherRate"))
        : best(lower, course("trial.lowerBetter"));
  }

  private boolean gains() {
    PairedScores end = PairedScores.of(before, nothing.ended);
    return end.t() >= STANDARD_ERRORS && end.gain() >= MIN_RELATIVE_GAIN / 5;
  }

  private boolean harms() {
    PairedScores end = PairedScores.of(nothing.ended, before);
    PairedScores half = PairedScores.of(nothing.midway, before);
    boolean lost = !nothing.isFinite();
    return lost || (end.t() >= STANDARD_ERRORS && end.gain() >= MIN_RELATIVE_GAIN && half.t() > 0);
  }

  /** Whether a state from before scores better, as it is, on the examples of now. */
  private boolean isBettered() {
    for (Branch b : others) {
      PairedScores begun = PairedScores.of(before, b.begun);
      if (b.start == Start.SNAPSHOT
          && begun.t() >= STANDARD_ERRORS_OF_CANDIDATES
          && begun.gain() >= 2 * MIN_RELATIVE_GAIN) {
        return true;
      }
    }
    return false;
  }

  private boolean isBetter(Branch b) {
    PairedScores thanNothing = PairedScores.of(nothing.ended, b.ended);
    PairedScores thanBefore = PairedScores.of(before, b.ended);
    PairedScores half = PairedScores.of(nothing.midway, b.midway);
    return b.isFinite()
        && thanNothing.t() >= STANDARD_ERRORS_OF_CANDIDATES
        && thanNothing.gain() >= MIN_RELATIVE_GAIN
        && thanBefore.t() >= STANDARD_ERRORS_OF_CANDIDATES
        && thanBefore.gain() >= MIN_RELATIVE_GAIN
        && (half.t() > 0 || b.start == Start.BEGINNING); // which has to learn it all again
  }

  private Message course(String outcome) {
    return course().then(Message.of(outcome));
  }

  /** What happens when nothing is changed. */
  private Message course() {
    Argument steps = Argument.count(nothing.steps);
    return nothing.isFinite()
        ? Message.of(
            "trial.course",
            Argument.number(Branch.mean(before)),
            Argument.number(nothing.score()),
            steps)
        : Message.of("trial.courseLost", steps);
  }
}
