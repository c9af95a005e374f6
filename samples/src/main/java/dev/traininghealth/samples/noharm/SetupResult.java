package dev.traininghealth.samples.noharm;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The runs of one set-up side by side.
 *
 * @param setup the set-up
 * @param alone runs without a listener, one for each seed, or none
 * @param protecting runs of the same seeds with listeners, or none
 */
record SetupResult(Setup setup, List<RunResult> alone, List<RunResult> protecting) {

  /** The result of the comparison. */
  enum Verdict {
    /** Every protected run ends within the spread of the runs alone, or better. */
    OK,
    /**
     * A protected run is worse than the worst run alone, or non-finite although it is finite alone.
     */
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
   * Compares each protected run with the worst finite run alone, so that only the spread of the
   * seeds is tolerated. A protected run must be finite if the same seed is finite alone. If it is
   * not finite alone, any protected result is accepted.
   */
  Verdict verdict() {
    if (alone.isEmpty() || protecting.isEmpty()) {
      return Verdict.NONE;
    }
    if (!worse().isEmpty()) {
      return Verdict.WORSE;
    }
    return protecting.stream().allMatch(run -> setup.measure().reachesTarget(run.value()))
        ? Verdict.OK
        : Verdict.BELOW_TARGET;
  }

  /** Protected runs that ended worse than allowed; none if not both modes were run. */
  List<RunResult> worse() {
    List<RunResult> worse = new ArrayList<>();
    for (int i = 0; i < Math.min(alone.size(), protecting.size()); i++) {
      if (isWorse(protecting.get(i).value(), alone.get(i).value())) {
        worse.add(protecting.get(i));
      }
    }
    return worse;
  }

  /** Protected runs with an adopted change, not only skipped or clipped steps. */
  List<RunResult> changed() {
    return protecting.stream().filter(run -> run.adoptedChanges() > 0).toList();
  }

  /** Whether a protected run ended worse than allowed. */
  private boolean isWorse(double value, double sameSeedAlone) {
    if (!Double.isFinite(sameSeedAlone)) {
      return false;
    }
    Measure measure = setup.measure();
    return !Double.isFinite(value)
        || alone.stream()
            .map(RunResult::value)
            .filter(Double::isFinite)
            .reduce(measure::worse)
            .map(worst -> measure.isWorse(value, worst))
            .orElse(false);
  }

  /**
   * The largest loss of a protected run against the same seed alone; negative if all are better,
   * NaN if there is no pair of finite values.
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

  /** The difference of the best and the worst run alone; NaN if one is non-finite. */
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

  /** Seeds whose protected run has other parameters although no intervention was recorded. */
  List<Integer> silentlyChanged() {
    List<Integer> seeds = new ArrayList<>();
    for (int i = 0; i < Math.min(alone.size(), protecting.size()); i++) {
      RunResult run = protecting.get(i);
      if (run.interventions().stream().noneMatch(SetupResult::hasChanged)
          && run.parametersHash() != alone.get(i).parametersHash()) {
        seeds.add(run.seed());
      }
    }
    return seeds;
  }

  /** Whether an intervention changed the network; trials on copies do not. */
  private static boolean hasChanged(Intervention intervention) {
    return intervention.applied() && intervention.kind() != Kind.TRIAL;
  }

  /** Number of applied interventions of each kind, over all seeds, in the order of the kinds. */
  Map<Kind, Long> interventions() {
    Map<Kind, Long> times = new EnumMap<>(Kind.class);
    for (RunResult run : protecting) {
      run.times().forEach((kind, n) -> times.merge(kind, n, Long::sum));
    }
    return times;
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
    json.put("interventions", interventions());
    json.put("silentlyChangedSeeds", silentlyChanged());
    json.put("verdict", verdict().key());
    return json;
  }
}
