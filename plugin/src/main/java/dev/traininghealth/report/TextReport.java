package dev.traininghealth.report;

import dev.traininghealth.compare.RunComparison;
import dev.traininghealth.read.Diagnoses.Shown;
import dev.traininghealth.read.Interventions;
import dev.traininghealth.read.Timeline;
import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.RecordedDiagnosis.Remedy;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord.Check;
import dev.traininghealth.record.RunRecord.ClassScore;
import dev.traininghealth.record.RunRecord.ClassScores;
import dev.traininghealth.record.RunRecord.EpochScores;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import dev.traininghealth.text.NumberText;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A report in plain English text. */
final class TextReport {
  private final StringBuilder text = new StringBuilder();

  private TextReport() {}

  TextReport(SessionReport report) {
    line("Session " + report.session());
    for (WorkerReport worker : report.workers()) {
      worker(worker, report.baselineSession());
    }
    if (!report.otherSessions().isEmpty()) {
      line("Other sessions: " + String.join(", ", report.otherSessions()));
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private void line(String line) {
    text.append(line).append('\n');
  }

  private void worker(WorkerReport worker, @Nullable String baseline) {
    line("");
    line("Worker " + worker.worker() + worker.timeline().map(TextReport::run).orElse(""));
    found(worker);
    RunComparison comparison = worker.comparison();
    if (comparison != null) {
      line("Compared with the baseline session " + baseline + ":");
      comparison.toString().lines().forEach(line -> line("  " + line));
    }
    done(worker.state().interventions());
    classes(worker.state().classScores());
    checks("Checked", worker.checks(true));
    checks("Not checked, or too little", worker.checks(false));
    worker
        .state()
        .problems()
        .forEach((problem, n) -> line("Unreadable records: " + n + ", " + problem));
    worker.doubt().ifPresent(doubt -> line("This is no sign of health: " + doubt + "."));
  }

  /** The network and the iterations of a run. */
  private static String run(Timeline timeline) {
    RunDescription run = timeline.run();
    long parameters = run.parameters().stream().mapToLong(RunDescription.Parameter::length).sum();
    return ": "
        + run.modelClass().substring(run.modelClass().lastIndexOf('.') + 1)
        + " of "
        + run.layers().size()
        + " layers and "
        + NumberText.count(parameters)
        + " parameters, iterations "
        + NumberText.count(timeline.firstIteration())
        + " to "
        + NumberText.count(timeline.lastIteration())
        + ", started "
        + Instant.ofEpochMilli(run.startMillis()).truncatedTo(ChronoUnit.SECONDS);
  }

  private void found(WorkerReport worker) {
    List<Shown> found = worker.found();
    line(found.isEmpty() ? "Found: nothing" : "Found:");
    groups(found).forEach(this::group);
    long notKept = worker.state().diagnoses().total() - found.size();
    if (notKept > 0) {
      line("  and " + NumberText.count(notKept) + " more, whose records were not kept");
    }
  }

  /** Diagnoses that differ in their numbers alone, in the order of the first of each. */
  private static Collection<List<Shown>> groups(List<Shown> found) {
    return found.stream()
        .collect(
            Collectors.groupingBy(
                s ->
                    List.of(
                        s.diagnosis().severity(),
                        s.diagnosis().problem(),
                        s.diagnosis().layer(),
                        s.diagnosis().parameter(),
                        s.diagnosis().message().key()),
                LinkedHashMap::new,
                Collectors.toList()))
        .values();
  }

  private void group(List<Shown> group) {
    Shown last = group.get(group.size() - 1);
    String times =
        group.size() == 1
            ? ""
            : ", "
                + NumberText.count(group.size())
                + " times, the last at "
                + NumberText.count(last.diagnosis().iteration());
    line("  " + title(group.get(0)) + times + end(last));
    details(last.diagnosis(), "    ");
  }

  private static String title(Shown shown) {
    RecordedDiagnosis d = shown.diagnosis();
    return d.severity() + " " + d.problem() + " since iteration " + NumberText.count(d.iteration());
  }

  private static String end(Shown shown) {
    return shown.isResolved() ? ", resolved at " + NumberText.count(shown.end()) : "";
  }

  private void details(RecordedDiagnosis d, String indent) {
    line(indent + d.message().english());
    for (Remedy remedy : d.remedies()) {
      line(indent + "- " + remedy.advice().english());
      if (!remedy.code().isEmpty()) {
        line(indent + "  " + remedy.code());
      }
    }
  }

  /** A diagnosis alone, with its sentence and remedies. */
  static String finding(Shown shown) {
    TextReport report = new TextReport();
    report.line(title(shown) + end(shown));
    report.details(shown.diagnosis(), "  ");
    return report.toString();
  }

  /** That a diagnosis was resolved, in a line. */
  static String resolved(Shown shown) {
    return title(shown) + end(shown) + "\n";
  }

  /** That a run departs from its baseline run. */
  static String departure(RunComparison comparison) {
    TextReport report = new TextReport();
    report.line("INFO departs from the baseline run");
    comparison.toString().lines().forEach(line -> report.line("  " + line));
    return report.toString();
  }

  private void done(Interventions interventions) {
    if (!interventions.dryRun().isEmpty()) {
      line("Dry run, not applied: " + counts(interventions.dryRun()));
    }
    if (!interventions.applied().isEmpty()) {
      line("Done: " + counts(interventions.applied()));
    }
  }

  /** The newest epoch of validation; all of them are in the JSON report. */
  private void classes(ClassScores scores) {
    if (scores.epochs().isEmpty()) {
      return;
    }
    EpochScores newest = scores.epochs().get(scores.epochs().size() - 1);
    line(
        "Validation by class, after epoch "
            + newest.epoch()
            + ", counted in "
            + NumberText.number(Math.round(scores.seconds() * 100) / 100.0)
            + " s: precision, recall, F1, number of examples");
    for (int i = 0; i < newest.classes().size(); i++) {
      ClassScore score = newest.classes().get(i);
      line(
          "  "
              + scores.names().get(i)
              + ": "
              + NumberText.number(score.precision())
              + ", "
              + NumberText.number(score.recall())
              + ", "
              + NumberText.number(score.f1())
              + ", "
              + NumberText.count(score.examples()));
    }
  }

  private static String counts(Map<String, Long> times) {
    return times.entrySet().stream()
        .map(e -> Message.of("count." + e.getKey(), Argument.count(e.getValue())).english())
        .collect(Collectors.joining(", "));
  }

  private void checks(String title, List<Check> checks) {
    if (!checks.isEmpty()) {
      line(title + ":");
      checks.forEach(check -> line("  " + check.name() + ": " + check.message().english()));
    }
  }
}
