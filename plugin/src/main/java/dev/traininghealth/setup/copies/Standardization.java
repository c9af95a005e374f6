package dev.traininghealth.setup.copies;

import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.setup.data.Spread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Brings the columns of features or labels to a mean of 0 and a standard deviation of 1, in new
 * arrays.
 *
 * @hidden
 */
public final class Standardization {
  private final List<Spread[]> columns;
  private final boolean ofLabels;

  private Standardization(List<Spread[]> columns, boolean ofLabels) {
    this.columns = columns;
    this.ofLabels = ofLabels;
  }

  /**
   * {@return a standardization of features}
   *
   * @param columns of each input; an input without columns stays as it is
   */
  public static Standardization ofFeatures(List<Spread[]> columns) {
    return new Standardization(columns, false);
  }

  /**
   * {@return a standardization of labels}
   *
   * @param columns of each output; an output without columns stays as it is
   */
  public static Standardization ofLabels(List<Spread[]> columns) {
    return new Standardization(columns, true);
  }

  /** The minibatch with new arrays, of which {@link #release} frees those that were changed. */
  Minibatch apply(Minibatch from) {
    List<@Nullable INDArray> changed = new ArrayList<>();
    List<? extends @Nullable INDArray> arrays = ofLabels ? from.labels() : from.features();
    for (int i = 0; i < arrays.size(); i++) {
      INDArray array = arrays.get(i);
      changed.add(array == null ? null : standardized(array, columns.get(i)));
    }
    List<INDArray> features = new ArrayList<>();
    if (!ofLabels) {
      for (INDArray array : changed) {
        if (array != null) {
          features.add(array);
        }
      }
    }
    return new Minibatch(
        ofLabels ? from.features() : features,
        from.featureMasks(),
        ofLabels ? changed : from.labels(),
        from.labelMasks(),
        from.layerMasks(),
        from.states());
  }

  private static INDArray standardized(INDArray array, Spread[] columns) {
    if (array.rank() < 2 || columns.length != array.size(1)) {
      return array.dup();
    }
    long[] shape = new long[array.rank()];
    Arrays.fill(shape, 1);
    shape[1] = columns.length;
    double[] means = new double[columns.length];
    double[] deviations = new double[columns.length];
    for (int column = 0; column < columns.length; column++) {
      double deviation = columns[column].standardDeviation();
      means[column] = columns[column].count() == 0 ? 0 : columns[column].mean();
      deviations[column] = deviation > 0 ? deviation : 1;
    }
    try (INDArray mean = Nd4j.createFromArray(means).castTo(array.dataType()).reshape(shape);
        INDArray deviation =
            Nd4j.createFromArray(deviations).castTo(array.dataType()).reshape(shape)) {
      return array.sub(mean).divi(deviation);
    }
  }

  /** Frees what {@link #apply} has created. */
  void release(Minibatch applied) {
    for (INDArray array : ofLabels ? applied.labels() : applied.features()) {
      OffHeapMemory.release(array);
    }
  }
}
