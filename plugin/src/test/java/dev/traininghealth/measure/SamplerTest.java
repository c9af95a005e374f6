package dev.traininghealth.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.numbers.Histogram;
import dev.traininghealth.numbers.MeasurementWriter;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SamplerTest {
  private final Sampler sampler = new Sampler();

  @Test
  void shouldCountEveryElementOfAShortArray() {
    Histogram histogram = histogram(new double[] {-1, -1, 0, 0.999, 1});
    assertThat(histogram.min()).isEqualTo(-1);
    assertThat(histogram.max()).isEqualTo(1);
    assertThat(histogram.count(0)).isEqualTo(2);
    assertThat(histogram.count(10)).isEqualTo(1);
    assertThat(histogram.count(19)).as("the maximum is in the last bin").isEqualTo(2);
    assertThat(Arrays.stream(histogram.counts()).sum()).isEqualTo(5);
  }

  @Test
  void shouldLeaveOutNonFiniteElements() {
    Histogram histogram = histogram(new double[] {Double.NaN, 2, 4, Double.POSITIVE_INFINITY});
    assertThat(histogram.min()).isEqualTo(2);
    assertThat(histogram.max()).isEqualTo(4);
    assertThat(Arrays.stream(histogram.counts()).sum()).isEqualTo(2);
  }

  @Test
  void shouldPutEqualElementsInOneBin() {
    assertThat(histogram(new double[] {3, 3, 3}).count(0)).isEqualTo(3);
  }

  @Test
  void shouldLeaveUnmeasuredWhatHasNoFiniteElement() {
    assertThat(histogram(new double[] {Double.NaN}).isMeasured()).isFalse();
    assertThat(histogram(new double[] {Double.NEGATIVE_INFINITY}).isMeasured()).isFalse();
  }

  @Test
  void shouldFavourNoUnitOfALongArray() {
    // Every 16th element is zero, as if one unit of 16 were dead: a strided sample would see all
    // of it or nothing.
    int length = 16 * 40_000;
    double[] elements = new double[length];
    for (int i = 0; i < length; i++) {
      elements[i] = i % 16 == 5 ? 0 : 1;
    }
    assertThat(sampler.zeroFraction(array(elements))).isCloseTo(1 / 16.0, within(0.01));
  }

  @Test
  void shouldSeeExactlyZeroOnly() {
    assertThat(sampler.zeroFraction(array(new double[] {0, -0.0, 1e-30, 1}))).isEqualTo(0.5);
  }

  private Histogram histogram(double[] elements) {
    Histogram histogram = new MeasurementWriter(1, 1).weightHistogram[0];
    sampler.histogram(array(elements), histogram);
    return histogram;
  }

  private static MeasuredArray array(double[] elements) {
    INDArray array = Nd4j.createFromArray(elements).castTo(DataType.FLOAT);
    return ArrayBinding.ofBackend().bind(array);
  }
}
