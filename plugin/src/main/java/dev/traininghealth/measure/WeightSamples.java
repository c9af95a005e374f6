package dev.traininghealth.measure;

import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that other code has overwritten the weights between two iterations, as {@code setParams}
 * does. It compares two elements of each of a few arrays, a handful of memory reads per iteration.
 *
 * <p>A change counts if most of the arrays have a finite element that differs from before. A single
 * overwritten array or element, or NaN, is damage, which detectors report.
 */
final class WeightSamples {
  private static final Logger log = LoggerFactory.getLogger(WeightSamples.class);

  /** Maximum of arrays that are sampled, spread over the network. */
  private static final int MAX_ARRAYS = 16;

  private static final int SAMPLES_PER_ARRAY = 2;

  /** Positions of the samples, as a share of the array's length. */
  private static final double[] POSITIONS = {0.382, 0.618};

  /** Number of changes within {@link #REGULAR_ITERATIONS} that counts as part of the training. */
  private static final int REGULAR_CHANGES = 3;

  private static final int REGULAR_ITERATIONS = 30;

  private final MeasuredArray[] arrays;
  private final double[] values;

  /** Arrays of frozen layers, which no step of this network changes. */
  private final MeasuredArray[] frozen;

  private final double[] frozenValues;
  private int frozenChanges;

  /** The iterations of the latest changes, counted by this class, the oldest first. */
  private final long[] changes = new long[REGULAR_CHANGES - 1];

  private long iterations;
  private boolean remembers;
  private boolean rememberedFrozen;
  private boolean disabled;
  private boolean regular;

  private WeightSamples(List<MeasuredArray> arrays, List<MeasuredArray> frozen) {
    this.arrays = arrays.toArray(new MeasuredArray[0]);
    this.frozen = frozen.toArray(new MeasuredArray[0]);
    values = new double[SAMPLES_PER_ARRAY * arrays.size()];
    frozenValues = new double[SAMPLES_PER_ARRAY * frozen.size()];
    Arrays.fill(changes, -REGULAR_ITERATIONS);
    disabled = arrays.isEmpty();
  }

  /** Samples of a network's arrays; none if they change anyway or are expensive to read. */
  static WeightSamples of(ParameterTable table) {
    List<MeasuredArray> readable = new ArrayList<>();
    List<MeasuredArray> frozen = new ArrayList<>();
    if (table.isStochasticGradientDescent() && !isConstrained(table)) {
      List<NetworkLayout.Parameter> parameters = table.layout().parameters();
      for (int p = 0; p < parameters.size(); p++) {
        MeasuredArray array = table.weights(p);
        if (array.isReadFromMemory() && array.length() > 0) {
          NetworkLayout.Parameter parameter = parameters.get(p);
          if (parameter.isTrained()) {
            readable.add(array);
          } else if (parameter.frozen()) {
            frozen.add(array);
          }
        }
      }
    }
    return new WeightSamples(spread(readable), spread(frozen));
  }

  private static List<MeasuredArray> spread(List<MeasuredArray> readable) {
    int count = Math.min(MAX_ARRAYS, readable.size());
    List<MeasuredArray> chosen = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      chosen.add(readable.get((int) ((long) i * readable.size() / count)));
    }
    return chosen;
  }

  /**
   * Whether DL4J changes weights after the step: constraints are applied when the iteration ends.
   */
  static boolean isConstrained(ParameterTable table) {
    for (Layer layer : table.layers()) {
      if (hasConstraints(layer.conf().getLayer())
          || hasConstraints(ParameterTable.configuration(layer))) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasConstraints(org.deeplearning4j.nn.conf.layers.Layer layer) {
    return layer.getConstraints() != null && !layer.getConstraints().isEmpty();
  }

  /** Remembers the weights with which the next iteration begins. */
  void remember() {
    for (int i = 0; i < frozenValues.length && !regular; i++) {
      frozenValues[i] = sample(frozen, i);
    }
    rememberedFrozen = true;
    if (disabled) {
      return;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = sample(arrays, i);
    }
    remembers = true;
  }

  /** Whether the weights differ from those remembered last; must be called once per iteration. */
  boolean haveChanged() {
    checkFrozen();
    if (disabled || !remembers) {
      return false;
    }
    remembers = false;
    iterations++;
    int changed = 0;
    for (int array = 0; array < arrays.length; array++) {
      changed += hasChanged(array) ? 1 : 0;
    }
    return 2 * changed > arrays.length && !isRegular();
  }

  /** Frozen weights that change repeatedly are also trained as part of another network. */
  private void checkFrozen() {
    if (!rememberedFrozen || regular) {
      return;
    }
    rememberedFrozen = false;
    for (int i = 0; i < frozenValues.length; i++) {
      if (Double.compare(sample(frozen, i), frozenValues[i]) != 0) {
        frozenChanges++;
        regular = frozenChanges >= REGULAR_CHANGES;
        return;
      }
    }
  }

  private boolean hasChanged(int array) {
    for (int s = 0; s < SAMPLES_PER_ARRAY; s++) {
      int i = SAMPLES_PER_ARRAY * array + s;
      double now = sample(arrays, i);
      if (now != values[i] && Double.isFinite(now)) {
        return true;
      }
    }
    return false;
  }

  private static double sample(MeasuredArray[] arrays, int i) {
    MeasuredArray array = arrays[i / SAMPLES_PER_ARRAY];
    return array.at((long) (POSITIONS[i % SAMPLES_PER_ARRAY] * array.length()));
  }

  /** Whether weights are overwritten so often that it is part of the training. */
  boolean areWrittenRegularly() {
    return regular;
  }

  private boolean isRegular() {
    boolean often = iterations - changes[0] < REGULAR_ITERATIONS;
    regular |= often;
    System.arraycopy(changes, 1, changes, 0, changes.length - 1);
    changes[changes.length - 1] = iterations;
    disabled = often;
    if (disabled) {
      log.info(
          "Other code changes the weights between iterations regularly: this counts as part of the"
              + " training and is not reported any more");
    }
    return disabled;
  }
}
