package dev.traininghealth.samples.corpus;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Severity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One long run of a network that learns well.
 *
 * @param network the network
 * @param seed of the network and of its examples
 * @param iterations number of iterations
 * @param seconds duration
 * @param diagnoses the listener's diagnoses, oldest first
 * @param before result before training
 * @param after result after training
 */
record HealthyResult(
    HealthyNetwork network,
    int seed,
    long iterations,
    double seconds,
    List<Diagnosis> diagnoses,
    Learned before,
    Learned after) {
  private static final String HEAD =
      """
      | network | seed | iterations | alarms | of them critical | INFO | score before | score after \
      | accuracy before | accuracy after |
      | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
      """;

  /**
   * The result of a network on a thousand examples that it is not trained on.
   *
   * @param score mean over them
   * @param accuracy share of correctly predicted labels, 0 to 1
   */
  record Learned(double score, double accuracy) {}

  /** A row for each run. */
  static String table(List<HealthyResult> results) {
    StringBuilder table = new StringBuilder(HEAD);
    for (HealthyResult result : results) {
      table.append(result.row());
    }
    return table.toString();
  }

  private String row() {
    return String.format(
        Locale.ROOT,
        "| %s | %d | %d | %d | %d | %d | %.3f | %.3f | %.1f %% | %.1f %% |%n",
        network.key(),
        seed,
        iterations,
        diagnoses.stream().filter(Diagnosis::isAlarm).count(),
        count(Severity.CRITICAL),
        count(Severity.INFO),
        before.score(),
        after.score(),
        100 * before.accuracy(),
        100 * after.accuracy());
  }

  private long count(Severity severity) {
    return diagnoses.stream().filter(diagnosis -> diagnosis.severity() == severity).count();
  }

  /** The line of JSON. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("network", network.key());
    json.put("seed", seed);
    json.put("iterations", iterations);
    json.put("seconds", Math.round(seconds * 1000) / 1000.0);
    json.put("alarms", diagnoses.stream().filter(Diagnosis::isAlarm).count());
    json.put("critical", count(Severity.CRITICAL));
    json.put("info", count(Severity.INFO));
    json.put("scoreBefore", before.score());
    json.put("scoreAfter", after.score());
    json.put("accuracyBefore", before.accuracy());
    json.put("accuracyAfter", after.accuracy());
    json.put("diagnoses", diagnoses.stream().map(RunResult::json).toList());
    return json;
  }
}
