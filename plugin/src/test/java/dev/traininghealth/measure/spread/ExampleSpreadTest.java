package dev.traininghealth.measure.spread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.numbers.Measurement;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

final class ExampleSpreadTest {
  private final ExampleSpread spread = new ExampleSpread();
  private final Random random = new Random(5);

  private void measure(INDArray array) {
    spread.measure(ArrayBinding.ofBackend().bind(array), array.shape(), array.stride());
  }

  private INDArray noise(int rows, int columns) {
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      for (int c = 0; c < columns; c++) {
        row[c] = (float) random.nextGaussian();
      }
    }
    return Nd4j.createFromArray(values);
  }

  /** The participation ratio by the singular values of the rows without their mean. */
  private static double oracle(INDArray array) {
    INDArray centered = array.subRowVector(array.mean(0));
    INDArray gram = centered.mmul(centered.transpose());
    double trace = 0;
    for (int i = 0; i < gram.rows(); i++) {
      trace += gram.getDouble(i, i);
    }
    double frobenius = gram.norm2Number().doubleValue();
    return trace * trace / (frobenius * frobenius);
  }

  @Test
  void shouldBeTheParticipationRatioOfSingularValues() {
    for (int rank = 1; rank < 12; rank += 5) {
      INDArray array = noise(20, rank).mmul(noise(rank, 60)).addi(3);
      measure(array);

      assertThat(spread.rank()).isCloseTo(oracle(array), within(1e-3)).isBetween(1.0, rank + 1e-3);
    }
  }

  /** Two points along each of k axes: k equal singular values. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void shouldCountEqualDirections(int directions) {
    INDArray array = Nd4j.zeros(2 * directions, 10);
    for (int i = 0; i < directions; i++) {
      array.putScalar(2L * i, i, 1);
      array.putScalar(2L * i + 1, i, -1);
    }
    measure(array);

    assertThat(spread.rank()).isCloseTo(directions, within(1e-6));
    assertThat(spread.share()).isCloseTo(1, within(1e-6));
  }

  @Test
  void shouldBeZeroIfAllExamplesAreTheSame() {
    measure(Nd4j.ones(40, 7).muli(0.3));
    assertThat(spread.rank()).isZero();
    assertThat(spread.share()).isZero();

    measure(Nd4j.zeros(4, 7));
    assertThat(spread.share()).isZero();
  }

  @Test
  void shouldBeTheShareOfTheDifferences() {
    measure(noise(200, 500).muli(0.1).addi(10));

    assertThat(spread.share()).isCloseTo(0.01 / 100, within(0.2e-4));
    assertThat(spread.rank()).isBetween(15.0, 31.0);
  }

  @ParameterizedTest
  @ValueSource(chars = {'c', 'f'})
  void shouldReadImagesInAnyOrder(char order) {
    INDArray images = Nd4j.rand(order, new int[] {12, 3, 5, 4});
    measure(images);

    assertThat(spread.rank()).isCloseTo(oracle(images.reshape('c', 12, 60)), within(1e-3));
  }

  @Test
  void shouldSayNothingOfOneExampleOrOfValuesThatAreNotFinite() {
    measure(noise(1, 30));
    assertThat(Measurement.isAbsent(spread.rank())).isTrue();

    measure(noise(5, 30).putScalar(2, 3, Float.NaN));
    assertThat(Measurement.isAbsent(spread.share())).isTrue();
  }
}
