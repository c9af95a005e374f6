package dev.traininghealth.samples.noharm;

import dev.traininghealth.samples.noharm.SetupResult.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The comparisons as text: a row for each set-up. */
final class HarmTable {
  private static final List<String> HEAD =
      List.of("set-up", "measure", "alone", "protected", "interventions", "verdict");

  private final List<SetupResult> results;

  HarmTable(List<SetupResult> results) {
    this.results = results;
  }

  /** The table in columns, for the console. */
  String text() {
    List<List<String>> rows = rows();
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int index = column;
        int width = rows.stream().mapToInt(r -> r.get(index).length()).max().orElse(0);
        line.append(row.get(column)).append(" ".repeat(width + 2 - row.get(column).length()));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.append('\n').append(conclusion()).toString();
  }

  /** The table in Markdown. */
  String markdown() {
    String lines =
        rows().stream()
            .map(row -> "| " + String.join(" | ", row) + " |")
            .collect(Collectors.joining("\n"));
    String rule = "|" + " --- |".repeat(HEAD.size());
    int head = lines.indexOf('\n') < 0 ? lines.length() : lines.indexOf('\n');
    return lines.substring(0, head) + "\n" + rule + lines.substring(head) + "\n\n" + conclusion();
  }

  private List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    for (SetupResult result : results) {
      rows.add(
          List.of(
              result.setup().name(),
              result.setup().measure().name(),
              values(result.alone()),
              values(result.protecting()),
              RunResult.inWords(result.interventions()),
              result.verdict().key()));
    }
    return rows;
  }

  private static String values(List<RunResult> runs) {
    return runs.stream().map(run -> value(run.value())).collect(Collectors.joining(", "));
  }

  private static String value(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.4g", value) : "" + value;
  }

  /** The number of adopted changes, and the changed runs that end worse than alone. */
  private static String changes(List<SetupResult> compared) {
    List<RunResult> changed = compared.stream().flatMap(r -> r.changed().stream()).toList();
    List<RunResult> worse =
        compared.stream().flatMap(r -> r.changed().stream().filter(r.worse()::contains)).toList();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%d changes were adopted in %d of %d protected runs; %d of these end worse than"
                + " alone%s.%n",
            changed.stream().mapToLong(RunResult::adoptedChanges).sum(),
            changed.size(),
            compared.stream().mapToLong(r -> r.protecting().size()).sum(),
            worse.size(),
            changed.isEmpty()
                ? ""
                : String.format(Locale.ROOT, " (%.1f %%)", 100.0 * worse.size() / changed.size())));
    worse.forEach(run -> text.append("WORSE: ").append(run.line()).append('\n'));
    return text.toString();
  }

  private String conclusion() {
    List<SetupResult> compared =
        results.stream().filter(result -> result.verdict() != Verdict.NONE).toList();
    long ok = compared.stream().filter(result -> result.verdict() == Verdict.OK).count();
    StringBuilder text = new StringBuilder();
    if (!compared.isEmpty()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%d of %d set-ups end within the spread of the seeds alone, or better.%n",
              ok,
              compared.size()));
      text.append(changes(compared));
    }
    for (SetupResult result : compared) {
      for (int seed : result.silentlyChanged()) {
        text.append(
            String.format(
                Locale.ROOT,
                "%s seed %d: NOT bit-identical to the run alone, though no intervention was"
                    + " recorded.%n",
                result.setup().name(),
                seed));
      }
    }
    return text.toString();
  }
}
