package dev.traininghealth.samples.reported;

import dev.traininghealth.samples.corpus.QuietDiagnoses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;

/** Runs the reported set-ups one after another, and makes the table of the results. */
public final class ReportedRuns {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final List<String> HEAD =
      List.of("set-up", "wanted", "found at the latest", "first remedy", "error", "result");

  private ReportedRuns() {}

  private static List<ReportedSetup> all() {
    return Stream.of(
            DataReports.setups(),
            TrainingReports.setups(),
            ConvolutionReports.setups(),
            SeriesReports.setups(),
            NetworkReports.setups(),
            CourseReports.setups(),
            ProtectedReports.setups())
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Runs set-ups.
   *
   * @param only names of the set-ups to run; empty for all
   * @param seeds runs of each, with the seeds from 1 on
   * @param markdown whether the table is in Markdown
   * @param out the output file for the results, as JSON, with all that was said
   * @param progress receives a line for each set-up as it ends
   * @return the table, and the number of set-ups for which everything is as wanted
   * @throws IllegalArgumentException if there is no set-up of such a name
   */
  public static String run(
      Set<String> only, int seeds, boolean markdown, Path out, Consumer<String> progress)
      throws IOException {
    List<String> names = all().stream().map(ReportedSetup::name).toList();
    Set<String> unknown = new LinkedHashSet<>(only);
    unknown.removeAll(names);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("No such set-up: " + unknown + ". There are " + names);
    }
    List<List<String>> rows = new ArrayList<>();
    List<Map<String, Object>> json = new ArrayList<>();
    int held = 0;
    try (QuietDiagnoses quiet = new QuietDiagnoses()) {
      quiet.start();
      for (ReportedSetup setup : all()) {
        if (!only.isEmpty() && !only.contains(setup.name())) {
          continue;
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
          outcomes.add(outcome(setup, seed));
        }
        List<String> row = row(setup, outcomes, markdown);
        held += failures(outcomes).isEmpty() ? 1 : 0;
        rows.add(row);
        json.add(json(setup, outcomes));
        Files.write(out, JSON.writeValueAsBytes(json));
        progress.accept(String.join(" | ", row));
      }
    }
    return (markdown ? markdown(rows) : "") + held + " of " + rows.size() + " set-ups hold.";
  }

  /** The outcome of one run; an exception fails the set-up, and the others still run. */
  private static Outcome outcome(ReportedSetup setup, int seed) {
    try {
      return setup.run().apply(seed);
    } catch (RuntimeException e) {
      return new Outcome("", -1, "", Double.NaN, Double.NaN, List.of(String.valueOf(e)), "");
    }
  }

  private static String failures(List<Outcome> outcomes) {
    return outcomes.stream()
        .flatMap(outcome -> outcome.failures().stream())
        .distinct()
        .collect(Collectors.joining("; "));
  }

  private static List<String> row(ReportedSetup setup, List<Outcome> outcomes, boolean markdown) {
    String found =
        outcomes.stream()
            .map(Outcome::found)
            .filter(problem -> !problem.isEmpty())
            .distinct()
            .collect(Collectors.joining(", "));
    long latest = outcomes.stream().mapToLong(Outcome::iteration).max().orElse(-1);
    String remedies =
        outcomes.stream()
            .map(Outcome::remedy)
            .filter(code -> !code.isEmpty())
            .distinct()
            .map(code -> markdown ? "`" + code + "`" : code)
            .collect(Collectors.joining(", "));
    String failures = failures(outcomes);
    return List.of(
        markdown ? setup.shows() : setup.name(),
        setup.wanted(),
        found.isEmpty() ? "nothing" : found + " at " + latest,
        remedies.isEmpty() ? "–" : remedies,
        outcomes.stream().map(ReportedRuns::errors).collect(Collectors.joining(", ")),
        failures.isEmpty() ? "holds" : "FAILS: " + failures);
  }

  private static String errors(Outcome outcome) {
    String before = String.format(Locale.ROOT, "%.2g", outcome.before());
    return Double.isNaN(outcome.after())
        ? before
        : before + String.format(Locale.ROOT, " → %.2g", outcome.after());
  }

  private static String markdown(List<List<String>> rows) {
    StringBuilder text = new StringBuilder();
    text.append("| ").append(String.join(" | ", HEAD)).append(" |\n|");
    text.append(" --- |".repeat(HEAD.size())).append('\n');
    for (List<String> row : rows) {
      text.append("| ").append(String.join(" | ", row)).append(" |\n");
    }
    return text.append('\n').toString();
  }

  private static Map<String, Object> json(ReportedSetup setup, List<Outcome> outcomes) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("setup", setup.name());
    json.put("shows", setup.shows());
    json.put("wanted", setup.wanted());
    json.put("holds", failures(outcomes).isEmpty());
    List<Map<String, Object>> runs = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      runs.add(outcome.json(runs.size() + 1));
    }
    json.put("runs", runs);
    return json;
  }
}
