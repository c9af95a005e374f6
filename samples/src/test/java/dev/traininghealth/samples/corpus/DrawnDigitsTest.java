package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class DrawnDigitsTest {
  private final DataSet digits = new DrawnDigits(new Random(1)).minibatch(300);

  @Test
  void shouldDrawTheSameFromTheSameSeed() {
    assertThat(new DrawnDigits(new Random(1)).minibatch(300)).isEqualTo(digits);
    assertThat(new DrawnDigits(new Random(2)).minibatch(300)).isNotEqualTo(digits);
  }

  @Test
  void shouldDrawEveryDigitAndNoneTwice() {
    INDArray labels = digits.getLabels();
    assertThat(labels.sum(1).toDoubleVector()).containsOnly(1);
    assertThat(Arrays.stream(labels.sum(0).toDoubleVector())).allMatch(count -> count > 10);
    INDArray images = digits.getFeatures();
    assertThat(images.shape()).containsExactly(300, 256);
    for (int i = 1; i < 300; i++) {
      assertThat(images.getRow(i)).isNotEqualTo(images.getRow(0));
    }
  }

  @Test
  void shouldPutInkOnPaper() {
    double mean = digits.getFeatures().meanNumber().doubleValue();

    assertThat(mean).as("share of ink").isBetween(0.1, 0.4);
    assertThat(digits.getFeatures().maxNumber().doubleValue()).isGreaterThan(1);
  }
}
