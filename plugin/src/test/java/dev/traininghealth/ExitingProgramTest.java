package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.SegmentRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a program leaves that calls System.exit as soon as its training is NaN. */
@Timeout(120)
class ExitingProgramTest {
  @TempDir Path folder;

  @Test
  void shouldLeaveRowsDiagnosisBundleAndTheEnd() throws Exception {
    Path file = folder.resolve("stats.bin");
    Path bundles = folder.resolve("bundles");
    Path lines = folder.resolve("run.jsonl");
    Path log = folder.resolve("log.txt");
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ExitingProgram.class.getName(),
                file.toString(),
                bundles.toString(),
                lines.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(program.waitFor(100, TimeUnit.SECONDS)).as("ends by itself").isTrue();
    assertThat(program.exitValue()).as(Files.readString(log)).isZero();

    FileStatsStorage storage = new FileStatsStorage(file.toFile());
    long rows = 0;
    boolean diagnosis = false;
    for (String worker : new HashSet<>(storage.listWorkerIDsForSession("exiting"))) {
      for (Persistable update :
          storage.getAllUpdatesAfter("exiting", HealthRecord.TYPE_ID, worker, 0)) {
        rows += update instanceof SegmentRecord r && !r.isMerged() ? r.segment().rows() : 0;
        diagnosis |=
            update instanceof DiagnosisRecord r && r.diagnosis().problem().equals("non_finite");
      }
    }
    storage.close();
    assertThat(diagnosis).as("the diagnosis is stored").isTrue();
    assertThat(rows).isEqualTo(ExitingProgram.LAST + 1);
    List<String> written = Files.readAllLines(lines);
    assertThat(written.get(written.size() - 1)).startsWith("{\"type\":\"end\"");
    try (Stream<Path> files = Files.list(bundles)) {
      List<Path> left = files.toList();
      assertThat(left).hasSize(1);
      assertThat(FailureBundle.open(left.get(0)).iteration()).isEqualTo(ExitingProgram.LAST);
    }
  }
}
