package dev.traininghealth.array;

import java.lang.ref.Reference;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Copies arrays as {@link MemoryCopy} does, repeatedly and without allocating anything.
 *
 * <p>Not thread-safe.
 *
 * @hidden
 */
public final class ArrayCopier {
  private final Place source = new Place();
  private final Place destination = new Place();

  /** Creates a copier for any arrays. */
  public ArrayCopier() {}

  /**
   * Copies all elements.
   *
   * @param from the source, which is only read
   * @param to the destination, of the same length and type
   */
  public void copy(INDArray from, INDArray to) {
    if (!MemoryCopy.isByMemory(from, to)) {
      to.assign(from);
      return;
    }
    try {
      Pointer.memcpy(destination.of(to), source.of(from), MemoryCopy.bytes(from));
    } finally {
      Reference.reachabilityFence(from); // a place does not keep its array's memory
      Reference.reachabilityFence(to);
    }
  }

  /** A pointer that is moved from array to array. */
  private static final class Place extends Pointer {
    Place of(INDArray array) {
      Pointer buffer = array.data().pointer();
      address = buffer.address() + (buffer.position() + array.offset()) * array.dataType().width();
      return this;
    }
  }
}
