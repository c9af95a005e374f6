package dev.traininghealth.intervene.model;

import dev.traininghealth.array.FlatArrays;
import dev.traininghealth.array.MemoryCopy;
import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.network.Network;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A copy of everything that an update changes.
 *
 * <p>It contains the parameters, including batch normalization's running statistics, and the
 * updater's state (momentum, second moments).
 *
 * @hidden
 */
public final class NetworkState {
  private final INDArray parameters;
  private final @Nullable INDArray updaterState;

  private NetworkState(INDArray parameters, @Nullable INDArray updaterState) {
    this.parameters = parameters;
    this.updaterState = updaterState;
  }

  /**
   * Copies a network's present state.
   *
   * @param spare a state whose memory is used if it fits, else freed; or null
   * @throws OutOfMemoryError if there is no memory for it
   */
  static NetworkState of(Model model, @Nullable NetworkState spare) {
    NetworkState copy;
    if (spare != null && spare.fits(model)) {
      copy = spare;
    } else {
      if (spare != null) {
        spare.release();
      }
      INDArray state = Network.of(model).updaterState();
      copy =
          new NetworkState(
              MemoryCopy.like(model.params()), state == null ? null : MemoryCopy.like(state));
    }
    copy.take(model);
    return copy;
  }

  private void take(Model model) {
    MemoryCopy.copy(model.params(), parameters);
    INDArray state = Network.of(model).updaterState();
    if (state != null && updaterState != null) {
      MemoryCopy.copy(state, updaterState);
    }
  }

  /** {@return whether the network has arrays of the same lengths and types} */
  private boolean fits(Model model) {
    return isSameKind(parameters, model.params())
        && isSameKind(updaterState, Network.of(model).updaterState());
  }

  private static boolean isSameKind(@Nullable INDArray copy, @Nullable INDArray live) {
    return (copy == null || live == null)
        ? copy == live
        : copy.length() == live.length() && copy.dataType() == live.dataType();
  }

  /** {@return the copy of the parameters; read only} */
  public INDArray parameters() {
    return parameters;
  }

  /** {@return the copy of the updater's state; read only; null if it has none} */
  public @Nullable INDArray updaterState() {
    return updaterState;
  }

  /** Frees the memory of this copy, which must not be used afterwards. */
  public void release() {
    OffHeapMemory.release(parameters);
    OffHeapMemory.release(updaterState);
  }

  /** {@return the memory that a copy of this network's state takes, bytes} */
  static long bytes(Model model) {
    INDArray state = Network.of(model).updaterState();
    return MemoryCopy.bytes(model.params()) + (state == null ? 0 : MemoryCopy.bytes(state));
  }

  /** {@return whether parameters and updater state are all finite} */
  static boolean isFinite(Model model) {
    INDArray state = Network.of(model).updaterState();
    return isFinite(model.params()) && (state == null || isFinite(state));
  }

  /**
   * Names what is not finite in a network's present state. It reads all of it.
   *
   * @return DL4J's keys of the parameters, e.g. {@code 0_W}, then {@code updater state}; empty if
   *     everything is finite
   */
  public static List<String> nonFinite(Model model) {
    List<String> names = new ArrayList<>();
    if (isFinite(model)) {
      return names;
    }
    model
        .paramTable()
        .forEach(
            (key, array) -> {
              INDArray elements = array.castTo(DataType.DOUBLE);
              if (!array.isEmpty() && !Double.isFinite(elements.norm2Number().doubleValue())) {
                names.add(key);
              }
            });
    INDArray state = Network.of(model).updaterState();
    if (state != null && !isFinite(state)) {
      names.add("updater state");
    }
    return names;
  }

  /** {@return whether all elements are finite, which a finite norm proves} */
  private static boolean isFinite(INDArray array) {
    return array.isEmpty() || Double.isFinite(FlatArrays.norm2(array));
  }
}
