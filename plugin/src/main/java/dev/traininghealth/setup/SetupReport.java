package dev.traininghealth.setup;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the check of a network and its data has found before training.
 *
 * <p>It is immutable, and {@link #toString} is its text for a console.
 */
public final class SetupReport {
  private final String modelClass;
  private final int minibatches;
  private final long examples;
  private final List<Diagnosis> findings;
  private final List<Check> notChecked;

  SetupReport(
      String modelClass,
      int minibatches,
      long examples,
      List<Diagnosis> findings,
      List<Check> notChecked) {
    this.modelClass = modelClass;
    this.minibatches = minibatches;
    this.examples = examples;
    this.findings = List.copyOf(findings);
    this.notChecked = List.copyOf(notChecked);
  }

  /**
   * {@return the findings with problem, severity, sentence and remedies, the most severe first}
   *
   * <p>{@link Diagnosis#detector} is the name of the rule.
   */
  public List<Diagnosis> findings() {
    return findings;
  }

  /**
   * {@return the rules that were left out, wholly or in part, and found nothing, with the reason:
   * their silence is no sign of health}
   *
   * <p>{@link Check#detector} is the name of the rule.
   */
  public List<Check> notChecked() {
    return notChecked;
  }

  /** {@return whether a finding is a WARNING or worse, which a test of yours may refuse} */
  public boolean hasAlarms() {
    return findings.stream().anyMatch(Diagnosis::isAlarm);
  }

  /** {@return number of minibatches that were read} */
  public int minibatches() {
    return minibatches;
  }

  /** {@return number of examples that were read} */
  public long examples() {
    return examples;
  }

  /**
   * {@return the findings in English, one per line, with their remedies below, then the rules that
   * were left out}
   */
  @Override
  public String toString() {
    long alarms = findings.stream().filter(Diagnosis::isAlarm).count();
    StringBuilder text =
        new StringBuilder(
            Message.of(
                    "say.setup.report",
                    Argument.text(modelClass),
                    Argument.count(examples),
                    Argument.count(minibatches),
                    Argument.count(alarms),
                    Argument.count(findings.size() - alarms))
                .english());
    for (Diagnosis finding : findings) {
      text.append('\n')
          .append(finding.severity() == Severity.INFO ? "   " : " ! ")
          .append(finding.severity())
          .append(' ')
          .append(finding.problem())
          .append(": ")
          .append(finding.sentence());
      for (Remedy remedy : finding.remedies()) {
        text.append("\n     - ").append(remedy.advice());
        if (!remedy.code().isEmpty()) {
          text.append("\n       ").append(remedy.code());
        }
      }
    }
    Map<Message, List<String>> leftOut = new LinkedHashMap<>();
    for (Check check : notChecked) {
      leftOut.computeIfAbsent(check.message(), reason -> new ArrayList<>()).add(check.detector());
    }
    leftOut.forEach(
        (reason, rules) ->
            text.append("\n   ")
                .append(
                    Message.of(
                            "say.setup.notChecked",
                            Argument.text(String.join(", ", rules)),
                            new Argument.Phrase(reason))
                        .english()));
    return text.toString();
  }
}
