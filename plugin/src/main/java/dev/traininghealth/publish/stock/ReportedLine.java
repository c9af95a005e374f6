package dev.traininghealth.publish.stock;

import dev.traininghealth.numbers.Measurement;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * The values of one chart of DL4J's pages, which are measured at other iterations than those of the
 * reports.
 *
 * <p>DL4J's Overview page pairs the n-th value with the n-th report: a value that is left out of
 * one report moves all later ones to earlier iterations. Therefore a report between two
 * measurements gets its point of the straight line between them, which is what the chart draws if
 * nothing is in between. Reports after the latest measurement get no value, so that the line ends
 * there. Their points are completed by the next measurement.
 */
final class ReportedLine {
  private final boolean logarithmic;

  /** The latest measurement of each key. */
  private final double[] values;

  /** Its iteration; -1 before the first. */
  private final long[] iterations;

  /** Points without all their values, oldest first. */
  private final ArrayDeque<Point> open = new ArrayDeque<>();

  /** The values of one report. */
  static final class Point {
    private final long iteration;
    private final double[] values;
    private final boolean[] waits;
    private int missing;
    private boolean complete;

    private Point(long iteration, int keys) {
      this.iteration = iteration;
      values = new double[keys];
      Arrays.fill(values, Double.NaN);
      waits = new boolean[keys];
    }

    /** Whether this point and all earlier ones have their values. */
    boolean isComplete() {
      return complete;
    }

    /** By key; NaN if it was not measured by then. Final once the point is complete. */
    double[] values() {
      return values;
    }
  }

  /**
   * Creates a line for each key, without points.
   *
   * @param logarithmic whether the chart draws logarithms
   */
  ReportedLine(int keys, boolean logarithmic) {
    this.logarithmic = logarithmic;
    values = new double[keys];
    iterations = new long[keys];
    Arrays.fill(iterations, -1);
  }

  /**
   * Adds a report, and completes those before it by what was measured since.
   *
   * @param iteration its iteration
   * @param measured the latest measured values, by key
   * @param at the iterations at which they were measured, -1 for never
   */
  Point add(long iteration, double[] measured, long[] at) {
    Point point = new Point(iteration, values.length);
    for (int key = 0; key < values.length; key++) {
      if (at[key] != iterations[key] && !Measurement.isAbsent(measured[key])) {
        if (iterations[key] >= 0) {
          complete(key, measured[key], at[key]);
        }
        values[key] = measured[key];
        iterations[key] = at[key];
      }
      if (iterations[key] == iteration) {
        point.values[key] = values[key];
      } else if (iterations[key] >= 0) {
        point.waits[key] = true;
        point.missing++;
      }
    }
    open.add(point);
    while (!open.isEmpty() && open.element().missing == 0) {
      open.remove().complete = true;
    }
    return point;
  }

  private void complete(int key, double value, long iteration) {
    double length = iteration - iterations[key];
    for (Point point : open) {
      if (point.waits[key]) {
        // Outside of the line only if the iteration count was set back.
        double share = Math.max(0, Math.min(1, (point.iteration - iterations[key]) / length));
        point.values[key] = between(values[key], value, share);
        point.waits[key] = false;
        point.missing--;
      }
    }
  }

  private double between(double from, double to, double share) {
    return logarithmic && from > 0 && to > 0
        ? from * Math.pow(to / from, share)
        : from + (to - from) * share;
  }
}
