package dev.traininghealth.ui;

import dev.traininghealth.read.Timeline;
import dev.traininghealth.read.Timeline.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * Neighboring rows grouped into as many columns as fit into a chart.
 *
 * <p>The width of a column is a power of two iterations, and it starts at a multiple of that. The
 * columns of a continuing run therefore stay in place until all of them double. A row that is
 * coarser than a column is a column of its own.
 */
final class Columns {
  private final List<List<Row>> columns;
  private final long width;

  private Columns(List<List<Row>> columns, long width) {
    this.columns = columns;
    this.width = width;
  }

  /**
   * Groups the rows that overlap a range of iterations.
   *
   * @param from first iteration
   * @param to last iteration, not before {@code from}
   * @param max maximum number of columns, 2 or more
   */
  static Columns of(Timeline timeline, long from, long to, int max) {
    long width = 1;
    while (to / width - from / width + 1 > max) {
      width *= 2;
    }
    List<List<Row>> columns = new ArrayList<>();
    long current = Long.MIN_VALUE;
    for (Row row : timeline.byIteration()) {
      if (row.last() < from || row.first() > to) {
        continue;
      }
      long key = Math.max(from, row.first()) / width;
      if (columns.isEmpty() || key != current) {
        columns.add(new ArrayList<>());
        current = key;
      }
      columns.get(columns.size() - 1).add(row);
    }
    return new Columns(columns, width);
  }

  int size() {
    return columns.size();
  }

  /** Number of iterations of a full column. */
  long width() {
    return width;
  }

  List<Row> rows(int column) {
    return columns.get(column);
  }

  long first(int column) {
    return columns.get(column).get(0).first();
  }

  long last(int column) {
    long last = Long.MIN_VALUE;
    for (Row row : columns.get(column)) {
      last = Math.max(last, row.last());
    }
    return last;
  }
}
