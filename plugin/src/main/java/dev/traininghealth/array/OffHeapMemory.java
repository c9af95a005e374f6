package dev.traininghealth.array;

import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Frees the memory of arrays at once. ND4J keeps elements outside the Java heap and frees them when
 * the garbage collector finds the array, but the collector sees only some hundred bytes of it and
 * so comes late: by then the process has grown, and the C library keeps what it has grown by.
 *
 * @hidden
 */
public final class OffHeapMemory {
  private OffHeapMemory() {}

  /**
   * Frees an array of the plugin's own.
   *
   * @param array not to be used any more, nor any view of it. Nothing is done where it is null, a
   *     view, part of a workspace or freed already
   */
  public static void release(@Nullable INDArray array) {
    if (array != null && array.closeable()) {
      array.close();
    }
  }

  /**
   * Frees what a copy of a network has computed. A layer may return its input, so that among the
   * results there may be the user's own arrays: these are left alone.
   *
   * @param results not to be used any more
   * @param kept arrays whose memory stays
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

  /** The buffer that holds the memory of all views of it. */
  private static DataBuffer buffer(INDArray array) {
    DataBuffer data = array.data();
    DataBuffer original = data.originalDataBuffer();
    return original == null ? data : original;
  }
}
