package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.samples.corpus.RunResult.End;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CaseRunnerTest {
  private static final Limits LIMITS = new Limits(100, 60);

  private static Examples examples(int size) {
    INDArray features = Nd4j.rand(size, 2);
    return new Examples(features, features.sum(true, 1));
  }

  @Test
  void shouldRepeatARunToTheBit() throws Exception {
    FaultCase faultCase =
        Cases.with(
            "layers",
            "[{'type': 'dense', 'units': 5, 'activation': 'tanh'},"
                + "{'type': 'dropout', 'rate': 0.5}, {'type': 'dense', 'units': 1}]");
    CaseRunner runner = new CaseRunner(faultCase, new CaseData(examples(10), examples(4)), true);

    RunResult first = runner.run(WatchMode.OBSERVING, 1, LIMITS);

    assertThat(runner.run(WatchMode.OBSERVING, 1, LIMITS).outcome()).isEqualTo(first.outcome());
    assertThat(runner.run(WatchMode.OBSERVING, 2, LIMITS).outcome()).isNotEqualTo(first.outcome());
  }

  @Test
  void shouldTellWhatDl4jCannotTrain() throws Exception {
    INDArray flat = Nd4j.rand(10, 2);
    Examples nonsense = new Examples(flat, flat.sum(true, 1));
    FaultCase image =
        Cases.with(
            Map.of(
                "inputShape", "[4, 4, 1]",
                "layers",
                    "[{'type': 'conv', 'units': 1, 'kernel': 2}, {'type': 'dense', 'units': 1}]"));

    RunResult run =
        new CaseRunner(image, new CaseData(nonsense, nonsense), false)
            .run(WatchMode.OBSERVING, 1, LIMITS);

    assertThat(run.training().end()).isEqualTo(End.ERROR);
    assertThat(run.training().error()).isNotNull();
    assertThat(run.outcome().trainScore()).isNaN();
  }
}
