package dev.traininghealth.samples.corpus;

import dev.traininghealth.samples.benchmark.Quantiles;
import dev.traininghealth.samples.corpus.RunResult.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.DoubleStream;

/**
 * The scores of runs as Markdown: a row per problem, and the runs that count against the listener.
 */
final class Scoreboard {
  private static final String HEAD =
      """
      | problem | runs | detected | right | median delay (iterations) | first right alarm (share of the run) \
      | without onset | with a false alarm | alarms in 1,000 iterations | repair target reached |
      | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
      """;

  private Scoreboard() {}

  /** A table and a list for each mode that was run. */
  static String of(List<RunResult> results) {
    StringBuilder text = new StringBuilder();
    for (WatchMode mode : WatchMode.values()) {
      List<RunResult> runs = results.stream().filter(run -> run.mode() == mode).toList();
      if (!runs.isEmpty()) {
        text.append("**").append(mode.key()).append("**\n\n").append(table(runs)).append('\n');
        text.append(LeadTable.of(diverged(runs)));
        text.append(faults(runs)).append('\n');
      }
    }
    return text.toString();
  }

  private static List<LeadTable.Run> diverged(List<RunResult> runs) {
    List<LeadTable.Run> diverged = new ArrayList<>();
    for (RunResult run : runs) {
      Lead lead = run.lead();
      if (lead != null) {
        diverged.add(new LeadTable.Run(run.name(), run.faultCase().problem(), lead));
      }
    }
    return diverged;
  }

  private static String table(List<RunResult> runs) {
    StringBuilder table = new StringBuilder(HEAD);
    for (String problem : new TreeSet<>(runs.stream().map(r -> r.faultCase().problem()).toList())) {
      table.append(
          row(
              problem,
              runs.stream().filter(r -> r.faultCase().problem().equals(problem)).toList()));
    }
    return table.append(row("all", runs)).toString();
  }

  private static String row(String name, List<RunResult> runs) {
    List<RunResult> faulty = runs.stream().filter(run -> run.faultCase().isFaulty()).toList();
    List<RunResult> healthy = runs.stream().filter(run -> run.faultCase().isHealthy()).toList();
    List<RunResult> targeted =
        runs.stream().filter(run -> run.faultCase().repairTarget() != null).toList();
    List<String> cells = new ArrayList<>();
    cells.add(name);
    cells.add(String.valueOf(runs.size()));
    cells.add(share(faulty, faulty.stream().filter(RunResult::isDetected).count()));
    cells.add(share(faulty, faulty.stream().filter(RunResult::isRight).count()));
    cells.add(
        median("%.0f", runs.stream().flatMapToLong(r -> r.delay().stream()).asDoubleStream()));
    cells.add(median("%.3f", runs.stream().flatMapToDouble(Scoreboard::place)));
    cells.add(
        String.valueOf(
            runs.stream()
                .filter(run -> OnsetOracle.knows(run.faultCase().problem()))
                .filter(run -> run.onset().isEmpty())
                .count()));
    cells.add(share(healthy, healthy.stream().filter(RunResult::isFalselyAlarmed).count()));
    cells.add(healthy.isEmpty() ? "" : perThousand(healthy));
    cells.add(
        share(
            targeted,
            targeted.stream().filter(run -> Boolean.TRUE.equals(run.reachedTarget())).count()));
    return "| " + String.join(" | ", cells) + " |\n";
  }

  /** The position of the first correct alarm in the run, from 0 to 1. */
  private static DoubleStream place(RunResult run) {
    return run.firstRightAlarm().stream()
        .mapToDouble(iteration -> (double) iteration / run.training().iterations());
  }

  private static String share(List<RunResult> of, long count) {
    return of.isEmpty() ? "" : count + " of " + of.size();
  }

  private static String median(String format, DoubleStream values) {
    double median = Quantiles.of(values).median();
    return Double.isNaN(median) ? "" : String.format(Locale.ROOT, format, median);
  }

  private static String perThousand(List<RunResult> runs) {
    long alarms = runs.stream().mapToLong(RunResult::alarms).sum();
    long iterations = runs.stream().mapToLong(run -> run.training().iterations()).sum();
    return iterations == 0 ? "" : String.format(Locale.ROOT, "%.3f", 1000.0 * alarms / iterations);
  }

  /** The runs that were missed, diagnosed wrongly, alarmed falsely, or ended by an error. */
  private static String faults(List<RunResult> runs) {
    List<String> lines = new ArrayList<>();
    for (RunResult run : runs) {
      String fault = fault(run);
      if (!fault.isEmpty()) {
        lines.add(
            "- "
                + run.name()
                + " ("
                + run.faultCase().problem()
                + "): "
                + fault
                + "; "
                + run.diagnosisText());
      }
    }
    return lines.isEmpty()
        ? "No run was missed, misnamed or falsely alarmed.\n"
        : String.join("\n", lines) + "\n";
  }

  private static String fault(RunResult run) {
    if (run.training().end() == End.ERROR) {
      return "ended by an error";
    }
    if (run.isFalselyAlarmed()) {
      return "falsely alarmed";
    }
    if (!run.faultCase().isFaulty() || run.isRight()) {
      return "";
    }
    return run.isDetected() ? "not right" : "missed";
  }
}
