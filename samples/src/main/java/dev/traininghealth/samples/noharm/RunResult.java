package dev.traininghealth.samples.noharm;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.samples.corpus.AdoptedChanges;
import dev.traininghealth.samples.corpus.Lead;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The result of one run.
 *
 * @param setup its set-up
 * @param mode its mode
 * @param seed of the run
 * @param value the measure; may be NaN or infinite
 * @param iterations of all networks together
 * @param seconds duration, with the listeners
 * @param end the reason of its end
 * @param message of the exception that ended the run; empty without one
 * @param parametersHash equal for networks with bit-identical parameters
 * @param interventions of all listeners, oldest first for each
 * @param leads how long before a gradual divergence it was reported, of each network that diverged
 */
record RunResult(
    Setup setup,
    Mode mode,
    int seed,
    double value,
    long iterations,
    double seconds,
    End end,
    String message,
    int parametersHash,
    List<Intervention> interventions,
    List<Lead> leads) {

  /** The reason of a run's end. */
  enum End {
    ITERATIONS,
    /** By a {@code TrainingStoppedException}. */
    STOPPED,
    /** By another exception. */
    ERROR;

    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Number of applied interventions of each kind. */
  Map<Kind, Long> times() {
    Map<Kind, Long> times = new EnumMap<>(Kind.class);
    for (Intervention i : interventions) {
      if (i.applied()) {
        times.merge(i.kind(), i.times(), Long::sum);
      }
    }
    return times;
  }

  /** Number of changes with an effect beyond one step. */
  long adoptedChanges() {
    return AdoptedChanges.count(interventions);
  }

  /** Interventions by kind, as text; empty without any. */
  static String inWords(Map<Kind, Long> times) {
    return times.entrySet().stream()
        .map(e -> e.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + e.getValue())
        .collect(Collectors.joining(", "));
  }

  /** A line for the console, as each run ends. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%s seed %d, %s: %s %.4g after %d iterations in %.1f s%s%s",
        setup.name(),
        seed,
        mode.key(),
        setup.measure().name(),
        value,
        iterations,
        seconds,
        times().isEmpty() ? "" : ", interventions: " + inWords(times()),
        end == End.ITERATIONS ? "" : ", ended by: " + message);
  }

  /** The run as maps and lists; Jackson writes NaN and Infinity as strings. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("setup", setup.name());
    json.put("mode", mode.key());
    json.put("seed", seed);
    json.put("measure", setup.measure().name());
    json.put("value", value);
    json.put("iterations", iterations);
    json.put("seconds", Math.round(seconds * 1000) / 1000.0);
    json.put("endedBy", end.key());
    json.put("message", message);
    json.put("parametersHash", parametersHash);
    json.put("times", times());
    json.put("interventions", interventions.stream().map(RunResult::json).toList());
    json.put("leads", leads.stream().map(RunResult::json).toList());
    return json;
  }

  private static Map<String, Object> json(Lead lead) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("divergence", lead.divergence());
    json.put("lead", lead.iterations());
    return json;
  }

  private static Map<String, Object> json(Intervention intervention) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", intervention.kind().name());
    json.put("iteration", intervention.iteration());
    json.put("lastIteration", intervention.lastIteration());
    json.put("times", intervention.times());
    json.put("problem", intervention.problem());
    json.put("before", intervention.before());
    json.put("after", intervention.after());
    json.put("snapshotIteration", intervention.snapshotIteration());
    json.put("applied", intervention.applied());
    json.put("reason", intervention.reason());
    return json;
  }
}
