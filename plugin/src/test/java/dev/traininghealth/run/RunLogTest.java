package dev.traininghealth.run;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.text.Message;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** The log messages about diagnoses and interventions, and their repetitions. */
final class RunLogTest {
  private static final Message NOT_TRIED = Message.of("remedy.notTried");
  private static final Message TRIED = Message.literal("Tried on copies, none helped.");

  private final Logger logger = (Logger) LoggerFactory.getLogger(RunLog.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final RunLog log = new RunLog();

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
  }

  private static Diagnosis diagnosis(long id, Severity severity, long cause, Message tried) {
    return new Diagnosis(
        id,
        "watchful",
        Problem.EXPLODING_GRADIENT,
        severity,
        -1,
        "",
        -1,
        "",
        319,
        0,
        2,
        Comparison.ABOVE,
        1,
        Message.literal("Seen."),
        List.of(new Remedy(Message.literal("Do it."), "", 0.01, tried)),
        null,
        cause,
        -1);
  }

  private List<String> logged(Level level) {
    return lines.list.stream()
        .filter(line -> line.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void shouldWarnOnceAndLogTheOutcomeOfATrialOnce() {
    for (long id = 4; id < 6; id++) {
      log.log(diagnosis(id, Severity.WARNING, -1, NOT_TRIED));
    }
    log.log(diagnosis(4, Severity.WARNING, 2, NOT_TRIED));
    for (long id = 4; id < 6; id++) {
      log.log(diagnosis(id, Severity.WARNING, 2, TRIED));
    }
    log.log(diagnosis(5, Severity.WARNING, 3, TRIED));

    assertThat(logged(Level.WARN))
        .hasSize(2)
        .allMatch(
            line ->
                line.equals(
                    "Iteration 319: exploding_gradient (WARNING): Seen. Remedy: Do it. This was not"
                        + " tried."));
    assertThat(logged(Level.INFO))
        .containsExactly("exploding_gradient, tried: Do it. " + TRIED.english());
    assertThat(log.summary(320, Map.of(), false, TrainingCost.NONE, List.of()).alarms())
        .containsEntry("exploding_gradient", 2L);
  }

  @Test
  void shouldLogAnInfoOnce() {
    log.log(diagnosis(0, Severity.INFO, -1, NOT_TRIED));
    log.log(diagnosis(0, Severity.INFO, 7, NOT_TRIED));

    assertThat(logged(Level.WARN)).isEmpty();
    assertThat(logged(Level.INFO))
        .containsExactly(
            "Iteration 319: exploding_gradient: Seen. Remedy: Do it. This was not tried.");
  }

  @Test
  void shouldLogAResolvedDiagnosis() {
    log.log(diagnosis(0, Severity.WARNING, -1, NOT_TRIED));
    log.log(diagnosis(0, Severity.WARNING, -1, NOT_TRIED).ended(340));

    assertThat(logged(Level.INFO))
        .containsExactly("Iteration 340: resolved: exploding_gradient, Seen.");
  }

  /** A broken example has a diagnosis at each epoch. */
  @Test
  void shouldLogADiagnosisThatComesAgainAndAgainMoreAndMoreRarely() {
    for (long id = 0; id < 100; id++) {
      log.log(diagnosis(id, Severity.WARNING, -1, NOT_TRIED));
      log.log(diagnosis(id, Severity.WARNING, -1, NOT_TRIED).ended(340));
    }
    String line =
        "Iteration 319: exploding_gradient (WARNING): Seen. Remedy: Do it. This was not tried.";
    assertThat(logged(Level.WARN))
        .hasSize(13)
        .startsWith(line)
        .endsWith(line + " This began 64 times by now.");
    assertThat(logged(Level.WARN).get(9))
        .endsWith(
            "This began 10 times by now; from now on only the 16th, 32nd, 64th time and so on, and each at DEBUG.");
    assertThat(logged(Level.INFO)).as("resolved").hasSize(13);
    assertThat(log.summary(320, Map.of(), false, TrainingCost.NONE, List.of()).alarms())
        .containsEntry("exploding_gradient", 100L);
  }

  private static Intervention skip(long iteration, long diagnosis) {
    return skip(iteration, diagnosis, "non_finite");
  }

  private static Intervention skip(long iteration, long diagnosis, String problem) {
    return new Intervention(
        iteration,
        Kind.SKIP,
        iteration,
        0,
        iteration,
        1,
        diagnosis,
        problem,
        -1,
        1,
        0,
        -1,
        true,
        Message.literal("row " + iteration + " is NaN"));
  }

  @Test
  void shouldWarnOfRepeatedSkipsWhenTheirNumberHasDoubled() {
    for (int i = 0; i < 100; i++) {
      log.log(skip(i, 3));
    }
    assertThat(logged(Level.WARN))
        .hasSize(7)
        .startsWith("Iteration 0: Step skipped: gradient norm 1 → no update (row 0 is NaN)")
        .endsWith(
            "Iteration 63: Step skipped: gradient norm 1 → no update, 64 times by now"
                + " (row 63 is NaN)");
  }

  /** A good minibatch between two bad ones ends the diagnosis. */
  @Test
  void shouldCountSkipsOfSeveralDiagnosesOfOneProblem() {
    for (int i = 0; i < 100; i++) {
      log.log(skip(i, i));
    }
    assertThat(logged(Level.WARN)).hasSize(7);
    assertThat(
            log.summary(100, Map.of(Kind.SKIP, 100L), false, TrainingCost.NONE, List.of())
                .toString())
        .contains("steps skipped: 100");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "CLIP                | -1 | Gradient clipped: gradient norm 0.5 → 0.25",
        "LOWER_LEARNING_RATE | -1 | Learning rates lowered: learning rates 50 % → 25 % of the"
            + " configured",
        "RAISE_LEARNING_RATE | -1 | Learning rates raised: learning rates 50 % → 25 % of the"
            + " configured",
        "ROLLBACK            | -1 | Rolled back: score 0.5, set back to the network as it was before"
            + " the first iteration",
        "ROLLBACK            | 1234 | Rolled back: score 0.5 → 0.25, the network as it was after"
            + " iteration 1,234",
        "STOP                | -1 | Training stopped: score 0.5"
      })
  void shouldWarnOfInterventions(Kind kind, long snapshot, String done) {
    log.log(intervention(kind, snapshot, 1, true));
    log.log(intervention(kind, snapshot, 1, false));

    assertThat(logged(Level.WARN))
        .containsExactly(
            "Iteration 9: " + done + " (Because.)",
            "Iteration 9: Dry run, not applied: " + done + " (Because.)");
  }

  @Test
  void shouldLogTrialsAndRepetitions() {
    log.log(intervention(Kind.TRIAL, -1, 1, true));
    log.log(intervention(Kind.CLIP, -1, 4, true));

    assertThat(logged(Level.INFO))
        .containsExactly(
            "Iteration 9: Changes tried on copies: score 0.5 → 0.25 (Because.)",
            "Iterations 9 to 12: 4 times, the latest: Gradient clipped: gradient norm 0.5 → 0.25");
  }

  private static Intervention intervention(Kind kind, long snapshot, long times, boolean applied) {
    return new Intervention(
        0,
        kind,
        9,
        0,
        8 + times,
        times,
        -1,
        "",
        -1,
        0.5,
        0.25,
        snapshot,
        applied,
        Message.literal("Because."));
  }

  @Test
  void shouldCountSkipsOfEachProblem() {
    log.log(skip(0, 3));
    log.log(skip(1, 3, "exploding_gradient"));
    log.log(skip(2, 3));
    log.log(skip(3, 3));
    assertThat(logged(Level.WARN)).hasSize(3);
  }
}
