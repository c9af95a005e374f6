package dev.traininghealth.samples.noharm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BinaryOperator;

/**
 * The runs of one set-up side by side.
 *
 * @param setup what was trained
 * @param alone runs without a listener, one for each seed, or none
 * @param protecting runs of the same seeds with listeners, or none
 */
record SetupResult(Setup setup, List<RunResult> alone, List<RunResult> protecting) {

  /** What the comparison comes to. */
  enum Verdict {
    /** Every protected run ends as good as the runs alone, or better. */
    OK,
    /** The worst protected run is worse than the worst run alone, or does not end finite. */
    WORSE,
    /** A protected run does not reach the target of its measure. */
    BELOW_TARGET,
    /** Not both modes were run. */
    NONE;

    String key() {
      return this == NONE ? "" : name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  static SetupResult of(Setup setup, List<RunResult> runs) {
    return new SetupResult(
        setup,
        runs.stream().filter(run -> run.mode() == Mode.ALONE).toList(),
        runs.stream().filter(run -> run.mode() == Mode.PROTECTING).toList());
  }

  /**
   * Compares the worst protected run with the worst run alone: what a run alone can come to with
   * another seed does no harm. A protected run that is not finite where the same seed is finite
   * alone is worse whatever the other seeds come to.
   */
  Verdict verdict() {
    if (alone.isEmpty() || protecting.isEmpty()) {
      return Verdict.NONE;
    }
    Measure measure = setup.measure();
    double worstAlone = worst(alone);
    for (int i = 0; i < protecting.size(); i++) {
      double value = protecting.get(i).value();
      if (measure.isWorse(value, worstAlone)
          || (!Double.isFinite(value) && Double.isFinite(alone.get(i).value()))) {
        return Verdict.WORSE;
      }
    }
    return protecting.stream().allMatch(run -> measure.reachesTarget(run.value()))
        ? Verdict.OK
        : Verdict.BELOW_TARGET;
  }

  private double worst(List<RunResult> runs) {
    BinaryOperator<Double> worse = setup.measure()::worse;
    return runs.stream().map(RunResult::value).reduce(worse).orElse(Double.NaN);
  }

  /**
   * The largest loss of a protected run against the same seed alone, below 0 if all are better; NaN
   * if there is no pair of finite values.
   */
  double worstLoss() {
    double worst = Double.NaN;
    for (int i = 0; i < Math.min(alone.size(), protecting.size()); i++) {
      double loss = setup.measure().loss(protecting.get(i).value(), alone.get(i).value());
      if (Double.isFinite(loss) && !(loss <= worst)) {
        worst = loss;
      }
    }
    return worst;
  }

  /** The difference of the best and the worst run alone; NaN if one is not finite. */
  double spread() {
    double largest = Double.NEGATIVE_INFINITY;
    double smallest = Double.POSITIVE_INFINITY;
    for (RunResult run : alone) {
      if (!Double.isFinite(run.value())) {
        return Double.NaN;
      }
      largest = Math.max(largest, run.value());
      smallest = Math.min(smallest, run.value());
    }
    return alone.isEmpty() ? Double.NaN : largest - smallest;
  }

  /** Seeds whose protected run differs in its parameters though no intervention was recorded. */
  List<Integer> silentlyChanged() {
    List<Integer> seeds = new ArrayList<>();
    for (int i = 0; i < Math.min(alone.size(), protecting.size()); i++) {
      RunResult run = protecting.get(i);
      if (run.interventions().stream().noneMatch(intervention -> intervention.applied())
          && run.parametersHash() != alone.get(i).parametersHash()) {
        seeds.add(run.seed());
      }
    }
    return seeds;
  }

  long costly() {
    return protecting.stream().mapToLong(RunResult::costly).sum();
  }

  long others() {
    return protecting.stream().mapToLong(RunResult::others).sum();
  }

  /** Protected runs that a {@code TrainingStoppedException} ended. */
  long stopped() {
    return protecting.stream().filter(run -> run.end() == RunResult.End.STOPPED).count();
  }

  /** The comparison as a map. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("setup", setup.name());
    json.put("shows", setup.shows());
    json.put("measure", setup.measure().name());
    json.put("higherIsBetter", setup.measure().higherIsBetter());
    json.put("alone", alone.stream().map(RunResult::value).toList());
    json.put("protecting", protecting.stream().map(RunResult::value).toList());
    json.put("worstLoss", worstLoss());
    json.put("spread", spread());
    json.put("costlyInterventions", costly());
    json.put("otherInterventions", others());
    json.put("stopped", stopped());
    json.put("silentlyChangedSeeds", silentlyChanged());
    json.put("verdict", verdict().key());
    return json;
  }
}
