package dev.traininghealth.trial;

import dev.traininghealth.measure.GeneratorState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleConsumer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs the branches of one trial, one after the other, on one copy of the network: all on the same
 * minibatches in the same order and with the same random draws. All are tried for a few steps; then
 * doing nothing and the best of the others go on to the end (successive halving, Jamieson and
 * Talwalkar 2016).
 */
final class TrialRunner {
  /** Steps of a branch that goes on to the end. */
  static final int STEPS = 18;

  /** A first look takes one of so many steps. */
  private static final int FIRST_LOOK = 3;

  /** Branches that go on to the end beside doing nothing. */
  private static final int FINALISTS = 2;

  private final TrainableCopy copy;
  private final DoubleConsumer rates;
  private final GeneratorState draws;
  private final int iterationCount;
  private final int epochCount;
  private final List<KeptMinibatch> toStep;
  private final List<KeptMinibatch> toScore;
  private int steps;

  /**
   * @param rates sets the factor on the copy's learning rates
   * @param draws state of the random generator that every branch begins with
   * @param iterationCount DL4J's count at the first step
   */
  TrialRunner(
      TrainableCopy copy,
      DoubleConsumer rates,
      GeneratorState draws,
      int iterationCount,
      int epochCount,
      List<KeptMinibatch> toStep,
      List<KeptMinibatch> toScore) {
    this.copy = copy;
    this.rates = rates;
    this.draws = draws;
    this.iterationCount = iterationCount;
    this.epochCount = epochCount;
    this.toStep = toStep.subList(0, Math.min(STEPS, toStep.size()));
    this.toScore = toScore;
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

  /**
   * Tries the branches.
   *
   * @param nothing to go on as it is
   * @return those of the others that went on to the end
   */
  List<Branch> run(Branch nothing, List<Branch> others) {
    int first = Math.max(1, toStep.size() / FIRST_LOOK);
    List<Branch> finalists = new ArrayList<>(others);
    if (others.size() > FINALISTS) {
      for (Branch b : others) {
        tryOut(b, first);
      }
      finalists.sort(Comparator.comparingDouble(TrialRunner::rank));
      finalists = withBestOfEachStart(finalists);
    }
    tryOut(nothing, toStep.size());
    for (Branch b : finalists) {
      tryOut(b, toStep.size());
    }
    return finalists;
  }

  private static double rank(Branch b) {
    return b.isFinite() ? b.score() : Double.POSITIVE_INFINITY;
  }

  /** The best, and the best that begins elsewhere: a state far back needs more than a few steps. */
  private static List<Branch> withBestOfEachStart(List<Branch> ranked) {
    List<Branch> chosen = new ArrayList<>();
    for (Branch b : ranked) {
      boolean other = chosen.isEmpty() || chosen.get(0).parameters != b.parameters;
      if (other && chosen.size() < FINALISTS && Double.isFinite(rank(b))) {
        chosen.add(b);
      }
    }
    for (Branch b : ranked) {
      if (chosen.size() < FINALISTS && !chosen.contains(b)) {
        chosen.add(b);
      }
    }
    return chosen;
  }

  private void tryOut(Branch branch, int count) {
    begin(branch);
    int half = Math.max(1, count / 2);
    branch.steps = 0;
    branch.midway = branch.ended = new double[] {Double.NaN};
    for (int i = 0; i < count; i++) {
      copy.step(toStep.get(i));
      steps++;
      branch.steps++;
      if (!isFinite(copy.model().params())) {
        double[] lost = {Double.NaN};
        branch.midway = i < half ? lost : branch.midway;
        branch.ended = lost;
        return;
      }
      if (i + 1 == half && count == toStep.size()) {
        branch.midway = scores();
      }
    }
    branch.ended = scores();
  }

  private void begin(Branch branch) {
    draws.restore();
    rates.accept(branch.factor);
    copy.set(branch.parameters, branch.updaterState, iterationCount, epochCount);
    copy.applyConstraints(iterationCount, epochCount);
  }

  private double[] scores() {
    double[] all = {};
    for (KeptMinibatch minibatch : toScore) {
      double[] some = copy.scores(minibatch);
      double[] joined = Arrays.copyOf(all, all.length + some.length);
      System.arraycopy(some, 0, joined, all.length, some.length);
      all = joined;
    }
    return all;
  }

  private static boolean isFinite(INDArray vector) {
    boolean direct = vector.dataType() == DataType.FLOAT || vector.dataType() == DataType.DOUBLE;
    return Double.isFinite(
        direct
            ? Nd4j.getBlasWrapper().nrm2(vector)
            : vector.castTo(DataType.DOUBLE).norm2Number().doubleValue());
  }
}
