package dev.traininghealth.ui;

import dev.traininghealth.read.Timeline;
import dev.traininghealth.read.Timeline.Row;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.Quantity.LayerScale;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.Series.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * Writes the charts of the page as JSON. More lines have fewer columns, so that the size depends
 * neither on the length of the run nor on the depth of the network.
 */
final class ChartData {
  private static final int MAX_COLUMNS = 512;
  private static final int MIN_COLUMNS = 16;

  /** Maximum of cells of the heatmap. */
  private static final int MAX_CELLS = 20_000;

  /** Maximum of points of all learning rates, and of all singular values. */
  private static final int MAX_POINTS = 3_000;

  /**
   * Maximum of lines of update ratios and of singular values: more cannot be told apart. The
   * heatmap has all ratios, and the detail of a layer its singular values.
   */
  private static final int MAX_LINES = 48;

  /** Maximum of lines of them whose numbers are as exact as they were recorded. */
  private static final int MAX_EXACT_LINES = 8;

  /** Maximum of non-finite streaks of each series of the run, and of all rows of the heatmap. */
  private static final int MAX_STREAKS = 256;

  private static final int MAX_ROW_STREAKS = 2_000;

  /** Maximum of starts of epochs, more than a chart has space for. */
  private static final int MAX_EPOCHS = 200;

  private static final List<Quantity> RUN_SERIES =
      List.of(
          Quantity.SCORE,
          Quantity.VALIDATION_SCORE,
          Quantity.GRADIENT_NORM,
          Quantity.WEIGHT_NORM,
          Quantity.UPDATE_NORM,
          Quantity.STEP_MILLIS,
          Quantity.COST_SHARE,
          Quantity.GLOBAL_GRADIENT_NORM,
          Quantity.CLIPPED_GRADIENT_NORM,
          Quantity.CLIP_THRESHOLD);

  private final Timeline timeline;
  private final int refinement;
  private final int thinning;
  private final Quantity heatmap;
  private final Set<String> without;
  private final long first;
  private final long last;
  private final long from;
  private final long to;

  /**
   * Prepares the charts.
   *
   * @param thinning divisor of the number of columns: 1 for all that fit, 2 for half as many, and
   *     so on
   */
  ChartData(Timeline timeline, PageRequest request, int thinning) {
    this(timeline, request, 1, thinning);
  }

  /**
   * Prepares the charts of a file, from which parts of the run are shown.
   *
   * @param refinement factor of the number of columns
   * @param thinning divisor of the number of columns
   */
  ChartData(Timeline timeline, PageRequest request, int refinement, int thinning) {
    this.timeline = timeline;
    this.refinement = refinement;
    this.thinning = thinning;
    this.heatmap = request.quantity();
    this.without = request.without();
    this.first = timeline.firstIteration();
    this.last = timeline.lastIteration();
    Long from = request.from();
    Long to = request.to();
    Long latest = request.last();
    if (latest != null) {
      from = Math.max(first, last - latest + 1);
    }
    this.from = from == null ? first : from;
    this.to = Math.max(this.from, to == null ? last : to);
  }

  /** First iteration that is shown. */
  long from() {
    return from;
  }

  /** Last iteration that is shown. */
  long to() {
    return to;
  }

  /** The number of columns instead of {@code max} if the answer has to be shorter or finer. */
  int thinned(int max) {
    return Math.max(2, max * refinement / thinning);
  }

  /** Number of columns of the run's series and of the heatmap, whose columns are not narrower. */
  int size() {
    return columns(MAX_COLUMNS).size() + heatmapColumns(layers().size()).size();
  }

  /** Iterations of a full column of the heatmap. */
  long width() {
    return heatmapColumns(layers().size()).width();
  }

  void write(JsonGenerator out) throws IOException {
    Columns columns = columns(MAX_COLUMNS);
    out.writeObjectFieldStart("range");
    out.writeNumberField("first", first);
    out.writeNumberField("last", last);
    out.writeNumberField("from", from);
    out.writeNumberField("to", to);
    out.writeNumberField("width", columns.width());
    out.writeEndObject();
    out.writeObjectFieldStart("columns");
    extents(out, columns);
    if (!isEachIteration(columns)) {
      JsonWriter.longs(out, "resolution", columns.size(), columns::resolution);
    }
    out.writeEndObject();
    out.writeObjectFieldStart("series");
    for (Quantity quantity : RUN_SERIES) {
      int series = timeline.column(quantity);
      if (series >= 0) {
        MergedSeries merged = MergedSeries.of(columns, series, Math.max(4, MAX_STREAKS / thinning));
        if (!merged.isEmpty()) {
          out.writeObjectFieldStart(quantity.name());
          series(out, merged);
          out.writeEndObject();
        }
      }
    }
    out.writeEndObject();
    epochs(out);
    learningRates(out, columns);
    if (!without.contains("heatmap")) {
      heatmap(out);
    }
    if (!without.contains("singularValues")) {
      singularValues(out);
    }
    if (!without.contains("updateRatios")) {
      updateRatios(out);
    }
  }

