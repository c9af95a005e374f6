package dev.traininghealth.lines;

import dev.traininghealth.record.NonFinite;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.Series;
import dev.traininghealth.record.Series.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * Writes the rows of one run as lines, each row once, however often its segment is put.
 *
 * <p>Every iteration has a line with the values of the whole network. Values of layers and
 * parameters, which are hundreds in a deep network, follow at distances of one percent of the run
 * so far: in each of the first 200 rows, and in about a thousand of a million.
 *
 * <p>A segment that was merged before it was put has buckets of several iterations. Such a bucket
 * is one line, with {@code firstIteration} and mean values. A value that is not finite in any of
 * them is written instead of the mean.
 */
final class IterationLines {
  /** Rows so far, divided by the distance to the next row whose layers are written. */
  private static final int ROWS_PER_DISTANCE = 100;

  private final RunDescription run;
  private final int[] ofRun;
  private final List<int[]> ofLayers;
  private final List<int[]> ofParameters;
  private final int validation;

  /** The first row that is not written. */
  private long nextRow;

  private long nextLayerRow;

  /** The last row whose validation score is written. */
  private long validatedRow = -1;

  IterationLines(RunDescription run) {
    this.run = run;
    ofRun = series(Scope.RUN, 0);
    ofLayers = all(Scope.LAYER, run.layers().size());
    ofParameters = all(Scope.PARAMETER, run.parameters().size());
    validation = run.indexOf(Quantity.VALIDATION_SCORE, Scope.RUN, 0);
  }

  private List<int[]> all(Scope scope, int count) {
    List<int[]> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      all.add(series(scope, i));
    }
    return all;
  }

  private int[] series(Scope scope, int index) {
    List<Integer> found = new ArrayList<>();
    for (int s = 0; s < run.series().size(); s++) {
      Series series = run.series().get(s);
      if (series.scope() == scope && series.index() == index) {
        found.add(s);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  /** {@return the run whose rows are written} */
  RunDescription run() {
    return run;
  }

  /** What is written; immutable. */
  record Position(long nextRow, long nextLayerRow, long validatedRow) {}

  /** {@return what is written by now} */
  Position position() {
    return new Position(nextRow, nextLayerRow, validatedRow);
  }

  /** Forgets what was written since. */
  void returnTo(Position position) {
    nextRow = position.nextRow;
    nextLayerRow = position.nextLayerRow;
    validatedRow = position.validatedRow;
  }

  /** Writes the rows of a segment that have not been written. */
  void write(Segment segment, Lines lines) throws IOException {
    double[][] values = new double[segment.series()][];
    for (int bucket = 0; bucket < segment.buckets(); bucket++) {
      long firstRow = segment.firstRow() + ((long) bucket << segment.level());
      long endRow = firstRow + (1L << segment.level());
      if (endRow > nextRow) {
        writeRow(segment, bucket, firstRow, lines, values);
        nextRow = endRow;
      } else if (endRow == nextRow && validatedRow < firstRow) {
        writeValidation(segment, bucket, firstRow, lines, values);
      }
    }
  }

  private void writeRow(Segment segment, int bucket, long firstRow, Lines lines, double[][] values)
      throws IOException {
    boolean withLayers = firstRow >= nextLayerRow;
    if (withLayers) {
      nextLayerRow = firstRow + Math.max(1, firstRow / ROWS_PER_DISTANCE);
    }
    lines.add(
        LineNames.ITERATION,
        out -> {
          writePlace(segment, bucket, out);
          writeValues(segment, bucket, ofRun, values, out);
          if (withLayers) {
            writeAll(
                segment,
                bucket,
                LineNames.LAYERS,
                ofLayers,
                i -> run.layers().get(i).name(),
                values,
                out);
            writeAll(
                segment,
                bucket,
                LineNames.PARAMETERS,
                ofParameters,
                i -> run.parameters().get(i).key(),
                values,
                out);
          }
        });
    if (isPresent(segment, bucket, validation, values)) {
      validatedRow = firstRow;
    }
  }

  /** The score of a row that was written before it was validated. */
  private void writeValidation(
      Segment segment, int bucket, long row, Lines lines, double[][] values) throws IOException {
    if (isPresent(segment, bucket, validation, values)) {
      validatedRow = row;
      lines.add(
          LineNames.ITERATION,
          out -> {
            writePlace(segment, bucket, out);
            writeValues(segment, bucket, new int[] {validation}, values, out);
          });
    }
  }

  private static void writePlace(Segment segment, int bucket, JsonGenerator out)
      throws IOException {
    long first = segment.firstIteration(bucket);
    long last = segment.lastIteration(bucket);
    if (first != last) {
      out.writeNumberField(LineNames.FIRST_ITERATION, first);
    }
    out.writeNumberField(LineNames.ITERATION, last);
    out.writeNumberField(LineNames.EPOCH, segment.epoch(bucket));
    out.writeNumberField(LineNames.TIME_MILLIS, segment.timeMillis(bucket));
  }

  private void writeAll(
      Segment segment,
      int bucket,
      String field,
      List<int[]> series,
      IntFunction<String> name,
      double[][] values,
      JsonGenerator out)
      throws IOException {
    out.writeArrayFieldStart(field);
    for (int i = 0; i < series.size(); i++) {
      boolean any = false;
      for (int s : series.get(i)) {
        any |= isPresent(segment, bucket, s, values);
      }
      if (any) {
        out.writeStartObject();
        out.writeNumberField(LineNames.INDEX, i);
        out.writeStringField(LineNames.NAME, name.apply(i));
        writeValues(segment, bucket, series.get(i), values, out);
        out.writeEndObject();
      }
    }
    out.writeEndArray();
  }

  private void writeValues(
      Segment segment, int bucket, int[] series, double[][] values, JsonGenerator out)
      throws IOException {
    for (int s : series) {
      if (isPresent(segment, bucket, s, values)) {
        out.writeNumberField(
            LineNames.of(run.series().get(s).quantity()), value(segment, bucket, s, values));
      }
    }
  }

  private static boolean isPresent(Segment segment, int bucket, int series, double[][] values) {
    return series >= 0
        && (segment.count(series, bucket) > 0 || value(segment, bucket, series, values) != 0);
  }

  /** The value to write: the mean, or one that is not finite; 0 if there is none. */
  private static double value(Segment segment, int bucket, int series, double[][] values) {
    double[] found = values[series];
    if (found == null) {
      found = new double[segment.buckets()];
      for (int b = 0; b < found.length; b++) {
        found[b] = segment.count(series, b) > 0 ? segment.mean(series, b) : 0;
      }
      for (NonFinite each : segment.nonFinite(series)) {
        found[each.bucket()] =
            each.nans() > 0
                ? Double.NaN
                : each.positiveInfinities() > 0
                    ? Double.POSITIVE_INFINITY
                    : Double.NEGATIVE_INFINITY;
      }
      values[series] = found;
    }
    return found[bucket];
  }
}
