package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.SegmentRecord;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ExitFlushTest {
  @TempDir Path folder;

  private int run(String end) throws Exception {
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                EndingProgram.class.getName(),
                file().toString(),
                end)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(program.waitFor(100, TimeUnit.SECONDS)).as("ends by itself").isTrue();
    return program.exitValue();
  }

  private File file() {
    return folder.resolve("stats.bin").toFile();
  }

  /** The storage closes its file in a shutdown hook; the last rows must be there before. */
  @Test
  void shouldStoreTheLastRowsOfAProgramThatJustEnds() throws Exception {
    assertThat(run("return")).isZero();
    FileStatsStorage storage = new FileStatsStorage(file());
    long rows = 0;
    for (Persistable update : storage.getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "w", 0)) {
      rows += update instanceof SegmentRecord record ? record.segment().rows() : 0;
    }
    assertThat(rows).isEqualTo(EndingProgram.ROWS);
    StatsReport last = (StatsReport) storage.getLatestUpdate("s", StatsListener.TYPE_ID, "w");
    assertThat(last.getIterationCount()).isEqualTo(EndingProgram.ROWS - 1);
    storage.close();
  }

  @Test
  void shouldLetAProgramEndWhoseStorageHangs() throws Exception {
    assertThat(run("hang")).isZero();
  }

  @Test
  void shouldFlushWhenTheThreadThatTrainsEnds() throws Exception {
    FakeRouter router = new FakeRouter();
    NetworkLayout layout = RecordFixtures.denseLayout(1);
    Recorder recorder =
        new Recorder(
            layout,
            Map.of(),
            "MultiLayerNetwork",
            110,
            () -> "{}",
            router,
            "s",
            "w",
            new Recorder.Settings(Duration.ofHours(1), false, ""));
    Thread trainer =
        new Thread(
            () -> {
              Measurements measurements = new Measurements(layout);
              recorder.record(measurements.at(0, 1_000));
              recorder.flush();
              for (int i = 1; i < 10; i++) {
                recorder.record(measurements.at(i, 1_000 + i));
              }
            });
    trainer.start();
    trainer.join();
    List<Thread> watches =
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().equals("training-health-exit " + trainer.getName()))
            .toList();
    for (Thread watch : watches) {
      watch.join();
    }
    List<SegmentRecord> segments =
        router.puts.stream()
            .filter(SegmentRecord.class::isInstance)
            .map(SegmentRecord.class::cast)
            .toList();
    assertThat(segments.get(segments.size() - 1).segment().rows()).isEqualTo(10);
    recorder.close();
  }
}
