package dev.traininghealth.array;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.array.MeasuredArray.Moments;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Both kernels against plain sums that can neither overflow nor vanish. */
class MeasuredArrayTest {
  static Stream<Arguments> elements() {
    SplittableRandom random = new SplittableRandom(7);
    List<Arguments> cases = new ArrayList<>();
    for (Kernel kernel : Kernel.values()) {
      for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
        boolean single = type == DataType.FLOAT;
        for (int length : new int[] {1, 2, 31, 4096, 4097, 8191, 8192, 8193, 30_001}) {
          add(cases, kernel, type, "normal x" + length, gaussian(random, length, 1));
        }
        add(cases, kernel, type, "zeros", new double[20_000]);
        add(cases, kernel, type, "1e30", gaussian(random, 10_000, 1e30));
        add(cases, kernel, type, "3e38", filled(10_000, 3e38));
        add(cases, kernel, type, "one 1e30 among ones", with(filled(9_000, 1), 8_500, 1e30));
        add(cases, kernel, type, "1e-30", gaussian(random, 10_000, 1e-30));
        add(cases, kernel, type, "denormal", filled(9_000, single ? 1e-41 : 1e-310));
        add(cases, kernel, type, "one denormal", new double[] {single ? 1e-44 : 4e-323});
        add(cases, kernel, type, "negative", filled(9_000, -0.25));
        if (!single) {
          add(cases, kernel, type, "1e200", gaussian(random, 10_000, 1e200));
          add(cases, kernel, type, "1e-200", gaussian(random, 10_000, 1e-200));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("elements")
  void shouldEqualPlainSums(Kernel kernel, DataType type, String name, double[] elements) {
    INDArray whole = array(type, elements);
    // A view that begins inside the buffer, as DL4J's views of its flat arrays do.
    INDArray view = whole.get(NDArrayIndex.interval(3, 3 + elements.length));
    double[] stored = stored(type, elements);
    MeasuredArray array = kernel.binding().bind(view);

    double norm = plainNorm(stored);
    double meanMagnitude = plainMeanMagnitude(stored);
    double tolerance = type == DataType.FLOAT ? 1e-4 : 1e-10; // percent
    assertThat(array.norm2()).isCloseTo(norm, withPercentage(tolerance));
    double[] norms = new double[2];
    double[] magnitudes = new double[2];
    array.norms(norms, magnitudes, 1);
    assertThat(norms[1]).isCloseTo(norm, withPercentage(tolerance));
    assertThat(magnitudes[1]).isCloseTo(meanMagnitude, withPercentage(tolerance));
  }

  @ParameterizedTest
  @EnumSource(Kernel.class)
  void shouldTellNonFiniteElementsByTheNorm(Kernel kernel) {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      for (int length : new int[] {1, 100, 20_000}) {
        int middle = length / 2;
        double[] plain = filled(length, 1);
        assertThat(norm(kernel, type, with(plain, middle, Double.NaN))).isNaN();
        assertThat(norm(kernel, type, with(plain, middle, Double.POSITIVE_INFINITY)))
            .isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(norm(kernel, type, with(plain, middle, Double.NEGATIVE_INFINITY)))
            .isEqualTo(Double.POSITIVE_INFINITY);
        double[] both = with(with(plain, 0, Double.POSITIVE_INFINITY), length - 1, Double.NaN);
        assertThat(norm(kernel, type, both)).isNaN();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kernel.class)
  void shouldReadEmptyArraysAsZero(Kernel kernel) {
    MeasuredArray array = kernel.binding().bind(Nd4j.empty(DataType.FLOAT));
    double[] norm = {-1};
    double[] magnitude = {-1};
    array.norms(norm, magnitude, 0);
    assertThat(array.norm2()).isZero();
    assertThat(norm[0]).isZero();
    assertThat(magnitude[0]).isZero();
    assertThat(array.sum()).isZero();
  }

  /** ND4J frees memory when the garbage collector finds that nothing uses its buffer. */
  @ParameterizedTest
  @EnumSource(Kernel.class)
  void shouldKeepTheMemoryThatItReads(Kernel kernel) throws InterruptedException {
    List<MeasuredArray> arrays = new ArrayList<>();
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      for (int i = 0; i < 50; i++) {
        INDArray whole = array(type, filled(2_000, 1));
        arrays.add(kernel.binding().bind(whole.get(NDArrayIndex.interval(3, 2_003))));
      }
    }
    for (int i = 0; i < 20; i++) {
      System.gc();
      Thread.sleep(10); // the time in which it would be freed and used for something else
      for (int other = 0; other < 20; other++) {
        array(DataType.FLOAT, filled(2_000, Double.NaN));
      }
    }
    assertThat(arrays).allMatch(array -> array.sum() == 2_000);
  }

  @ParameterizedTest
  @EnumSource(Kernel.class)
  void shouldReadEveryLayout(Kernel kernel) {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      INDArray c = Nd4j.arange(1, 61).castTo(type).reshape('c', 3, 4, 5);
      for (INDArray layout :
          List.of(
              c,
              c.dup('f'),
              c.permute(2, 0, 1),
              c.get(NDArrayIndex.all(), NDArrayIndex.interval(1, 3), NDArrayIndex.all()),
              c.get(NDArrayIndex.point(1), NDArrayIndex.all(), NDArrayIndex.point(2)))) {
        double[] elements = layout.dup('c').reshape(layout.length()).toDoubleVector();
        assertThat(kernel.binding().bind(layout).norm2())
            .as(
                "shape %s stride %s",
                Arrays.toString(layout.shape()), Arrays.toString(layout.stride()))
            .isCloseTo(plainNorm(elements), withPercentage(1e-4));
      }
    }
  }

  @Test
  void shouldSeeWhatIsWrittenAfterBinding() {
    INDArray array = Nd4j.ones(DataType.FLOAT, 4);
    MeasuredArray bound = Kernel.BLAS.binding().bind(array);
    array.muli(3);
    assertThat(bound).isInstanceOf(BlasFloatArray.class);
    assertThat(bound.norm2()).isCloseTo(6, within(1e-6));
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"HALF", "BFLOAT16"})
  void shouldMeasureShortTypesWithoutOverflow(DataType type) {
    INDArray array = Nd4j.valueArrayOf(new long[] {1000}, 1024.0, type); // squares beyond HALF
    MeasuredArray bound = Kernel.BLAS.binding().bind(array);
    assertThat(bound).isInstanceOf(Nd4jArray.class);
    assertThat(bound.norm2()).isCloseTo(1024 * Math.sqrt(1000), withPercentage(1e-3));
  }

  /** Rows of a large matrix may differ in scale; the error is that of 256 blocks. */
  @Test
  void shouldSampleTheMomentsOfLargeArrays() {
    SplittableRandom random = new SplittableRandom(5);
    int columns = 700;
    float[] elements = new float[1000 * columns];
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < elements.length; i++) {
      int row = i / columns;
      double scale = 1 + 0.5 * Math.sin(row);
      elements[i] = (float) (0.3 + scale * random.nextDouble(-1, 1));
      sum += elements[i];
      squares += (double) elements[i] * elements[i];
    }
    double mean = sum / elements.length;
    double deviation = Math.sqrt(squares / elements.length - mean * mean);
    INDArray array = Nd4j.createFromArray(elements).reshape(1000, columns);
    Moments moments = new Moments();
    Kernel.BLAS.binding().bind(array).moments(moments);
    assertThat(moments.mean()).isCloseTo(mean, within(0.01 * deviation));
    assertThat(moments.standardDeviation()).isCloseTo(deviation, withPercentage(2));
    assertThat(moments.rootMeanSquare())
        .isCloseTo(Math.sqrt(squares / elements.length), withPercentage(2));

    array.muli(1e30); // squares overflow: all elements are read, by scaled kernels
    Kernel.BLAS.binding().bind(array).moments(moments);
    assertThat(moments.standardDeviation()).isCloseTo(1e30 * deviation, withPercentage(0.1));
    array.putScalar(0, Float.NaN);
    Kernel.BLAS.binding().bind(array).moments(moments);
    assertThat(moments.standardDeviation()).isNaN();
  }

