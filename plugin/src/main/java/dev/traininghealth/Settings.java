package dev.traininghealth;

import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What the user chose.
 *
 * @param costBudget share of the training time that the listener may take, above 0 and at most 1
 * @param flushInterval time between two hand-overs of records to the storage
 * @param stockPages whether DL4J's Overview, Model and System pages are filled as well
 */
record Settings(double costBudget, Duration flushInterval, boolean stockPages)
    implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  Settings {
    if (!(costBudget > 0 && costBudget <= 1)) {
      throw new IllegalArgumentException(
          "costBudget must be above 0 and at most 1 (0.02 is two percent of the step), was "
              + costBudget);
    }
    Objects.requireNonNull(flushInterval, "flushInterval");
    if (flushInterval.isZero() || flushInterval.isNegative()) {
      throw new IllegalArgumentException(
          "flushInterval must be longer than zero, was " + flushInterval);
    }
  }

  /** As the records tell it. */
  Map<String, String> asText() {
    Map<String, String> text = new LinkedHashMap<>();
    text.put("mode", "observing");
    text.put("costBudget", String.valueOf(costBudget));
    text.put("flushInterval", flushInterval.toString());
    text.put("stockPages", String.valueOf(stockPages));
    return text;
  }
}
