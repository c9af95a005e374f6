package dev.traininghealth.trial;

import dev.traininghealth.array.FlatArrays;
import dev.traininghealth.network.GeneratorState;
import dev.traininghealth.network.Minibatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs the branches of one trial in sequence on one copy of the network. All use the same
 * minibatches in the same order and the same random draws. All are tried for a few steps; then
 * changing nothing and the best of the others run to the end (successive halving, Jamieson and
 * Talwalkar 2016).
 *
 * <p>The final score of a branch is the mean of {@value #FINAL_SCORES} scores in its last third, so
 * that an oscillating score is judged by its level.
 */
final class TrialRunner implements AutoCloseable {
  /** Number of scores whose mean is the final score of a branch. */
  private static final int FINAL_SCORES = 3;

  /** Number of branches that run to the end besides changing nothing. */
  private static final int FINALISTS = 2;

  /** Ratio to the present score above which a branch from the initial network is dropped. */
  private static final double HOPELESS_RATIO = 5;

  private final TrainableCopy copy;
  private final DoubleConsumer rates;
  private final GeneratorState draws;
  private final int iterationCount;
  private final int epochCount;
  private final List<KeptMinibatch> toStep;
  private final List<Minibatch> kept;
  private @Nullable ScoredExamples joined;
  private @Nullable List<Minibatch> toScore;
  private int steps;

  /**
   * Creates a runner.
   *
   * @param rates sets the factor on the copy's learning rates
   * @param draws initial state of the random generator for every branch
   * @param iterationCount DL4J's count at the first step
   * @param toScore the minibatches for scoring
   */
  TrialRunner(
      TrainableCopy copy,
      DoubleConsumer rates,
      GeneratorState draws,
      int iterationCount,
      int epochCount,
      List<KeptMinibatch> toStep,
      List<Minibatch> toScore) {
    this.copy = copy;
    this.rates = rates;
    this.draws = draws;
    this.iterationCount = iterationCount;
    this.epochCount = epochCount;
    this.toStep = toStep;
    kept = toScore;
  }

  /** Number of training steps so far. */
  int steps() {
    return steps;
  }

  /** Scores the initial state of a branch. */
  double[] scoresOf(Branch branch) {
    begin(branch);
    return scores();
  }

  /** Scores one minibatch with the initial state of a branch. */
  double scoreOf(Branch branch, Minibatch minibatch) {
    begin(branch);
    return scoreAgain(minibatch);
  }

  /** Scores the minibatch again with the next random draws, if scoring draws any. */
  double scoreAgain(Minibatch minibatch) {
    return Branch.mean(copy.scores(minibatch));
  }

  /**
   * Runs the branches.
   *
   * @param nothing the branch that changes nothing; null if the network is already lost
   * @param before mean score of the present network
   * @return the other branches that were tried to the end
   */
  List<Branch> run(@Nullable Branch nothing, List<Branch> others, TrialPlan plan, double before) {
    boolean lost = nothing == null;
    if (nothing != null) {
      tryOut(nothing, plan.steps());
      lost = !nothing.isFinite();
    }
    if (others.size() <= FINALISTS) {
      others.forEach(b -> tryOut(b, plan.steps()));
      return others;
    }
    others.forEach(b -> tryOut(b, plan.firstLook()));
    if (lost && plan.isHasty()) {
      return others;
    }
    List<Branch> finalists = finalists(others, before);
    finalists.forEach(b -> tryOut(b, plan.steps()));
    return finalists;
  }

  /**
   * Selects the best branch that continues from what was learned, and the best one from the initial
   * network, which needs more steps. The latter is dropped if its score is far worse than the
   * present network's. A branch without suspected examples, which exists only if examples are
   * suspected, is always selected.
   */
  private List<Branch> finalists(List<Branch> others, double before) {
    IdentityHashMap<INDArray, Branch> best = new IdentityHashMap<>();
    for (Branch b : others) {
      if (b.leavesOut == null) {
        best.merge(b.parameters, b, TrialRunner::better);
      }
    }
    List<Branch> finalists = new ArrayList<>(best.values());
    finalists.removeIf(b -> isRestart(b) && rank(b) > HOPELESS_RATIO * Math.abs(before));
    finalists.sort(
        Comparator.comparing(TrialRunner::isRestart).thenComparingDouble(TrialRunner::rank));
    boolean restart = !finalists.isEmpty() && isRestart(finalists.get(finalists.size() - 1));
    int continuing = Math.min(finalists.size(), FINALISTS) - (restart ? 1 : 0);
    if (finalists.size() > FINALISTS) {
      finalists.subList(Math.max(0, continuing), finalists.size() - (restart ? 1 : 0)).clear();
    }
    others.stream()
        .filter(b -> !finalists.contains(b) && b.leavesOut == null)
        .sorted(Comparator.comparingDouble(TrialRunner::rank))
        .limit(Math.max(0, FINALISTS - finalists.size()))
        .forEach(finalists::add);
    others.stream().filter(b -> b.leavesOut != null).forEach(finalists::add);
    return finalists;
  }

  private static boolean isRestart(Branch b) {
    return b.start == TrialBranch.Start.BEGINNING;
  }

  private static double rank(Branch b) {
    return b.isFinite() ? b.score() : Double.POSITIVE_INFINITY;
  }

  /**
   * The better of two branches that start from the same state. If neither is better, takes the
   * lower learning rate, because a few steps show little and the rate is what failed. From the
   * initial network it takes the higher rate, because everything has to be learned again.
   */
  private static Branch better(Branch a, Branch b) {
    PairedScores second = PairedScores.of(a.endScores, b.endScores);
    if (Math.abs(second.t()) >= TrialJudge.EQUAL_STANDARD_ERRORS
        && Math.abs(second.gain()) >= TrialJudge.MIN_RELATIVE_GAIN) {
      return second.t() > 0 ? b : a;
    }
    boolean lower = a.factor < b.factor;
    return lower == isRestart(a) ? b : a;
  }

  private void tryOut(Branch branch, int count) {
    begin(branch);
    int half = Math.max(1, count / 2);
    int apart = Math.max(1, count / (2 * FINAL_SCORES));
    int looks = 0;
    branch.begin();
    branch.midwayScores = branch.endScores = new double[] {Double.NaN};
    double[] sum = {};
    for (int i = 1; i <= count; i++) {
      step(branch, toStep.get(i - 1));
      if (!Double.isFinite(FlatArrays.norm2(copy.model().params()))) {
        branch.midwayScores = i <= half ? new double[] {Double.NaN} : branch.midwayScores;
        branch.note(branch.endScores);
        return;
      }
      boolean ends = i > half && (count - i) % apart == 0 && (count - i) / apart < FINAL_SCORES;
      if (i == half || i == count || ends) {
        double[] now = scores();
        branch.note(now);
        branch.midwayScores = i == half ? now : branch.midwayScores;
        if (i == count || ends) {
          sum = sum(sum, now);
          looks++;
        }
      }
    }
    int of = looks;
    branch.endScores = Arrays.stream(sum).map(s -> s / of).toArray();
  }

  private void step(Branch branch, KeptMinibatch kept) {
    SuspectedExamples suspected = branch.leavesOut;
    Minibatch minibatch = suspected == null ? kept.minibatch() : suspected.without(kept);
    if (minibatch != null) {
      copy.step(minibatch, kept.startsSeries());
    }
    steps++;
    branch.steps++;
  }

  private static double[] sum(double[] a, double[] b) {
    if (a.length == 0) {
      return b;
    }
    double[] sum = new double[a.length];
    Arrays.setAll(sum, i -> a[i] + b[i]);
    return sum;
  }

  private void begin(Branch branch) {
    draws.restore();
    rates.accept(branch.factor);
    copy.set(branch.parameters, branch.updaterState, iterationCount, epochCount);
    copy.applyConstraints(iterationCount, epochCount);
  }

  private double[] scores() {
    List<Minibatch> scored = toScore;
    if (scored == null) {
      scored = scorable();
      toScore = scored;
    }
    double[] all = {};
    for (Minibatch minibatch : scored) {
      double[] some = copy.scores(minibatch);
      double[] joined = Arrays.copyOf(all, all.length + some.length);
      System.arraycopy(some, 0, joined, all.length, some.length);
      all = joined;
    }
    return all;
  }

  /** Joins minibatches, unless the loss has no score per example or the batch size is fixed. */
  private List<Minibatch> scorable() {
    try {
      joined = new ScoredExamples(kept);
      for (Minibatch minibatch : joined.minibatches()) {
        if (copy.scores(minibatch).length != minibatch.examples()) {
          return kept;
        }
      }
      return joined.minibatches();
    } catch (RuntimeException batchSizeIsFixed) {
      return kept;
    }
  }

  @Override
  public void close() {
    if (joined != null) {
      joined.close();
    }
  }
}
