package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the log is told of steps that are skipped. */
class RunLogTest {
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
        "row " + iteration + " is NaN");
  }

  private static List<String> warned(List<Intervention> interventions) {
    Logger logger = (Logger) LoggerFactory.getLogger(RunLog.class);
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    logger.addAppender(logged);
    try {
      RunLog log = new RunLog();
      interventions.forEach(log::tell);
    } finally {
      logger.detachAppender(logged);
    }
    return logged.list.stream()
        .filter(event -> event.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void shouldTellOfSkipsThatGoOnWheneverTheyHaveDoubled() {
    List<Intervention> hundred = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      hundred.add(skip(i, 3));
    }
    assertThat(warned(hundred))
        .hasSize(7)
        .startsWith("Iteration 0: The step was skipped (row 0 is NaN)")
        .endsWith("Iteration 63: The step was skipped, 64 times by now (row 63 is NaN)");
  }

  @Test
  void shouldTellOfEachReason() {
    assertThat(warned(List.of(skip(0, 3), skip(1, 4), skip(2, 4), skip(3, 5)))).hasSize(4);
  }
}
