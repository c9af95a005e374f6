package dev.traininghealth.numbers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The score of the best constant prediction, for an output layer. */
class ConstantPredictionTest {
  private static final DataRecord LABELS = labels();

  private static DataRecord labels() {
    DataRecord data = new MeasurementWriter(1, 1).data;
    data.labelColumns = 2;
    data.labelEntropy = 0.69;
    data.labelBinaryEntropy = 1.38;
    data.labelVariance = 0.25;
    data.labelClassEntropy = 0.5;
    return data;
  }

  /** DL4J takes only the logarithm of the softmax of a class that is one. */
  @ParameterizedTest
  @CsvSource({
    "softmax, LossBinaryXENT, false, 0.69",
    "sigmoid, LossBinaryXENT, false, 1.38",
    "softmax, LossMCXENT, false, 0.69",
    "softmax, LossSparseMCXENT, false, 0.5",
    "identity, LossMSE, false, 0.25",
    "identity, LossMSE, true, NaN",
    "identity, OwnLoss, false, NaN",
  })
  void shouldFollowActivationLossAndWeights(
      String activation, String loss, boolean weighted, double expected) {
    NetworkLayout.Layer layer =
        new NetworkLayout.Layer(
            "out",
            "OutputLayer",
            activation,
            false,
            0,
            1,
            new NetworkLayout.Configuration(
                2, "", "", loss, "", Double.NaN, "", "", weighted, Double.NaN),
            0);
    assertThat(layer.constantPredictionScore(LABELS)).isEqualTo(Double.valueOf(expected));
  }
}
