package dev.traininghealth;

import static dev.traininghealth.publish.DiagnosisFixtures.diagnosis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.traininghealth.browser.Browser;
import dev.traininghealth.browser.BrowserExtension;
import dev.traininghealth.compare.SimulatedRecording;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.publish.DiagnosisFixtures;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord;
import dev.traininghealth.record.RunRecord.Check;
import dev.traininghealth.record.RunRecord.Coverage;
import dev.traininghealth.record.Series.Scope;
import dev.traininghealth.text.Message;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The report as one HTML file, which a browser opens from the disk. The program that writes it runs
 * in a JVM of its own, without DL4J's UI server on the class path.
 */
@Tag("browser")
@Timeout(120)
final class HtmlReportTest {
  @RegisterExtension static final BrowserExtension BROWSER = new BrowserExtension();

  /** More than the columns of a chart, so that a part of the run has a higher resolution. */
  private static final int ITERATIONS = 3_000;

  private static final int SEGMENT_ROWS = 250;

  private static final String SESSION = "s <b>&amp;</script>";

  /** What a headless server need not have. */
  private static final String SERVER = ".*/(vertx|netty|deeplearning4j-(ui-1|vertx)).*";

  @TempDir Path folder;

  private static void record(StatsStorage storage, String worker, boolean sick) {
    RunDescription run =
        RecordFixtures.run(
            RecordFixtures.denseLayout(2), 1_700_000_000_000L, Map.of("mode", "observing"));
    Coverage coverage =
        new Coverage(
            true,
            List.of(
                new Check(
                    "dead-relu", "CHECKED", 0, 99, 10, Message.literal("iterations 0 to 99"))));
    storage.putStaticInfo(RecordFixtures.runRecord(SESSION, worker, run));
    storage.putUpdate(new RunRecord(SESSION, worker, run.startMillis(), run, coverage));
    RecordFixtures.Rows rows = RecordFixtures.rows(run);
    for (int i = 0; i < ITERATIONS; i++) {
      rows.row(i)
          .set(Quantity.SCORE, Scope.RUN, 0, 1 + 1.0 / (i + 1) + 0.01 * (i % 7))
          .set(Quantity.GRADIENT_NORM, Scope.RUN, 0, 0.5 + 0.001 * i)
          .set(Quantity.GRADIENT_NORM, Scope.LAYER, 0, 0.1 + 0.001 * i)
          .set(Quantity.WEIGHT_NORM, Scope.LAYER, 0, 2)
          .set(Quantity.LEARNING_RATE, Scope.LAYER, 0, 0.01);
      if (i % SEGMENT_ROWS == SEGMENT_ROWS - 1) {
        storage.putUpdate(
            RecordFixtures.segmentRecord(
                SESSION, worker, run.startMillis() + 1 + i, rows.segment()));
      }
    }
    if (sick) {
      storage.putUpdate(
          DiagnosisFixtures.record(
              SESSION,
              worker,
              run.startMillis() + 1 + ITERATIONS,
              DiagnosisFixtures.recorded(
                  diagnosis(0, Problem.DEAD_RELU, Severity.WARNING, 20), run)));
    }
  }

  private Path recorded(boolean sick, String... workers) throws IOException {
    Path file = folder.resolve("run.bin");
    StatsStorage storage = new FileStatsStorage(file.toFile());
    for (String worker : workers) {
      record(storage, worker, sick);
    }
    storage.close();
    return file;
  }

