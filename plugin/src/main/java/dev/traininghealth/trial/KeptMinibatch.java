package dev.traininghealth.trial;

import dev.traininghealth.array.ArrayCopier;
import dev.traininghealth.array.MemoryCopy;
import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.network.Minibatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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
  private final ArrayCopier copier = new ArrayCopier();
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
    prepare(live);
    copy(live.features(), features);
    copy(live.featureMasks(), featureMasks);
    copy(live.labels(), labels);
    copy(live.labelMasks(), labelMasks);
    copy(live.layerMasks(), layerMasks);
    iteration = atIteration;
    seriesStart = startsSeries;
  }

  private void copy(List<? extends @Nullable INDArray> from, List<@Nullable INDArray> to) {
    for (int i = 0; i < from.size(); i++) {
      INDArray live = from.get(i);
      INDArray kept = to.get(i);
      if (live != null && kept != null) {
        copier.copy(live, kept);
      }
    }
  }

  /**
   * Reserves memory for a minibatch, unless there is some already. What was kept is lost, if it had
   * other shapes.
   */
  void prepare(Minibatch live) {
    features = prepared(features, live.features());
    featureMasks = prepared(featureMasks, live.featureMasks());
    labels = prepared(labels, live.labels());
    labelMasks = prepared(labelMasks, live.labelMasks());
    layerMasks = prepared(layerMasks, live.layerMasks());
    if (noStates.size() != live.states().size()) {
      noStates = Collections.nCopies(live.states().size(), Map.of());
    }
  }

  private static List<@Nullable INDArray> prepared(
      List<@Nullable INDArray> kept, List<? extends @Nullable INDArray> live) {
    List<@Nullable INDArray> to = kept;
    if (kept.size() != live.size()) {
      close(kept);
      to = live.isEmpty() ? List.of() : Arrays.asList(new INDArray[live.size()]);
    }
    for (int i = 0; i < live.size(); i++) {
      INDArray array = prepared(to.get(i), live.get(i));
      if (array != to.get(i)) {
        to.set(i, array);
      }
    }
    return to;
  }

  private static @Nullable INDArray prepared(@Nullable INDArray kept, @Nullable INDArray live) {
    if (kept != null && live != null && fits(kept, live)) {
      return kept;
    }
    OffHeapMemory.release(kept);
    return live == null ? null : MemoryCopy.sameShape(live);
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
