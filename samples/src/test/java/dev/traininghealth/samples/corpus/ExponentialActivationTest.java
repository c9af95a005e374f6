package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ExponentialActivationTest {
  private final ExponentialActivation exponential = new ExponentialActivation();

  @Test
  void shouldBeTheExponential() {
    INDArray out = exponential.getActivation(Nd4j.createFromArray(-2.0, 0.0, 3.0), true);

    assertThat(out.getDouble(0)).isEqualTo(Math.exp(-2), within(1e-12));
    assertThat(out.getDouble(1)).isEqualTo(1);
    assertThat(out.getDouble(2)).isEqualTo(Math.exp(3), within(1e-12));
  }

  @Test
  void shouldHandBackTheSlope() {
    double[] at = {-2, 0, 0.3, 3};
    double step = 1e-6;
    INDArray epsilon = Nd4j.createFromArray(1.0, 2.0, -3.0, 0.5);

    INDArray gradient = exponential.backprop(Nd4j.createFromArray(at), epsilon).getFirst();

    for (int i = 0; i < at.length; i++) {
      INDArray around = Nd4j.createFromArray(at[i] - step, at[i] + step);
      INDArray values = exponential.getActivation(around, true);
      double slope = (values.getDouble(1) - values.getDouble(0)) / (2 * step);
      assertThat(gradient.getDouble(i)).isEqualTo(slope * epsilon.getDouble(i), within(1e-6));
    }
  }
}
