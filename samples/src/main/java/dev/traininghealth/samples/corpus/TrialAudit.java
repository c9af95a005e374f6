package dev.traininghealth.samples.corpus;

import dev.traininghealth.trial.Trial;
import dev.traininghealth.trial.TrialQuestion;
import java.util.List;
import java.util.Locale;

/** The number of trials, and of those that changed something, as Markdown. */
final class TrialAudit {
  private TrialAudit() {}

  /** The tables; empty if there were no trials. */
  static String of(List<RunResult> results) {
    StringBuilder text = new StringBuilder();
    for (WatchMode mode : WatchMode.values()) {
      List<RunResult> runs = results.stream().filter(run -> run.mode() == mode).toList();
      if (runs.stream().anyMatch(run -> !run.trials().isEmpty())) {
        text.append("**trials, ").append(mode.key()).append("**\n\n").append(table(runs));
      }
    }
    return text.toString();
  }

  private static String table(List<RunResult> runs) {
    StringBuilder table =
        new StringBuilder("| cases | question | trials | adopted | share |\n")
            .append("| --- | --- | ---: | ---: | ---: |\n");
    for (boolean healthy : new boolean[] {true, false}) {
      List<Trial> all =
          runs.stream()
              .filter(run -> run.faultCase().isHealthy() == healthy)
              .flatMap(run -> run.trials().stream())
              .toList();
      String cases = healthy ? "healthy" : "faulty";
      for (TrialQuestion question : TrialQuestion.values()) {
        row(
            table,
            cases,
            question.name(),
            all.stream().filter(trial -> trial.question() == question).toList());
      }
      row(
          table,
          cases,
          "all changes",
          all.stream().filter(trial -> trial.question() != TrialQuestion.LOOK_BACK).toList());
    }
    return table.append('\n').toString();
  }

  private static void row(StringBuilder table, String cases, String name, List<Trial> trials) {
    if (!trials.isEmpty()) {
      long adopted = trials.stream().filter(Trial::isAdopted).count();
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %d | %d | %.1f %% |%n",
              cases,
              name,
              trials.size(),
              adopted,
              100.0 * adopted / trials.size()));
    }
  }
}
