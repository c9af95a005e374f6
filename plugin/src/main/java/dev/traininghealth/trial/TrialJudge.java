package dev.traininghealth.trial;

import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.TrialBranch.Start;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a branch is adopted. A lower learning rate nearly always looks good for a moment,
 * because it reduces the noise of the steps. Being better than changing nothing is therefore not
 * enough: the course of changing nothing decides first. All comparisons are paired by example
 * ({@link PairedScores}). They must hold halfway as well as at the end, because an effect of a few
 * steps is not an effect of the change.
 *
 * <p>Defaults and why: three standard errors for the course of changing nothing, as everywhere in
 * the plugin. {@value #STANDARD_ERRORS_OF_CANDIDATES} for a branch, because up to ten are compared.
 * A twentieth for a difference that matters; below it a change of the rate is not worth its risk.
 */
final class TrialJudge {
  /** Standard errors by which changing nothing must gain or lose. */
  static final double STANDARD_ERRORS = 3;

  /**
   * Standard errors by which a branch must be better: one of ten is false in about 1,000 trials.
   */
  private static final double STANDARD_ERRORS_OF_CANDIDATES = 3.7;

  /** Standard errors below which two branches count as equal. */
  static final double EQUAL_STANDARD_ERRORS = 2;

  /** Minimum share of the score that matters. */
  static final double MIN_RELATIVE_GAIN = 0.05;

  /**
   * Share of the score that is larger than the effect of a lower rate on the noise of the steps.
   */
  private static final double LARGE_RELATIVE_GAIN = 0.25;

  private final double[] before;
  private final Branch nothing;
  private final List<Branch> others;

  /**
   * Creates a judge.
   *
   * @param nothing the branch that changes nothing, with the scores at the start of the trial
   * @param others the branches that were tried to the end
   */
  TrialJudge(Branch nothing, List<Branch> others) {
    before = nothing.startScores;
    this.nothing = nothing;
    this.others = others;
  }

  /**
   * The decision.
   *
   * @param winner the adopted branch, null for none
   * @param reason the reason, translatable to any language
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
      if (b.isFinite() && (best == null || PairedScores.of(best.endScores, b.endScores).t() > 0)) {
        best = b;
      }
    }
    return best == null
        ? new Verdict(null, Message.of("trial.allLost"))
        : new Verdict(withoutSuspectedIfAsGood(among, best), why);
  }

  /**
   * Prefers a branch without suspected examples that is as good: then no other change is needed.
   */
  private static Branch withoutSuspectedIfAsGood(List<Branch> among, Branch best) {
    for (Branch b : among) {
      if (b.leavesOut != null
          && PairedScores.of(b.endScores, best.endScores).t() < EQUAL_STANDARD_ERRORS) {
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
   * Selects the highest rate that is as good as the present one within the noise. Otherwise selects
   * a lower rate that is better; if the present rate gains as well, it must be better by far. The
   * present rate was chosen by a trial of equally few steps and may still vary.
   */
  private Verdict raise() {
    Branch winner = null;
    for (Branch b : others) {
      boolean asGood =
          b.factor > 1
              && b.isFinite()
              && PairedScores.of(b.endScores, nothing.endScores).atMost(EQUAL_STANDARD_ERRORS)
                  <= MIN_RELATIVE_GAIN;
      if (asGood && (winner == null || b.factor > winner.factor)) {
        winner = b;
      }
    }
    if (winner != null) {
      return new Verdict(winner, Message.of("trial.asGood"));
    }
    double minGain = gains() ? LARGE_RELATIVE_GAIN : MIN_RELATIVE_GAIN;
    List<Branch> lower =
        others.stream()
            .filter(b -> b.factor < 1 && isBetter(b))
            .filter(b -> PairedScores.of(nothing.endScores, b.endScores).gain() >= minGain)
            .toList();
    return lower.isEmpty()
        ? new Verdict(null, course("trial.noOtherRate"))
        : best(lower, course("trial.lowerBetter"));
  }

  private boolean gains() {
    PairedScores end = PairedScores.of(before, nothing.endScores);
    return end.t() >= STANDARD_ERRORS && end.gain() >= MIN_RELATIVE_GAIN / 5;
  }

  private boolean harms() {
    PairedScores end = PairedScores.of(nothing.endScores, before);
    PairedScores half = PairedScores.of(nothing.midwayScores, before);
    boolean lost = !nothing.isFinite();
    return lost || (end.t() >= STANDARD_ERRORS && end.gain() >= MIN_RELATIVE_GAIN && half.t() > 0);
  }

  /** Whether an unchanged earlier state scores better on the present examples. */
  private boolean isBettered() {
    for (Branch b : others) {
      PairedScores atStart = PairedScores.of(before, b.startScores);
      if (b.start == Start.SNAPSHOT
          && atStart.t() >= STANDARD_ERRORS_OF_CANDIDATES
          && atStart.gain() >= 2 * MIN_RELATIVE_GAIN) {
        return true;
      }
    }
    return false;
  }

  private boolean isBetter(Branch b) {
    PairedScores thanNothing = PairedScores.of(nothing.endScores, b.endScores);
    PairedScores thanBefore = PairedScores.of(before, b.endScores);
    PairedScores half = PairedScores.of(nothing.midwayScores, b.midwayScores);
    return b.isFinite()
        && thanNothing.t() >= STANDARD_ERRORS_OF_CANDIDATES
        && thanNothing.gain() >= MIN_RELATIVE_GAIN
        && thanBefore.t() >= STANDARD_ERRORS_OF_CANDIDATES
        && thanBefore.gain() >= MIN_RELATIVE_GAIN
        && (half.t() > 0 || b.start == Start.BEGINNING); // a restart has to learn everything again
  }

  private Message course(String outcome) {
    return course().then(Message.of(outcome));
  }

  /** The course if nothing is changed. */
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
