package dev.traininghealth.array;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses how an array is measured: by BLAS on its memory or by ND4J operations.
 *
 * <p>BLAS is used if the backend keeps arrays in main memory, OpenBLAS is on the class path, the
 * type is FLOAT or DOUBLE and the elements are contiguous.
 *
 * @hidden
 */
public final class ArrayBinding {
  private static final Logger log = LoggerFactory.getLogger(ArrayBinding.class);

  private final boolean blas;

  private ArrayBinding(boolean blas) {
    this.blas = blas;
  }

  /** {@return the binding for the loaded backend} */
  public static ArrayBinding ofBackend() {
    return new ArrayBinding(
        Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU && openBlasLoads());
  }

  /** {@return a binding that only uses ND4J operations, as on a backend without main memory} */
  public static ArrayBinding portable() {
    return new ArrayBinding(false);
  }

  /**
   * Binds an array that is measured repeatedly.
   *
   * @param array any array
   * @return the array with the kernels that suit it
   */
  public MeasuredArray bind(INDArray array) {
    if (blas && !array.isEmpty() && isDense(array)) {
      if (array.dataType() == DataType.FLOAT) {
        return new BlasFloatArray(array.data(), array.offset(), array.length());
      }
      if (array.dataType() == DataType.DOUBLE) {
        return new BlasDoubleArray(array.data(), array.offset(), array.length());
      }
    }
    return new Nd4jArray(array);
  }

  /**
   * Binds an array for reading single elements only.
   *
   * <p>If BLAS is used, elements are addressed by their position in memory, so gaps and repetitions
   * are allowed. Otherwise, and if a stride is negative, ND4J reads them.
   *
   * @param array any array
   * @return the bound array
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
        return new BlasFloatArray(array.data(), array.offset(), last + 1);
      }
      if (array.dataType() == DataType.DOUBLE) {
        return new BlasDoubleArray(array.data(), array.offset(), last + 1);
      }
    }
    return new Nd4jArray(array);
  }

  /**
   * {@return whether the elements fill a range of memory without gap or repetition, in any order}
   */
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
          "org.bytedeco:openblas cannot be loaded ({}). Norms are measured by ND4J operations, which"
              + " are slower, and therefore less often. OpenBLAS is a dependency of nd4j-native.",
          e.toString());
      return false;
    }
  }
}
