package dev.traininghealth.samples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.samples.benchmark.MeasureCounter.Count;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ScheduleReportTest {
  private static final Map<ScheduledMeasure, Count> COUNTS =
      Map.of(ScheduledMeasure.ACTIVATIONS, new Count(7, 480));

  @Test
  void shouldShowCountsAndDelays() {
    ScheduleRun observing =
        new ScheduleRun(
            COUNTS,
            0.0123,
            Map.of(
                PlantedFault.DEAD_RELUS,
                OptionalLong.of(37),
                PlantedFault.SATURATED_TANH,
                OptionalLong.empty()));
    ScheduleRun protecting =
        new ScheduleRun(
            COUNTS,
            0.02,
            Map.of(
                PlantedFault.DEAD_RELUS,
                OptionalLong.of(0),
                PlantedFault.SATURATED_TANH,
                OptionalLong.of(85)));
    ScheduleReport report =
        new ScheduleReport(
            3000,
            Map.of(
                Workload.MLP3X256, Map.of(Mode.OBSERVING, observing),
                Workload.MLP20X128, Map.of(Mode.PROTECTING, protecting)));

    assertThat(report.table())
        .containsPattern("MLP 3×256, 3,000 iterations +observing: taken +longest gap")
        .containsPattern("activations +7 +480")
        .containsPattern("singular values +– +–")
        .containsPattern("share of the training time +1.23%")
        .containsPattern("250 of 256 ReLUs dead: diagnosed after +37")
        .containsPattern("weights of tanh units × 30: diagnosed after +never")
        .containsPattern("125 of 128 ReLUs dead: diagnosed after +already before");
  }

  @Test
  void shouldCountTheMeasuresOfARealRun() {
    ScheduleRun run = ScheduleRun.of(Workload.P467, Mode.OBSERVING, 60);

    assertThat(run.counts().keySet()).containsExactlyInAnyOrder(ScheduledMeasure.values());
    List<ScheduledMeasure> taken =
        List.of(
            ScheduledMeasure.ACTIVATIONS,
            ScheduledMeasure.GRADIENT_DEVIATIONS,
            ScheduledMeasure.UPDATE_DEVIATIONS,
            ScheduledMeasure.HISTOGRAMS,
            ScheduledMeasure.SINGULAR_VALUES);
    for (ScheduledMeasure measure : taken) {
      assertThat(run.counts())
          .hasEntrySatisfying(
              measure,
              count -> {
                assertThat(count.count()).as("taken").isBetween(1, 60);
                assertThat(count.longestGap()).as("gap").isBetween(1L, 60L);
              });
    }
    assertThat(run.share()).isPositive();
    assertThat(run.delays()).isEmpty();
  }
}
