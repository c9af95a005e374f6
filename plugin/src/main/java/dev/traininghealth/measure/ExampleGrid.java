package dev.traininghealth.measure;

import dev.traininghealth.array.MeasuredArray;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A view of a minibatch's array as examples × columns × positions. Positions are the steps of a
 * series or the pixels that share a column. Of a large array an evenly spread part is read: as many
 * columns as allowed, then positions, then examples.
 */
final class ExampleGrid {
  /** Minimum of examples that are read, if the array has them. */
  private static final int MIN_EXAMPLES = 10;

  private final MeasuredArray values;
  private final Axis examples;
  private final Axis columns;
  private final Axis positions;

  /** Several dimensions of an array as one, with the memory offsets of its chosen indices. */
  private static final class Axis {
    final int[] dimensions;
    final long length;
    final long[] chosen;
    final long[] offsets;

    Axis(int[] dimensions, long length, long[] chosen, long[] offsets) {
      this.dimensions = dimensions;
      this.length = length;
      this.chosen = chosen;
      this.offsets = offsets;
    }

    static Axis of(long[] shape, long[] steps, int[] dimensions, long maxLength) {
      long length = 1;
      for (int d : dimensions) {
        length *= shape[d];
      }
      long[] chosen = new long[(int) Math.min(length, maxLength)];
      for (int i = 0; i < chosen.length; i++) {
        chosen[i] = i * length / chosen.length;
      }
      return new Axis(dimensions, length, chosen, offsets(shape, steps, dimensions, chosen));
    }

    private static long[] offsets(long[] shape, long[] steps, int[] dimensions, long[] chosen) {
      long[] offsets = new long[chosen.length];
      for (int i = 0; i < chosen.length; i++) {
        long rest = chosen[i];
        for (int k = dimensions.length - 1; k >= 0; k--) {
          offsets[i] += rest % shape[dimensions[k]] * steps[dimensions[k]];
          rest /= shape[dimensions[k]];
        }
      }
      return offsets;
    }

    /** The same indices in another array with this array's shape and other steps. */
    Axis in(long[] shape, long[] steps) {
      return new Axis(dimensions, length, chosen, offsets(shape, steps, dimensions, chosen));
    }
  }

  private ExampleGrid(MeasuredArray values, Axis examples, Axis columns, Axis positions) {
    this.values = values;
    this.examples = examples;
    this.columns = columns;
    this.positions = positions;
  }

  /**
   * Creates the grid of an array.
   *
   * @param columnDimension the dimension whose indices are the columns; 0 takes all but the first
   *     together
   * @param maxColumns maximum of columns that are read
   * @param maxElements maximum of elements that are read
   */
  static ExampleGrid of(
      INDArray array, MeasuredArray values, int columnDimension, int maxColumns, int maxElements) {
    long[] shape = array.shape();
    long[] steps = steps(array, values);
    int[] others = new int[shape.length - (columnDimension == 0 ? 1 : 2)];
    for (int d = 1, i = 0; d < shape.length; d++) {
      if (d != columnDimension) {
        others[i++] = d;
      }
    }
    int[] columnDimensions = columnDimension == 0 ? others : new int[] {columnDimension};
    Axis columns = Axis.of(shape, steps, columnDimensions, maxColumns);
    long elementsPerColumn = Math.max(1, maxElements / columns.chosen.length);
    Axis positions =
        Axis.of(
            shape,
            steps,
            columnDimension == 0 ? new int[0] : others,
            Math.max(1, elementsPerColumn / MIN_EXAMPLES));
    long maxExamples = Math.max(1, elementsPerColumn / positions.chosen.length);
    return new ExampleGrid(
        values, Axis.of(shape, steps, new int[] {0}, maxExamples), columns, positions);
  }

  /** Steps between elements: in memory for BLAS arrays, in the order of elements for others. */
  private static long[] steps(INDArray array, MeasuredArray values) {
    return values.isReadFromMemory()
        ? array.stride()
        : SilentUnits.strides(array.shape(), array.ordering());
  }

  /**
   * The same elements of a mask, which has the array's rank, or {@code [examples, steps]} for a
   * series, or {@code [examples, 1]}. Null for any other shape.
   *
   * @param shape of the masked array
   */
  @Nullable ExampleGrid mask(long[] shape, INDArray mask, MeasuredArray values) {
    long[] maskSteps = steps(mask, values);
    long[] steps = new long[shape.length];
    if (mask.rank() == shape.length) {
      for (int d = 0; d < shape.length; d++) {
        if (mask.size(d) != shape[d] && mask.size(d) != 1) {
          return null;
        }
        steps[d] = mask.size(d) == 1 ? 0 : maskSteps[d];
      }
    } else if (mask.rank() == 2 && mask.size(0) == shape[0]) {
      steps[0] = maskSteps[0];
      int[] rest = positions.dimensions;
      if (shape.length == 3 && rest.length == 1 && mask.size(1) == shape[rest[0]]) {
        steps[rest[0]] = maskSteps[1];
      } else if (mask.size(1) != 1) {
        return null;
      }
    } else {
      return null;
    }
    return new ExampleGrid(
        values, examples.in(shape, steps), columns.in(shape, steps), positions.in(shape, steps));
  }

  /** Number of examples that are read. */
  int examples() {
    return examples.chosen.length;
  }

  /** {@return the index in its minibatch of an example that is read} */
  int example(int index) {
    return (int) examples.chosen[index];
  }

  /** Number of columns that are read. */
  int columns() {
    return columns.chosen.length;
  }

  /** Whether all columns are read. */
  boolean hasAllColumns() {
    return columns.chosen.length == columns.length;
  }

  /** Number of positions that are read. */
  int positions() {
    return positions.chosen.length;
  }

  double at(int example, int column, int position) {
    return values.at(
        examples.offsets[example] + columns.offsets[column] + positions.offsets[position]);
  }
}
