package dev.traininghealth.measure;

import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.numbers.Measurement;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Counts the units of one layer whose activations stay zero over several measurements. A unit is
 * the column of a dense layer, the channel of a convolution or the feature of a series. It is read
 * up to its first nonzero element, so that a healthy layer costs two or three reads per unit.
 */
final class SilentUnits {
  /** Minimum of consecutive measurements in which a silent unit was zero. */
  static final int MIN_MEASUREMENTS = 3;

  /** Minimum of iterations that they span: fewer may lie within one unusual stretch of the data. */
  static final int MIN_ITERATIONS = 20;

  /**
   * Minimum of examples among them, so that small minibatches do not make a unit silent. A unit
   * that responds to a tenth of the examples is zero for all {@value} with a probability of 0.1 %.
   */
  static final int MIN_EXAMPLES = 64;

  /**
   * Maximum of elements read in one measurement, reached if all units are silent: about 2 ms for
   * scattered memory. A channel of 64 that responds at one position in a hundred is still detected.
   */
  private static final int MAX_READS = 1 << 16;

  /** The same maximum if each read is an ND4J operation. */
  private static final int MAX_SLOW_READS = 1 << 13;

  private static final long GOLDEN_RATIO = 0x9E37_79B9_7F4A_7C15L;

  /** Share of undecided units from which the next measurement should not wait for its turn. */
  private static final double UNDECIDED_SHARE = 0.1;

  /**
   * Share of units, silent and undecided together, from which it should not wait either. Below, the
   * layer is healthy in any case.
   */
  private static final double SUSPICIOUS_SHARE = 0.5;

  private final Streak all = new Streak();
  private Streak[] units = {};

  /** Sizes and strides of all dimensions except that of the units. */
  private final long[] sizes = new long[8];

  private final long[] strides = new long[8];
  private int dimensions;
  private boolean isUndecided;

  /** A series of consecutive measurements in which a condition held. */
  private static final class Streak {
    int measurements;
    long since;
    double examples;

    void extend(long iteration, double seen) {
      if (measurements++ == 0) {
        since = iteration;
        examples = 0;
      }
      examples += seen;
    }

    boolean isLong(long iteration) {
      return measurements >= MIN_MEASUREMENTS
          && iteration - since >= MIN_ITERATIONS
          && examples >= MIN_EXAMPLES;
    }
  }

  /**
   * Reads one minibatch's activations.
   *
   * @param array {@code [examples, units, …]}, or {@code [examples, …, units]}
   * @param values the same array as it is read
   * @param unitsLast whether units are the last dimension
   * @param retained share of activations that dropout has kept, above 0 and at most 1
   * @return share of units that are silent, 0 to 1; absent until there are enough measurements
   */
  double measure(
      INDArray array, MeasuredArray values, boolean unitsLast, double retained, long iteration) {
    int unitDimension = unitsLast ? array.rank() - 1 : 1;
    int count = (int) array.size(unitDimension);
    if (count != units.length) {
      units = new Streak[count];
      Arrays.setAll(units, unit -> new Streak());
      all.measurements = 0;
    }
    // BLAS arrays are read in the order of their memory, others in the order of their elements.
    boolean fast = values.isReadFromMemory();
    long[] steps = fast ? array.stride() : strides(array.shape(), array.ordering());
    dimensions = 0;
    for (int d = 0; d < array.rank(); d++) {
      if (d != unitDimension) {
        sizes[dimensions] = array.size(d);
        strides[dimensions++] = steps[d];
      }
    }
    long elements = values.length() / count;
    long reads = Math.min(elements, Math.max(1, (fast ? MAX_READS : MAX_SLOW_READS) / count));
    double examples = Math.min(array.size(0), reads) * retained;
    all.extend(iteration, examples);
    int silent = 0;
    int undecided = 0;
    for (int unit = 0; unit < count; unit++) {
      Streak streak = units[unit];
      if (isZero(values, unit * steps[unitDimension], elements, reads)) {
        streak.extend(iteration, examples);
        boolean isSilent = streak.isLong(iteration);
        silent += isSilent ? 1 : 0;
        undecided += isSilent ? 0 : 1;
      } else {
        streak.measurements = 0;
      }
    }
    isUndecided =
        undecided > UNDECIDED_SHARE * count && silent + undecided > SUSPICIOUS_SHARE * count;
    return all.isLong(iteration) ? (double) silent / count : Measurement.absent();
  }

  /**
   * Whether the layer may have many silent units, which only further measurements can tell; of the
   * latest measurement.
   */
  boolean isUndecided() {
    return isUndecided;
  }

  private boolean isZero(MeasuredArray values, long start, long elements, long reads) {
    long position = 0;
    for (long i = 0; i < reads; i++) {
      long element = i;
      if (reads < elements) {
        element = Math.multiplyHigh(position >>> 1, elements << 1); // evenly, without a period
        position += GOLDEN_RATIO;
      }
      long offset = start;
      for (int d = 0; d < dimensions; d++) {
        offset += element % sizes[d] * strides[d];
        element /= sizes[d];
      }
      if (values.at(offset) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Distances between neighbors in the order of elements. */
  static long[] strides(long[] shape, char ordering) {
    long[] strides = new long[shape.length];
    long step = 1;
    for (int i = 0; i < shape.length; i++) {
      int d = ordering == 'c' ? shape.length - 1 - i : i;
      strides[d] = step;
      step *= shape[d];
    }
    return strides;
  }
}
