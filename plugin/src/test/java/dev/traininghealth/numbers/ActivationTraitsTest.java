package dev.traininghealth.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Every activation function of DL4J has a row, whose numbers are what ND4J computes. */
class ActivationTraitsTest {
  private static final int POINTS = 6001;
  private static final double FAR = 2000;

  /** The first of two units goes over all inputs, the second, for softmax, stays at 0. */
  private static final double[] INPUTS = inputs();

  private static double[] inputs() {
    double[] inputs = new double[POINTS];
    for (int i = 0; i < POINTS; i++) {
      inputs[i] = -30 + 60.0 * i / (POINTS - 1);
    }
    inputs[0] = -FAR;
    inputs[POINTS - 1] = FAR;
    return inputs;
  }

  private static INDArray array() {
    INDArray array = Nd4j.create(DataType.DOUBLE, POINTS, 2);
    for (int i = 0; i < POINTS; i++) {
      array.putScalar(i, 0, INPUTS[i]);
    }
    return array;
  }

  private static ActivationTraits traits(Activation activation) {
    return ActivationTraits.of(activation.getActivationFunction().toString());
  }

  private static double[] values(Activation activation) {
    return activation
        .getActivationFunction()
        .getActivation(array(), true) // RReLU is another function in inference
        .getColumn(0)
        .toDoubleVector();
  }

  private static double[] slopes(Activation activation) {
    IActivation function = activation.getActivationFunction();
    function.getActivation(array(), true); // RReLU draws its slopes here
    return function
        .backprop(array(), Nd4j.ones(DataType.DOUBLE, POINTS, 2))
        .getFirst()
        .getColumn(0)
        .toDoubleVector();
  }

  @ParameterizedTest
  @EnumSource
  void shouldKnowEachFunctionAndItsRange(Activation activation) {
    assertThat(traits(activation).isKnown()).isTrue();
    Range range = traits(activation).range();
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (double value : values(activation)) {
      if (!Double.isNaN(value)) {
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
    }
    assertThat(min).isGreaterThanOrEqualTo(range.low() - 1e-4);
    assertThat(max).isLessThanOrEqualTo(range.high() + 1e-4);
    if (range.low() > Double.NEGATIVE_INFINITY) {
      assertThat(min).isCloseTo(range.low(), within(0.01));
    } else {
      assertThat(min).isLessThan(-10);
    }
    if (range.high() < Double.POSITIVE_INFINITY) {
      assertThat(max).isCloseTo(range.high(), within(0.01));
    } else {
      assertThat(max).isGreaterThan(10);
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldKnowWhichFunctionsAreZeroBelowZero(Activation activation) {
    double[] values = values(activation);
    double[] slopes = slopes(activation);
    boolean rectified = true;
    for (int i = 0; i < POINTS && INPUTS[i] < -1e-9; i++) {
      rectified &= values[i] == 0 && slopes[i] == 0;
    }
    assertThat(traits(activation).isRectified()).isEqualTo(rectified);
  }

  @ParameterizedTest
  @EnumSource
  void shouldKnowWhichFunctionsAreLinearAboveTheirThresholdWithASmallSlopeBelow(
      Activation activation) {
    double[] slopes = slopes(activation);
    boolean twoLines = activation != Activation.IDENTITY && activation != Activation.SOFTMAX;
    for (int i = 0; i < POINTS && twoLines; i++) {
      boolean below = INPUTS[i] < -1e-9 && Math.abs(slopes[i]) < 0.4;
      boolean above = INPUTS[i] > 1.01 && (slopes[i] == 1 || INPUTS[i] > 5.99);
      boolean between = INPUTS[i] >= -1e-9 && INPUTS[i] <= 1.01;
      twoLines = below || above || between;
    }
    // RReLU has a slope of 1 / 8 to 1 / 3 below 0, but its backprop says 1.
    boolean expected = twoLines && !isExponential(activation);
    assertThat(traits(activation).suitsHeInitialization())
        .isEqualTo(expected || activation == Activation.RRELU);
  }

  private static boolean isExponential(Activation activation) {
    return activation == Activation.ELU || activation == Activation.SELU;
  }

  @ParameterizedTest
  @EnumSource
  void shouldKnowTheSteepestSlopeOfSquashingFunctions(Activation activation) {
    ActivationTraits traits = traits(activation);
    if (!traits.isSquashing()) {
      assertThat(traits.steepestSlope()).isNaN();
      return;
    }
    double steepest = 0;
    for (double slope : slopes(activation)) {
      steepest = Math.max(steepest, slope);
    }
    assertThat(traits.steepestSlope()).isCloseTo(steepest, within(0.01));
    assertThat(traits.range().high() - traits.range().low()).isFinite();
  }

  @ParameterizedTest
  @EnumSource
  void shouldKnowWhichFunctionsGiveProbabilities(Activation activation) {
    INDArray values = activation.getActivationFunction().getActivation(array(), false);
    boolean distribution = true;
    for (int i = 0; i < POINTS; i++) {
      distribution &= Math.abs(values.getDouble(i, 0) + values.getDouble(i, 1) - 1) < 1e-6;
    }
    boolean halfAtZero = Math.abs(values.getDouble(POINTS / 2, 0) - 0.5) < 1e-6;
    assertThat(traits(activation).isDistribution()).isEqualTo(distribution);
    assertThat(traits(activation).givesProbabilities()).isEqualTo(halfAtZero);
  }

  @ParameterizedTest
  @CsvSource({
    "elu(alpha=0.5), -0.5",
    "elu(alpha=2.0), -2",
    "elu(alpha=0.0), 0",
    "ELU, -1",
    "elu(alpha=-1.0), -Infinity",
    "elu(odd), -Infinity",
    "prelu, -Infinity",
    "tanhish, -Infinity",
    "'', -Infinity",
  })
  void shouldReadTheParameterOfAFunction(String name, double low) {
    assertThat(ActivationTraits.of(name).range().low()).isEqualTo(low);
  }

  @Test
  void shouldClaimNothingOfAFunctionThatIsNotKnown() {
    ActivationTraits own = ActivationTraits.of("com.example.OwnFunction@5e");

    assertThat(own.isKnown()).isFalse();
    assertThat(own.range()).isEqualTo(Range.ALL);
    assertThat(own.isRectified() || own.isSquashing() || own.givesProbabilities()).isFalse();
  }
}
