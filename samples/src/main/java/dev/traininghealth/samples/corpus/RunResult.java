package dev.traininghealth.samples.corpus;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.samples.corpus.FaultCase.RepairTarget;
import dev.traininghealth.trial.Trial;
import dev.traininghealth.trial.TrialBranch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One run of one case, and how the diagnoses score.
 *
 * @param faultCase the case
 * @param mode how the listener took part
 * @param seed of network and order of examples
 * @param training how the training went
 * @param diagnoses what the listener found, oldest first
 * @param interventions what the listener did, oldest first
 * @param trials what it tried on copies, oldest first
 * @param onset iteration at which the run went wrong, where the oracle knows
 * @param outcome what the network had learned
 */
record RunResult(
    FaultCase faultCase,
    WatchMode mode,
    int seed,
    Training training,
    List<Diagnosis> diagnoses,
    List<Intervention> interventions,
    List<Trial> trials,
    OptionalLong onset,
    Outcome outcome) {

  /** What ended a run. */
  enum End {
    EPOCHS,
    ITERATIONS,
    SECONDS,
    STOPPED,
    ERROR;

    String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * How a training went.
   *
   * @param iterations run
   * @param seconds taken, with all listeners
   * @param end why there were no more
   * @param error what came out of DL4J if that was it, or null
   */
  record Training(long iterations, double seconds, End end, @Nullable RuntimeException error) {
    /** The seconds as they are written, to the millisecond. */
    double roundedSeconds() {
      return Math.round(seconds * 1000) / 1000.0;
    }
  }

  /**
   * What a network has learned.
   *
   * @param trainScore over all training data, as it is used, not trained; may be NaN or infinite
   * @param testAccuracy share of the test labels that it finds, or null if that is not the metric
   * @param finite whether all parameters are finite
   * @param fingerprint equal for equal parameters, bit by bit
   */
  record Outcome(
      double trainScore, @Nullable Double testAccuracy, boolean finite, long fingerprint) {}

  /** What the run is called in messages. */
  String name() {
    return faultCase.id() + " seed " + seed;
  }

  /** The diagnoses in one line, each problem once with its first iteration. */
  String told() {
    return told(diagnoses);
  }

  static String told(List<Diagnosis> diagnoses) {
    List<String> told = new ArrayList<>();
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Diagnosis diagnosis : diagnoses) {
      counts.merge(
          diagnosis.problem().family().label() + " " + diagnosis.severity(), 1L, Long::sum);
    }
    for (Diagnosis diagnosis : diagnoses) {
      String what = diagnosis.problem().family().label() + " " + diagnosis.severity();
      Long count = counts.remove(what);
      if (count != null) {
        told.add(
            what + " at " + diagnosis.iteration() + (count > 1 ? " (" + count + " times)" : ""));
      }
    }
    return told.isEmpty() ? "no diagnosis" : String.join(", ", told);
  }

  /** What the network had learned, in words. */
  String learned() {
    Double accuracy = outcome.testAccuracy();
    return accuracy == null
        ? String.format(Locale.ROOT, "score %.4g", outcome.trainScore())
        : String.format(Locale.ROOT, "accuracy %.3f", accuracy);
  }

  /** What the listener did, in words, the first twelve alone. */
  String done() {
    int most = 12;
    String done =
        interventions.stream()
            .limit(most)
            .map(i -> i.kind().name().toLowerCase(Locale.ROOT) + " at " + i.iteration())
            .collect(Collectors.joining(", "));
    return interventions.isEmpty()
        ? "nothing done"
        : done + (interventions.size() > most ? ", … (" + interventions.size() + ")" : "");
  }

  /** Whether the network was left alone: what was tried on copies does not touch it. */
  boolean isUntouched() {
    return interventions.stream().allMatch(i -> i.kind() == Intervention.Kind.TRIAL);
  }

  /** Diagnoses that are alarms. */
  long alarms() {
    return diagnoses.stream().filter(Diagnosis::isAlarm).count();
  }

  /** Whether there is an alarm though nothing is wrong. */
  boolean isFalselyAlarmed() {
    return faultCase.isHealthy() && alarms() > 0;
  }

  /** Whether there is an alarm and something is wrong. */
  boolean isDetected() {
    return !faultCase.isHealthy() && alarms() > 0;
  }

  /** Whether an alarm names what is wrong, or what may pass for it. */
  boolean isRight() {
    return firstRightAlarm().isPresent();
  }

  OptionalLong firstRightAlarm() {
    return diagnoses.stream()
        .filter(Diagnosis::isAlarm)
        .filter(diagnosis -> faultCase.accepts(diagnosis.problem().family().label()))
        .mapToLong(Diagnosis::iteration)
        .min();
  }

  /** Iterations from the onset to the first right alarm, below 0 if that came earlier. */
  OptionalLong delay() {
    OptionalLong alarm = firstRightAlarm();
    return alarm.isPresent() && onset.isPresent()
        ? OptionalLong.of(alarm.getAsLong() - onset.getAsLong())
        : OptionalLong.empty();
  }

  /** Whether the run came to what a repaired one must reach; null if the case asks for nothing. */
  @Nullable Boolean reachedTarget() {
    RepairTarget target = faultCase.repairTarget();
    return target == null ? null : target.isReachedBy(outcome);
  }

  /** The line of JSON, as maps and lists; Jackson writes NaN and Infinity as strings. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", faultCase.id());
    json.put("seed", seed);
    json.put("problem", faultCase.problem());
    json.put("mode", mode.key());
    json.put("iterations", training.iterations());
    json.put("seconds", training.roundedSeconds());
    json.put("endedBy", training.end().key());
    putNullable(json, "onset", boxed(onset));
    json.put("diagnoses", diagnoses.stream().map(RunResult::json).toList());
    json.put("detected", isDetected());
    json.put("right", isRight());
    putNullable(json, "delay", boxed(delay()));
    json.put("finalTrainScore", outcome.trainScore());
    putNullable(json, "testAccuracy", outcome.testAccuracy());
    putNullable(json, "reachedTarget", reachedTarget());
    json.put("finite", outcome.finite());
    json.put("interventions", interventions.stream().map(RunResult::json).toList());
    json.put("trials", trials.stream().map(RunResult::json).toList());
    return json;
  }

  static Map<String, Object> json(Diagnosis diagnosis) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("problem", diagnosis.problem().name());
    json.put("family", diagnosis.problem().family().label());
    json.put("severity", diagnosis.severity().name());
    json.put("iteration", diagnosis.iteration());
    putNullable(json, "layer", diagnosis.layer() < 0 ? null : diagnosis.layer());
    return json;
  }

  private static Map<String, Object> json(Intervention intervention) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", intervention.kind().name());
    json.put("problem", intervention.problem());
    json.put("iteration", intervention.iteration());
    json.put("times", intervention.times());
    json.put("before", intervention.before());
    json.put("after", intervention.after());
    return json;
  }

  private static Map<String, Object> json(Trial trial) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("question", trial.question().name());
    json.put("iteration", trial.iteration());
    json.put("scoreBefore", trial.scoreBefore());
    json.put("branches", trial.branches().stream().map(RunResult::json).toList());
    json.put("winner", trial.winner());
    json.put("cause", trial.cause().name());
    json.put("reason", trial.reason());
    json.put("examples", trial.examples());
    json.put("steps", trial.steps());
    json.put("millis", trial.millis());
    return json;
  }

  private static Map<String, Object> json(TrialBranch branch) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("start", branch.start().name());
    json.put("snapshotIteration", branch.snapshotIteration());
    json.put("factor", branch.factor());
    json.put("leftOut", branch.leftOut());
    json.put("steps", branch.steps());
    json.put("scoreBefore", branch.scoreBefore());
    json.put("score", branch.score());
    return json;
  }

  private static @Nullable Long boxed(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  static void putNullable(Map<String, Object> json, String key, @Nullable Object value) {
    json.put(key, value);
  }
}
