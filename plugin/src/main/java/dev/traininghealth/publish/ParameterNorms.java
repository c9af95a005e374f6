package dev.traininghealth.publish;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.SegmentRows;
import dev.traininghealth.record.Series;
import dev.traininghealth.record.Series.Scope;
import java.util.ArrayList;
import java.util.List;

/**
 * The norms of single parameters, such as a layer's {@code W} and {@code b}, in rows at growing
 * distances. The distance is two percent of the rows so far: each of the first 100 rows has them,
 * about 330 of ten thousand, and 560 of a million. Most entries of these series are therefore
 * absent, which takes one bit each, and a layer with two parameters takes about two bytes an
 * iteration of ten thousand. A row is taken only if weights were measured in it, so that the three
 * norms of a row can be compared.
 *
 * <p>Not thread-safe, like the {@link RowReader} that it belongs to.
 */
final class ParameterNorms {
  /**
   * Rows so far, divided by the distance to the next row: a chart of the whole run then has fifty
   * points in its last two thirds. Twice as many take half as much space again.
   */
  private static final int ROWS_PER_DISTANCE = 50;

  /** The series that are copied, the cells that they are copied from. */
  private final int[] series;

  private final int[] cells;

  /** A cell of the norm of each parameter's weights, which says whether they were measured. */
  private final int weightCell;

  private long row;
  private long nextRow;

  ParameterNorms(RunDescription run, RowLayout shape) {
    List<int[]> copied = new ArrayList<>();
    for (int s = 0; s < run.series().size(); s++) {
      int cell = cellOf(run.series().get(s), shape);
      if (cell >= 0) {
        copied.add(new int[] {s, cell});
      }
    }
    series = copied.stream().mapToInt(c -> c[0]).toArray();
    cells = copied.stream().mapToInt(c -> c[1]).toArray();
    weightCell =
        run.series().stream()
            .filter(s -> s.scope() == Scope.PARAMETER && s.quantity() == Quantity.WEIGHT_NORM)
            .findFirst()
            .map(s -> cellOf(s, shape))
            .orElse(-1);
  }

  private static int cellOf(Series series, RowLayout shape) {
    if (series.scope() != Scope.PARAMETER) {
      return -1;
    }
    return switch (series.quantity()) {
      case GRADIENT_NORM -> shape.gradientNorms + series.index();
      case WEIGHT_NORM -> shape.weightNorms + series.index();
      case UPDATE_NORM -> shape.updateNorms + series.index();
      default -> -1;
    };
  }

  /** Sets the norms of the last row, if it is one of those that have them. */
  void read(double[] from, int at, SegmentRows rows) {
    long index = row++;
    if (weightCell < 0 || index < nextRow || Measurement.isAbsent(from[at + weightCell])) {
      return;
    }
    nextRow = index + Math.max(1, index / ROWS_PER_DISTANCE);
    for (int i = 0; i < series.length; i++) {
      RowReader.set(rows, series[i], from[at + cells[i]]);
    }
  }
}
