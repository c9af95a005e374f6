package dev.traininghealth;

import dev.traininghealth.intervene.Intervention;
import java.io.Serial;
import java.io.Serializable;
import java.util.Locale;
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
 * @param rehearsed whether interventions were rehearsed, not applied
 * @param costShare share of the training time that the listener took lately, 0 to 1
 */
public record TrainingSummary(
    long iterations,
    Map<String, Long> alarms,
    Map<Intervention.Kind, Long> interventions,
    boolean rehearsed,
    double costShare)
    implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** A run of which nothing has been seen. */
  static final TrainingSummary EMPTY = new TrainingSummary(0, Map.of(), Map.of(), false, 0);

  /** Copies the maps. */
  public TrainingSummary {
    alarms = Map.copyOf(alarms);
    interventions = Map.copyOf(interventions);
  }

  /** {@return the same in a sentence or two} */
  @Override
  public String toString() {
    long all = alarms.values().stream().mapToLong(Long::longValue).sum();
    double rate = iterations == 0 ? 0 : 1e6 * (double) all / (double) iterations;
    return String.format(
        Locale.ROOT,
        "%d iterations watched at %.1f %% of the training time. Found: %d alarms%s, %.0f in a"
            + " million iterations. %s: %s.",
        iterations,
        100 * costShare,
        all,
        all == 0 ? "" : " (" + listed(alarms) + ")",
        rate,
        rehearsed ? "Rehearsed" : "Done",
        interventions.isEmpty() ? "nothing" : listed(interventions));
  }

  private static String listed(Map<?, Long> counts) {
    return new TreeMap<>(counts)
        .entrySet().stream()
            .map(e -> e.getKey().toString().toLowerCase(Locale.ROOT) + " " + e.getValue())
            .collect(Collectors.joining(", "));
  }
}
