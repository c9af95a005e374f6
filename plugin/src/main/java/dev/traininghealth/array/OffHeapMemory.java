package dev.traininghealth.array;

import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Frees the off-heap memory of arrays immediately.
 *
 * <p>ND4J keeps elements outside the Java heap and frees them when the garbage collector finds the
 * array. The collector sees only some hundred bytes of each array and therefore runs late. By then
 * the process has grown, and the C library keeps the memory.
 *
 * @hidden
 */
public final class OffHeapMemory {
  private OffHeapMemory() {}

  /**
   * Frees an array that the plugin has created.
   *
   * <p>Does nothing if the array is null, a view, part of a workspace or already freed.
   *
   * @param array the array; neither it nor a view of it may be used afterwards
   */
  public static void release(@Nullable INDArray array) {
    if (array != null && array.closeable()) {
      array.close();
    }
  }

  /**
   * Frees the results of a computation, except memory that other arrays share.
   *
   * <p>A layer may return its input, so results may contain the user's own arrays. These are kept.
   *
   * @param results the arrays to free, which must not be used afterwards
   * @param kept arrays whose memory is kept
   */
  public static void release(
      Collection<? extends @Nullable INDArray> results,
      Collection<? extends @Nullable INDArray> kept) {
    for (INDArray result : results) {
      if (result != null
          && !result.isEmpty()
          && kept.stream().noneMatch(array -> array != null && isShared(result, array))) {
        release(result);
      }
    }
  }

  private static boolean isShared(INDArray one, INDArray other) {
    return !other.isEmpty() && buffer(one) == buffer(other);
  }

  /** {@return the buffer that holds the memory of an array and of all its views} */
  private static DataBuffer buffer(INDArray array) {
    DataBuffer data = array.data();
    DataBuffer original = data.originalDataBuffer();
    return original == null ? data : original;
  }
}
