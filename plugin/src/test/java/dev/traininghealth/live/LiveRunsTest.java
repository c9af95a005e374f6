package dev.traininghealth.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.live.LiveNumbers.Found;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveRunsTest {
  private final LiveRuns runs = new LiveRuns();

  private LiveRun trained(long timeMillis) {
    MeasurementWriter numbers = new MeasurementWriter(0, 0);
    numbers.timeMillis = timeMillis;
    LiveRun run = runs.start();
    run.onIterationDone(
        new NetworkLayout("MultiLayerNetwork", List.of(), List.of()), numbers.measurement());
    return run;
  }

  @Test
  void shouldShowTheRunThatWasTrainedLast() {
    assertThat(runs.latest()).isNull();
    LiveRun early = trained(1);
    LiveRun late = trained(3);
    trained(2);
    assertThat(runs.latest()).isEqualTo(late.latest());

    late.end();
    assertThat(runs.latest()).isNotEqualTo(early.latest()).isNotNull();
    assertThat(runs.iterations()).isEqualTo(3);
  }

  @Test
  void shouldKeepTheCountsOfEndedRuns() {
    LiveRun ended = trained(1);
    ended.countInterventionsBy(() -> Map.of(Kind.SKIP, 2L));
    ended.end();
    ended.end();
    trained(2).countInterventionsBy(() -> Map.of(Kind.SKIP, 3L, Kind.CLIP, 1L));

    assertThat(runs.interventions()).isEqualTo(Map.of(Kind.SKIP, 5L, Kind.CLIP, 1L));
    assertThat(runs.iterations()).isEqualTo(2);
  }

  @Test
  void shouldBoundTheNamesOfProblems() {
    for (int i = 0; i < 10 * LiveRuns.MAX_FOUND; i++) {
      runs.count("my_problem_" + i, Severity.WARNING);
    }

    assertThat(runs.diagnoses()).hasSizeLessThanOrEqualTo(LiveRuns.MAX_FOUND);
    assertThat(runs.diagnoses().get(new Found(LiveRuns.OTHER, Severity.WARNING)))
        .isGreaterThan(9 * LiveRuns.MAX_FOUND);
    assertThat(runs.diagnoses().values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(10 * LiveRuns.MAX_FOUND);
  }
}
