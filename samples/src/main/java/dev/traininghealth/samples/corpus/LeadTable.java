package dev.traininghealth.samples.corpus;

import dev.traininghealth.samples.benchmark.Quantiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;

/**
 * The leads of runs as Markdown: a row per problem, and a line per run that has diverged gradually.
 */
public final class LeadTable {
  private static final String HEAD =
      """
      | problem | diverged gradually | reported before | lead, lower quartile (iterations) | median \
      | upper quartile |
      | --- | ---: | ---: | ---: | ---: | ---: |
      """;

  private LeadTable() {}

  /**
   * A run that has diverged gradually.
   *
   * @param name of the run
   * @param problem the row that it belongs to
   * @param lead its lead
   */
  public record Run(String name, String problem, Lead lead) {}

  /**
   * The table and the list.
   *
   * @param runs the runs that have diverged gradually
   * @return empty without any
   */
  public static String of(List<Run> runs) {
    if (runs.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder(HEAD);
    for (String problem : new TreeSet<>(runs.stream().map(Run::problem).toList())) {
      text.append(row(problem, runs.stream().filter(r -> r.problem().equals(problem)).toList()));
    }
    text.append(row("all", runs)).append('\n');
    runs.forEach(run -> text.append(line(run)));
    return text.append('\n').toString();
  }

  private static String row(String name, List<Run> runs) {
    List<Long> leads =
        runs.stream().map(run -> run.lead().iterations()).filter(Objects::nonNull).toList();
    Quantiles quantiles = Quantiles.of(leads.stream().mapToDouble(Long::doubleValue));
    List<String> cells = new ArrayList<>();
    cells.add(name);
    cells.add(String.valueOf(runs.size()));
    cells.add(leads.stream().filter(lead -> lead > 0).count() + " of " + runs.size());
    for (double share : new double[] {0.25, 0.5, 0.75}) {
      double lead = quantiles.quantile(share);
      cells.add(Double.isNaN(lead) ? "" : String.format(Locale.ROOT, "%.0f", lead));
    }
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static String line(Run run) {
    Lead lead = run.lead();
    return String.format(
        Locale.ROOT,
        "- %s (%s): diverged at %d, %s%n",
        run.name(),
        run.problem(),
        lead.divergence(),
        lead.report() == null
            ? "never reported"
            : "first reported at " + lead.report() + ", lead " + lead.iterations());
  }
}