  @Test
  void shouldEstimateTheNormsOfLargeArraysOnly() {
    SplittableRandom random = new SplittableRandom(5);
    double[] elements = gaussian(random, 1_000_000, 0.3);
    MeasuredArray large = bound(elements);
    assertThat(estimate(large)[0]).isCloseTo(plainNorm(elements), withPercentage(1));
    assertThat(estimate(large)[0]).isNotEqualTo(norms(large)[0]);
    assertThat(estimate(large)[1]).isCloseTo(plainMeanMagnitude(elements), withPercentage(1));

    MeasuredArray small = bound(gaussian(random, 100_000, 0.3));
    assertThat(estimate(small)).isEqualTo(norms(small));
  }

  /** A quarter of the sample is enough for some of them, the whole for others. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 0.8})
  void shouldEstimateNormsWithAKnownError(double spreadOfRows) {
    double squares = 0;
    int arrays = 20;
    for (int seed = 0; seed < arrays; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      double[] elements = gaussian(random, 300_000, 1);
      for (int row = 0; row < 1_000; row++) {
        double scale = Math.exp(spreadOfRows * random.nextGaussian());
        for (int i = 300 * row; i < 300 * row + 300; i++) {
          elements[i] *= scale;
        }
      }
      MeasuredArray array = bound(elements);
      double error = estimate(array)[0] / norms(array)[0] - 1;
      squares += error * error;
    }
    assertThat(Math.sqrt(squares / arrays)).isLessThan(0.012); // of 0.01, known to about a sixth
  }

  /** The gradient of an embedding has a few rows, which a sample may or may not contain. */
  @ParameterizedTest
  @ValueSource(ints = {1, 30, 3000})
  void shouldReadAllElementsIfTheyAreTooDifferent(int rows) {
    SplittableRandom random = new SplittableRandom(5);
    double[] sparse = new double[1_000_000];
    for (int row = 0; row < rows; row++) {
      int start = 100 * random.nextInt(10_000);
      System.arraycopy(gaussian(random, 100, 1), 0, sparse, start, 100);
    }
    MeasuredArray array = bound(sparse);
    assertThat(estimate(array)).isEqualTo(norms(array));
  }

