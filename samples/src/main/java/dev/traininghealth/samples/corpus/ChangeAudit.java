package dev.traininghealth.samples.corpus;

import java.util.List;
import java.util.Locale;

/** Counts the changes that protection adopted, and the changed runs that end worse. */
final class ChangeAudit {
  private final SeedComparison comparison;

  private ChangeAudit(SeedComparison comparison) {
    this.comparison = comparison;
  }

  /** The audit as Markdown; empty if not both modes were run. */
  static String of(List<RunResult> results) {
    SeedComparison comparison = new SeedComparison(results);
    return comparison.hasBoth() ? new ChangeAudit(comparison).text() : "";
  }

  private String text() {
    List<RunResult> all = comparison.of(WatchMode.PROTECTING);
    StringBuilder text =
        new StringBuilder("**adopted changes**\n\n")
            .append("| cases | runs | with a change | changes | ended worse | share |\n")
            .append("| --- | ---: | ---: | ---: | ---: | ---: |\n")
            .append(row("healthy", all.stream().filter(r -> r.faultCase().isHealthy()).toList()))
            .append(row("faulty", all.stream().filter(r -> !r.faultCase().isHealthy()).toList()))
            .append(row("all", all))
            .append('\n');
    for (RunResult run : worse(changed(all))) {
      RunResult alone = comparison.unprotected(run);
      text.append(
          String.format(
              Locale.ROOT,
              "- %s (%s): WORSE, %s after %d iterations unprotected, %s after %d protected (%s):"
                  + " %s%n",
              run.name(),
              run.faultCase().problem(),
              alone.learned(),
              alone.training().iterations(),
              run.learned(),
              run.training().iterations(),
              run.training().end().key(),
              run.done()));
    }
    return text.append('\n').toString();
  }

  private String row(String name, List<RunResult> runs) {
    List<RunResult> changed = changed(runs);
    int worse = worse(changed).size();
    return String.format(
        Locale.ROOT,
        "| %s | %d | %d | %d | %d | %s |%n",
        name,
        runs.size(),
        changed.size(),
        changed.stream().mapToLong(r -> AdoptedChanges.count(r.interventions())).sum(),
        worse,
        changed.isEmpty()
            ? ""
            : String.format(Locale.ROOT, "%.1f %%", 100.0 * worse / changed.size()));
  }

  private static List<RunResult> changed(List<RunResult> runs) {
    return runs.stream().filter(r -> AdoptedChanges.count(r.interventions()) > 0).toList();
  }

  private List<RunResult> worse(List<RunResult> runs) {
    return runs.stream().filter(comparison::isWorse).toList();
  }
}
