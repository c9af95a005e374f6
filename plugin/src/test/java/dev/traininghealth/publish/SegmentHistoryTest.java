package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.SegmentFormat;
import dev.traininghealth.record.SegmentRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SegmentHistoryTest {
  /** Segments that are kept singly at most, and those of one level after the other. */
  private static final int MAX_PLACES = 18 + 8 + 2 * 12 + 4;

  private final AtomicLong keys = new AtomicLong();
  private final KeptWindows windows = new KeptWindows();

  /** What a storage holds: the last record under each key. */
  private final Map<Long, Segment> stored = new HashMap<>();

  private SegmentHistory history(int series) {
    return new SegmentHistory(
        "s", "w", 1, series, Integer.MAX_VALUE, windows, keys::getAndIncrement);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 60, 1_000, 7_000})
  void shouldReadWhatAHistoryWrites(int series) throws RecordException {
    SegmentHistory history = history(series);
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

  /** Records rows and puts the changes now and then, after which the storage must hold each row. */
  private void record(SegmentHistory history, int from, int to) throws RecordException {
    for (int i = from; i < to; i++) {
      history.nextRow(i, i, 0).set(0, i);
      if (i % 1_000 == 999) {
        SegmentHistory.Changes changes = history.changes();
        for (SegmentRecord record : changes.records) {
          if (record.isMerged()) {
            stored.remove(record.getTimeStamp());
          } else {
            stored.put(record.getTimeStamp(), record.segment());
          }
        }
        changes.stored();
        assertHolds(i + 1);
      }
    }
  }

  private void assertHolds(long rows) {
    long next = 0;
    for (Segment segment : Segment.inOrder(stored.values())) {
      assertThat(segment.firstRow()).isEqualTo(next);
      next += segment.rows();
    }
    assertThat(next).isEqualTo(rows);
  }

  /** Whether each of these iterations is recorded singly. */
  private boolean isSingle(int first, int last) {
    for (int i = first; i <= last; i++) {
      if (!holdsSingly(stored.values(), i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean holdsSingly(Collection<Segment> segments, int row) {
    return segments.stream()
        .anyMatch(
            segment ->
                segment.level() == 0
                    && segment.firstRow() <= row
                    && row < segment.firstRow() + segment.rows());
  }

  @Test
  void shouldKeepTheStartAndTheIterationsAroundEvents() throws RecordException {
    SegmentHistory history = history(10);
    record(history, 0, 30_000);
    windows.add(30_000, 0);
    record(history, 30_000, 200_000);

    assertThat(isSingle(0, 511)).as("the start").isTrue();
    assertThat(isSingle(29_900, 30_100)).as("around the event").isTrue();
    assertThat(holdsSingly(stored.values(), 2_000)).as("elsewhere").isFalse();
    assertThat(stored.size()).isLessThan(MAX_PLACES);
  }

  @Test
  void shouldDropTheOldestOfTheLeastImportantEvents() throws RecordException {
    SegmentHistory history = history(10);
    record(history, 0, 5_000);
    windows.add(5_000, 2);
    for (int i = 10_000; i < 300_000; i += 5_000) {
      record(history, i - 5_000, i);
      windows.add(i, 0);
    }
    record(history, 295_000, 300_000);

    assertThat(isSingle(0, 511)).as("the start").isTrue();
    assertThat(isSingle(4_900, 5_100)).as("the most important event").isTrue();
    assertThat(isSingle(10_000, 10_000)).as("an old event").isFalse();
    assertThat(isSingle(289_900, 290_100)).as("a new event").isTrue();
    assertThat(stored.size()).isLessThan(MAX_PLACES);
  }

  @Test
  void shouldStayBoundedWithAnEventAtEachIteration() throws RecordException {
    SegmentHistory history = history(10);
    for (int i = 0; i < 100_000; i++) {
      windows.add(i, 0);
      if (i % 1_000 == 999) {
        record(history, i - 999, i + 1);
      }
    }

    assertThat(isSingle(0, 511)).isTrue();
    assertThat(stored.size()).isLessThan(MAX_PLACES);
  }

  @Test
  void shouldKeepFewSegmentsOfManySeries() throws RecordException {
    int series = 7_000;
    SegmentHistory history = history(series);
    for (int i = 0; i < 4_000; i++) {
      windows.add(i, 0);
      history.nextRow(i, i, 0).set(0, i);
    }
    long single =
        history.changes().records.stream()
            .filter(record -> !record.isMerged())
            .filter(record -> level(record) == 0)
            .count();
    assertThat(single).as("8 newest, 8 kept, and the growing one").isLessThanOrEqualTo(8 + 8 + 1);
  }

  private static int level(SegmentRecord record) {
    try {
      return record.segment().level();
    } catch (RecordException e) {
      throw new AssertionError(e);
    }
  }
}
