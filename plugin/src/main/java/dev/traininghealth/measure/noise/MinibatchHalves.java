package dev.traininghealth.measure.noise;

import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.network.Minibatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Copies of two random halves of a minibatch, of equal size. The order of its examples, which may
 * be sorted, has no effect on them.
 *
 * @param first one half
 * @param second other examples
 * @hidden
 */
public record MinibatchHalves(Minibatch first, Minibatch second) implements AutoCloseable {
  /** Examples of the smallest minibatch that has halves. */
  private static final int MIN_EXAMPLES = 2;

  /**
   * Examples in both halves at most. Of a larger minibatch they are a sample, whose gradient takes
   * a part of an iteration's time. The noise scale follows from any size.
   */
  private static final int MAX_EXAMPLES = 128;

  /**
   * {@return how many examples of a minibatch both halves have; 0 if it cannot be divided, because
   * it has one example, a mask, or arrays that do not count examples in their first dimension}
   *
   * @param minibatch as a network has it
   */
  public static int examplesOf(Minibatch minibatch) {
    int examples = minibatch.examples();
    boolean isDivisible =
        minibatch.isComplete()
            && examples >= MIN_EXAMPLES
            && countExamples(minibatch.features(), examples)
            && countExamples(minibatch.labels(), examples)
            && areEmpty(minibatch.featureMasks())
            && areEmpty(minibatch.labelMasks())
            && areEmpty(minibatch.layerMasks());
    return isDivisible ? Math.min(MAX_EXAMPLES, examples / 2 * 2) : 0;
  }

  private static boolean countExamples(List<? extends @Nullable INDArray> arrays, int examples) {
    for (INDArray array : arrays) {
      if (array == null || array.rank() < 2 || array.size(0) != examples || array.length() == 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean areEmpty(List<@Nullable INDArray> masks) {
    for (INDArray mask : masks) {
      if (mask != null) {
        return false;
      }
    }
    return true;
  }

  /**
   * Copies examples; call it outside of workspaces.
   *
   * @param minibatch from which they are chosen
   * @param examples in both halves, an even number of at most {@link #examplesOf}
   * @param random chooses them
   * @return the halves
   */
  public static MinibatchHalves of(Minibatch minibatch, int examples, Random random) {
    int[] order = new int[minibatch.examples()];
    for (int i = 0; i < order.length; i++) { // shuffles from the start (Fisher and Yates)
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    int half = examples / 2;
    int[] first = new int[half];
    int[] second = new int[half];
    System.arraycopy(order, 0, first, 0, half);
    System.arraycopy(order, half, second, 0, half);
    return new MinibatchHalves(part(minibatch, first), part(minibatch, second));
  }

  private static Minibatch part(Minibatch minibatch, int[] rows) {
    List<INDArray> features = new ArrayList<>();
    for (INDArray array : minibatch.features()) {
      features.add(rows(array, rows));
    }
    List<@Nullable INDArray> labels = new ArrayList<>();
    for (INDArray array : minibatch.labels()) {
      labels.add(array == null ? null : rows(array, rows));
    }
    return new Minibatch(
        features,
        minibatch.featureMasks(),
        labels,
        minibatch.labelMasks(),
        minibatch.layerMasks(),
        minibatch.states());
  }

  private static INDArray rows(INDArray array, int[] rows) {
    long[] shape = array.shape().clone();
    long length = array.length() / shape[0];
    // Only an array in another order is copied as a whole: one of images may be large.
    boolean isInOrder = array.ordering() == 'c' && Shape.hasDefaultStridesForShape(array);
    INDArray source = isInOrder ? array : array.dup('c');
    shape[0] = rows.length;
    INDArray chosen = Nd4j.createUninitialized(array.dataType(), shape, 'c');
    INDArray from = source.reshape('c', array.size(0), length);
    Nd4j.pullRows(from, chosen.reshape('c', rows.length, length), 1, rows);
    if (!isInOrder) {
      OffHeapMemory.release(source);
    }
    return chosen;
  }

  /** Frees the copies. */
  @Override
  public void close() {
    first.release();
    second.release();
  }
}
