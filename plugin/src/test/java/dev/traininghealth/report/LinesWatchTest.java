package dev.traininghealth.report;

import static dev.traininghealth.publish.DiagnosisFixtures.diagnosis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.CapturedLog;
import dev.traininghealth.compare.Recording;
import dev.traininghealth.compare.SimulatedRecording;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.lines.JsonLinesFile;
import dev.traininghealth.lines.JsonLinesRouter;
import dev.traininghealth.publish.DiagnosisFixtures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file of JSON lines that is reported on while it grows. */
@Timeout(120)
final class LinesWatchTest {
  private static final Diagnosis FIRST = diagnosis(0, Problem.DEAD_RELU, Severity.WARNING, 20);
  private static final Diagnosis SECOND = diagnosis(1, Problem.PLATEAU, Severity.INFO, 50);
  private static final String SESSION = "s";

  @TempDir Path folder;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final Deque<Runnable> rounds = new ArrayDeque<>();
  private final Recording recording = new SimulatedRecording(1).until(100);
  private Path file;
  private JsonLinesRouter router;

  @BeforeEach
  void open() {
    file = folder.resolve("run.jsonl");
    router = new JsonLinesRouter(file);
  }

  private void start(String worker) {
    SimulatedRecording.put(recording, router, SESSION, worker);
  }

  private void put(String worker, Diagnosis d) {
    router.putUpdate(
        DiagnosisFixtures.record(
            SESSION,
            worker,
            1_000_000 + d.id(),
            DiagnosisFixtures.recorded(d, recording.timeline().run())));
  }

  private void append(String text) {
    try {
      Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String end(String worker) {
    return "{\"type\":\"end\",\"session\":\"s\",\"worker\":\"" + worker + "\"}\n";
  }

  private SessionReport watch(@Nullable String session) throws Exception {
    return new FileWatch(
            file,
            lines -> SessionReport.read(lines.storage(), session),
            () -> rounds.remove().run(),
            out,
            false)
        .run();
  }

  private String printed() {
    String text = bytes.toString(StandardCharsets.UTF_8);
    bytes.reset();
    return text;
  }

  /** As of a program that was killed and started again: every reading finds the line. */
  @Test
  void shouldWarnOnceOfALineThatIsCut() throws Exception {
    start("w");
    append("{\"type\":\"iteration\",\"session\":\"s\n");
    rounds.add(() -> put("w", FIRST));
    rounds.add(() -> put("w", SECOND));
    rounds.add(() -> router.putEnd(SESSION, "w"));
    try (CapturedLog log = new CapturedLog(JsonLinesFile.class)) {
      watch(null);
      assertThat(rounds).isEmpty();
      assertThat(log.warnings()).singleElement().asString().contains("it ends within a record");
    }
  }

  @Test
  void shouldReportUntilTheLastWorkerHasEnded() throws Exception {
    start("w");
    start("x");
    put("w", FIRST);
    rounds.add(
        () -> {
          assertThat(printed()).startsWith("WARNING dead_relu since iteration 20\n  ");
          router.putEnd(SESSION, "w");
        });
    rounds.add(
        () -> {
          assertThat(printed()).isEmpty();
          put("x", SECOND);
        });
    rounds.add(
        () -> {
          assertThat(printed()).startsWith("INFO plateau since").doesNotContain("dead_relu");
          append(end("x").substring(0, 20));
        });
    rounds.add(() -> append(end("x").substring(20)));

    SessionReport last = watch(null);

    assertThat(rounds).isEmpty();
    assertThat(printed()).isEmpty();
    assertThat(last.outcome(ReportedSeverity.WARNING)).isEqualTo(Outcome.FOUND);
  }

  @Test
  void shouldFollowARunThatWasContinued() throws Exception {
    start("w");
    router.putEnd(SESSION, "w");
    put("w", SECOND);
    rounds.add(() -> router.putEnd(SESSION, "w"));

    watch(null);

    assertThat(rounds).isEmpty();
    assertThat(printed()).startsWith("INFO plateau");
  }

  @Test
  void shouldNotWaitForTheEndOfAnotherSession() throws Exception {
    SimulatedRecording.put(
        new SimulatedRecording(2).startingAt(1).until(100), router, "of a program that was killed");
    start("w");
    router.putEnd(SESSION, "w");

    assertThat(watch(null).outcome(ReportedSeverity.WARNING)).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void shouldWaitForTheFirstLine() throws Exception {
    append("{\"type\":");
    rounds.add(
        () -> {
          try {
            Files.delete(file);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          start("w");
        });
    rounds.add(() -> router.putEnd(SESSION, "w"));

    watch(null);

    assertThat(rounds).isEmpty();
  }

  @Test
  void shouldEndIfTheSessionHasNotComeWhenAllHaveEnded() {
    start("w");
    rounds.add(() -> router.putEnd(SESSION, "w"));

    assertThatThrownBy(() -> watch("t"))
        .isInstanceOf(ReportException.class)
        .hasMessageStartingWith("There is no session t");
    assertThat(rounds).isEmpty();
  }

  @Test
  void shouldEndAtABrokenLine() {
    start("w");
    rounds.add(() -> append("{}\n"));

    assertThatThrownBy(() -> watch(null))
        .isInstanceOf(ReportException.class)
        .hasMessageContaining("is not one of JSON lines: line ");
  }

  /** Another process, as on the command line, reads what this one is writing. */
  @Test
  void shouldWatchFromAnotherProcess() throws Exception {
    start("w");
    start("x");
    put("w", FIRST);
    WatchProcess watch = new WatchProcess(file);

    assertThat(watch.next("since iteration")).startsWith("WARNING dead_relu since iteration 20");
    router.putEnd(SESSION, "w");
    put("x", SECOND);
    assertThat(watch.next("since iteration")).startsWith("INFO plateau since iteration 50");
    append(end("x").substring(0, 20));
    append(end("x").substring(20));

    assertThat(watch.exitCode()).isEqualTo(1);
  }
}
