package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CollapsingWeightsDetectorTest {
  private final SimulatedRun run =
      new SimulatedRun(LayoutBuilder.classifier(3, "relu"), new CollapsingWeightsDetector());

  @ParameterizedTest
  @CsvSource({"2, 0.01, true", "2, 0, true", "2, 5, false", "2, 1e6, false", "3, 0, false"})
  void shouldFindAMatrixThatHasLostItsNorm(int parameter, double norm, boolean collapses) {
    run.run(30);
    run.next.weightNorm[parameter] = norm;
    run.run(1);

    assertThat(run.found().equals(List.of("vanishing WARNING 1_W"))).isEqualTo(collapses);
    assertThat(run.reported()).hasSize(collapses ? 1 : 0);
    assertThat(run.reported()).allMatch(d -> d.iteration() == 30);
  }

  /** Spark averages the weights of workers that may have gone apart. */
  @ParameterizedTest
  @CsvSource({"-1, true", "30, false"})
  void shouldNotTakeAverageWeightsForLostOnes(long replacedIteration, boolean collapses) {
    run.run(30);
    run.next.weightsReplacedIteration = replacedIteration;
    run.next.weightNorm[0] = 2;
    run.run(1);

    assertThat(run.reported()).hasSize(collapses ? 1 : 0);
  }

  @Test
  void shouldEndWhenTheNormHasComeBack() {
    run.run(30);
    run.next.weightNorm[0] = 0.001;
    run.run(30);
    run.next.weightNorm[0] = Double.NaN;
    run.run(1);
    run.next.weightNorm[0] = 8;
    run.run(200);

    assertThat(run.latest()).hasSize(1);
    assertThat(run.latest().get(0).endIteration()).isGreaterThan(60);
  }

  @Test
  void shouldNotBeBlindAfterNonFiniteNorms() {
    run.run(10);
    run.next.weightNorm[0] = Double.POSITIVE_INFINITY;
    run.run(1);
    run.next.weightNorm[0] = Double.NaN;
    run.run(1);
    run.next.weightNorm[0] = 8;
    run.run(10);
    assertThat(run.reported()).isEmpty();

    run.next.weightNorm[0] = 0.001;
    run.run(1);
    assertThat(run.found()).containsExactly("vanishing WARNING 0_W");
  }

  @Test
  void shouldLeaveMatricesAloneThatAreAtZeroFromTheStartOrFrozen() {
    SimulatedRun zero =
        new SimulatedRun(
            new LayoutBuilder()
                .dense(1, "relu")
                .frozen(true)
                .dense(1, "relu")
                .frozen(false)
                .output(10, "softmax", "LossMCXENT")
                .build(),
            new CollapsingWeightsDetector());
    zero.next.weightNorm[0] = 0;
    zero.run(30);
    zero.next.weightNorm[2] = 1e-6;
    zero.run(30);

    assertThat(zero.reported()).isEmpty();
  }
}
