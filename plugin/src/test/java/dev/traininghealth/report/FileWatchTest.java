package dev.traininghealth.report;

import static dev.traininghealth.publish.DiagnosisFixtures.diagnosis;
import static dev.traininghealth.publish.DiagnosisFixtures.ended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.compare.SimulatedRecording;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.publish.DiagnosisFixtures;
import dev.traininghealth.read.Timeline;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** A file that is reported on while a program has it open: this one. */
@Timeout(120)
final class FileWatchTest {
  private static final Diagnosis FIRST = diagnosis(0, Problem.DEAD_RELU, Severity.WARNING, 20);
  private static final Diagnosis SECOND = diagnosis(1, Problem.PLATEAU, Severity.INFO, 50);

  @TempDir Path folder;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final Deque<Runnable> rounds = new ArrayDeque<>();
  private final Timeline timeline = new SimulatedRecording(1).until(100).timeline();
  private Path file;
  private StatsStorage storage;

  @BeforeEach
  void open() {
    file = folder.resolve("records");
    storage = new FileStatsStorage(file.toFile());
  }

  private void start() {
    SimulatedRecording.put(new SimulatedRecording(1).until(100), storage, "s");
  }

  private void put(Diagnosis d) {
    storage.putUpdate(
        DiagnosisFixtures.record(
            "s",
            SimulatedRecording.WORKER,
            1_000_000 + d.id(),
            DiagnosisFixtures.recorded(d, timeline.run())));
  }

  private void close() {
    try {
      storage.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private SessionReport watch(boolean json) throws Exception {
    return new FileWatch(
            file,
            copy -> SessionReport.read(copy.storage(), null),
            () -> rounds.remove().run(),
            out,
            json)
        .run();
  }

  private String printed() {
    String text = bytes.toString(StandardCharsets.UTF_8);
    bytes.reset();
    return text;
  }

  @Test
  void shouldReportEachFindingOnceUntilTheFileIsClosed() throws Exception {
    start();
    put(FIRST);
    rounds.add(
        () -> {
          assertThat(printed())
              .startsWith("WARNING dead_relu since iteration 20\n  ")
              .contains("  - " + FIRST.remedies().get(0).message().english());
          put(SECOND);
        });
    rounds.add(
        () -> {
          assertThat(printed()).startsWith("INFO plateau since").doesNotContain("dead_relu");
          put(ended(FIRST, 70));
        });
    rounds.add(
        () -> {
          assertThat(printed()).isEqualTo("WARNING dead_relu since iteration 20, resolved at 70\n");
          close();
        });

    SessionReport last = watch(false);

    assertThat(printed()).isEmpty();
    assertThat(rounds).isEmpty();
    assertThat(last.outcome(ReportedSeverity.WARNING)).isEqualTo(Outcome.FOUND);
  }

  @Test
  void shouldWaitForTheFirstRecord() throws Exception {
    rounds.add(this::start);
    rounds.add(this::close);

    assertThat(watch(false).outcome(ReportedSeverity.WARNING)).isEqualTo(Outcome.CLEAN);
  }

  @Test
  void shouldWriteALineOfJsonForEachFinding() throws Exception {
    start();
    put(FIRST);
    put(SECOND);
    rounds.add(this::close);

    watch(true);

    List<String> lines = printed().lines().toList();
    assertThat(lines).hasSize(2);
    JsonNode first = new ObjectMapper().readTree(lines.get(0));
    assertThat(first.get("worker").asText()).isEqualTo(SimulatedRecording.WORKER);
    assertThat(first.get("diagnosis").get("problem").asText()).isEqualTo("dead_relu");
  }

  @Test
  void shouldReportADepartureOnce() throws Exception {
    SimulatedRecording.put(new SimulatedRecording(2).score(i -> 3).until(1000), storage, "s");
    StatsStorage good = new FileStatsStorage(folder.resolve("good").toFile());
    SimulatedRecording.put(new SimulatedRecording(1).until(1000), good, "good");
    rounds.add(
        () -> {
          assertThat(printed()).startsWith("INFO departs from the baseline run\n  From iteration ");
          put(SECOND);
        });
    rounds.add(this::close);

    new FileWatch(
            file,
            copy -> SessionReport.read(copy.storage(), null).comparedWith(good, null),
            () -> rounds.remove().run(),
            out,
            false)
        .run();

    assertThat(printed()).startsWith("INFO plateau").doesNotContain("departs");
    good.close();
  }

  @Test
  void shouldEndWithoutAFile() throws Exception {
    close();
    Path none = folder.resolve("none");
    FileWatch watch =
        new FileWatch(none, copy -> SessionReport.read(copy.storage(), null), () -> {}, out, false);

    assertThatThrownBy(watch::run)
        .isInstanceOf(ReportException.class)
        .hasMessageContaining("There is no file");
  }

  @Test
  void shouldEndWhenItIsInterrupted() throws Exception {
    start();
    put(FIRST);
    FileWatch watch =
        new FileWatch(
            file,
            copy -> SessionReport.read(copy.storage(), null),
            () -> {
              throw new InterruptedException();
            },
            out,
            false);

    SessionReport last = watch.run();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(last.outcome(ReportedSeverity.WARNING)).isEqualTo(Outcome.FOUND);
    close();
  }

  /** Another process, as on the command line, reads what this one is writing. */
  @Test
  void shouldWatchFromAnotherProcess() throws Exception {
    start();
    put(FIRST);
    WatchProcess watch = new WatchProcess(file);

    assertThat(watch.next("since iteration")).startsWith("WARNING dead_relu since iteration 20");
    put(SECOND);
    assertThat(watch.next("since iteration")).startsWith("INFO plateau since iteration 50");
    close();

    assertThat(watch.exitCode()).isEqualTo(1);
  }
}
