package dev.traininghealth.setup.data;

import dev.traininghealth.network.Minibatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Minibatches of an iterator or a list, without masks of layers. The arrays belong to the user and
 * are valid until the next call.
 *
 * @hidden
 */
public final class MinibatchSource {
  private final Iterator<?> data;
  private final Runnable reset;

  private MinibatchSource(Iterator<?> data, Runnable reset) {
    this.data = data;
    this.reset = reset;
  }

  /**
   * {@return the minibatches of an iterator from where it stands}
   *
   * @param iterator is reset in the end
   * @throws IllegalArgumentException if it does not support that
   */
  public static MinibatchSource of(DataSetIterator iterator) {
    requireReset(iterator.resetSupported(), iterator, "DataSet");
    return new MinibatchSource(iterator, iterator::reset);
  }

  /**
   * {@return the minibatches of an iterator from where it stands}
   *
   * @param iterator is reset in the end
   * @throws IllegalArgumentException if it does not support that
   */
  public static MinibatchSource of(MultiDataSetIterator iterator) {
    requireReset(iterator.resetSupported(), iterator, "MultiDataSet");
    return new MinibatchSource(iterator, iterator::reset);
  }

  /**
   * {@return the minibatches of a list}
   *
   * @param minibatches each is a DataSet or a MultiDataSet
   */
  public static MinibatchSource of(List<?> minibatches) {
    return new MinibatchSource(minibatches.iterator(), () -> {});
  }

  private static void requireReset(boolean isSupported, Object iterator, String element) {
    if (!isSupported) {
      throw new IllegalArgumentException(
          iterator.getClass().getName()
              + " does not support reset, so that the minibatches that are read would be missing in"
              + " training: copy some minibatches into a list and call check(net, List<"
              + element
              + ">)");
    }
  }

  /** Whether there is another minibatch. */
  boolean hasNext() {
    return data.hasNext();
  }

  /**
   * The next minibatch, in the user's arrays.
   *
   * @throws IllegalArgumentException if an element of a list is no minibatch
   */
  Minibatch next() {
    Object next = data.next();
    if (next instanceof DataSet one) {
      return new Minibatch(
          present(one.getFeatures()),
          Arrays.asList(one.getFeaturesMaskArray()),
          present(one.getLabels()),
          Arrays.asList(one.getLabelsMaskArray()),
          List.of(),
          List.of());
    }
    if (next instanceof MultiDataSet several) {
      return new Minibatch(
          present(several.getFeatures()),
          all(several.getFeaturesMaskArrays()),
          present(several.getLabels()),
          all(several.getLabelsMaskArrays()),
          List.of(),
          List.of());
    }
    throw new IllegalArgumentException(
        "The minibatches must be a DataSet or a MultiDataSet each, one was "
            + (next == null ? "null" : "a " + next.getClass().getName()));
  }

  /** Resets an iterator. */
  void reset() {
    reset.run();
  }

  private static List<INDArray> present(@Nullable INDArray @Nullable ... arrays) {
    List<INDArray> present = new ArrayList<>();
    for (INDArray array : arrays == null ? new INDArray[0] : arrays) {
      if (array != null) {
        present.add(array);
      }
    }
    return present;
  }

  private static List<@Nullable INDArray> all(@Nullable INDArray @Nullable [] arrays) {
    return arrays == null ? List.of() : Arrays.asList(arrays);
  }
}
