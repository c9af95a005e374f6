package dev.traininghealth.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.array.Kernel;
import java.util.SplittableRandom;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PowerIterationTest {

  @ParameterizedTest
  @EnumSource(Kernel.class)
  void shouldFindTheLargestSingularValue(Kernel kernel) {
    SplittableRandom random = new SplittableRandom(11);
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      for (char order : new char[] {'c', 'f'}) {
        for (int[] shape : new int[][] {{1, 1}, {7, 3}, {3, 7}, {20, 20}, {1, 9}, {9, 1}}) {
          double[][] elements = matrix(random, shape[0], shape[1], 0.3);
          double expected =
              new SingularValueDecomposition(MatrixUtils.createRealMatrix(elements)).getNorm();
          PowerIteration power = power(kernel, Nd4j.create(elements).castTo(type).dup(order));
          double estimate = 0;
          for (int i = 0; i < 10; i++) {
            estimate = power.measure();
          }
          assertThat(estimate).isCloseTo(expected, withPercentage(1));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kernel.class)
  void shouldFollowWeightsThatGrow(Kernel kernel) {
    INDArray weights = Nd4j.eye(12).castTo(DataType.FLOAT);
    PowerIteration power = power(kernel, weights);
    assertThat(power.measure()).isCloseTo(1, withPercentage(0.1));
    weights.muli(1.5);
    assertThat(power.measure()).isCloseTo(1.5, withPercentage(0.1));
  }

  @ParameterizedTest
  @EnumSource(Kernel.class)
  void shouldRecoverFromZeroAndNonFiniteWeights(Kernel kernel) {
    INDArray weights = Nd4j.zeros(DataType.FLOAT, 5, 4);
    PowerIteration power = power(kernel, weights);
    assertThat(power.measure()).isZero();
    weights.putScalar(2, 3, Float.NaN);
    assertThat(power.measure()).isNaN();
    weights.assign(0).putScalar(2, 3, 1e30);
    assertThat(power.measure()).isCloseTo(1e30, withPercentage(0.1));
  }

  @ParameterizedTest
  @EnumSource(Kernel.class)
  void shouldReadAConvolutionAsOutputChannelsAgainstPatches(Kernel kernel) {
    SplittableRandom random = new SplittableRandom(5);
    double[][] patches = matrix(random, 6, 27, 1);
    double expected =
        new SingularValueDecomposition(MatrixUtils.createRealMatrix(patches)).getNorm();
    INDArray weights = Nd4j.create(patches).castTo(DataType.FLOAT).reshape('c', 6, 3, 3, 3);
    assertThat(power(kernel, weights).measure()).isCloseTo(expected, withPercentage(1));
  }

  private static PowerIteration power(Kernel kernel, INDArray weights) {
    int rows = (int) weights.size(0);
    return new PowerIteration(
        kernel.binding().bind(weights),
        new ParameterTable.Matrix(
            0, rows, (int) (weights.length() / rows), weights.ordering() == 'f'));
  }

  private static double[][] matrix(SplittableRandom random, int rows, int columns, double scale) {
    double[][] elements = new double[rows][columns];
    for (double[] row : elements) {
      for (int j = 0; j < columns; j++) {
        row[j] = random.nextGaussian() * scale;
      }
    }
    return elements;
  }
}
