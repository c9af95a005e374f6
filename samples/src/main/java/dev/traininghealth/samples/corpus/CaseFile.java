package dev.traininghealth.samples.corpus;

import dev.traininghealth.samples.corpus.CorpusRun.Plan;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * A file of cases, one JSON object per line.
 *
 * @param cases the readable cases, in the file's order
 * @param unportable the cases that DL4J cannot build
 * @param errors messages about the others
 */
record CaseFile(List<FaultCase> cases, List<UnportableCase> unportable, List<String> errors) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static CaseFile read(Path file) throws CorpusException {
    List<String> lines = lines(file);
    List<FaultCase> cases = new ArrayList<>();
    List<UnportableCase> unportable = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (int number = 1; number <= lines.size(); number++) {
      String line = lines.get(number - 1);
      if (line.isBlank()) {
        continue;
      }
      try {
        JsonNode json = JSON.readTree(line);
        Fields fields = new Fields("A case", json);
        if (fields.flag("portable", true)) {
          FaultCase found = FaultCase.of(json);
          addId(found.id(), ids);
          cases.add(found);
        } else {
          UnportableCase found = UnportableCase.of(fields);
          addId(found.id(), ids);
          unportable.add(found);
        }
      } catch (JsonProcessingException e) {
        errors.add(file + ":" + number + ": no JSON: " + e.getOriginalMessage());
      } catch (CorpusException e) {
        errors.add(file + ":" + number + ": " + e.getMessage());
      }
    }
    return new CaseFile(List.copyOf(cases), List.copyOf(unportable), List.copyOf(errors));
  }

  private static void addId(String id, Set<String> ids) throws CorpusException {
    if (!ids.add(id)) {
      throw new CorpusException("Case " + id + ": there is another case with this id");
    }
  }

  /**
   * Reads the cases that a plan selects.
   *
   * @throws CorpusException if one is missing, or none is selected
   */
  static CaseFile chosen(Plan plan) throws CorpusException {
    CaseFile file = read(plan.cases());
    Set<String> missing = new HashSet<>(plan.only());
    file.cases().forEach(c -> missing.remove(c.id()));
    file.unportable().forEach(c -> missing.remove(c.id()));
    if (!missing.isEmpty()) {
      throw new CorpusException(
          "No such case in " + plan.cases() + ": " + missing + file.errorText());
    }
    List<FaultCase> chosen =
        plan.shard()
            .select(
                file.cases().stream()
                    .filter(c -> plan.only().isEmpty() || plan.only().contains(c.id()))
                    .filter(c -> plan.problem() == null || plan.problem().equals(c.problem()))
                    .toList());
    if (chosen.isEmpty()) {
      throw new CorpusException("No case to run in " + plan.cases() + file.errorText());
    }
    List<UnportableCase> unportable =
        plan.problem() != null
            ? List.of()
            : plan.shard()
                .select(
                    file.unportable().stream()
                        .filter(c -> plan.only().isEmpty() || plan.only().contains(c.id()))
                        .toList());
    return new CaseFile(List.copyOf(chosen), List.copyOf(unportable), file.errors());
  }

  /** The errors as a suffix of a message; empty if there are none. */
  String errorText() {
    return errors.isEmpty() ? "" : System.lineSeparator() + String.join("\n", errors);
  }

  private static List<String> lines(Path file) throws CorpusException {
    if (!Files.isRegularFile(file)) {
      throw new CorpusException("No such file: " + file.toAbsolutePath());
    }
    try {
      return Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw new CorpusException("Not a text in UTF-8: " + file.toAbsolutePath());
    } catch (IOException e) {
      throw new CorpusException("Cannot be read: " + file.toAbsolutePath() + " (" + e + ")");
    }
  }
}
