package dev.traininghealth.trial;

import dev.traininghealth.array.MemoryCopy;
import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.network.Minibatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A copy of one minibatch in its own memory, which is reused for the next one. It holds copies and
 * never references: arrays of an asynchronous iterator are in recycled workspaces, and reading one
 * of them later crashes the JVM.
 */
final class KeptMinibatch implements AutoCloseable {
  private List<@Nullable INDArray> features = List.of();
  private List<@Nullable INDArray> featureMasks = List.of();
  private List<@Nullable INDArray> labels = List.of();
  private List<@Nullable INDArray> labelMasks = List.of();
  private List<@Nullable INDArray> layerMasks = List.of();
  private List<Map<String, INDArray>> noStates = List.of();
  private long iteration = -1;
  private boolean seriesStart;

  /** Overwrites the kept minibatch with a copy of another. */
  void take(Minibatch live, long atIteration, boolean startsSeries) {
    features = taken(features, live.features());
    featureMasks = taken(featureMasks, live.featureMasks());
    labels = taken(labels, live.labels());
    labelMasks = taken(labelMasks, live.labelMasks());
    layerMasks = taken(layerMasks, live.layerMasks());
    if (noStates.size() != live.states().size()) {
      List<Map<String, INDArray>> none = new ArrayList<>();
      live.states().forEach(s -> none.add(Map.of()));
      noStates = none;
    }
    iteration = atIteration;
    seriesStart = startsSeries;
  }

  private static List<@Nullable INDArray> taken(
      List<@Nullable INDArray> kept, List<? extends @Nullable INDArray> live) {
    List<@Nullable INDArray> to = kept;
    if (kept.size() != live.size()) {
      close(kept);
      to = Arrays.asList(new INDArray[live.size()]);
    }
    for (int i = 0; i < live.size(); i++) {
      to.set(i, taken(to.get(i), live.get(i)));
    }
    return to;
  }

  private static @Nullable INDArray taken(@Nullable INDArray kept, @Nullable INDArray live) {
    INDArray to = kept;
    if (to != null && (live == null || !fits(to, live))) {
      to.close();
      to = null;
    }
    if (live != null) {
      to = to == null ? MemoryCopy.sameShape(live) : to;
      MemoryCopy.copy(live, to);
    }
    return to;
  }

  private static boolean fits(INDArray kept, INDArray live) {
    return kept.dataType() == live.dataType()
        && kept.ordering() == live.ordering()
        && Arrays.equals(kept.shape(), live.shape());
  }

  /** Memory of a copy of this minibatch, bytes. */
  static long bytes(Minibatch live) {
    return bytes(live.features())
        + bytes(live.featureMasks())
        + bytes(live.labels())
        + bytes(live.labelMasks())
        + bytes(live.layerMasks());
  }

  private static long bytes(List<? extends @Nullable INDArray> arrays) {
    long bytes = 0;
    for (INDArray array : arrays) {
      bytes += array == null ? 0 : MemoryCopy.bytes(array);
    }
    return bytes;
  }

  /** The kept minibatch without recurrent state, because each branch has its own. */
  Minibatch minibatch() {
    List<INDArray> inputs = new ArrayList<>();
    for (INDArray array : features) {
      if (array != null) {
        inputs.add(array);
      }
    }
    return new Minibatch(inputs, featureMasks, labels, labelMasks, layerMasks, noStates);
  }

  /** DL4J's iteration that trained on the minibatch; -1 if none is kept or it was forgotten. */
  long iteration() {
    return iteration;
  }

  /** Whether truncated backpropagation starts a series here; always true without truncation. */
  boolean startsSeries() {
    return seriesStart;
  }

  /** Forgets the minibatch, but keeps its memory for the next one. */
  void forget() {
    iteration = -1;
  }

  @Override
  public void close() {
    forget();
    close(features);
    close(featureMasks);
    close(labels);
    close(labelMasks);
    close(layerMasks);
    features = List.of();
    featureMasks = List.of();
    labels = List.of();
    labelMasks = List.of();
    layerMasks = List.of();
  }

  private static void close(List<? extends @Nullable INDArray> arrays) {
    for (INDArray array : arrays) {
      OffHeapMemory.release(array);
    }
  }
}
