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
 * A copy of one minibatch in memory of its own, which serves for the next one as well. Copies, and
 * never references: arrays of an asynchronous iterator lie in recycled workspaces, and reading one
 * of them later ends the virtual machine.
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

  /** Copies a minibatch over what is kept here. */
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

  /** Memory that a copy of this minibatch takes. */
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

  /** What is kept, without recurrent state: a branch carries its own. */
  Minibatch minibatch() {
    List<INDArray> inputs = new ArrayList<>();
    for (INDArray array : features) {
      if (array != null) {
        inputs.add(array);
      }
    }
    return new Minibatch(inputs, featureMasks, labels, labelMasks, layerMasks, noStates);
  }

  /** DL4J's iteration that trained on it; -1 where nothing is kept, or what was is forgotten. */
  long iteration() {
    return iteration;
  }

  /** Whether truncated backpropagation begins a series here; always true without it. */
  boolean startsSeries() {
    return seriesStart;
  }

  /** Forgets what is kept; its memory serves for the next. */
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
