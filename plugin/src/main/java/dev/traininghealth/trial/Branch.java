package dev.traininghealth.trial;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

  /** Mean scores during the steps of the latest attempt. */
  private final List<TrialBranch.Point> course = new ArrayList<>();

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

  /** Begins an attempt, from the state before the first step. */
  void begin() {
    steps = 0;
    course.clear();
    if (startScores.length > 0) {
      course.add(new TrialBranch.Point(0, mean(startScores)));
    }
  }

  /** Notes the scores of the examples after the steps so far; NaN if the network is lost. */
  void note(double[] scores) {
    course.add(new TrialBranch.Point(steps, mean(scores)));
  }

  static double mean(double[] scores) {
    return Arrays.stream(scores).average().orElse(Double.NaN);
  }

  TrialBranch result() {
    if (course.isEmpty()) {
      begin(); // not tried, because its state is known to be lost
    }
    return new TrialBranch(
        start, snapshotIteration, factor, leftOut, steps, mean(startScores), score(), course);
  }
}
