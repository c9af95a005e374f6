package dev.traininghealth.compare;

import dev.traininghealth.read.Timeline;
import dev.traininghealth.read.Timeline.Row;
import dev.traininghealth.record.Quantity;
import java.util.List;

/**
 * Where the rows of a recording are along the axis of the comparison: iterations, or examples that
 * were trained on.
 */
final class RowPositions {
  private final Timeline timeline;
  private final List<Row> rows;

  /** Position of the begin of each row; the last entry is the end of the last row. */
  private final double[] begins;

  private final double perIteration;

  private RowPositions(Timeline timeline, double[] begins, double perIteration) {
    this.timeline = timeline;
    this.perIteration = perIteration;
    this.rows = timeline.byIteration();
    this.begins = begins;
  }

  /** Along the iterations, as DL4J counts them. */
  static RowPositions ofIterations(Timeline timeline) {
    return of(timeline, 1);
  }

  /** Along the examples, of which each iteration has {@code batchSize} on average. */
  static RowPositions ofExamples(Timeline timeline, double batchSize) {
    return of(timeline, batchSize);
  }

  private static RowPositions of(Timeline timeline, double perIteration) {
    List<Row> rows = timeline.byIteration();
    double[] begins = new double[rows.size() + 1];
    for (int i = 0; i < rows.size(); i++) {
      begins[i] = rows.get(i).first() * perIteration;
    }
    begins[rows.size()] = (rows.get(rows.size() - 1).last() + 1) * perIteration;
    return new RowPositions(timeline, begins, perIteration);
  }

  /**
   * The mean number of examples per iteration; NaN if it was not recorded.
   *
   * @param timeline the rows
   */
  static double batchSize(Timeline timeline) {
    int column = timeline.column(Quantity.BATCH_SIZE);
    double sum = 0;
    long count = 0;
    for (Row row : timeline.byIteration()) {
      int n = column < 0 ? 0 : row.segment().count(column, row.bucket());
      if (n > 0) {
        sum += row.segment().mean(column, row.bucket()) * n;
        count += n;
      }
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  Timeline timeline() {
    return timeline;
  }

  /** Length of an iteration along the axis. */
  double perIteration() {
    return perIteration;
  }

  int size() {
    return rows.size();
  }

  Row row(int i) {
    return rows.get(i);
  }

  double begin() {
    return begins[0];
  }

  double end() {
    return begins[rows.size()];
  }

  double begin(int row) {
    return begins[row];
  }

  double middle(int row) {
    return (begins[row] + begins[row + 1]) / 2;
  }

  double width(int row) {
    return begins[row + 1] - begins[row];
  }

  /** The first row that does not begin before a position; the last row if all do. */
  int rowAt(double position) {
    int low = 0;
    int high = rows.size() - 1;
    while (low < high) {
      int mid = (low + high) >>> 1;
      if (begins[mid] >= position) {
        high = mid;
      } else {
        low = mid + 1;
      }
    }
    return low;
  }

  /** The iteration at a position. */
  long iterationAt(double position) {
    return rows.get(rowAt(position)).first();
  }
}