  /** Runs the program without the parts of the class path that match. */
  private void shouldEndWith(int exitCode, String without, Object... args) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dfile.encoding=US-ASCII",
                "-cp",
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(part -> !part.matches(without))
                    .collect(Collectors.joining(File.pathSeparator)),
                HealthReport.class.getName()));
    Arrays.stream(args).map(Object::toString).forEach(command::add);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("out.html").toFile())
            .redirectError(folder.resolve("err.txt").toFile())
            .start();
    assertThat(process.waitFor(100, TimeUnit.SECONDS)).as("ends by itself").isTrue();
    assertThat(process.exitValue())
        .as(Files.readString(folder.resolve("err.txt")))
        .isEqualTo(exitCode);
  }

  private Browser open(Path file) {
    Browser browser = BROWSER.browser();
    int requested = browser.requestedUrls().size();
    browser.open(file.toUri().toString());
    assertThat(browser.consoleErrors()).isEmpty();
    browser.until("window.trainingHealth");
    assertThat(browser.consoleErrors()).isEmpty();
    assertThat(browser.requestedUrls()).hasSize(requested);
    return browser;
  }

  private static List<?> list(Browser browser, String expression) {
    return (List<?>) Objects.requireNonNull(browser.evaluate(expression));
  }

  @Test
  void shouldShowARunWithAnAlarm() throws Exception {
    Path out = folder.resolve("out.html");

    shouldEndWith(1, SERVER, recorded(true, "w"), "--format", "html");

    Browser browser = open(out);
    assertThat(browser.text("verdict")).containsIgnoringCase("dead");
    assertThat(browser.text("diagnoses")).contains("since iteration 20");
    assertThat(
            String.valueOf(browser.evaluate("document.querySelector('.report-head').textContent")))
        .contains(SESSION, "Training Health");
    assertThat(list(browser, "trainingHealth.data.series.SCORE.mean")).hasSizeBetween(300, 512);
    assertThat(list(browser, "Object.keys(trainingHealth.charts)")).hasSizeGreaterThan(3);
    assertThat(browser.evaluate("document.title")).asString().contains("Training report");
    assertThat(browser.evaluate("document.getElementById('saveReport').hidden")).isEqualTo(true);
    assertThat(Files.size(out)).as("bytes").isLessThan(3_000_000);

    browser.open(out.toUri() + "?layer=0");
    browser.until("document.querySelector('#detail canvas')");
    assertThat(browser.text("detail")).contains("DenseLayer");
    assertThat(browser.consoleErrors()).isEmpty();
  }

  @Test
  void shouldShowACleanRunInTheLanguageOfTheReader() throws Exception {
    Path out = folder.resolve("report.html");

    Path run = recorded(false, "w");
    shouldEndWith(0, SERVER, run, "--format", "html", "--language", "de", "--output", out);

    Browser browser = open(out);
    assertThat(browser.text("verdict")).contains("Gesund");
    assertThat(browser.evaluate("document.title")).asString().contains("Trainingsbericht");
    assertThat(folder.resolve("out.html")).isEmptyFile();
  }

  @Test
  void shouldShowPartsOfTheRunInTheirResolution() throws Exception {
    StatsStorage storage = new InMemoryStatsStorage();
    record(storage, "first", false);
    record(storage, "second", true);
    Path file = folder.resolve("two.html");
    HealthReport.write(storage, null, file);

    Browser browser = open(file);
    assertThat(
            list(browser, "[...document.getElementById('workerSelect').options].map(o => o.value)"))
        .isEqualTo(List.of("first", "second"));
    assertThat(browser.evaluate("trainingHealth.data.range.width")).isEqualTo(8L);
    click(browser, "1,000");
    browser.until("trainingHealth.data.range.from === " + (ITERATIONS - 1000));
    assertThat(browser.evaluate("trainingHealth.data.range.width")).isEqualTo(2L);
    click(browser, "100");
    browser.until("trainingHealth.data.range.from === " + (ITERATIONS - 100));
    assertThat(list(browser, "trainingHealth.data.columns.first")).hasSize(100);
    assertThat(list(browser, "trainingHealth.data.series.SCORE.mean").get(0)).isEqualTo(1.020345);
    assertThat(list(browser, "trainingHealth.data.heatmap.rows[0].mean")).hasSize(100);

    browser.choose("workerSelect", "second");
    browser.until("trainingHealth.data.worker === 'second'");
    assertThat(browser.text("diagnoses")).contains("since iteration 20");
    assertThat(browser.consoleErrors()).isEmpty();
  }

  /** The button of the latest iterations of a number. */
  private static void click(Browser browser, String number) {
    browser.evaluate(
        "[...document.querySelectorAll('#range button')].find(b => b.textContent.endsWith('"
            + number
            + "')).click()");
  }

  @Test
  void shouldShowTheBaselineRunOfAnotherFile() throws Exception {
    Path good = folder.resolve("good.bin");
    StatsStorage storage = new FileStatsStorage(good.toFile());
    SimulatedRecording.put(new SimulatedRecording(1).until(200), storage, "s");
    storage.close();
    Path other = folder.resolve("other.bin");
    storage = new FileStatsStorage(other.toFile());
    SimulatedRecording.put(new SimulatedRecording(2).until(200), storage, "s");
    storage.close();

    shouldEndWith(0, SERVER, other, "--format", "html", "--baseline", good);

    Browser browser = open(folder.resolve("out.html"));
    assertThat(browser.evaluate("trainingHealth.data.baseline.comparison.possible"))
        .isEqualTo(true);
    assertThat(list(browser, "trainingHealth.data.baseline.lines.SCORE.mean")).hasSize(200);
    assertThat(browser.evaluate("document.getElementById('baseline').hidden")).isEqualTo(false);
  }

  @Test
  void shouldWriteTheTextWhereEChartsIsMissing() throws Exception {
    Path out = folder.resolve("out.html");

    shouldEndWith(1, SERVER + "|.*webjars.*", recorded(true, "w"), "--format", "html");

    Browser browser = BROWSER.browser();
    browser.open(out.toUri().toString());
    assertThat(browser.evaluate("document.body.textContent"))
        .asString()
        .contains("org.webjars:echarts", "Session " + SESSION, "WARNING dead_relu");
    assertThat(browser.consoleErrors()).isEmpty();
  }

  @Test
  void shouldRefuseWhatCannotBeWritten() throws Exception {
    ReportProgram program = new ReportProgram();
    Path file = recorded(false, "w");

    assertThat(program.run(file, "--language", "de")).isEqualTo(2);
    assertThat(program.err()).contains("--language needs --format html");
    assertThat(program.run(file, "--format", "html", "--watch")).isEqualTo(2);
    assertThat(program.err()).contains("--watch prints text or json");
    assertThat(program.run(file, "--format", "html", "--language", "tlh")).isEqualTo(2);
    assertThat(program.err()).contains("--language must be one of en, de, ja, ko, ru, zh");
    Path missing = folder.resolve("none/report.html");
    assertThat(program.run(file, "--format", "html", "--output", missing)).isEqualTo(2);
    assertThat(program.err()).contains("The report cannot be written to " + missing);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HealthReport.write(new InMemoryStatsStorage(), null, missing))
        .withMessageContaining("There are no records");
  }
}
