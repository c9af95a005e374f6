package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.publish.Quantity;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.publish.RunDescription;
import dev.traininghealth.publish.RunRecord;
import dev.traininghealth.publish.Segment;
import dev.traininghealth.publish.SegmentRecord;
import dev.traininghealth.publish.Series;
import dev.traininghealth.publish.Series.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Records as they were written by a version that recorded more series: a run of two dense layers
 * and a segment of its iterations 0 to 7, two in each bucket. At iteration i a series has the value
 * {@code code of its quantity + 100·code of its scope + 1000·its index + i/8}; the score is NaN at
 * iteration 5.
 */
final class OldRecordsTest {
  private final RunDescription old;
  private final Segment segment;

  OldRecordsTest() throws Exception {
    List<String> lines = lines();
    RunRecord run = new RunRecord();
    run.decode(Base64.getDecoder().decode(lines.get(0)));
    SegmentRecord rows = new SegmentRecord();
    rows.decode(Base64.getDecoder().decode(lines.get(1)));
    old = run.description();
    segment = rows.segment();
  }

  private static List<String> lines() {
    try (InputStream in = OldRecordsTest.class.getResourceAsStream("/records/all-series.base64")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The values of a series in the four buckets. */
  private static double[] means(Timeline timeline, int series) {
    MergedSeries merged = MergedSeries.of(Columns.of(timeline, 0, 7, 4), series, 8);
    return new double[] {merged.mean(0), merged.mean(1), merged.mean(2), merged.mean(3)};
  }

  private static double[] rising(double first) {
    return new double[] {first + 0.0625, first + 0.3125, first + 0.5625, first + 0.8125};
  }

  @Test
  void shouldReadThemByTheirOwnDescription() {
    Timeline timeline = Timeline.of(old, List.of(segment));

    assertThat(old.series()).hasSize(44);
    for (int series = 0; series < old.series().size(); series++) {
      assertThat(old.indexOf(Quantity.UPDATE_RATIO, Scope.RUN, 0)).isEqualTo(5);
      assertThat(timeline.byIteration().get(3).has(series)).isTrue();
    }
    assertThat(means(timeline, timeline.column(Quantity.WEIGHT_NORM, Scope.PARAMETER, 3)))
        .containsExactly(rising(3204));
    assertThat(means(timeline, timeline.column(Quantity.SKIPPED))).containsExactly(rising(18));
  }

  @Test
  void shouldReadThemAsThePastOfARunThatRecordsFewerSeries() {
    RunDescription now = RunDescription.of(RecordFixtures.denseLayout(2), 2_000, Map.of());
    Segment without = RecordFixtures.rows(now).row(8).set(0, 1).segment();
    Timeline timeline = Timeline.of(now, List.of(old), List.of(segment, without));

    assertThat(timeline.byIteration()).hasSize(5);
    assertThat(now.series()).hasSizeLessThan(old.series().size());
    for (int series = 0; series < now.series().size(); series++) {
      Series read = now.series().get(series);
      int column = old.indexOf(read.quantity(), read.scope(), read.index());
      for (int bucket = 0; bucket < segment.buckets(); bucket++) {
        assertThat(timeline.byIteration().get(bucket).segment().mean(series, bucket))
            .as("%s in bucket %d", read, bucket)
            .isEqualTo(segment.mean(column, bucket));
      }
    }
    assertThat(means(timeline, timeline.column(Quantity.GRADIENT_NORM, Scope.LAYER, 1)))
        .containsExactly(rising(1103));
    assertThat(MergedSeries.of(Columns.of(timeline, 0, 8, 8), 0, 8).nonFinite())
        .hasSize(1)
        .first()
        .extracting(NonFiniteRun::first)
        .isEqualTo(5L);
  }

  @Test
  void shouldReadThemWithoutTheSeriesOfInterventions() {
    RunDescription now = RunDescription.of(RecordFixtures.denseLayout(2), 2_000, Map.of());
    RunDescription older = RecordFixtures.withoutInterventions(now, 1_000);
    Segment rows =
        RecordFixtures.rows(older).row(0).set(Quantity.ACTIVATION_RMS, Scope.LAYER, 1, 3).segment();
    Timeline timeline = Timeline.of(now, List.of(older), List.of(rows));

    Timeline.Row row = timeline.byIteration().get(0);
    int activation = now.indexOf(Quantity.ACTIVATION_RMS, Scope.LAYER, 1);
    assertThat(row.segment().mean(activation, 0)).isEqualTo(3);
    assertThat(row.has(now.indexOf(Quantity.LEARNING_RATE_FACTOR, Scope.RUN, 0))).isFalse();
  }
}
