package dev.traininghealth.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.array.Kernel;
import dev.traininghealth.numbers.Measurement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SilentUnitsTest {
  private final SilentUnits units = new SilentUnits();
  private Kernel kernel = Kernel.BLAS;

  static Stream<Arguments> layouts() {
    List<Arguments> cases = new ArrayList<>();
    for (Kernel kernel : Kernel.values()) {
      for (char order : new char[] {'c', 'f'}) {
        cases.add(Arguments.of(kernel, order, false, new long[] {24, 5}));
        cases.add(Arguments.of(kernel, order, false, new long[] {24, 5, 3}));
        cases.add(Arguments.of(kernel, order, true, new long[] {24, 3, 5}));
        cases.add(Arguments.of(kernel, order, false, new long[] {24, 5, 2, 3}));
        cases.add(Arguments.of(kernel, order, true, new long[] {24, 2, 3, 5}));
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void shouldFindUnitsThatAreZeroThroughout(Kernel kernel, char order, boolean last, long[] shape) {
    this.kernel = kernel;
    INDArray array = Nd4j.zeros(DataType.FLOAT, shape).dup(order);
    // Units 0, 2 and 3 answer once, each in another corner; 1 and 4 never do.
    for (int unit : new int[] {0, 2, 3}) {
      long[] at = new long[shape.length];
      for (int d = 0; d < shape.length; d++) {
        at[d] = unit == 0 ? 0 : unit == 2 ? shape[d] - 1 : shape[d] / 2;
      }
      at[last ? shape.length - 1 : 1] = unit;
      array.putScalar(at, unit == 3 ? Double.NaN : -1e-30);
    }
    assertThat(measure(array, last, 0)).isNaN();
    assertThat(measure(array, last, 10)).isNaN();
    assertThat(measure(array, last, 20)).isEqualTo(2 / 5.0);
  }

  @Test
  void shouldReadAViewInTheOrderOfItsMemory() {
    INDArray array = Nd4j.zeros(DataType.FLOAT, 5, 24);
    array.putRow(2, Nd4j.ones(DataType.FLOAT, 24));
    INDArray transposed = array.transpose();
    measure(transposed, false, 0);
    measure(transposed, false, 10);
    assertThat(measure(transposed, false, 20)).isEqualTo(4 / 5.0);
  }

  @Test
  void shouldWaitForMeasurementsIterationsAndExamples() {
    INDArray zeros = Nd4j.zeros(DataType.FLOAT, 30, 4);
    assertThat(measure(zeros, false, 0)).as("one").satisfies(SilentUnitsTest::isAbsent);
    assertThat(measure(zeros, false, 25)).as("two").satisfies(SilentUnitsTest::isAbsent);
    assertThat(measure(zeros, false, 30)).as("three").isEqualTo(1);

    SilentUnits close = new SilentUnits();
    for (int iteration = 0; iteration < 20; iteration += 5) {
      assertThat(measure(close, zeros, 1, iteration)).satisfies(SilentUnitsTest::isAbsent);
    }
    assertThat(measure(close, zeros, 1, 20)).as("over 20 iterations").isEqualTo(1);

    SilentUnits single = new SilentUnits();
    INDArray one = Nd4j.zeros(DataType.FLOAT, 1, 4);
    for (int iteration = 0; iteration < 63; iteration++) {
      assertThat(measure(single, one, 1, iteration)).satisfies(SilentUnitsTest::isAbsent);
    }
    assertThat(measure(single, one, 1, 63)).as("64 examples").isEqualTo(1);
  }

  @Test
  void shouldCountLessWhereDropoutMakesZeros() {
    INDArray zeros = Nd4j.zeros(DataType.FLOAT, 30, 4);
    for (int iteration = 0; iteration < 30; iteration += 10) {
      assertThat(measure(units, zeros, 0.6, iteration)).satisfies(SilentUnitsTest::isAbsent);
    }
    assertThat(measure(units, zeros, 0.6, 30)).as("72 of 120 examples count").isEqualTo(1);
  }

  @Test
  void shouldBeginAnewWhenAUnitAnswers() {
    INDArray zeros = Nd4j.zeros(DataType.FLOAT, 64, 4);
    INDArray once = zeros.dup().putScalar(63, 1, 1);
    for (int iteration = 0; iteration <= 30; iteration += 10) {
      measure(zeros, false, iteration);
    }
    assertThat(measure(once, false, 40)).isEqualTo(3 / 4.0);
    assertThat(measure(zeros, false, 50)).isEqualTo(3 / 4.0);
    assertThat(measure(zeros, false, 60)).isEqualTo(3 / 4.0);
    assertThat(measure(zeros, false, 70)).as("three times in a row again").isEqualTo(1);
  }

  @Test
  void shouldSpreadItsReadsOverALargeLayer() {
    // A unit that answers in the second half of the minibatch alone, beside a silent one.
    INDArray array = Nd4j.zeros(DataType.FLOAT, 64, 2, 80, 80);
    for (int example = 32; example < 64; example++) {
      array.slice(example).slice(1).assign(1);
    }
    measure(array, false, 0);
    measure(array, false, 10);
    assertThat(measure(array, false, 20)).isEqualTo(0.5);
  }

  private double measure(INDArray array, boolean last, long iteration) {
    return units.measure(array, kernel.binding().bind(array), last, 1, iteration);
  }

  private double measure(SilentUnits units, INDArray array, double retained, long iteration) {
    return units.measure(array, kernel.binding().bind(array), false, retained, iteration);
  }

  private static void isAbsent(double value) {
    assertThat(Measurement.isAbsent(value)).isTrue();
  }
}
