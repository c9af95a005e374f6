package dev.traininghealth.numbers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassNumbersTest {
  private final ClassNumbers numbers = new ClassNumbers();

  @Test
  void shouldGiveTheEntropyOfTheClasses() {
    assertThat(numbers.entropy()).isNaN();
    for (double label : new double[] {0, 0, 7, 9_999}) {
      numbers.add(label);
    }
    assertThat(numbers.entropy())
        .isCloseTo(-0.5 * Math.log(0.5) - 0.5 * Math.log(0.25), within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, 0.5, 10_000, Double.NaN, Double.POSITIVE_INFINITY})
  void shouldClaimNothingOfLabelsThatAreNoClasses(double label) {
    numbers.add(1);
    numbers.add(label);
    assertThat(numbers.entropy()).isNaN();
  }
}
