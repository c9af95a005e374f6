package dev.traininghealth.array;

import dev.traininghealth.numbers.NumericLimits;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A {@link MeasuredArray} that is read by ND4J operations.
 *
 * <p>It suits every backend, floating-point type and layout, but each call costs several operations
 * and temporary arrays.
 */
final class Nd4jArray extends MeasuredArray {
  private final INDArray array;

  Nd4jArray(INDArray array) {
    super(array.length());
    this.array = array;
  }

  /**
   * {@return the elements in double precision, in which squares of HALF to FLOAT cannot overflow}
   */
  private INDArray inDouble() {
    return array.dataType() == DataType.DOUBLE ? array : array.castTo(DataType.DOUBLE);
  }

  private void release(INDArray inDouble) {
    if (inDouble != array) {
      OffHeapMemory.release(inDouble);
    }
  }

  @Override
  public boolean isReadFromMemory() {
    return false;
  }

  @Override
  public double norm2() {
    if (length() == 0) {
      return 0;
    }
    INDArray elements = inDouble();
    double norm = norm2(elements);
    release(elements);
    return norm;
  }

  private static double norm2(INDArray array) {
    double norm = array.norm2Number().doubleValue();
    if (Double.isNaN(norm) || NumericLimits.canBeSquared(norm)) {
      return norm;
    }
    // Squares of DOUBLE elements overflowed or underflowed, or all are 0: scale by the largest.
    // amaxNumber ignores NaN, but the check above has returned for a NaN.
    double largest = array.amaxNumber().doubleValue();
    if (largest == 0 || !Double.isFinite(largest)) {
      return largest;
    }
    INDArray scaled = array.div(largest);
    norm = scaled.norm2Number().doubleValue() * largest;
    OffHeapMemory.release(scaled);
    return norm;
  }

  @Override
  public void norms(double[] norm2, double[] meanMagnitude, int slot) {
    if (length() == 0) {
      norm2[slot] = 0;
      meanMagnitude[slot] = 0;
      return;
    }
    INDArray elements = inDouble();
    norm2[slot] = norm2(elements);
    meanMagnitude[slot] = elements.norm1Number().doubleValue() / length();
    release(elements);
  }

  @Override
  public double sum() {
    if (length() == 0) {
      return 0;
    }
    INDArray elements = inDouble();
    double sum = elements.sumNumber().doubleValue();
    release(elements);
    return sum;
  }

  @Override
  public double at(long index) {
    return array.getDouble(index);
  }

  @Override
  public void multiply(
      int rows, boolean columnMajor, boolean transposed, WorkVector x, WorkVector y) {
    long columns = length() / rows;
    char order = columnMajor ? 'f' : 'c';
    INDArray inOrder = array.dup(order);
    INDArray elements = inOrder.castTo(DataType.DOUBLE);
    INDArray matrix = elements.reshape(order, rows, columns);
    INDArray product = (transposed ? matrix.transpose() : matrix).mmul(((Vector) x).values);
    ((Vector) y).values.assign(product);
    OffHeapMemory.release(product);
    OffHeapMemory.release(elements);
    OffHeapMemory.release(inOrder);
  }

  @Override
  public WorkVector workVector(int length) {
    return new Vector(Nd4j.zeros(DataType.DOUBLE, length, 1));
  }

  private record Vector(INDArray values) implements WorkVector {
    @Override
    public double norm2() {
      return Nd4jArray.norm2(values);
    }

    @Override
    public void scale(double factor) {
      values.muli(factor);
    }

    @Override
    public void set(int index, double value) {
      values.putScalar(index, value);
    }

    @Override
    public void release() {
      OffHeapMemory.release(values);
    }
  }
}
