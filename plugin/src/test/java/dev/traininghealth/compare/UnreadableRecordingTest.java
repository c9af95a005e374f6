package dev.traininghealth.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.CapturedLog;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.SegmentFormat;
import dev.traininghealth.record.Series.Scope;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A segment of more rows than a reader of files takes, which the plugin never writes. */
final class UnreadableRecordingTest {
  private static final RunDescription RUN =
      RecordFixtures.run(RecordFixtures.denseLayout(2), 1000, Map.of());

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {250, 3000})
  void shouldSayThatASegmentIsTooLong(int rows) throws Exception {
    int max = SegmentFormat.rowsPerSegment(RUN.series().size());
    Path file = folder.resolve("records");
    FileStatsStorage written = new FileStatsStorage(file.toFile());
    written.putStaticInfo(RecordFixtures.runRecord("s", "w", RUN));
    written.putUpdate(RecordFixtures.runRecord("s", "w", RUN));
    RecordFixtures.Rows all = RecordFixtures.rows(RUN);
    for (int i = 0; i < rows; i++) {
      all.row(i).set(Quantity.SCORE, Scope.RUN, 0, i);
    }
    written.putUpdate(RecordFixtures.segmentRecord("s", "w", 7, all.segment()));
    written.close();

    FileStatsStorage storage = new FileStatsStorage(file.toFile());
    try (CapturedLog log = new CapturedLog(Recording.class)) {
      Recording read = Recording.read(storage, "s", "w");

      if (rows <= max) {
        assertThat(read).isNotNull();
        assertThat(log.warnings()).isEmpty();
      } else {
        assertThat(read).isNull();
        assertThat(log.warnings())
            .singleElement()
            .asString()
            .contains("Session s, worker w", "3000 buckets", "at most " + max + " are written");
      }
    }
    storage.close();
  }
}
