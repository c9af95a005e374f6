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
 * coarser than a column is a column of its own, or its single iterations are, as far as they are
 * recorded, and what is left between them.
 */
final class Columns {
  private final List<List<Row>> columns;
  private final long width;

  /** Key of the last column, where its rows begin in multiples of the width. */
  private long current;

  /** Whether the last row is the rest of a coarse one. */
  private boolean followsPart;

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
    Columns columns = new Columns(new ArrayList<>(), width);
    for (Row row : timeline.byIteration()) {
      boolean isShown = row.last() >= from && row.first() <= to;
      if (isShown && row.last() - row.first() >= width) {
        timeline.inDetail(row).forEach(part -> columns.add(part, from, to));
      } else {
        columns.add(row, from, to);
      }
    }
    return columns;
  }

  private void add(Row row, long from, long to) {
    if (row.last() < from || row.first() > to) {
      return;
    }
    long key = Math.max(from, row.first()) / width;
    boolean isPart = !row.apart().isEmpty(); // coarser than its neighbors
    if (columns.isEmpty() || key != current || isPart || followsPart) {
      columns.add(new ArrayList<>());
      current = key;
    }
    followsPart = isPart;
    columns.get(columns.size() - 1).add(row);
  }

  int size() {
    return columns.size();
  }

  /** Number of iterations of a full column. */
  long width() {
    return width;
  }

  /** Largest number of recorded iterations that a row of a column stands for. */
  long resolution(int column) {
    long coarsest = 1;
    for (Row row : columns.get(column)) {
      coarsest = Math.max(coarsest, row.resolution());
    }
    return coarsest;
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
