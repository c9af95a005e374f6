package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class EvaluationTest {
  @Test
  void shouldTakeTheLargestOfSeveralOutputs() {
    INDArray outputs =
        Nd4j.createFromArray(
            new float[][] {{0.2f, 0.5f, 0.3f}, {0.9f, 0, 0}, {0, 0, Float.NaN}, {-3, -2, -1}});
    INDArray labels =
        Nd4j.createFromArray(new float[][] {{0, 1, 0}, {0, 1, 0}, {1, 0, 0}, {0, 0, 1}});

    assertThat(Evaluation.right(outputs, labels)).isEqualTo(2);
  }

  @Test
  void shouldTakeASingleOutputForYesAboveAHalf() {
    INDArray outputs = Nd4j.createFromArray(0.5f, 0.51f, 0.49f, 0.9f, Float.NaN).reshape(5, 1);
    INDArray labels = Nd4j.createFromArray(0f, 1f, 1f, 0f, 0f).reshape(5, 1);

    assertThat(Evaluation.right(outputs, labels)).isEqualTo(2);
  }

  @Test
  void shouldLookAtEachStepOfASeries() {
    INDArray outputs = Nd4j.createFromArray(new float[][][] {{{1, 0, 1}, {0, 1, 0}}});
    INDArray labels = Nd4j.createFromArray(new float[][][] {{{1, 0, 0}, {0, 1, 1}}});

    assertThat(Evaluation.right(outputs, labels)).isEqualTo(2);
  }

  @Test
  void shouldScoreAllExamples() throws Exception {
    MultiLayerNetwork network = CaseNetwork.build(Cases.with("batch", "1"), 1);
    INDArray features = Nd4j.rand(700, 2);
    INDArray labels = features.sum(true, 1);
    Evaluation evaluation = new Evaluation(network);

    assertThat(evaluation.score(new Examples(features, labels)))
        .isEqualTo(network.score(new DataSet(features, labels), false), within(1e-5));
  }

  @Test
  void shouldLeaveOutExamplesWithNaN() {
    INDArray features =
        Nd4j.createFromArray(new float[][] {{1, 2}, {Float.NaN, 4}, {5, 6}, {7, 8}});
    INDArray labels = Nd4j.createFromArray(1f, 2f, Float.NaN, 4f).reshape(4, 1);
    Examples complete = new Examples(Nd4j.rand(4, 2), Nd4j.rand(4, 1));

    Examples rest = new Examples(features, labels).withoutNaN();

    assertThat(rest.size()).isEqualTo(2);
    assertThat(rest.minibatch(0, 1).getLabels().toDoubleVector()).containsExactly(1, 4);
    assertThat(complete.withoutNaN()).isSameAs(complete);
  }
}
