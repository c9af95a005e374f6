package dev.traininghealth.intervene;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Copies of DL4J's flat arrays, bit by bit, whatever they hold. Where arrays lie in main memory no
 * ND4J operation is launched: a snapshot costs what moving its bytes costs.
 */
final class MemoryCopy {
  private MemoryCopy() {}

  /** An array of the same length and type, outside of workspaces, its elements not yet set. */
  static INDArray like(INDArray array) {
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try (outside) {
      return Nd4j.createUninitialized(array.dataType(), 1, array.length());
    }
  }

  /**
   * Copies all elements.
   *
   * @param to of the same length and type
   */
  static void copy(INDArray from, INDArray to) {
    if (isInMainMemory() && isRow(from) && isRow(to)) {
      Pointer.memcpy(address(to), address(from), bytes(from));
    } else {
      to.assign(from);
    }
  }

  /** Memory of an array's elements. */
  static long bytes(INDArray array) {
    return array.length() * array.dataType().width();
  }

  private static boolean isInMainMemory() {
    return Nd4j.getExecutioner().type() == ExecutionerType.NATIVE_CPU;
  }

  private static boolean isRow(INDArray array) {
    return array.rank() > 0
        && (array.length() == 1
            || (array.size(array.rank() - 1) == array.length()
                && array.stride(array.rank() - 1) == 1));
  }

  private static Pointer address(INDArray array) {
    return new BytePointer(array.data().pointer())
        .getPointer(array.offset() * array.dataType().width());
  }
}