  @Test
  void shouldReadAllElementsIfTheSampleIsNotFiniteOrOverflows() {
    double[] large = gaussian(new SplittableRandom(5), 1_000_000, 1);
    assertThat(estimate(bound(with(large, 10, Double.NaN)))[0]).isNaN();
    assertThat(estimate(bound(with(large, 10, Double.NEGATIVE_INFINITY)))[0])
        .isEqualTo(Double.POSITIVE_INFINITY);
    MeasuredArray huge = bound(Arrays.stream(large).map(x -> x * 1e30).toArray());
    assertThat(estimate(huge)).isEqualTo(norms(huge));
  }

  private static double[] estimate(MeasuredArray array) {
    double[] norm = {-1};
    double[] magnitude = {-1};
    array.estimateNorms(norm, magnitude, 0);
    return new double[] {norm[0], magnitude[0]};
  }

  private static double[] norms(MeasuredArray array) {
    double[] norm = {-1};
    double[] magnitude = {-1};
    array.norms(norm, magnitude, 0);
    return new double[] {norm[0], magnitude[0]};
  }

  /** To be bound once for numbers that must be equal: BLAS rounds by the memory's alignment. */
  private static MeasuredArray bound(double[] elements) {
    INDArray whole = array(DataType.FLOAT, elements);
    return Kernel.BLAS.binding().bind(whole.get(NDArrayIndex.interval(3, 3 + elements.length)));
  }

  @ParameterizedTest
  @EnumSource(Kernel.class)
  void shouldMeasureMomentsOfShortAndLongArrays(Kernel kernel) {
    SplittableRandom random = new SplittableRandom(3);
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      for (int length : new int[] {2, 100, 50_000}) {
        double[] elements = gaussian(random, length, 0.1);
        for (int i = 0; i < length; i++) {
          elements[i] += 0.5;
        }
        double[] stored = stored(type, elements);
        double mean = Arrays.stream(stored).average().orElseThrow();
        double squares = Arrays.stream(stored).map(x -> (x - mean) * (x - mean)).sum();
        Moments moments = new Moments();
        kernel
            .binding()
            .bind(array(type, elements).get(NDArrayIndex.interval(3, 3 + length)))
            .moments(moments);
        assertThat(moments.mean()).isCloseTo(mean, withPercentage(1e-3));
        assertThat(moments.standardDeviation())
            .isCloseTo(Math.sqrt(squares / (length - 1)), withPercentage(1e-2));
        assertThat(moments.rootMeanSquare())
            .isCloseTo(plainNorm(stored) / Math.sqrt(length), withPercentage(1e-3));
      }
    }
    Moments moments = new Moments();
    kernel
        .binding()
        .bind(Nd4j.valueArrayOf(new long[] {512}, 0.1, DataType.FLOAT))
        .moments(moments);
    assertThat(moments.standardDeviation()).as("of equal elements").isLessThan(1e-7);
  }

  private static double norm(Kernel kernel, DataType type, double[] elements) {
    return kernel.binding().bind(Nd4j.createFromArray(elements).castTo(type)).norm2();
  }

  private static void add(
      List<Arguments> cases, Kernel kernel, DataType type, String name, double[] elements) {
    cases.add(Arguments.of(kernel, type, name, elements));
  }

  /** The elements between three of padding on either side, which a wrong offset would read. */
  private static INDArray array(DataType type, double[] elements) {
    double[] padded = filled(elements.length + 6, 12_345);
    System.arraycopy(elements, 0, padded, 3, elements.length);
    return Nd4j.createFromArray(padded).castTo(type);
  }

  private static double[] stored(DataType type, double[] elements) {
    return type == DataType.DOUBLE
        ? elements
        : Arrays.stream(elements).map(x -> (float) x).toArray();
  }

  private static double plainNorm(double[] elements) {
    BigDecimal squares = BigDecimal.ZERO;
    for (double x : elements) {
      squares =
          squares.add(new BigDecimal(x).pow(2, MathContext.DECIMAL64), MathContext.DECIMAL128);
    }
    return squares.sqrt(MathContext.DECIMAL64).doubleValue();
  }

  private static double plainMeanMagnitude(double[] elements) {
    BigDecimal sum = BigDecimal.ZERO;
    for (double x : elements) {
      sum = sum.add(new BigDecimal(x).abs(), MathContext.DECIMAL128);
    }
    return sum.divide(BigDecimal.valueOf(elements.length), MathContext.DECIMAL64).doubleValue();
  }

  private static double[] gaussian(SplittableRandom random, int length, double scale) {
    double[] elements = new double[length];
    for (int i = 0; i < length; i++) {
      elements[i] = random.nextGaussian() * scale;
    }
    return elements;
  }

  private static double[] filled(int length, double value) {
    double[] elements = new double[length];
    Arrays.fill(elements, value);
    return elements;
  }

  private static double[] with(double[] elements, int index, double value) {
    double[] copy = elements.clone();
    copy[index] = value;
    return copy;
  }
}
