package dev.traininghealth.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.Series.Scope;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TimelineTest {
  private static Segment segment(RunDescription run, int... iterations) {
    RecordFixtures.Rows rows = RecordFixtures.rows(run);
    for (int iteration : iterations) {
      rows.row(iteration).set(Quantity.SCORE, Scope.RUN, 0, iteration);
    }
    return rows.segment();
  }

  private static RunDescription run(long startMillis) {
    return RecordFixtures.run(RecordFixtures.denseLayout(1), startMillis, Map.of());
  }

  @Test
  void shouldPutAResumedRunBehindItsPast() {
    RunDescription first = run(1);
    RunDescription second = run(2);
    Timeline timeline =
        Timeline.of(
            second,
            List.of(first, second),
            List.of(segment(second, 3, 4), segment(first, 0, 1, 2, 3, 4, 5)));

    assertThat(timeline.asRecorded())
        .extracting(Timeline.Row::first)
        .containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(timeline.lastIteration()).isEqualTo(4);
  }

  @Test
  void shouldForgetAnOlderRunThatWasBegunAnew() {
    RunDescription first = run(1);
    RunDescription second = run(2);
    Timeline timeline =
        Timeline.of(
            second, List.of(first), List.of(segment(first, 0, 1, 2), segment(second, 0, 1)));

    assertThat(timeline.byIteration()).hasSize(2);
  }

  @Test
  void shouldShowIterationsTwiceWhereTheCountWasSetBack() {
    RunDescription run = run(1);
    Timeline timeline = Timeline.of(run, List.of(segment(run, 0, 1, 2, 1, 2)));

    assertThat(timeline.byIteration())
        .extracting(Timeline.Row::first)
        .containsExactly(0L, 1L, 1L, 2L, 2L);
    assertThat(timeline.asRecorded())
        .extracting(Timeline.Row::first)
        .containsExactly(0L, 1L, 2L, 1L, 2L);
  }

  @Test
  void shouldLeaveOutSegmentsOfAnotherNetwork() {
    RunDescription other = RecordFixtures.run(RecordFixtures.denseLayout(2), 1, Map.of());

    assertThat(Timeline.of(run(2), List.of(other), List.of(segment(other, 0, 1))).isEmpty())
        .isTrue();
  }

  @Test
  void shouldLeaveOutWhatIsOfNoRunThatIsKnown() {
    assertThat(Timeline.of(run(2), List.of(segment(run(1), 0, 1))).isEmpty()).isTrue();
  }

  @Test
  void shouldLeaveOutAnotherNetworkWithAsManySeries() {
    RunDescription one = run(1);
    RunDescription.Parameter first = one.parameters().get(0);
    RunDescription.Parameter longer =
        new RunDescription.Parameter(
            first.key(), first.name(), first.layer(), first.role(), 7, first.frozen());
    RunDescription other =
        new RunDescription(
            one.modelClass(),
            one.layers(),
            List.of(longer, one.parameters().get(1)),
            one.series(),
            1,
            Map.of());
    RunDescription shown = run(2);

    Timeline timeline =
        Timeline.of(shown, List.of(other), List.of(segment(other, 0, 1), segment(shown, 5)));

    assertThat(timeline.byIteration()).extracting(Timeline.Row::first).containsExactly(5L);
    assertThat(timeline.isPast(1)).isFalse();
  }
}
