package dev.traininghealth.guard;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class GuardTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(Guard.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(logged);
  }

  private List<String> at(Level level) {
    return logged.list.stream()
        .filter(event -> event.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void shouldSayWhatFailedWhyAndWhatIsLost() {
    Guard.switchingOff("Detector odd", "what it looks for is not reported any more")
        .failed(new IOException("no disk"));

    assertThat(at(Level.WARN))
        .containsExactly(
            "Detector odd failed (java.io.IOException: no disk) and is switched off: what it looks"
                + " for is not reported any more. Training continues.");
  }

  @Test
  void shouldSwitchOffAtTheFirstFailureAlone() {
    Guard retrying = Guard.retrying("Measuring", "nothing");
    Guard once = Guard.switchingOff("Detector odd", "nothing");
    Guard optional = Guard.optional("Scoring a copy", "nothing");
    assertThat(once.isOff()).isFalse();

    for (Guard guard : List.of(retrying, once, optional)) {
      guard.failed(new StackOverflowError());
    }

    assertThat(retrying.isOff()).isFalse();
    assertThat(once.isOff()).isTrue();
    assertThat(optional.isOff()).isTrue();
    assertThat(at(Level.WARN)).hasSize(2);
    assertThat(at(Level.INFO)).singleElement().asString().startsWith("Scoring a copy is not");
  }

  @Test
  void shouldEndureFailuresThatPass() {
    Guard guard = Guard.enduring("Detector odd", "what it looks for is not reported");
    for (int i = 0; i < 30; i++) {
      for (int failure = 0; failure < 9; failure++) {
        guard.failed(new OutOfMemoryError("for the test"));
      }
      guard.succeeded();
    }
    assertThat(guard.isOff()).isFalse();
    assertThat(at(Level.WARN))
        .containsExactly(
            "Detector odd failed (java.lang.OutOfMemoryError: for the test): what it looks for is"
                + " not reported while it fails. Training continues. It is called again until it has"
                + " failed 10 times in a row.");

    for (int failure = 0; failure < 12; failure++) {
      guard.failed(new OutOfMemoryError("for the test"));
    }
    guard.succeeded();
    assertThat(guard.isOff()).isTrue();
    assertThat(at(Level.WARN))
        .hasSize(2)
        .last()
        .isEqualTo(
            "Detector odd failed 10 times in a row, last with java.lang.OutOfMemoryError: for the"
                + " test, and is switched off: what it looks for is not reported any more. Training"
                + " continues.");
  }

  @Test
  void shouldWarnOnceOfEachKind() {
    Guard guard = Guard.retrying("Measuring", "nothing");
    for (int i = 0; i < 3; i++) {
      guard.failed(new IllegalStateException("harmless"));
      guard.failed(new OutOfMemoryError("for the test"));
    }

    assertThat(at(Level.WARN))
        .hasSize(2)
        .anyMatch(message -> message.contains("harmless"))
        .anyMatch(message -> message.contains("OutOfMemoryError"));
  }

  @Test
  void shouldRestoreTheInterruptFlag() {
    Guard guard = Guard.retrying("Measuring", "nothing");
    guard.failed(new IllegalStateException("for the test"));
    assertThat(Thread.interrupted()).isFalse();

    guard.failed(new IllegalStateException(new InterruptedException()));
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  @SuppressWarnings("OverrideThrowableToString") // it is what is tested
  void shouldSurviveACauseThatCannotBePrinted() {
    Guard.switchingOff("Detector odd", "nothing")
        .failed(
            new RuntimeException() {
              private static final long serialVersionUID = 1L;

              @Override
              public String toString() {
                throw new AssertionError("for the test");
              }
            });

    assertThat(at(Level.WARN)).singleElement().asString().startsWith("Detector odd failed (");
  }
}
