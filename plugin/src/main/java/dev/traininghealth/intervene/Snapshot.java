package dev.traininghealth.intervene;

import dev.traininghealth.intervene.model.NetworkState;
import dev.traininghealth.numbers.SavedNumbers;

/** A saved state of a network, with the statistics of the run up to then. */
final class Snapshot {
  private final NetworkState state;
  private final long iteration;
  private final double score;
  private final double learningRateFactor;
  private final SavedNumbers statistics;

  /**
   * @param iteration DL4J's iteration after which it was taken; -1 for the initial network
   * @param score usual score at that iteration; NaN while it is unknown
   * @param learningRateFactor factor on the configured learning rates, above 0 and at most 1
   * @param statistics of the run, as {@link dev.traininghealth.detect.DiagnosedRun#statistics}
   *     returns them
   */
  Snapshot(
      NetworkState state,
      long iteration,
      double score,
      double learningRateFactor,
      SavedNumbers statistics) {
    this.state = state;
    this.iteration = iteration;
    this.score = score;
    this.learningRateFactor = learningRateFactor;
    this.statistics = statistics;
  }

  NetworkState state() {
    return state;
  }

  long iteration() {
    return iteration;
  }

  double score() {
    return score;
  }

  double learningRateFactor() {
    return learningRateFactor;
  }

  SavedNumbers statistics() {
    return statistics;
  }
}
