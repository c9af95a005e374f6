package dev.traininghealth.measure;

import dev.traininghealth.array.MeasuredArray;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A minibatch's array read as examples × columns × positions: positions are the steps of a series
 * or the pixels that share a column. Where there are many elements an evenly spread part of them is
 * looked at: as many columns as allowed, then positions, then examples.
 */
final class ExampleGrid {
  /** Examples that are read at least where the array has them. */
  private static final int MIN_EXAMPLES = 10;

  private final MeasuredArray values;
  private final Axis examples;
  private final Axis columns;
  private final Axis positions;

  /** Some of an array's dimensions as one, and where its chosen indices lie in memory. */
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

    static Axis of(long[] shape, long[] steps, int[] dimensions, long most) {
      long length = 1;
      for (int d : dimensions) {
        length *= shape[d];
      }
      long[] chosen = new long[(int) Math.min(length, most)];
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

    /** The same indices in another array, of this array's shape and of other steps. */
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
   * Lays the grid over an array.
   *
   * @param columnDimension the dimension whose indices are the columns; 0 for all but the first
   *     taken as one
   * @param mostColumns columns that are looked at
   * @param most elements that are looked at
   */
  static ExampleGrid of(
      INDArray array, MeasuredArray values, int columnDimension, int mostColumns, int most) {
    long[] shape = array.shape();
    long[] steps = steps(array, values);
    int[] others = new int[shape.length - (columnDimension == 0 ? 1 : 2)];
    for (int d = 1, i = 0; d < shape.length; d++) {
      if (d != columnDimension) {
        others[i++] = d;
      }
    }
    int[] own = columnDimension == 0 ? others : new int[] {columnDimension};
    Axis columns = Axis.of(shape, steps, own, mostColumns);
    long aColumn = Math.max(1, most / columns.chosen.length);
    Axis positions =
        Axis.of(
            shape,
            steps,
            columnDimension == 0 ? new int[0] : others,
            Math.max(1, aColumn / MIN_EXAMPLES));
    long mostExamples = Math.max(1, aColumn / positions.chosen.length);
    return new ExampleGrid(
        values, Axis.of(shape, steps, new int[] {0}, mostExamples), columns, positions);
  }

  /** Where elements are: BLAS arrays are read by memory, others in the order of their elements. */
  private static long[] steps(INDArray array, MeasuredArray values) {
    return values.isReadFromMemory()
        ? array.stride()
        : SilentUnits.strides(array.shape(), array.ordering());
  }

  /**
   * The same elements of a mask: of the array's own rank, or {@code [examples, steps]} for a
   * series, or {@code [examples, 1]}. Null for any other.
   *
   * @param shape of the array that is masked
   */
  @Nullable ExampleGrid mask(long[] shape, INDArray mask, MeasuredArray values) {
    long[] own = steps(mask, values);
    long[] steps = new long[shape.length];
    if (mask.rank() == shape.length) {
      for (int d = 0; d < shape.length; d++) {
        if (mask.size(d) != shape[d] && mask.size(d) != 1) {
          return null;
        }
        steps[d] = mask.size(d) == 1 ? 0 : own[d];
      }
    } else if (mask.rank() == 2 && mask.size(0) == shape[0]) {
      steps[0] = own[0];
      int[] rest = positions.dimensions;
      if (shape.length == 3 && rest.length == 1 && mask.size(1) == shape[rest[0]]) {
        steps[rest[0]] = own[1];
      } else if (mask.size(1) != 1) {
        return null;
      }
    } else {
      return null;
    }
    return new ExampleGrid(
        values, examples.in(shape, steps), columns.in(shape, steps), positions.in(shape, steps));
  }

  /** Examples that are looked at. */
  int examples() {
    return examples.chosen.length;
  }

  /** Columns that are looked at. */
  int columns() {
    return columns.chosen.length;
  }

  /** Whether all columns are looked at. */
  boolean hasAllColumns() {
    return columns.chosen.length == columns.length;
  }

  /** Positions that are looked at. */
  int positions() {
    return positions.chosen.length;
  }

  double at(int example, int column, int position) {
    return values.at(
        examples.offsets[example] + columns.offsets[column] + positions.offsets[position]);
  }
}
