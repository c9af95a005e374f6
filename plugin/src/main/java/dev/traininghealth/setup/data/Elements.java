package dev.traininghealth.setup.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An array of a minibatch as examples × columns × positions in the Java heap. The columns of a
 * matrix or series are its features or classes, and the positions of a series its steps. All pixels
 * of an image are positions of one column per channel.
 */
final class Elements {
  /**
   * Maximum of elements that are read per minibatch: about 10 ms. Of larger minibatches the first
   * examples are read.
   */
  private static final long MAX_ELEMENTS = 1_000_000;

  /** Minimum of examples that are read nevertheless. */
  private static final long MIN_EXAMPLES = 8;

  private final double[] values;
  private final double @Nullable [] mask;
  private final int maskPositions;
  private final int examples;
  private final int columns;
  private final int positions;

  private Elements(
      double[] values, double @Nullable [] mask, int maskPositions, int examples, long[] shape) {
    this.values = values;
    this.mask = mask;
    this.maskPositions = maskPositions;
    this.examples = examples;
    columns = (int) shape[1];
    positions = examples == 0 || columns == 0 ? 0 : values.length / examples / columns;
  }

  /** {@return whether an array can be read: real or whole numbers in at least one example} */
  static boolean isReadable(@Nullable INDArray array) {
    return array != null && (array.isR() || array.isZ()) && !array.isEmpty() && array.rank() >= 1;
  }

  /**
   * Reads an array.
   *
   * @param mask of steps, {@code [examples, steps]}, or of examples; other masks are ignored
   */
  static Elements of(INDArray array, @Nullable INDArray mask) {
    long[] shape = array.rank() == 1 ? new long[] {array.length(), 1} : array.shape();
    long perExample = array.length() / shape[0];
    int examples =
        (int) Math.min(shape[0], Math.max(MIN_EXAMPLES, MAX_ELEMENTS / Math.max(1, perExample)));
    double[] all = array.dup('c').data().asDouble();
    double[] values = Arrays.copyOf(all, (int) (examples * perExample));
    if (mask == null
        || mask.rank() != 2
        || mask.size(0) != shape[0]
        || !(mask.size(1) == 1 || (shape.length == 3 && mask.size(1) == shape[2]))) {
      return new Elements(values, null, 0, examples, shape);
    }
    double[] present = mask.dup('c').data().asDouble();
    return new Elements(values, present, (int) mask.size(1), examples, shape);
  }

  int examples() {
    return examples;
  }

  int columns() {
    return columns;
  }

  int positions() {
    return positions;
  }

  double at(int example, int column, int position) {
    return values[(example * columns + column) * positions + position];
  }

  /** Whether the mask includes a position. */
  boolean isPresent(int example, int position) {
    return mask == null || mask[example * maskPositions + (maskPositions == 1 ? 0 : position)] != 0;
  }

  /** A hash of all elements that were read. */
  long hash() {
    long hash = 1;
    for (double value : values) {
      hash = hash * 0x9E37_79B9_7F4A_7C15L + Double.doubleToLongBits(value);
    }
    return hash;
  }
}
