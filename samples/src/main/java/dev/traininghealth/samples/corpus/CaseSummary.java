package dev.traininghealth.samples.corpus;

import dev.traininghealth.detect.Diagnosis;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The summary over cases, as Markdown: how many faults were found, beside what other tools found,
 * and a line for each case. A case counts only if all of its seeds do. Runs with protection are
 * counted only if there are no others.
 */
final class CaseSummary {
  private final List<RunResult> all;
  private final Map<String, List<RunResult>> cases;
  private final List<UnportableCase> unportable;

  private CaseSummary(List<RunResult> all, List<UnportableCase> unportable) {
    this.all = all;
    this.unportable = unportable;
    boolean observed = all.stream().anyMatch(run -> run.mode() == WatchMode.OBSERVING);
    cases =
        all.stream()
            .filter(run -> !observed || run.mode() == WatchMode.OBSERVING)
            .collect(
                Collectors.groupingBy(
                    run -> run.faultCase().id(), LinkedHashMap::new, Collectors.toList()));
  }

  /** The summary; empty if there are no runs. */
  static String of(List<RunResult> results, List<UnportableCase> unportable) {
    return results.isEmpty() ? "" : new CaseSummary(results, unportable).text();
  }

  private String text() {
    List<List<RunResult>> faulty = cases.values().stream().filter(of(FaultCase::isFaulty)).toList();
    List<List<RunResult>> healthy =
        cases.values().stream().filter(of(FaultCase::isHealthy)).toList();
    StringBuilder text = new StringBuilder("**cases**\n\n");
    text.append("| | runs | cases |\n| --- | ---: | ---: |\n");
    row(text, "faulty, detected", faulty, RunResult::isDetected);
    row(text, "faulty, named rightly", faulty, RunResult::isRight);
    if (!unportable.isEmpty()) {
      text.append("| not portable, missed | | ").append(unportable.size()).append(" |\n");
    }
    row(text, "healthy, without an alarm", healthy, run -> run.alarms() == 0);
    rivals(text, faulty);
    text.append('\n').append(worse()).append('\n');
    cases.values().forEach(runs -> text.append(line(runs)));
    for (UnportableCase missing : unportable) {
      text.append("- ")
          .append(missing.id())
          .append(": missed, not portable: ")
          .append(missing.why())
          .append(found(missing.label().rivals()))
          .append('\n');
    }
    return text.append('\n').toString();
  }

  private static Predicate<List<RunResult>> of(Predicate<FaultCase> kind) {
    return runs -> kind.test(runs.get(0).faultCase());
  }

  private static void row(
      StringBuilder text, String name, List<List<RunResult>> cases, Predicate<RunResult> counted) {
    text.append(
        String.format(
            Locale.ROOT,
            "| %s | %d of %d | %d of %d |%n",
            name,
            cases.stream().flatMap(List::stream).filter(counted).count(),
            cases.stream().mapToInt(List::size).sum(),
            cases.stream().filter(runs -> runs.stream().allMatch(counted)).count(),
            cases.size()));
  }

  /** What other tools found of the same faulty cases, on the programs that these were made of. */
  private static void rivals(StringBuilder text, List<List<RunResult>> faulty) {
    Map<String, List<Boolean>> found = new TreeMap<>();
    for (List<RunResult> runs : faulty) {
      runs.get(0)
          .faultCase()
          .label()
          .rivals()
          .forEach((name, yes) -> found.computeIfAbsent(name, n -> new ArrayList<>()).add(yes));
    }
    found.forEach(
        (name, answers) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "| faulty, found by %s | | %d of %d |%n",
                    name,
                    answers.stream().filter(yes -> yes).count(),
                    answers.size())));
  }

  /** The protected runs that end worse than alone, each listed; empty without both modes. */
  private String worse() {
    SeedComparison comparison = new SeedComparison(all);
    if (!comparison.hasBoth()) {
      return "";
    }
    List<RunResult> guarded = comparison.of(WatchMode.PROTECTING);
    List<RunResult> worse = guarded.stream().filter(comparison::isWorse).toList();
    StringBuilder text =
        new StringBuilder()
            .append(worse.size())
            .append(" of ")
            .append(guarded.size())
            .append(" runs end worse protected than alone.");
    long notCompared = guarded.stream().filter(comparison::isAtAnotherPoint).count();
    if (notCompared > 0) {
      text.append(
              " Not compared, since nothing was changed and the time ended at another iteration: ")
          .append(notCompared)
          .append('.');
    }
    text.append("\n\n");
    for (RunResult run : worse) {
      text.append(
          String.format(
              Locale.ROOT,
              "- %s (%s): %s alone, %s protected: %s%n",
              run.name(),
              run.faultCase().problem(),
              comparison.unprotected(run).learned(),
              run.learned(),
              run.done()));
    }
    return text.append('\n').toString();
  }

  private static String line(List<RunResult> runs) {
    FaultCase faultCase = runs.get(0).faultCase();
    String element = faultCase.label().element();
    return "- "
        + faultCase.id()
        + " ("
        + faultCase.problem()
        + (element == null || faultCase.isHealthy() ? "" : ", " + element)
        + "): "
        + verdict(runs)
        + "; first "
        + runs.stream().map(CaseSummary::first).distinct().collect(Collectors.joining(" | "))
        + (faultCase.isHealthy() ? "" : found(faultCase.label().rivals()))
        + "\n";
  }

  private static String verdict(List<RunResult> runs) {
    FaultCase faultCase = runs.get(0).faultCase();
    long alarms = runs.stream().filter(run -> run.alarms() > 0).count();
    if (!faultCase.isFaulty()) {
      return "alarm in " + alarms + " of " + runs.size();
    }
    return "right in "
        + runs.stream().filter(RunResult::isRight).count()
        + ", detected in "
        + alarms
        + " of "
        + runs.size();
  }

  private static String first(RunResult run) {
    return run.firstDiagnosis().map(CaseSummary::text).orElse("nothing");
  }

  private static String text(Diagnosis first) {
    return first.problem().name() + " " + first.severity() + " at " + first.iteration();
  }

  private static String found(Map<String, Boolean> rivals) {
    String names =
        rivals.entrySet().stream()
            .filter(Map.Entry::getValue)
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(", "));
    return rivals.isEmpty() ? "" : "; found by " + (names.isEmpty() ? "no other" : names);
  }
}
