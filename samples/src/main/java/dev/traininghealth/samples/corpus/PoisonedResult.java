package dev.traininghealth.samples.corpus;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.samples.benchmark.Quantiles;
import dev.traininghealth.samples.corpus.RunResult.End;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The result of one run.
 *
 * @param mode its mode
 * @param seed of the network, its images and the poisoned minibatches
 * @param iterations number of iterations
 * @param end the reason of its end
 * @param poisoned iterations with a broken minibatch
 * @param interventions the listener's interventions
 * @param accuracy on images that it was not trained on, 0 to 1
 * @param seconds duration
 */
record PoisonedResult(
    Mode mode,
    int seed,
    int iterations,
    End end,
    NavigableSet<Integer> poisoned,
    List<Intervention> interventions,
    double accuracy,
    double seconds) {
  private static final String HEAD =
      """
      | seed | mode | iterations | ended by | minibatches poisoned | steps skipped | test accuracy | seconds |
      | ---: | --- | ---: | --- | ---: | ---: | ---: | ---: |
      """;

  /** The mode of a run. */
  enum Mode {
    /** No broken data, no listener. */
    CLEAN,
    /** One minibatch in a hundred is broken, no listener. */
    UNPROTECTED,
    /** The same data, with protection under default settings. */
    PROTECTED;

    /** The name in tables and in the JSON. */
    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Iterations with a skipped step. */
  NavigableSet<Integer> skipped() {
    NavigableSet<Integer> skipped = new TreeSet<>();
    for (Intervention i : interventions) {
      if (i.kind() == Kind.SKIP && i.applied()) {
        skipped.add((int) i.iteration());
      }
    }
    return skipped;
  }

  /** Number of other interventions than skipped steps. */
  private long others() {
    return interventions.stream()
        .filter(i -> i.kind() != Kind.SKIP)
        .mapToLong(Intervention::times)
        .sum();
  }

  /** A line for the console, as each run ends. */
  String line() {
    return String.format(
        Locale.ROOT,
        "seed %d, %-11s: %d iterations in %.0f s, %d minibatches poisoned, %d steps skipped,"
            + " %d other interventions, test accuracy %.4f",
        seed,
        mode.key(),
        iterations,
        seconds,
        poisoned.size(),
        skipped().size(),
        others(),
        accuracy);
  }

  /** A table with a row for each run, and the medians. */
  static String table(List<PoisonedResult> results) {
    StringBuilder table = new StringBuilder(HEAD);
    for (PoisonedResult r : results) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %d | %s | %d | %s | %d | %d | %.4f | %.1f |%n",
              r.seed,
              r.mode.key(),
              r.iterations,
              r.end.key(),
              r.poisoned.size(),
              r.skipped().size(),
              r.accuracy,
              r.seconds));
    }
    table.append(System.lineSeparator()).append("Median test accuracy:");
    medians(results)
        .forEach(
            (mode, median) -> table.append(String.format(Locale.ROOT, " %s %.4f", mode, median)));
    return table.append(". ").append(verdict(results)).toString();
  }

  private static String verdict(List<PoisonedResult> results) {
    boolean exact =
        results.stream()
            .filter(r -> r.mode == Mode.PROTECTED)
            .allMatch(r -> r.skipped().equals(r.poisoned));
    return exact
        ? "The steps that were skipped are exactly those of the poisoned minibatches."
        : "The steps that were skipped are NOT those of the poisoned minibatches.";
  }

  private static Map<String, Double> medians(List<PoisonedResult> results) {
    Map<String, Double> medians = new LinkedHashMap<>();
    for (Mode mode : Mode.values()) {
      Quantiles accuracies =
          Quantiles.of(
              results.stream().filter(r -> r.mode == mode).mapToDouble(PoisonedResult::accuracy));
      medians.put(mode.key(), accuracies.median());
    }
    return medians;
  }

  /** The runs one by one, and the medians. */
  static Map<String, Object> json(List<PoisonedResult> results) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("runs", results.stream().map(PoisonedResult::json).toList());
    json.put("medianTestAccuracy", medians(results));
    return json;
  }

  private Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seed", seed);
    json.put("mode", mode.key());
    json.put("iterations", iterations);
    json.put("endedBy", end.key());
    json.put("minibatchesPoisoned", poisoned.size());
    json.put("skipsRecorded", skipped().size());
    json.put("skippedExactlyThePoisoned", skipped().equals(poisoned));
    json.put("otherInterventions", others());
    json.put("testAccuracy", accuracy);
    json.put("seconds", Math.round(seconds * 1000) / 1000.0);
    return json;
  }
}
