package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.NetworkLayout;
import org.junit.jupiter.api.Test;
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

  /** As a convolutional network did whose rate was meant for minibatches of 64. */
  @ParameterizedTest
  @CsvSource({
    "1, 2.3, 'few_examples INFO, few_examples WARNING'",
    "1, 1.2, few_examples INFO", // keeps what it learned, but learns slowly
    "32, 2.3, ''", // another problem
  })
  void shouldWarnOfMinibatchesOfOneExampleThatLoseWhatWasLearned(
      int batchSize, double last, String expected) {
    SimulatedRun run = new SimulatedRun(LAYOUT, new SetupDetector());
    run.next.batchSize = batchSize;
    run.run(1000, (m, i) -> m.score = (i < 150 ? 2.3 : i < 500 ? 1.2 : last) * run.noise(0.5));

    assertThat(run.latest())
        .extracting(d -> d.problem().name() + " " + d.severity())
        .hasToString("[" + expected + "]");
    assertThat(run.latest())
        .filteredOn(Diagnosis::isAlarm)
        .allMatch(d -> d.sentence().contains("is mostly noise. The score had come down to 1."));
  }

  @Test
  void shouldSayNothingOfSingleExamplesThatAreLearnedFrom() {
    SimulatedRun run = new SimulatedRun(LAYOUT, new SetupDetector());
    run.next.batchSize = 1;
    run.run(1000, (m, i) -> m.score = (i < 150 ? 2.3 : 0.6) * run.noise(0.5));

    assertThat(run.found()).isEmpty();
  }

  /** A network that never learned has other problems, whatever its noise. */
  @ParameterizedTest
  @CsvSource({"0.3", "1"})
  void shouldNotTakeNoiseForWhatWasLearned(double noise) {
    SimulatedRun run = new SimulatedRun(LAYOUT, new SetupDetector());
    run.next.batchSize = 1;
    run.run(4000, (m, i) -> m.score = 2 * run.noise(noise));

    assertThat(run.alarms()).isEmpty();
  }
}
