package dev.traininghealth.samples.corpus;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.samples.corpus.RunResult.End;
import dev.traininghealth.samples.corpus.RunResult.Outcome;
import dev.traininghealth.samples.corpus.RunResult.Training;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.Trial;
import dev.traininghealth.trial.TrialBranch;
import dev.traininghealth.trial.TrialQuestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * The runs of an earlier output file, with all that tables and summary need. Sentences and remedies
 * are literal texts.
 */
final class StoredRuns {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, RunResult> results = new LinkedHashMap<>();
  private final Map<String, String> lines = new LinkedHashMap<>();

  private StoredRuns() {}

  /**
   * Reads the runs of these cases. A line that is cut off, as the last of an interrupted call, is
   * left out.
   *
   * @param file an output file; null or a file that does not exist for no runs
   * @throws CorpusException if the file cannot be read, or a line is no run
   */
  static StoredRuns read(@Nullable Path file, List<FaultCase> cases) throws CorpusException {
    StoredRuns runs = new StoredRuns();
    if (file == null || !Files.exists(file)) {
      return runs;
    }
    Map<String, FaultCase> byId =
        cases.stream().collect(Collectors.toMap(FaultCase::id, Function.identity()));
    try {
      for (String line : Files.readAllLines(file)) {
        runs.add(line, byId);
      }
    } catch (IOException e) {
      throw new CorpusException("Cannot be read: " + file.toAbsolutePath() + " (" + e + ")");
    } catch (IllegalArgumentException e) {
      throw new CorpusException(
          "No runs of this sample: " + file.toAbsolutePath() + " (" + e + ")");
    }
    return runs;
  }

  private void add(String line, Map<String, FaultCase> cases) throws CorpusException {
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return;
    }
    FaultCase faultCase = cases.get(json.path("id").asText());
    if (faultCase != null) {
      RunResult result = result(faultCase, json);
      String key = RunResult.key(faultCase.id(), result.seed(), result.mode());
      results.put(key, result);
      lines.put(key, line);
    }
  }

  /** The run of that case, seed and mode, or null. */
  @Nullable RunResult find(FaultCase faultCase, int seed, WatchMode mode) {
    return results.get(RunResult.key(faultCase.id(), seed, mode));
  }

  /** The lines of the runs. */
  List<String> lines() {
    return List.copyOf(lines.values());
  }

  private static RunResult result(FaultCase faultCase, JsonNode json) throws CorpusException {
    JsonNode onset = json.path("onset");
    JsonNode accuracy = json.path("testAccuracy");
    JsonNode error = json.path("error");
    return new RunResult(
        faultCase,
        WatchMode.ofKey(json.path("mode").asText()),
        json.path("seed").asInt(),
        new Training(
            json.path("iterations").asLong(),
            json.path("seconds").asDouble(),
            End.valueOf(json.path("endedBy").asText().toUpperCase(Locale.ROOT)),
            error.isTextual() ? new IllegalStateException(error.asText()) : null),
        list(json, "diagnoses", StoredRuns::diagnosis),
        list(json, "interventions", StoredRuns::intervention),
        list(json, "trials", StoredRuns::trial),
        onset.isNumber() ? OptionalLong.of(onset.asLong()) : OptionalLong.empty(),
        lead(json.path("divergence"), json.path("lead")),
        new Outcome(
            number(json, "finalTrainScore"),
            accuracy.isNumber() ? accuracy.asDouble() : null,
            json.path("finite").asBoolean(),
            json.path("fingerprint").asLong()));
  }

  /** The lead of a run; null for a run that has not diverged, or of an earlier version. */
  private static @Nullable Lead lead(JsonNode divergence, JsonNode lead) {
    return divergence.isNumber()
        ? new Lead(
            divergence.asLong(), lead.isNumber() ? divergence.asLong() - lead.asLong() : null)
        : null;
  }

  private static <T> List<T> list(JsonNode json, String key, Function<JsonNode, T> reader) {
    List<T> list = new ArrayList<>();
    json.path(key).forEach(item -> list.add(reader.apply(item)));
    return list;
  }

  /** A number, of which Jackson writes NaN and Infinity as strings. */
  private static double number(JsonNode json, String key) {
    JsonNode value = json.path(key);
    return value.isNumber() ? value.asDouble() : Double.parseDouble(value.asText());
  }

  private static Diagnosis diagnosis(JsonNode json) {
    return new Diagnosis(
        0,
        "",
        new Problem(json.path("problem").asText(), family(json.path("family").asText()), ""),
        Severity.valueOf(json.path("severity").asText()),
        json.path("layer").asInt(-1),
        "",
        -1,
        "",
        json.path("iteration").asLong(),
        0,
        Double.NaN,
        Comparison.ABOVE,
        Double.NaN,
        Message.literal(json.path("sentence").asText()),
        List.of(),
        null,
        -1,
        -1);
  }

  private static ProblemFamily family(String label) {
    for (ProblemFamily family : ProblemFamily.values()) {
      if (family.label().equals(label)) {
        return family;
      }
    }
    return ProblemFamily.OTHER;
  }

  private static Intervention intervention(JsonNode json) {
    return new Intervention(
        0,
        Intervention.Kind.valueOf(json.path("kind").asText()),
        json.path("iteration").asLong(),
        0,
        json.path("iteration").asLong(),
        json.path("times").asLong(),
        -1,
        json.path("problem").asText(),
        -1,
        number(json, "before"),
        number(json, "after"),
        -1,
        json.path("applied").asBoolean(true),
        Message.literal(""));
  }

  private static Trial trial(JsonNode json) {
    return new Trial(
        TrialQuestion.valueOf(json.path("question").asText()),
        json.path("iteration").asLong(),
        number(json, "scoreBefore"),
        list(json, "branches", StoredRuns::branch),
        json.path("winner").asInt(-1),
        Message.literal(json.path("reason").asText()),
        json.path("examples").asInt(),
        json.path("steps").asInt(),
        number(json, "millis"));
  }

  private static TrialBranch branch(JsonNode json) {
    return new TrialBranch(
        TrialBranch.Start.valueOf(json.path("start").asText()),
        json.path("snapshotIteration").asLong(-1),
        number(json, "factor"),
        json.path("leftOut").asInt(),
        json.path("steps").asInt(),
        number(json, "scoreBefore"),
        number(json, "score"));
  }
}
