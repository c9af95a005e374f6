package dev.traininghealth.intervene;

import dev.traininghealth.intervene.model.NetworkState;
import dev.traininghealth.numbers.SavedNumbers;

/** A network as it was, with what had been learned about it. */
final class Snapshot {
  private final NetworkState state;
  private final long iteration;
  private final double score;
  private final double learningRateFactor;
  private final SavedNumbers statistics;

  /**
   * @param iteration DL4J's iteration after which it is taken; -1 for the network as it began
   * @param score where the score usually is by now; NaN before it is known
   * @param learningRateFactor what the user's learning rates are multiplied by
   * @param statistics of the run up to now, as {@link
   *     dev.traininghealth.detect.Diagnoser#statistics} gives them
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
