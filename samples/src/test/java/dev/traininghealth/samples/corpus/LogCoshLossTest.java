package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LogCoshLossTest {
  private static final LogCoshLoss LOSS = new LogCoshLoss();
  private static final INDArray LABELS = Nd4j.createFromArray(new double[][] {{1, 0}, {-2, 0.5}});
  private static final INDArray OUTPUTS =
      Nd4j.createFromArray(new double[][] {{1.5, -1}, {0, 0.5}});

  private static double expected(INDArray outputs) {
    double sum = 0;
    for (int i = 0; i < 4; i++) {
      sum += Math.log(Math.cosh(outputs.getDouble(i / 2, i % 2) - LABELS.getDouble(i / 2, i % 2)));
    }
    return sum / 2;
  }

  @Test
  void shouldScoreTheMeanOverTheOutputs() {
    assertThat(LOSS.computeScore(LABELS, OUTPUTS, new ActivationIdentity(), null, false))
        .isEqualTo(expected(OUTPUTS), within(1e-9));
    assertThat(LOSS.computeScore(LABELS, OUTPUTS, new ActivationIdentity(), null, true))
        .isEqualTo(expected(OUTPUTS) / 2, within(1e-9));
  }

  @Test
  void shouldHaveTheSlopeOfTheScore() {
    INDArray gradient = LOSS.computeGradient(LABELS, OUTPUTS.dup(), new ActivationTanH(), null);
    double step = 1e-5;
    for (int i = 0; i < 4; i++) {
      INDArray above = OUTPUTS.dup();
      above.putScalar(i / 2, i % 2, OUTPUTS.getDouble(i / 2, i % 2) + step);
      INDArray below = OUTPUTS.dup();
      below.putScalar(i / 2, i % 2, OUTPUTS.getDouble(i / 2, i % 2) - step);
      double slope =
          (LOSS.computeScore(LABELS, above, new ActivationTanH(), null, false)
                  - LOSS.computeScore(LABELS, below, new ActivationTanH(), null, false))
              / (2 * step);
      assertThat(gradient.getDouble(i / 2, i % 2)).isEqualTo(slope, within(1e-6));
    }
  }

  @Test
  void shouldNotOverflow() {
    INDArray far = Nd4j.create(DataType.FLOAT, 1, 1).assign(1e4);

    assertThat(
            LOSS.computeScore(
                Nd4j.zeros(DataType.FLOAT, 1, 1), far, new ActivationIdentity(), null, true))
        .isEqualTo(1e4 - Math.log(2), within(1e-2));
  }

  @Test
  void shouldIgnoreMaskedExamples() {
    INDArray mask = Nd4j.createFromArray(1.0, 0.0).reshape(2, 1);

    assertThat(
            LOSS.computeScoreArray(LABELS, OUTPUTS, new ActivationIdentity(), mask).getDouble(1, 0))
        .isZero();
    assertThat(
            LOSS.computeGradient(LABELS, OUTPUTS, new ActivationIdentity(), mask).getDouble(1, 0))
        .isZero();
  }
}
