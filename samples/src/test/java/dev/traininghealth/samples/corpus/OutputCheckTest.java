package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OutputCheckTest {
  private static final INDArray FEATURES =
      Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {1, 1}, {0, 0}});

  private static MultiLayerNetwork network(String loss, String layers) throws Exception {
    return CaseNetwork.build(Cases.with(Map.of("loss", "'" + loss + "'", "layers", layers)), 1);
  }

  @Test
  void shouldFindAConstantPredictionAndDeadUnits() throws Exception {
    MultiLayerNetwork network =
        network(
            "mse",
            "[{'type': 'dense', 'units': 4, 'activation': 'relu', 'bias_init': 'ones'},"
                + " {'type': 'dense', 'units': 2}, {'type': 'activation', 'activation': 'relu'},"
                + " {'type': 'dense', 'units': 1}]");
    network.getParam("0_W").assign(0);
    network.getParam("1_b").putScalar(0, -100);
    network.getParam("1_b").putScalar(1, 100);
    INDArray labels = Nd4j.createFromArray(0f, 2f, 4f, 6f).reshape(4, 1);

    OutputCheck check = OutputCheck.of(network, new Examples(FEATURES, labels));

    assertThat(check.constantScore()).isEqualTo(5, within(1e-6));
    assertThat(check.outputDeviation()).isEqualTo(0, within(1e-6));
    assertThat(check.sameClass()).isNaN();
    assertThat(check.deadUnits()).containsExactly(0.0, 0.5);
  }

  @Test
  void shouldScoreTheMedianForAbsoluteErrors() throws Exception {
    INDArray labels = Nd4j.createFromArray(0f, 1f, 1f, 10f).reshape(4, 1);

    OutputCheck check =
        OutputCheck.of(
            network("mae", "[{'type': 'dense', 'units': 1}]"), new Examples(FEATURES, labels));

    assertThat(check.constantScore()).isEqualTo(2.5, within(1e-6));
    assertThat(check.deadUnits()).isEmpty();
  }

  @Test
  void shouldCountTheMostFrequentClass() throws Exception {
    MultiLayerNetwork network =
        network(
            "sparse_categorical_crossentropy",
            "[{'type': 'dense', 'units': 2, 'activation': 'softmax'}]");
    network.getParam("0_W").assign(Nd4j.createFromArray(new float[][] {{1, 0}, {0, 2}}));
    network.getParam("0_b").assign(Nd4j.createFromArray(0.1f, 0f));
    INDArray labels = Nd4j.createFromArray(0f, 1f, 1f, 0f).reshape(4, 1);

    OutputCheck check = OutputCheck.of(network, new Examples(FEATURES, labels));

    assertThat(check.constantScore()).isEqualTo(Math.log(2), within(1e-6));
    assertThat(check.sameClass()).isEqualTo(0.5);
  }
}
