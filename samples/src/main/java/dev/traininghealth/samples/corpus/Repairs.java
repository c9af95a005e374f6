package dev.traininghealth.samples.corpus;

import java.util.List;
import java.util.Locale;

/**
 * The results of protecting, as Markdown: runs that could be repaired, each beside the same run
 * unprotected, and whether healthy runs were unharmed.
 */
final class Repairs {
  private final SeedComparison comparison;

  private Repairs(SeedComparison comparison) {
    this.comparison = comparison;
  }

  /** The text; empty if not both modes were run. */
  static String of(List<RunResult> results) {
    SeedComparison comparison = new SeedComparison(results);
    return comparison.hasBoth() ? new Repairs(comparison).text() : "";
  }

  private String text() {
    List<RunResult> guarded = comparison.of(WatchMode.PROTECTING);
    List<RunResult> targeted = guarded.stream().filter(r -> r.reachedTarget() != null).toList();
    List<RunResult> healthy = guarded.stream().filter(r -> r.faultCase().isHealthy()).toList();
    long notFinite = guarded.stream().filter(r -> !r.outcome().finite()).count();
    long notFiniteAlone =
        comparison.of(WatchMode.OBSERVING).stream().filter(r -> !r.outcome().finite()).count();
    StringBuilder text = new StringBuilder("**repaired**\n\n");
    text.append("| runs | unprotected | protected |\n| --- | ---: | ---: |\n");
    text.append(
        row(
            "target reached",
            targeted.stream().filter(r -> reached(comparison.unprotected(r))).count()
                + " of "
                + targeted.size(),
            targeted.stream().filter(Repairs::reached).count() + " of " + targeted.size()));
    text.append(
        row(
            "parameters not finite in the end",
            String.valueOf(notFiniteAlone),
            String.valueOf(notFinite)));
    text.append(
        row(
            "healthy and unharmed",
            "",
            healthy.stream().filter(comparison::isUnharmed).count() + " of " + healthy.size()));
    text.append('\n');
    for (RunResult run : targeted) {
      text.append(line(run, reached(run) ? "repaired" : "NOT repaired"));
    }
    for (RunResult run : healthy) {
      if (!comparison.isUnharmed(run) || !run.isUntouched()) {
        text.append(line(run, comparison.isUnharmed(run) ? "unharmed" : "HARMED"));
      }
    }
    return text.append('\n').toString();
  }

  private static String row(String... cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private String line(RunResult run, String verdict) {
    return String.format(
        Locale.ROOT,
        "- %s: %s, %s unprotected, %s protected (%s): %s%n",
        run.name(),
        verdict,
        comparison.unprotected(run).learned(),
        run.learned(),
        run.training().end().key(),
        run.done());
  }

  private static boolean reached(RunResult run) {
    return Boolean.TRUE.equals(run.reachedTarget());
  }
}
