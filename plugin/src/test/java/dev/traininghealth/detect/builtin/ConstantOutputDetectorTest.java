package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConstantOutputDetectorTest {
  @ParameterizedTest
  @CsvSource({
    "1, 0.5, 370, not_learning INFO layer1",
    "1, 200, 370, ''",
    "10, 0.5, 370, ''", // the deviation is also that of the units
    "1, 0, 0, ''", // so are the labels
  })
  void shouldFindOutputsThatHardlyDiffer(
      long units, double deviation, double labels, String expected) {
    SimulatedRun run =
        new SimulatedRun(
            LayoutBuilder.withOutput(units, "identity", "LossMSE"), new ConstantOutputDetector());
    run.next.data.labelStandardDeviation = labels;
    run.run(
        300,
        (m, i) -> {
          m.activationIteration[1] = i;
          m.activationMean[1] = 54;
          m.activationStandardDeviation[1] = deviation;
        });

    assertThat(String.join("", run.found())).isEqualTo(expected);
    assertThat(run.reported()).allMatch(d -> d.iteration() >= 200);
  }
}
