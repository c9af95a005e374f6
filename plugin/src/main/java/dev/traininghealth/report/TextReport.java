package dev.traininghealth.report;

import dev.traininghealth.read.Diagnoses.Shown;
import dev.traininghealth.read.Interventions;
import dev.traininghealth.read.Timeline;
import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.RecordedDiagnosis.Remedy;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord.Check;
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

/** A report in plain English text. */
final class TextReport {
  private final StringBuilder text = new StringBuilder();

  TextReport(SessionReport report) {
    line("Session " + report.session());
    for (WorkerReport worker : report.workers()) {
      worker(worker);
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

  private void worker(WorkerReport worker) {
    line("");
    line("Worker " + worker.worker() + worker.timeline().map(TextReport::run).orElse(""));
    found(worker);
    done(worker.state().interventions());
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
    RecordedDiagnosis first = group.get(0).diagnosis();
    Shown last = group.get(group.size() - 1);
    RecordedDiagnosis d = last.diagnosis();
    String times =
        group.size() == 1
            ? ""
            : ", "
                + NumberText.count(group.size())
                + " times, the last at "
                + NumberText.count(d.iteration());
    line(
        "  "
            + d.severity()
            + " "
            + d.problem()
            + " since iteration "
            + NumberText.count(first.iteration())
            + times
            + (last.isResolved() ? ", resolved at " + NumberText.count(last.end()) : ""));
    line("    " + d.message().english());
    for (Remedy remedy : d.remedies()) {
      line("    - " + remedy.advice().english());
      if (!remedy.code().isEmpty()) {
        line("      " + remedy.code());
      }
    }
  }

  private void done(Interventions interventions) {
    if (!interventions.dryRun().isEmpty()) {
      line("Dry run, not applied: " + counts(interventions.dryRun()));
    }
    if (!interventions.applied().isEmpty()) {
      line("Done: " + counts(interventions.applied()));
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
