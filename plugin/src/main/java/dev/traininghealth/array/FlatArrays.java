package dev.traininghealth.array;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Norms of flat arrays for code that runs rarely, such as an intervention.
 *
 * @hidden
 */
public final class FlatArrays {
  private FlatArrays() {}

  /** {@return the L2 norm of a vector, which is non-finite exactly if an element is} */
  public static double norm2(INDArray vector) {
    if (vector.dataType() == DataType.FLOAT || vector.dataType() == DataType.DOUBLE) {
      return Nd4j.getBlasWrapper().nrm2(vector);
    }
    INDArray elements = vector.castTo(DataType.DOUBLE);
    double norm = elements.norm2Number().doubleValue();
    OffHeapMemory.release(elements);
    return norm;
  }
}
