package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.SegmentFormat;
import dev.traininghealth.record.SegmentRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SegmentHistoryTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 60, 1_000, 7_000})
  void shouldReadWhatAHistoryWrites(int series) throws RecordException {
    AtomicLong keys = new AtomicLong();
    SegmentHistory history =
        new SegmentHistory("s", "w", 1, series, Integer.MAX_VALUE, keys::getAndIncrement);
    List<SegmentRecord> records = new ArrayList<>();
    int rows = 20 * SegmentFormat.rowsPerSegment(series) + 3;
    for (int i = 0; i < rows; i++) {
      history.nextRow(i, i, 0).set(0, i % 7 == 0 ? Double.NaN : i);
      if (i % 64 == 0 || i == rows - 1) {
        records.addAll(history.changes().records);
      }
    }
    int coarsest = 0;
    for (SegmentRecord record : records) {
      if (!record.isMerged()) {
        SegmentRecord read = new SegmentRecord();
        read.decode(record.encode());
        coarsest = Math.max(coarsest, read.segment().level());
      }
    }
    assertThat(coarsest).isGreaterThan(1);
  }
}
