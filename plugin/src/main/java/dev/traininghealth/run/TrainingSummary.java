package dev.traininghealth.run;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.text.NumberText;
import java.io.Serial;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A run in short: what was found, what was done, what it cost.
 *
 * @param iterations how many were watched
 * @param alarms how many diagnoses of severity WARNING or CRITICAL there were, by the name of their
 *     problem
 * @param interventions how often each was done
 * @param dryRun whether interventions were only recorded, by a dry run
 * @param recentCostShare share of the training time that the listener took lately, 0 to 1
 */
public record TrainingSummary(
    long iterations,
    Map<String, Long> alarms,
    Map<Intervention.Kind, Long> interventions,
    boolean dryRun,
    double recentCostShare)
    implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** In fewer iterations one alarm alone would read as thousands in a million. */
  private static final long ENOUGH_FOR_A_RATE = 1000;

  /** A run of which nothing has been seen. */
  static final TrainingSummary EMPTY = new TrainingSummary(0, Map.of(), Map.of(), false, 0);

  /** Copies the maps. */
  public TrainingSummary {
    alarms = Map.copyOf(alarms);
    interventions = Map.copyOf(interventions);
  }

  /** {@return the same in a few sentences} */
  @Override
  public String toString() {
    return iterations
        + " iterations watched, lately at "
        + NumberText.percent(recentCostShare)
        + " of the training time. Found: "
        + found()
        + (dryRun ? ". Dry run, not applied: " : ". Done: ")
        + done()
        + ".";
  }

  private String found() {
    long all = alarms.values().stream().mapToLong(Long::longValue).sum();
    if (all == 0) {
      return "no alarm";
    }
    String each =
        new TreeMap<>(alarms)
            .entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", "));
    String found = all + (all == 1 ? " alarm (" : " alarms (") + each + ")";
    if (iterations < ENOUGH_FOR_A_RATE) {
      return found;
    }
    double rate = 1e6 * (double) all / (double) iterations;
    return found + ", " + NumberText.count(Math.round(rate)) + " in a million iterations";
  }

  private String done() {
    return interventions.isEmpty()
        ? "nothing"
        : new TreeMap<>(interventions)
            .entrySet().stream()
                .map(e -> e.getKey().count(e.getValue()).english())
                .collect(Collectors.joining(", "));
  }
}
