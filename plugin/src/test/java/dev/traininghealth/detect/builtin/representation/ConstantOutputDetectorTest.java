package dev.traininghealth.detect.builtin.representation;

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

  @ParameterizedTest
  @CsvSource({
    "10, 1e-6, not_learning INFO layer1", // it differs by a thousandth of 0.1
    "10, 0.5, ''",
    "1, 1e-6, ''", // numbers of classes
  })
  void shouldFindClassesThatAreTheSameForEveryExample(
      int labelColumns, double spread, String expected) {
    SimulatedRun run =
        new SimulatedRun(
            LayoutBuilder.withOutput(10, "softmax", "LossMCXENT"), new ConstantOutputDetector());
    run.next.data.labelColumns = labelColumns;
    run.next.data.labelVariance = 0.09; // of ten balanced classes
    run.run(
        300,
        (m, i) -> {
          m.activationIteration[1] = i;
          m.activationRms[1] = 0.1;
          m.exampleSpread[1] = spread;
        });

    assertThat(String.join("", run.found())).isEqualTo(expected);
    assertThat(run.reported())
        .allMatch(d -> d.message().english().contains("deviate by 1e-4 from their means"));
  }
}
