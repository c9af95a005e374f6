package dev.traininghealth.array;

import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Copies flat arrays of DL4J bit by bit, whatever their elements.
 *
 * <p>If arrays are in main memory, no ND4J operation is launched. A snapshot then costs only the
 * copying of its bytes.
 *
 * @hidden
 */
public final class MemoryCopy {
  private MemoryCopy() {}

  /**
   * Creates an uninitialized row vector of the same length and type, outside of workspaces.
   *
   * @param array the array whose length and type it has
   * @return the vector
   */
  public static INDArray like(INDArray array) {
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try (outside) {
      return Nd4j.createUninitialized(array.dataType(), 1, array.length());
    }
  }

  /**
   * Creates an uninitialized array of the same shape, type and order, outside of workspaces.
   *
   * @param array the array whose shape, type and order it has
   * @return the array
   */
  public static INDArray sameShape(INDArray array) {
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try (outside) {
      return Nd4j.createUninitialized(array.dataType(), array.shape(), array.ordering());
    }
  }

  /**
   * Copies all elements.
   *
   * @param from the source, which is only read
   * @param to the destination, of the same length and type
   */
  public static void copy(INDArray from, INDArray to) {
    new ArrayCopier().copy(from, to);
  }

  /**
   * {@return the memory that the elements take, bytes}
   *
   * @param array any array
   */
  public static long bytes(INDArray array) {
    return array.length() * array.dataType().width();
  }

  /** Whether the bytes of one array can be copied to the other. */
  static boolean isByMemory(INDArray from, INDArray to) {
    return Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU && isAlike(from, to);
  }

  private static boolean isRow(INDArray array) {
    return array.rank() > 0
        && (array.length() == 1
            || (array.size(array.rank() - 1) == array.length()
                && array.stride(array.rank() - 1) == 1));
  }

  /** Whether the elements of both are contiguous and in the same order. */
  private static boolean isAlike(INDArray from, INDArray to) {
    return (isRow(from) && isRow(to))
        || (from.ordering() == to.ordering() && isDense(from) && isDense(to));
  }

  /** Whether the elements are contiguous in the order that the array declares. */
  private static boolean isDense(INDArray array) {
    int rank = array.rank();
    boolean rows = array.ordering() == 'c';
    long stride = 1;
    for (int i = 0; i < rank; i++) {
      int dimension = rows ? rank - 1 - i : i;
      long size = array.size(dimension);
      if (size != 1 && array.stride(dimension) != stride) {
        return false;
      }
      stride *= size;
    }
    return rank > 0;
  }
}
