package dev.traininghealth.run;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.diagnose.CheckedTogether;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.text.NumberText;
import java.io.Serial;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The diagnoses, interventions and cost of one run.
 *
 * @param iterations number of observed iterations
 * @param alarms number of diagnoses of severity WARNING or CRITICAL, by the name of their problem
 * @param worst the worst severity of any diagnosis, active or resolved; null without a diagnosis
 * @param interventions number of interventions by kind
 * @param dryRun whether interventions were only recorded, not applied
 * @param cost the time that the listener took
 * @param checks what each detector has looked at; empty before the first iteration. Of workers on
 *     Spark it is up to a fifth of the iterations old
 */
public record TrainingSummary(
    long iterations,
    Map<String, Long> alarms,
    @Nullable Severity worst,
    Map<Intervention.Kind, Long> interventions,
    boolean dryRun,
    TrainingCost cost,
    List<Check> checks)
    implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * Minimum of iterations for which a rate of alarms is stated. In fewer, a single alarm would
   * appear as more than a thousand in a million.
   */
  private static final long MIN_ITERATIONS_FOR_RATE = 1000;

  /** The summary of a run without iterations. */
  static final TrainingSummary EMPTY =
      new TrainingSummary(0, Map.of(), null, Map.of(), false, TrainingCost.NONE, List.of());

  /** Copies maps and list. */
  public TrainingSummary {
    alarms = Map.copyOf(alarms);
    interventions = Map.copyOf(interventions);
    checks = List.copyOf(checks);
  }

  /** {@return whether there was a diagnosis of severity WARNING or CRITICAL} */
  public boolean hasAlarms() {
    return !alarms.isEmpty();
  }

  /**
   * {@return what says nothing about the run: checks that were not made, or at too little, so that
   * their silence is no sign of health}
   */
  public List<Check> notChecked() {
    return checks.stream().filter(check -> check.state() != Check.State.CHECKED).toList();
  }

  /** {@return the sum of both, with the cost of both} */
  TrainingSummary plus(TrainingSummary other) {
    Map<String, Long> allAlarms = new HashMap<>(alarms);
    other.alarms.forEach((problem, count) -> allAlarms.merge(problem, count, Long::sum));
    Map<Intervention.Kind, Long> allInterventions = new HashMap<>(interventions);
    other.interventions.forEach((kind, count) -> allInterventions.merge(kind, count, Long::sum));
    return new TrainingSummary(
        iterations + other.iterations,
        allAlarms,
        worse(worst, other.worst),
        allInterventions,
        dryRun || other.dryRun,
        cost.plus(other.cost),
        CheckedTogether.of(checks, other.checks));
  }

  private static @Nullable Severity worse(@Nullable Severity one, @Nullable Severity other) {
    return one == null || (other != null && other.compareTo(one) > 0) ? other : one;
  }

  /** {@return the summary in a few sentences} */
  @Override
  public String toString() {
    return iterations
        + " iterations watched, cost: "
        + cost
        + ". Found: "
        + alarmText()
        + (dryRun ? ". Dry run, not applied: " : ". Done: ")
        + interventionText()
        + "."
        + CheckedTogether.text(checks);
  }

  private String alarmText() {
    long all = alarms.values().stream().mapToLong(Long::longValue).sum();
    if (all == 0) {
      boolean tells = checks.isEmpty() || Check.areConclusive(checks);
      return iterations > 1 && tells ? "no alarm" : "too early to tell";
    }
    String each =
        new TreeMap<>(alarms)
            .entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", "));
    String found = all + (all == 1 ? " alarm (" : " alarms (") + each + ")";
    if (iterations < MIN_ITERATIONS_FOR_RATE) {
      return found;
    }
    double rate = 1e6 * (double) all / (double) iterations;
    return found + ", " + NumberText.count(Math.round(rate)) + " in a million iterations";
  }

  private String interventionText() {
    return interventions.isEmpty()
        ? "nothing"
        : new TreeMap<>(interventions)
            .entrySet().stream()
                .map(e -> e.getKey().count(e.getValue()).english())
                .collect(Collectors.joining(", "));
  }
}
