package dev.traininghealth.trial;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A branch during its trial, with its start and its scores so far. */
final class Branch {
  final TrialBranch.Start start;
  final long snapshotIteration;
  final INDArray parameters;
  final @Nullable INDArray updaterState;
  final double factor;

  /** Holds the examples that this branch does not step on; null for a branch that steps on all. */
  final @Nullable SuspectedExamples leavesOut;

  private final int leftOut;

  /** Score of each example before the first step, halfway and at the end; empty before that. */
  double[] startScores = {};

  double[] midwayScores = {};
  double[] endScores = {};
  int steps;

  Branch(
      TrialBranch.Start start,
      long snapshotIteration,
      INDArray parameters,
      @Nullable INDArray updaterState,
      double factor) {
    this(start, snapshotIteration, parameters, updaterState, factor, null, 0);
  }

  private Branch(
      TrialBranch.Start start,
      long snapshotIteration,
      INDArray parameters,
      @Nullable INDArray updaterState,
      double factor,
      @Nullable SuspectedExamples leavesOut,
      int leftOut) {
    this.leavesOut = leavesOut;
    this.leftOut = leftOut;
    this.start = start;
    this.snapshotIteration = snapshotIteration;
    this.parameters = parameters;
    this.updaterState = updaterState;
    this.factor = factor;
  }

  /**
   * A branch with the same state and the present learning rates, without the suspected examples.
   */
  Branch without(SuspectedExamples suspected, int count) {
    Branch without =
        new Branch(start, snapshotIteration, parameters, updaterState, 1, suspected, count);
    without.startScores = startScores;
    return without;
  }

  boolean isFinite() {
    return PairedScores.isFinite(endScores);
  }

  double score() {
    return mean(endScores);
  }

  static double mean(double[] scores) {
    return Arrays.stream(scores).average().orElse(Double.NaN);
  }

  TrialBranch result() {
    return new TrialBranch(
        start, snapshotIteration, factor, leftOut, steps, mean(startScores), score());
  }
}
