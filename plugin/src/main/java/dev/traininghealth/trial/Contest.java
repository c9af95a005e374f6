package dev.traininghealth.trial;

import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.TrialBranch.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** One trial: creates the branches, runs them and determines the winner. */
final class Contest {
  /** Ratio of scores from which on the worse state counts as ruined. */
  private static final double RUIN_RATIO = 100;

  private final TrialRunner runner;
  private final TrialQuestion question;
  private final List<KeptMinibatch> toStep;
  private final SuspectedExamples suspected;
  private final long iteration;
  private final LongSupplier elapsedNanos;

  /**
   * Creates a trial.
   *
   * @param toStep the minibatches that the branches step on
   * @param suspected suspected examples of these minibatches and of those for scoring
   * @param iteration DL4J's iteration after which the trial runs
   * @param elapsedNanos time since the start of the trial, nanoseconds
   */
  Contest(
      TrialRunner runner,
      TrialQuestion question,
      List<KeptMinibatch> toStep,
      SuspectedExamples suspected,
      long iteration,
      LongSupplier elapsedNanos) {
    this.runner = runner;
    this.question = question;
    this.toStep = toStep;
    this.suspected = suspected;
    this.iteration = iteration;
    this.elapsedNanos = elapsedNanos;
  }

  /**
   * Tries changes beside changing nothing.
   *
   * @param factors on the present learning rates, one per branch that starts from the present state
   * @param states other states that branches start from
   * @param stepNanos duration of a training step, nanoseconds; 0 if unknown
   */
  Trial tryChanges(Branch nothing, double[] factors, List<TrialState> states, double stepNanos) {
    nothing.startScores = runner.scoresOf(nothing);
    List<Branch> others = new ArrayList<>();
    for (TrialState state : states) {
      addUseful(nothing.startScores, state, others);
    }
    boolean ruined = others.stream().anyMatch(b -> isFarBetter(nothing.startScores, b.startScores));
    boolean lost = question == TrialQuestion.LOST;
    addWithoutSuspected(nothing, ruined, others);
    if (!lost && !ruined) {
      addPresent(nothing, factors, others);
    }
    TrialPlan plan = TrialPlan.of(stepNanos, others.size(), toStep.size());
    List<Branch> finalists =
        runner.run(lost ? null : nothing, others, plan, Branch.mean(nothing.startScores));
    return result(nothing, others, new TrialJudge(nothing, finalists).decide(question));
  }

  private void addPresent(Branch nothing, double[] factors, List<Branch> others) {
    List<Branch> present = new ArrayList<>();
    for (double factor : factors) {
      Branch branch =
          new Branch(Start.PRESENT, -1, nothing.parameters, nothing.updaterState, factor);
      branch.startScores = nothing.startScores;
      present.add(branch);
    }
    others.addAll(0, present);
  }

  /**
   * Adds a branch without suspected examples: from the present state, or an earlier one if that is
   * ruined.
   */
  private void addWithoutSuspected(Branch nothing, boolean ruined, List<Branch> others) {
    boolean aboutHarm = question == TrialQuestion.HARM || question == TrialQuestion.STANDSTILL;
    int count = suspected.count(toStep);
    if (aboutHarm && count > 0) {
      others.add((ruined ? others.get(0) : nothing).without(suspected, count));
    }
  }

  /** Tries nothing, because the objective has changed and scores are not comparable. */
  Trial moved(Branch nothing, KeptObjective objective) {
    nothing.startScores = nothing.endScores = runner.scoresOf(nothing);
    return trial(
        Branch.mean(nothing.startScores),
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
    SuspectedExamples leftOut = winner == null ? null : winner.leavesOut;
    return trial(
        Branch.mean(nothing.startScores),
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
        branches.stream().map(Branch::result).toList(),
        winner,
        reason,
        branches.get(0).startScores.length,
        runner.steps(),
        elapsedNanos.getAsLong() / 1e6);
  }

  /** Whether the present state is ruined compared with another; no learning rate repairs that. */
  private static boolean isFarBetter(double[] before, double[] start) {
    double ratio = Branch.mean(before) / Branch.mean(start);
    return PairedScores.isFinite(start)
        && PairedScores.of(before, start).t() >= TrialJudge.STANDARD_ERRORS
        && !(ratio < RUIN_RATIO);
  }

  /**
   * Adds branches of a state, except of a snapshot with a worse score than the present network's.
   */
  private void addUseful(double[] before, TrialState state, List<Branch> others) {
    double[] startScores = {};
    for (double factor : state.factors()) {
      Branch branch =
          new Branch(
              state.start(), state.iteration(), state.parameters(), state.updaterState(), factor);
      if (startScores.length == 0) {
        startScores = runner.scoresOf(branch);
        if (state.start() == Start.SNAPSHOT && PairedScores.of(before, startScores).t() <= 0) {
          return;
        }
      }
      branch.startScores = startScores;
      others.add(branch);
    }
  }

  /** Compares the network with its state before an adopted change. */
  Trial lookBack(Branch now, TrialState state) {
    Branch then =
        new Branch(state.start(), state.iteration(), state.parameters(), state.updaterState(), 1);
    now.startScores = now.endScores = runner.scoresOf(now);
    then.startScores = then.endScores = runner.scoresOf(then);
    PairedScores better = PairedScores.of(then.endScores, now.endScores);
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