  private Columns columns(int requested) {
    int bounded = Math.max(MIN_COLUMNS, Math.min(MAX_COLUMNS, requested));
    return Columns.of(timeline, from, to, thinned(bounded));
  }

  /** Whether no value stands for more than one recorded iteration. */
  private static boolean isEachIteration(Columns columns) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.resolution(i) > 1) {
        return false;
      }
    }
    return true;
  }

  private static void columns(JsonGenerator out, Columns columns) throws IOException {
    out.writeObjectFieldStart("columns");
    extents(out, columns);
    out.writeEndObject();
  }

  private static void extents(JsonGenerator out, Columns columns) throws IOException {
    JsonWriter.longs(out, "first", columns.size(), columns::first);
    JsonWriter.longs(out, "last", columns.size(), columns::last);
  }

  /** Writes a series; minimum and maximum are omitted if no column holds more than one value. */
  static void series(JsonGenerator out, MergedSeries series) throws IOException {
    series(out, series, JsonWriter.DIGITS);
  }

  private static void series(JsonGenerator out, MergedSeries series, int digits)
      throws IOException {
    JsonWriter.values(out, "mean", series.columns(), series::mean, digits);
    if (!series.isSingle()) {
      JsonWriter.values(out, "min", series.columns(), series::min, digits);
      JsonWriter.values(out, "max", series.columns(), series::max, digits);
    }
    JsonWriter.nonFinite(out, series);
  }

  /** Significant digits of each of so many lines: of many, a chart shows places and no digits. */
  private static int digits(int lines) {
    return lines > MAX_EXACT_LINES ? 4 : JsonWriter.DIGITS;
  }

  /** Writes where epochs start, as pairs of iteration and epoch: of many only every so many. */
  private void epochs(JsonGenerator out) throws IOException {
    List<long[]> starts = new ArrayList<>();
    Row before = null;
    for (Row row : timeline.byIteration()) {
      if (before != null && row.epoch() != before.epoch() && row.first() >= from) {
        if (row.first() > to) {
          break;
        }
        starts.add(new long[] {row.first(), row.epoch()});
      }
      before = row;
    }
    int step = 1 + starts.size() / (MAX_EPOCHS + 1);
    out.writeArrayFieldStart("epochs");
    for (int i = 0; i < starts.size(); i += step) {
      out.writeArray(starts.get(i), 0, 2);
    }
    out.writeEndArray();
  }

  private void heatmap(JsonGenerator out) throws IOException {
    out.writeObjectFieldStart("heatmap");
    writeHeatmap(out);
    out.writeEndObject();
  }

  /** The layers that have the quantity of the heatmap. */
  private List<Integer> layers() {
    return IntStream.range(0, timeline.run().layers().size())
        .filter(layer -> timeline.column(heatmap, Scope.LAYER, layer) >= 0)
        .boxed()
        .toList();
  }

  private Columns heatmapColumns(int rows) {
    return columns(MAX_CELLS / Math.max(1, rows));
  }

  /** Writes the fields of the heatmap. */
  void writeHeatmap(JsonGenerator out) throws IOException {
    List<Integer> rows = layers();
    Columns columns = heatmapColumns(rows.size());
    out.writeStringField("quantity", heatmap.name());
    columns(out, columns);
    out.writeArrayFieldStart("rows");
    for (int layer : rows) {
      MergedSeries series =
          MergedSeries.of(
              columns,
              timeline.column(heatmap, Scope.LAYER, layer),
              Math.max(4, MAX_ROW_STREAKS / rows.size() / thinning));
      out.writeStartObject();
      out.writeNumberField("layer", layer);
      if (heatmap.layerScale() == LayerScale.SHARE) {
        series(out, series);
      } else {
        Decades.write(out, series);
      }
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  /** Writes learning rates; layers whose rates are equal in the whole range share a line. */
  private void learningRates(JsonGenerator out, Columns columns) throws IOException {
    RunDescription run = timeline.run();
    List<MergedSeries> lines = new ArrayList<>();
    List<List<Integer>> layers = new ArrayList<>();
    for (int layer = 0; layer < run.layers().size(); layer++) {
      int index = timeline.column(Quantity.LEARNING_RATE, Scope.LAYER, layer);
      MergedSeries series = index < 0 ? null : MergedSeries.of(columns, index, MAX_STREAKS);
      if (series == null || series.isEmpty()) {
        continue;
      }
      int same =
          IntStream.range(0, lines.size())
              .filter(i -> lines.get(i).isSameAs(series))
              .findFirst()
              .orElse(-1);
      if (same < 0) {
        lines.add(series);
        layers.add(new ArrayList<>());
        same = lines.size() - 1;
      }
      layers.get(same).add(layer);
    }
    Columns fewer = columns(MAX_POINTS / Math.max(1, lines.size()));
    out.writeObjectFieldStart("learningRates");
    columns(out, fewer);
    out.writeArrayFieldStart("lines");
    for (List<Integer> sharing : layers) {
      int index = timeline.column(Quantity.LEARNING_RATE, Scope.LAYER, sharing.get(0));
      out.writeStartObject();
      out.writeArrayFieldStart("layers");
      for (int layer : sharing) {
        out.writeNumber(layer);
      }
      out.writeEndArray();
      series(out, MergedSeries.of(fewer, index, streaksPerLine(layers.size())));
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private void singularValues(JsonGenerator out) throws IOException {
    RunDescription run = timeline.run();
    List<Integer> matrices = new ArrayList<>();
    for (int parameter = 0; parameter < run.parameters().size(); parameter++) {
      if (timeline.column(Quantity.LARGEST_SINGULAR_VALUE, Scope.PARAMETER, parameter) >= 0) {
        matrices.add(parameter);
      }
    }
    int omitted = Math.max(0, matrices.size() - MAX_LINES / thinning);
    matrices = spread(matrices, MAX_LINES / thinning);
    Columns columns = columns(MAX_POINTS / Math.max(1, matrices.size()));
    out.writeObjectFieldStart("singularValues");
    out.writeNumberField("omitted", omitted);
    columns(out, columns);
    out.writeArrayFieldStart("lines");
    for (int parameter : matrices) {
      int index = timeline.column(Quantity.LARGEST_SINGULAR_VALUE, Scope.PARAMETER, parameter);
      MergedSeries series = MergedSeries.of(columns, index, streaksPerLine(matrices.size()));
      if (!series.isEmpty()) {
        out.writeStartObject();
        out.writeNumberField("layer", run.parameters().get(parameter).layer());
        out.writeStringField("parameter", run.parameters().get(parameter).name());
        series(out, series, digits(matrices.size()));
        out.writeEndObject();
      }
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private void updateRatios(JsonGenerator out) throws IOException {
    List<Integer> layers = new ArrayList<>();
    for (int layer = 0; layer < timeline.run().layers().size(); layer++) {
      if (timeline.column(Quantity.UPDATE_RATIO, Scope.LAYER, layer) >= 0) {
        layers.add(layer);
      }
    }
    int omitted = Math.max(0, layers.size() - MAX_LINES / thinning);
    layers = spread(layers, MAX_LINES / thinning);
    Columns columns = columns(MAX_POINTS / Math.max(1, layers.size()));
    out.writeObjectFieldStart("updateRatios");
    out.writeNumberField("omitted", omitted);
    columns(out, columns);
    out.writeArrayFieldStart("lines");
    for (int layer : layers) {
      MergedSeries series =
          MergedSeries.of(
              columns,
              timeline.column(Quantity.UPDATE_RATIO, Scope.LAYER, layer),
              streaksPerLine(layers.size()));
      if (!series.isEmpty()) {
        out.writeStartObject();
        out.writeNumberField("layer", layer);
        series(out, series, digits(layers.size()));
        out.writeEndObject();
      }
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  /** At most so many of all items: the first, the last, and some between them. */
  private static List<Integer> spread(List<Integer> all, int max) {
    int lines = Math.min(max, all.size());
    return IntStream.range(0, lines)
        .mapToObj(i -> all.get(i * (all.size() - 1) / Math.max(1, lines - 1)))
        .toList();
  }

  private int streaksPerLine(int lines) {
    return Math.max(2, MAX_STREAKS / Math.max(1, lines) / thinning);
  }
}
