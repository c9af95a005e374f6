package dev.traininghealth.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.publish.RecordFixtures;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records have few lengths, so that a file storage can use the space of a replaced one again. */
final class PaddedRecordTest {
  private static final RunDescription RUN = RecordFixtures.denseRun(2);
  private static final int ROWS = 256;

  /** The states of a segment that grows row by row, all under one key. */
  private static List<SegmentRecord> growing() {
    Random random = new Random(3);
    SegmentRows rows = new SegmentRows(RUN.series().size(), ROWS);
    List<SegmentRecord> states = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      rows.add(row, 1_000 + row, 0);
      for (int s = 0; s < RUN.series().size(); s++) {
        rows.set(s, random.nextGaussian());
      }
      states.add(RecordFixtures.segmentRecord("s", "w", 1, rows.toSegment(1, 0)));
    }
    return states;
  }

  @Test
  void shouldHaveFewLengthsWhileASegmentGrows() {
    TreeSet<Integer> lengths = new TreeSet<>();
    growing().forEach(record -> lengths.add(record.encode().length));

    assertThat(lengths.last()).isGreaterThan(100 * lengths.first());
    assertThat(lengths).hasSizeLessThan(8 * 8);
  }

  @Test
  void shouldNotGrowAFileByEveryStateOfASegment(@TempDir Path folder) throws Exception {
    File file = folder.resolve("stats.bin").toFile();
    StatsStorage storage = new FileStatsStorage(file);
    List<SegmentRecord> states = growing();
    states.forEach(storage::putUpdate);
    storage.close();

    long last = states.get(ROWS - 1).encode().length;
    long pages = 2L << 20; // the file grows by a mebibyte, and has one for its index
    assertThat(file.length()).isLessThanOrEqualTo(pages + 10 * last);
  }

  @Test
  void shouldBeAnEighthLongerAtMost() {
    int before = 0;
    for (int length = 1; length < 200_000; length++) {
      int padded = HealthRecord.paddedLength(length);
      assertThat(padded)
          .isBetween(length, length + Math.max(15, length / 8))
          .isGreaterThanOrEqualTo(before);
      assertThat(HealthRecord.paddedLength(padded)).isEqualTo(padded);
      before = padded;
    }
  }

  @Test
  void shouldNotMakeARecordTooLargeForReaders() {
    for (int length = RecordJson.MAX_BYTES - 1000; length <= RecordJson.MAX_BYTES; length++) {
      assertThat(HealthRecord.paddedLength(length)).isLessThanOrEqualTo(RecordJson.MAX_BYTES);
    }
  }

  @Test
  void shouldReadWhatIsPadded() throws Exception {
    for (SegmentRecord record : growing()) {
      SegmentRecord read = new SegmentRecord();
      read.decode(record.encode());

      assertThat(read.encode()).isEqualTo(record.encode());
      assertThat(read.segment().buckets()).isEqualTo(record.segment().buckets());
      assertThat(read.segment().mean(3, 0)).isEqualTo(record.segment().mean(3, 0));
    }
    RunRecord run = new RunRecord();
    run.decode(RecordFixtures.runRecord("s", "w", RUN).encode());
    assertThat(run.description()).isEqualTo(RUN);
  }

  @Test
  void shouldRefuseOtherBytesBehindASegment() throws Exception {
    byte[] payload = growing().get(0).payload();
    byte[] longer = Arrays.copyOf(payload, payload.length + 3);
    Arrays.fill(longer, payload.length, longer.length, HealthRecord.PADDING);
    longer[payload.length + 1] = 1;

    assertThatThrownBy(() -> Segment.read(longer))
        .isInstanceOf(RecordException.class)
        .hasMessage("broken record: 2 bytes too many at its end");
  }
}
