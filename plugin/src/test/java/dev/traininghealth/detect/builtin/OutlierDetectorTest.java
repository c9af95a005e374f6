package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import org.junit.jupiter.api.Test;

final class OutlierDetectorTest {
  private final SimulatedRun run =
      new SimulatedRun(LayoutBuilder.classifier(2, "relu"), new OutlierDetector());

  @Test
  void shouldNameTheRowOnce() {
    run.run(30);
    assertThat(run.found()).isEmpty();

    run.next.data.outlierExamples = 1;
    run.next.data.outlierExample = 5;
    run.next.data.outlierScale = 52;
    run.run(500);

    assertThat(run.found()).containsExactly("data INFO");
    assertThat(run.reported().get(0).sentence())
        .isEqualTo(
            "Row 5 of the minibatch of iteration 30 has features 52 times as large as usual (root"
                + " mean square).");
    assertThat(run.reported().get(0).remedies().get(0).code()).contains("getRow(5)");
  }
}
