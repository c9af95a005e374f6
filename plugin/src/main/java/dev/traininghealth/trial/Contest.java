package dev.traininghealth.trial;

import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.TrialBranch.Start;
import java.util.ArrayList;
import java.util.List;

/** One trial: which branches there are, what becomes of them, and which of them wins. */
final class Contest {
  /** A score so many times that of another state is that of a ruin. */
  private static final double RUIN = 100;

  private final TrialRunner runner;
  private final TrialQuestion question;
  private final List<KeptMinibatch> toStep;
  private final SuspectedRows suspected;
  private final long iteration;
  private final long begunNanos;

  /**
   * @param toStep the minibatches that the branches step on
   * @param suspected rows of theirs, and of those that the branches are scored on
   * @param iteration DL4J's, after which it is tried
   * @param begunNanos {@link System#nanoTime} when the trial began
   */
  Contest(
      TrialRunner runner,
      TrialQuestion question,
      List<KeptMinibatch> toStep,
      SuspectedRows suspected,
      long iteration,
      long begunNanos) {
    this.runner = runner;
    this.question = question;
    this.toStep = toStep;
    this.suspected = suspected;
    this.iteration = iteration;
    this.begunNanos = begunNanos;
  }

  /**
   * Tries changes beside doing nothing.
   *
   * @param factors on the present learning rates, one a branch that begins at the present state
   * @param states to begin at beside the present one
   * @param stepNanos what a step of the training takes; 0 where it is not known
   */
  Trial compete(Branch nothing, double[] factors, List<TrialState> states, double stepNanos) {
    nothing.begun = runner.scoresOf(nothing);
    List<Branch> others = new ArrayList<>();
    for (TrialState state : states) {
      addUseful(nothing.begun, state, others);
    }
    boolean ruined = others.stream().anyMatch(b -> isFarBetter(nothing.begun, b.begun));
    boolean lost = question == TrialQuestion.LOST;
    addWithoutRows(nothing, ruined, others);
    if (!lost && !ruined) {
      addPresent(nothing, factors, others);
    }
    TrialPlan plan = TrialPlan.of(stepNanos, others.size(), toStep.size());
    List<Branch> finalists =
        runner.run(lost ? null : nothing, others, plan, Branch.mean(nothing.begun));
    return result(nothing, others, new TrialJudge(nothing, finalists).decide(question));
  }

  private void addPresent(Branch nothing, double[] factors, List<Branch> others) {
    List<Branch> present = new ArrayList<>();
    for (double factor : factors) {
      Branch branch =
          new Branch(Start.PRESENT, -1, nothing.parameters, nothing.updaterState, factor);
      branch.begun = nothing.begun;
      present.add(branch);
    }
    others.addAll(0, present);
  }

  /** With the present rates, from where the network is, or from before where that is a ruin. */
  private void addWithoutRows(Branch nothing, boolean ruined, List<Branch> others) {
    boolean aboutHarm = question == TrialQuestion.HARM || question == TrialQuestion.STANDSTILL;
    int rows = suspected.count(toStep);
    if (aboutHarm && rows > 0) {
      others.add((ruined ? others.get(0) : nothing).without(suspected, rows));
    }
  }

  /** Tries nothing: what would be judged by is not what it was. */
  Trial moved(Branch nothing, KeptObjective objective) {
    nothing.begun = nothing.ended = runner.scoresOf(nothing);
    return trial(
        Branch.mean(nothing.begun),
        List.of(nothing),
        -1,
        Message.of(
            "trial.moved",
            Argument.number(objective.score()),
            Argument.number(objective.latest())));
  }

  private Trial result(Branch nothing, List<Branch> others, TrialJudge.Verdict verdict) {
    List<Branch> all = new ArrayList<>(others);
    all.add(0, nothing);
    Branch winner = verdict.winner();
    SuspectedRows leftOut = winner == null ? null : winner.leavesOut;
    return trial(
        Branch.mean(nothing.begun),
        all,
        winner == null ? -1 : all.indexOf(winner),
        leftOut == null
            ? verdict.reason()
            : verdict.reason().then(Message.of("trial.leftOut", leftOut.named())));
  }

  private Trial trial(double scoreBefore, List<Branch> branches, int winner, Message reason) {
    return new Trial(
        question,
        iteration,
        scoreBefore,
        branches.stream().map(Branch::told).toList(),
        winner,
        reason,
        branches.get(0).begun.length,
        runner.steps(),
        (System.nanoTime() - begunNanos) / 1e6);
  }

  /** Whether the present state is a ruin beside another: no learning rate mends that. */
  private static boolean isFarBetter(double[] before, double[] begun) {
    double ratio = Branch.mean(before) / Branch.mean(begun);
    return PairedScores.isFinite(begun)
        && PairedScores.of(before, begun).t() >= TrialJudge.STANDARD_ERRORS
        && !(ratio < RUIN);
  }

  /** A snapshot that scores worse than the network does now, on the data of now, is of no use. */
  private void addUseful(double[] before, TrialState state, List<Branch> others) {
    double[] begunWith = {};
    for (double factor : state.factors()) {
      Branch branch =
          new Branch(
              state.start(), state.iteration(), state.parameters(), state.updaterState(), factor);
      if (begunWith.length == 0) {
        begunWith = runner.scoresOf(branch);
        if (state.start() == Start.SNAPSHOT && PairedScores.of(before, begunWith).t() <= 0) {
          return;
        }
      }
      branch.begun = begunWith;
      others.add(branch);
    }
  }

  /** Compares the network with what it was before a change that was adopted. */
  Trial lookBack(Branch now, TrialState state) {
    Branch then =
        new Branch(state.start(), state.iteration(), state.parameters(), state.updaterState(), 1);
    now.begun = now.ended = runner.scoresOf(now);
    then.begun = then.ended = runner.scoresOf(then);
    PairedScores better = PairedScores.of(then.ended, now.ended);
    boolean worse =
        better.t() <= -TrialJudge.STANDARD_ERRORS && better.gain() <= -TrialJudge.MIN_RELATIVE_GAIN;
    boolean noBetter = better.t() < TrialJudge.EQUAL_STANDARD_ERRORS;
    Message scores =
        Message.of("trial.compared", Argument.number(then.score()), Argument.number(now.score()));
    return trial(
        then.score(),
        List.of(now, then),
        worse ? 1 : noBetter ? -1 : 0,
        worse
            ? scores.then(Message.of("trial.didHarm"))
            : noBetter ? scores.then(Message.of("trial.noGain")) : scores);
  }
}
