package dev.traininghealth.array;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Picks the kernel for an array: BLAS on its memory where the backend keeps it in this machine's
 * main memory, OpenBLAS is on the class path, the type is FLOAT or DOUBLE and the elements lie side
 * by side; ND4J's operations otherwise.
 *
 * @hidden
 */
public final class ArrayBinding {
  private static final Logger log = LoggerFactory.getLogger(ArrayBinding.class);

  private final boolean blas;

  private ArrayBinding(boolean blas) {
    this.blas = blas;
  }

  /** The binding for the backend that is loaded. */
  public static ArrayBinding ofBackend() {
    return new ArrayBinding(
        Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU && openBlasLoads());
  }

  /** ND4J's operations alone, as on a backend without main memory. */
  public static ArrayBinding portable() {
    return new ArrayBinding(false);
  }

  /** Binds an array whose elements are read again and again. */
  public MeasuredArray bind(INDArray array) {
    if (blas && !array.isEmpty() && isDense(array)) {
      if (array.dataType() == DataType.FLOAT) {
        return new BlasFloatArray(array.data().pointer(), array.offset(), array.length());
      }
      if (array.dataType() == DataType.DOUBLE) {
        return new BlasDoubleArray(array.data().pointer(), array.offset(), array.length());
      }
    }
    return new Nd4jArray(array);
  }

  /**
   * Binds an array for reading single elements alone: by its strides where it is read by memory,
   * whatever gaps and repetitions it has, else as {@link #bind} does.
   */
  public MeasuredArray window(INDArray array) {
    if (blas && !array.isEmpty()) {
      long last = 0;
      for (int d = 0; d < array.rank(); d++) {
        if (array.stride(d) < 0) {
          return new Nd4jArray(array);
        }
        last += (array.size(d) - 1) * array.stride(d);
      }
      if (array.dataType() == DataType.FLOAT) {
        return new BlasFloatArray(array.data().pointer(), array.offset(), last + 1);
      }
      if (array.dataType() == DataType.DOUBLE) {
        return new BlasDoubleArray(array.data().pointer(), array.offset(), last + 1);
      }
    }
    return new Nd4jArray(array);
  }

  /** Whether the elements fill their stretch of memory without gap or repetition, in any order. */
  public static boolean isDense(INDArray array) {
    long last = 0;
    for (int d = 0; d < array.rank(); d++) {
      long stride = array.stride(d);
      if (array.size(d) > 1 && stride <= 0) {
        return false;
      }
      last += (array.size(d) - 1) * stride;
    }
    return last + 1 == array.length();
  }

  private static boolean openBlasLoads() {
    try {
      Class.forName("org.bytedeco.openblas.global.openblas_nolapack");
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      log.info(
          "org.bytedeco:openblas cannot be used ({}), so norms are measured by ND4J operations:"
              + " slower, and so more seldom. It comes with nd4j-native.",
          e.toString());
      return false;
    }
  }
}
