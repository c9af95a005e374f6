package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.NetworkLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SetupDetectorTest {
  private static final NetworkLayout LAYOUT = LayoutBuilder.classifier(2, "relu");

  @ParameterizedTest
  @CsvSource({
    "32, 1e9, 400, ''",
    "1, 1e9, 400, few_examples",
    "1, 1.1, 400, ''", // no alarm
  })
  void shouldNameMinibatchesOfOneExampleBesideAnAlarm(
      int batchSize, double jump, int at, String expected) {
    SimulatedRun run = new SimulatedRun(LAYOUT, new DivergingScoreDetector(), new SetupDetector());
    run.next.batchSize = batchSize;
    run.run(
        500,
        (m, i) ->
            m.score = SimulatedRun.CHANCE * run.noise(0.05) * (i >= at && i < at + 9 ? jump : 1));

    assertThat(run.latest())
        .filteredOn(d -> d.detector().equals("setup"))
        .extracting(d -> d.problem().name())
        .hasToString("[" + expected + "]");
  }
}
