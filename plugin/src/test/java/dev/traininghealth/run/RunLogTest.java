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
import org.slf4j.LoggerFactory;

/** What the log is told once, and what again. */
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

  private List<String> told(Level level) {
    return lines.list.stream()
        .filter(line -> line.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void shouldWarnOnceAndTellOnceWhatWasTried() {
    for (long id = 4; id < 6; id++) {
      log.log(diagnosis(id, Severity.WARNING, -1, NOT_TRIED));
    }
    log.log(diagnosis(4, Severity.WARNING, 2, NOT_TRIED));
    for (long id = 4; id < 6; id++) {
      log.log(diagnosis(id, Severity.WARNING, 2, TRIED));
    }
    log.log(diagnosis(5, Severity.WARNING, 3, TRIED));

    assertThat(told(Level.WARN))
        .hasSize(2)
        .allMatch(
            line ->
                line.equals(
                    "Iteration 319: exploding_gradient (WARNING): Seen. Remedy: Do it. This was not"
                        + " tried."));
    assertThat(told(Level.INFO))
        .containsExactly("exploding_gradient, tried: Do it. " + TRIED.english());
    assertThat(log.summary(320, Map.of(), false, 0).alarms())
        .containsEntry("exploding_gradient", 2L);
  }

  @Test
  void shouldTellANoteOnce() {
    log.log(diagnosis(0, Severity.INFO, -1, NOT_TRIED));
    log.log(diagnosis(0, Severity.INFO, 7, NOT_TRIED));

    assertThat(told(Level.WARN)).isEmpty();
    assertThat(told(Level.INFO))
        .containsExactly(
            "Iteration 319: exploding_gradient: Seen. Remedy: Do it. This was not tried.");
  }

  @Test
  void shouldSayWhatIsResolved() {
    log.log(diagnosis(0, Severity.WARNING, -1, NOT_TRIED));
    log.log(diagnosis(0, Severity.WARNING, -1, NOT_TRIED).ended(340));

    assertThat(told(Level.INFO))
        .containsExactly("Iteration 340: resolved: exploding_gradient, Seen.");
  }

  private static Intervention skip(long iteration, long diagnosis) {
    return new Intervention(
        iteration,
        Kind.SKIP,
        iteration,
        0,
        iteration,
        1,
        diagnosis,
        "non_finite",
        -1,
        1,
        0,
        -1,
        true,
        Message.literal("row " + iteration + " is NaN"));
  }

  @Test
  void shouldWarnOfSkipsThatGoOnWheneverTheyHaveDoubled() {
    for (int i = 0; i < 100; i++) {
      log.log(skip(i, 3));
    }
    assertThat(told(Level.WARN))
        .hasSize(7)
        .startsWith("Iteration 0: The step was skipped (row 0 is NaN)")
        .endsWith("Iteration 63: The step was skipped, 64 times by now (row 63 is NaN)");
  }

  @Test
  void shouldWarnOfSkipsForEachReason() {
    log.log(skip(0, 3));
    log.log(skip(1, 4));
    log.log(skip(2, 4));
    log.log(skip(3, 5));
    assertThat(told(Level.WARN)).hasSize(4);
  }
}
