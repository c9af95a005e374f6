package dev.traininghealth.samples.corpus;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.samples.corpus.FaultCase.RepairTarget;
import dev.traininghealth.trial.Trial;
import dev.traininghealth.trial.TrialBranch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One run of one case, and the scores of its diagnoses.
 *
 * @param faultCase the case
 * @param mode the mode of the listener
 * @param seed of network and order of examples
 * @param training the course of the training
 * @param diagnoses the listener's diagnoses, oldest first
 * @param interventions the listener's interventions, oldest first
 * @param trials its trials on copies, oldest first
 * @param onset iteration at which the run went wrong, if the oracle knows
 * @param lead how long before a gradual divergence it was reported; null if there was none
 * @param outcome the quality of the trained network
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
    @Nullable Lead lead,
    Outcome outcome) {

  /** The reason of a run's end. */
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
   * The course of a training run.
   *
   * @param iterations number of iterations
   * @param seconds duration, with all listeners
   * @param end the reason of its end
   * @param error the exception of DL4J that ended it, or null
   */
  record Training(long iterations, double seconds, End end, @Nullable RuntimeException error) {
    /** The seconds, rounded to milliseconds for output. */
    double roundedSeconds() {
      return Math.round(seconds * 1000) / 1000.0;
    }
  }

  /**
   * The quality of a trained network.
   *
   * @param trainScore over all training data, in inference; may be NaN or infinite
   * @param testAccuracy share of correctly predicted test labels, 0 to 1, or null if that is not
   *     the metric
   * @param finite whether all parameters are finite
   * @param fingerprint equal for bit-identical parameters
   */
  record Outcome(
      double trainScore, @Nullable Double testAccuracy, boolean finite, long fingerprint) {}

  /** The name of the run in messages. */
  String name() {
    return faultCase.id() + " seed " + seed;
  }

  /** The key of a run among those of a plan. */
  static String key(String id, int seed, WatchMode mode) {
    return id + " " + seed + " " + mode.key();
  }

  /** Duration of the trials, which is not part of the run's. */
  double trialSeconds() {
    return trials.stream().mapToDouble(Trial::millis).sum() / 1000;
  }

  /** The diagnoses in one line, each problem once with its first iteration. */
  String diagnosisText() {
    return diagnosisText(diagnoses);
  }

  static String diagnosisText(List<Diagnosis> diagnoses) {
    List<String> texts = new ArrayList<>();
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Diagnosis diagnosis : diagnoses) {
      counts.merge(
          diagnosis.problem().family().label() + " " + diagnosis.severity(), 1L, Long::sum);
    }
    for (Diagnosis diagnosis : diagnoses) {
      String what = diagnosis.problem().family().label() + " " + diagnosis.severity();
      Long count = counts.remove(what);
      if (count != null) {
        texts.add(
            what + " at " + diagnosis.iteration() + (count > 1 ? " (" + count + " times)" : ""));
      }
    }
    return texts.isEmpty() ? "no diagnosis" : String.join(", ", texts);
  }

  /** The quality of the network, as text. */
  String learned() {
    Double accuracy = outcome.testAccuracy();
    return accuracy == null
        ? String.format(Locale.ROOT, "score %.4g", outcome.trainScore())
        : String.format(Locale.ROOT, "accuracy %.3f", accuracy);
  }

  /** The first twelve interventions, as text. */
  String done() {
    int maxListed = 12;
    String done =
        interventions.stream()
            .limit(maxListed)
            .map(i -> i.kind().name().toLowerCase(Locale.ROOT) + " at " + i.iteration())
            .collect(Collectors.joining(", "));
    return interventions.isEmpty()
        ? "nothing done"
        : done + (interventions.size() > maxListed ? ", … (" + interventions.size() + ")" : "");
  }

  /** Whether the network was not changed; trials on copies do not change it. */
  boolean isUntouched() {
    return interventions.stream().allMatch(i -> i.kind() == Intervention.Kind.TRIAL);
  }

  /** Number of alarms. */
  long alarms() {
    return diagnoses.stream().filter(Diagnosis::isAlarm).count();
  }

  /** Whether there is an alarm in a healthy run. */
  boolean isFalselyAlarmed() {
    return faultCase.isHealthy() && alarms() > 0;
  }

  /** Whether there is an alarm in a faulty run. */
  boolean isDetected() {
    return faultCase.isFaulty() && alarms() > 0;
  }

  /** What was said first: the first alarm, or else the first diagnosis. */
  Optional<Diagnosis> firstDiagnosis() {
    return diagnoses.stream()
        .min(
            Comparator.comparing((Diagnosis diagnosis) -> !diagnosis.isAlarm())
                .thenComparing(Diagnosis::iteration));
  }

  /** Whether an alarm names the problem, or one that counts as correct. */
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

  /** Iterations from the onset to the first correct alarm; negative if the alarm was earlier. */
  OptionalLong delay() {
    OptionalLong alarm = firstRightAlarm();
    return alarm.isPresent() && onset.isPresent()
        ? OptionalLong.of(alarm.getAsLong() - onset.getAsLong())
        : OptionalLong.empty();
  }

  /** Whether the run reached its repair target; null if the case has none. */
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
    json.put("trialSeconds", Math.round(trialSeconds() * 1000) / 1000.0);
    json.put("endedBy", training.end().key());
    putNullable(json, "error", training.error() == null ? null : String.valueOf(training.error()));
    putNullable(json, "onset", boxed(onset));
    json.put("diagnoses", diagnoses.stream().map(RunResult::json).toList());
    json.put("detected", isDetected());
    json.put("right", isRight());
    putNullable(json, "delay", boxed(delay()));
    putNullable(json, "divergence", lead == null ? null : lead.divergence());
    putNullable(json, "lead", lead == null ? null : lead.iterations());
    json.put("finalTrainScore", outcome.trainScore());
    putNullable(json, "testAccuracy", outcome.testAccuracy());
    putNullable(json, "reachedTarget", reachedTarget());
    json.put("finite", outcome.finite());
    json.put("fingerprint", outcome.fingerprint());
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
    json.put("sentence", diagnosis.sentence());
    json.put("remedies", diagnosis.remedies().stream().map(RunResult::text).toList());
    return json;
  }

  private static String text(Remedy remedy) {
    String said = remedy.message().english();
    return remedy.code().isEmpty() ? said : said + " " + remedy.code();
  }

  private static Map<String, Object> json(Intervention intervention) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", intervention.kind().name());
    json.put("problem", intervention.problem());
    json.put("iteration", intervention.iteration());
    json.put("times", intervention.times());
    json.put("before", intervention.before());
    json.put("after", intervention.after());
    json.put("applied", intervention.applied());
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
