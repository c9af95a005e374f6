package dev.traininghealth.samples.corpus;

import dev.traininghealth.samples.corpus.FaultCase.RepairTarget;
import dev.traininghealth.samples.corpus.RunResult.Outcome;
import dev.traininghealth.samples.corpus.RunResult.Training;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One run of a case at another learning rate, without a listener.
 *
 * @param faultCase the case, with its own learning rate
 * @param target the target to reach
 * @param seed of network and order of examples
 * @param rateFactor on the case's learning rate, from iteration 0
 * @param training the course of the training
 * @param outcome the quality of the trained network
 */
record SweptRun(
    FaultCase faultCase,
    RepairTarget target,
    int seed,
    double rateFactor,
    Training training,
    Outcome outcome) {

  /** The common name of all runs of the case and seed. */
  String name() {
    return faultCase.id() + " seed " + seed;
  }

  boolean reachedTarget() {
    return target.isReachedBy(outcome);
  }

  /** The value of the target's metric, and whether the target is reached. */
  String resultText() {
    Double accuracy = outcome.testAccuracy();
    double value =
        target.testAccuracy() == null
            ? outcome.trainScore()
            : accuracy == null ? Double.NaN : accuracy;
    return String.format(Locale.ROOT, "%.4g %s", value, reachedTarget() ? "reached" : "missed");
  }

  /** The line of JSON, as a map; Jackson writes NaN and Infinity as strings. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", faultCase.id());
    json.put("seed", seed);
    json.put("rateFactor", rateFactor);
    json.put("iterations", training.iterations());
    json.put("seconds", training.roundedSeconds());
    json.put("endedBy", training.end().key());
    json.put("finalTrainScore", outcome.trainScore());
    RunResult.putNullable(json, "testAccuracy", outcome.testAccuracy());
    json.put("reachedTarget", reachedTarget());
    return json;
  }
}
