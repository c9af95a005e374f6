package dev.traininghealth.numbers;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SaturationTest {
  private static final int POINTS = 4001;

  private static @Nullable Saturation ruleOf(Activation activation) {
    return ActivationTraits.of(activation.getActivationFunction().toString()).saturation();
  }

  /** DL4J's own derivative is the oracle. */
  @ParameterizedTest
  @EnumSource(names = {"SIGMOID", "HARDSIGMOID", "TANH", "HARDTANH", "RATIONALTANH", "SOFTSIGN"})
  void shouldBeWhereTheSlopeIsBelowAFiftiethOfTheSteepest(Activation activation) {
    Saturation rule = requireNonNull(ruleOf(activation));
    INDArray inputs = Nd4j.linspace(-20, 20, POINTS, DataType.DOUBLE).reshape(1, POINTS);
    INDArray values = activation.getActivationFunction().getActivation(inputs.dup(), true);
    INDArray slopes =
        activation
            .getActivationFunction()
            .backprop(inputs.dup(), Nd4j.ones(DataType.DOUBLE, 1, POINTS))
            .getFirst();
    double steepest = slopes.maxNumber().doubleValue();
    int saturated = 0;
    for (int i = 1; i < POINTS - 1; i++) {
      double share = slopes.getDouble(i) / steepest;
      boolean flat = share < Saturation.MAX_FLAT_SLOPE;
      boolean before = slopes.getDouble(i - 1) / steepest < Saturation.MAX_FLAT_SLOPE;
      boolean after = slopes.getDouble(i + 1) / steepest < Saturation.MAX_FLAT_SLOPE;
      if (flat == before && flat == after) { // beside a corner or the threshold both are right
        assertThat(rule.isAtLimit(values.getDouble(i)))
            .as("at %s, slope %s of the steepest", inputs.getDouble(i), share)
            .isEqualTo(flat);
        saturated += flat ? 1 : 0;
      }
    }
    assertThat(saturated).isBetween(1, POINTS - 1);
  }

  @Test
  void shouldTakeTheUpperLimitAloneOfARectifiedTanh() {
    assertThat(Saturation.RECTIFIED_TANH.isAtLimit(0)).isFalse();
    assertThat(Saturation.RECTIFIED_TANH.isAtLimit(0.995)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"RELU", "LEAKYRELU", "SOFTMAX", "IDENTITY", "ELU", "GELU", "SWISH"})
  void shouldHaveNoRuleForAFunctionWithoutTwoLimits(Activation activation) {
    assertThat(ruleOf(activation)).isNull();
  }

  @ParameterizedTest
  @EnumSource(Saturation.class)
  void shouldNotTakeNaNForALimit(Saturation rule) {
    assertThat(rule.isAtLimit(Double.NaN)).isFalse();
  }
}
