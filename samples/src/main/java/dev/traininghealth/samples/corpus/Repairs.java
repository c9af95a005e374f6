package dev.traininghealth.samples.corpus;

import dev.traininghealth.samples.corpus.RunResult.Outcome;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/**
 * What protecting was worth, as Markdown: runs that could be repaired, each beside the same one
 * unprotected, and whether healthy ones were left unharmed.
 */
final class Repairs {
  private static final double ONE_POINT = 0.01;
  private static final double SHARE_OF_SCORE = 0.05;

  private final List<RunResult> runs;

  private Repairs(List<RunResult> runs) {
    this.runs = runs;
  }

  /** Empty where both modes were not run. */
  static String of(List<RunResult> results) {
    boolean both =
        results.stream().anyMatch(run -> run.mode() == WatchMode.OBSERVING)
            && results.stream().anyMatch(run -> run.mode() == WatchMode.PROTECTING);
    return both ? new Repairs(results).text() : "";
  }

  private String text() {
    List<RunResult> targeted =
        of(WatchMode.PROTECTING).stream().filter(r -> r.reachedTarget() != null).toList();
    List<RunResult> healthy =
        of(WatchMode.PROTECTING).stream().filter(r -> r.faultCase().isHealthy()).toList();
    long notFinite = of(WatchMode.PROTECTING).stream().filter(r -> !r.outcome().finite()).count();
    long notFiniteAlone =
        of(WatchMode.OBSERVING).stream().filter(r -> !r.outcome().finite()).count();
    StringBuilder text = new StringBuilder("**repaired**\n\n");
    text.append("| runs | unprotected | protected |\n| --- | ---: | ---: |\n");
    text.append(
        row(
            "target reached",
            targeted.stream().filter(r -> reached(unprotected(r))).count()
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
            healthy.stream().filter(this::isUnharmed).count() + " of " + healthy.size()));
    text.append('\n');
    for (RunResult run : targeted) {
      text.append(line(run, reached(run) ? "repaired" : "NOT repaired"));
    }
    for (RunResult run : healthy) {
      if (!isUnharmed(run) || !run.isUntouched()) {
        text.append(line(run, isUnharmed(run) ? "unharmed" : "HARMED"));
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
        value(unprotected(run)),
        value(run),
        run.training().end().key(),
        done(run));
  }

  private static String value(RunResult run) {
    Double accuracy = run.outcome().testAccuracy();
    return accuracy == null
        ? String.format(Locale.ROOT, "score %.4g", run.outcome().trainScore())
        : String.format(Locale.ROOT, "accuracy %.3f", accuracy);
  }

  private static String done(RunResult run) {
    List<String> done = new ArrayList<>();
    run.interventions()
        .forEach(i -> done.add(i.kind().name().toLowerCase(Locale.ROOT) + " at " + i.iteration()));
    int most = 12;
    return done.isEmpty()
        ? "nothing done"
        : String.join(", ", done.subList(0, Math.min(most, done.size())))
            + (done.size() > most ? ", … (" + done.size() + ")" : "");
  }

  private static boolean reached(RunResult run) {
    return Boolean.TRUE.equals(run.reachedTarget());
  }

  private List<RunResult> of(WatchMode mode) {
    return runs.stream().filter(r -> r.mode() == mode).toList();
  }

  private RunResult unprotected(RunResult run) {
    return of(WatchMode.OBSERVING).stream()
        .filter(r -> r.faultCase().id().equals(run.faultCase().id()) && r.seed() == run.seed())
        .findFirst()
        .orElseThrow();
  }

  /**
   * Whether the protected result is no worse than the unprotected by more than the larger of the
   * spread of the unprotected seeds and one point of accuracy or 5 % of the score; and the same to
   * the bit where nothing was done.
   */
  boolean isUnharmed(RunResult run) {
    RunResult alone = unprotected(run);
    boolean comparable = run.training().iterations() == alone.training().iterations();
    if (run.isUntouched() && comparable) {
      return run.outcome().fingerprint() == alone.outcome().fingerprint();
    }
    List<Outcome> seeds =
        of(WatchMode.OBSERVING).stream()
            .filter(r -> r.faultCase().id().equals(run.faultCase().id()))
            .map(RunResult::outcome)
            .toList();
    Double accuracy = alone.outcome().testAccuracy();
    if (accuracy != null) {
      double margin =
          Math.max(
              ONE_POINT, spread(seeds, o -> Objects.requireNonNullElse(o.testAccuracy(), 0.0)));
      return Objects.requireNonNullElse(run.outcome().testAccuracy(), 0.0) >= accuracy - margin;
    }
    double score = alone.outcome().trainScore();
    double margin = Math.max(SHARE_OF_SCORE * Math.abs(score), spread(seeds, Outcome::trainScore));
    return run.outcome().trainScore() <= score + margin;
  }

  private static double spread(List<Outcome> outcomes, ToDoubleFunction<Outcome> value) {
    DoubleSummaryStatistics all = outcomes.stream().mapToDouble(value).summaryStatistics();
    return all.getMax() - all.getMin();
  }
}
