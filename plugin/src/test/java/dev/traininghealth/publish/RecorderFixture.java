package dev.traininghealth.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.publish.Recorder.Settings;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.SegmentRecord;
import dev.traininghealth.record.Series.Scope;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.deeplearning4j.core.storage.Persistable;
import org.junit.jupiter.api.AfterEach;

/** A recorder that puts by flush only, before a router that can fail. */
abstract class RecorderFixture {
  /** Longer than any test: what is put is put by a flush. */
  static final Settings BY_FLUSH_ONLY = new Settings(Duration.ofHours(1), false, "");

  static final long START = 1_700_000_000_000L;
  static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(START), ZoneOffset.UTC);

  final FakeRouter router = new FakeRouter();
  NetworkLayout layout = RecordFixtures.denseLayout(2);
  RunDescription run = RecordConversion.run(layout, START, Map.of());
  Measurements measurements = new Measurements(layout);
  Recorder recorder = recorder(BY_FLUSH_ONLY, Duration.ofSeconds(20));

  Recorder recorder(Settings settings, Duration maxWait) {
    return new Recorder(
        layout,
        run.settings(),
        "org.deeplearning4j.nn.multilayer.MultiLayerNetwork",
        220,
        () -> "{}",
        router,
        "s",
        "w",
        settings,
        CLOCK,
        maxWait);
  }

  void use(NetworkLayout other) {
    use(other, Map.of());
  }

  void use(NetworkLayout other, Map<String, String> settings) {
    layout = other;
    run = RecordConversion.run(layout, START, settings);
    measurements = new Measurements(layout);
    recorder.close();
    recorder = recorder(BY_FLUSH_ONLY, Duration.ofSeconds(20));
  }

  @AfterEach
  void close() {
    CountDownLatch hang = router.hang;
    if (hang != null) {
      hang.countDown();
    }
    recorder.close();
  }

  void record(long from, long to) {
    for (long i = from; i < to; i++) {
      recorder.record(measurements.at(i, START + i));
    }
  }

  List<Segment> stored() {
    List<Segment> segments = new ArrayList<>();
    for (Persistable update :
        router.storage.getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "w", Long.MIN_VALUE)) {
      if (update instanceof SegmentRecord record && !record.isMerged()) {
        try {
          segments.add(record.segment());
        } catch (RecordException e) {
          throw new AssertionError(e);
        }
      }
    }
    return Segment.inOrder(segments);
  }

  static long rows(List<Segment> segments) {
    return segments.stream().mapToLong(Segment::rows).sum();
  }

  /** That the segments hold each of so many rows once. */
  static void assertRows(List<Segment> segments, long rows) {
    long next = 0;
    for (Segment segment : segments) {
      assertThat(segment.firstRow()).isEqualTo(next);
      next += segment.rows();
    }
    assertThat(next).isEqualTo(rows);
  }

  double value(Quantity quantity, Scope scope, int index) {
    recorder.flush();
    List<Segment> segments = stored();
    Segment last = segments.get(segments.size() - 1);
    int series = run.indexOf(quantity, scope, index);
    assertThat(series).isNotNegative();
    assertThat(last.nonFinite(series)).isEmpty();
    return last.mean(series, last.buckets() - 1);
  }
}
