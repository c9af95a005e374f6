package dev.traininghealth.samples.reported;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The result of a set-up with one seed.
 *
 * @param found problem that was found; empty for none
 * @param iteration at which it was found; -1 for none
 * @param remedy code of the first remedy; empty for none
 * @param before error of the observed run
 * @param after error with the remedy carried out; NaN if there was nothing to carry out
 * @param failures what is not as wanted, a sentence each
 * @param text all that was said, a line each
 */
record Outcome(
    String found,
    long iteration,
    String remedy,
    double before,
    double after,
    List<String> failures,
    String text) {

  /** The result as a map; Jackson writes NaN and Infinity as strings. */
  Map<String, Object> json(int seed) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seed", seed);
    json.put("found", found);
    json.put("iteration", iteration);
    json.put("remedy", remedy);
    json.put("before", before);
    json.put("after", after);
    json.put("failures", failures);
    json.put("text", text.lines().toList());
    return json;
  }
}
