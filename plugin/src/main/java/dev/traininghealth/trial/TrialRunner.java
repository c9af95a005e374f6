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
 * Runs the branches of one trial, one after the other, on one copy of the network: all on the same
 * minibatches in the same order and with the same random draws. All are tried for a few steps; then
 * doing nothing and the best of the others go on to the end (successive halving, Jamieson and
 * Talwalkar 2016).
 *
 * <p>Where a branch ends is the mean of its scores at {@value #LOOKS} times in its last third, so
 * that a score that swings is judged by its level.
 */
final class TrialRunner implements AutoCloseable {
  /** Scores of which where a branch ends is the mean. */
  private static final int LOOKS = 3;

  /** Branches that go on to the end beside doing nothing. */
  private static final int FINALISTS = 2;

  /** What begins anew is given up where it scores worse than so many times the network as it is. */
  private static final double HOPELESS = 5;

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
   * @param rates sets the factor on the copy's learning rates
   * @param draws state of the random generator that every branch begins with
   * @param iterationCount DL4J's count at the first step
   * @param toScore what branches are scored on
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

  /** Steps that were taken. */
  int steps() {
    return steps;
  }

  /** Scores a state as it is. */
  double[] scoresOf(Branch branch) {
    begin(branch);
    return scores();
  }

  /** Scores one minibatch by a state as it is. */
  double scoreOf(Branch branch, Minibatch minibatch) {
    begin(branch);
    return scoreAgain(minibatch);
  }

  /** The same once more, with the draws that come next, if it draws any. */
  double scoreAgain(Minibatch minibatch) {
    return Branch.mean(copy.scores(minibatch));
  }

  /**
   * Tries the branches.
   *
   * @param nothing to go on as it is; null where the network is lost already
   * @param before mean score of the network as it is
   * @return those of the others that were tried to the end
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
   * The best that goes on from what was learned, and the best that begins anew, which needs more
   * than a few steps; unless it is hopelessly far from where the network is. What leaves rows out
   * goes on as well: there is none but where rows are suspected.
   */
  private List<Branch> finalists(List<Branch> others, double before) {
    IdentityHashMap<INDArray, Branch> best = new IdentityHashMap<>();
    for (Branch b : others) {
      if (b.leavesOut == null) {
        best.merge(b.parameters, b, TrialRunner::better);
      }
    }
    List<Branch> finalists = new ArrayList<>(best.values());
    finalists.removeIf(b -> isAnew(b) && rank(b) > HOPELESS * Math.abs(before));
    finalists.sort(
        Comparator.comparing(TrialRunner::isAnew).thenComparingDouble(TrialRunner::rank));
    boolean anew = !finalists.isEmpty() && isAnew(finalists.get(finalists.size() - 1));
    int goingOn = Math.min(finalists.size(), FINALISTS) - (anew ? 1 : 0);
    if (finalists.size() > FINALISTS) {
      finalists.subList(Math.max(0, goingOn), finalists.size() - (anew ? 1 : 0)).clear();
    }
    others.stream()
        .filter(b -> !finalists.contains(b) && b.leavesOut == null)
        .sorted(Comparator.comparingDouble(TrialRunner::rank))
        .limit(Math.max(0, FINALISTS - finalists.size()))
        .forEach(finalists::add);
    others.stream().filter(b -> b.leavesOut != null).forEach(finalists::add);
    return finalists;
  }

  private static boolean isAnew(Branch b) {
    return b.start == TrialBranch.Start.BEGINNING;
  }

  private static double rank(Branch b) {
    return b.isFinite() ? b.score() : Double.POSITIVE_INFINITY;
  }

  /**
   * The better of two that begin at the same state. Where neither is, the one with the lower rate:
   * a few steps show little, and it is the rate that failed. From the beginning the higher one,
   * since all has to be learned again.
   */
  private static Branch better(Branch a, Branch b) {
    PairedScores second = PairedScores.of(a.ended, b.ended);
    if (Math.abs(second.t()) >= TrialJudge.EQUAL_STANDARD_ERRORS
        && Math.abs(second.gain()) >= TrialJudge.MIN_RELATIVE_GAIN) {
      return second.t() > 0 ? b : a;
    }
    boolean lower = a.factor < b.factor;
    return lower == isAnew(a) ? b : a;
  }

  private void tryOut(Branch branch, int count) {
    begin(branch);
    int half = Math.max(1, count / 2);
    int apart = Math.max(1, count / (2 * LOOKS));
    int looks = 0;
    branch.steps = 0;
    branch.midway = branch.ended = new double[] {Double.NaN};
    double[] sum = {};
    for (int i = 1; i <= count; i++) {
      step(branch, toStep.get(i - 1));
      if (!Double.isFinite(FlatArrays.norm2(copy.model().params()))) {
        branch.midway = i <= half ? new double[] {Double.NaN} : branch.midway;
        return;
      }
      boolean ends = i > half && (count - i) % apart == 0 && (count - i) / apart < LOOKS;
      if (i == half || i == count || ends) {
        double[] now = scores();
        branch.midway = i == half ? now : branch.midway;
        if (i == count || ends) {
          sum = sum(sum, now);
          looks++;
        }
      }
    }
    int of = looks;
    branch.ended = Arrays.stream(sum).map(s -> s / of).toArray();
  }

  private void step(Branch branch, KeptMinibatch kept) {
    SuspectedRows suspected = branch.leavesOut;
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

  /** Joined, unless the loss is known for a whole minibatch only, or the batch size is fixed. */
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
