package dev.traininghealth.ui;

import dev.traininghealth.read.Timeline;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunDescription.Layer;
import dev.traininghealth.record.RunDescription.Parameter;
import dev.traininghealth.record.RunRecord.Bins;
import dev.traininghealth.record.RunRecord.Histograms;
import dev.traininghealth.record.RunRecord.Snapshot;
import dev.traininghealth.record.Series;
import dev.traininghealth.record.Series.Scope;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.nd4j.shade.jackson.core.JsonGenerator;

/** Writes all that was recorded of one layer and of its parameters over the iterations. */
final class LayerData {
  private static final int MAX_COLUMNS = 512;
  private static final int MIN_COLUMNS = 16;

  /** Maximum of points of the layer's lines, and of its parameters': more have fewer columns. */
  private static final int MAX_POINTS = 3_000;

  /** Maximum of columns of the parameters, whose norms are recorded in fewer and fewer rows. */
  private static final int MAX_PARAMETER_COLUMNS = 128;

  /** Maximum of non-finite streaks of a line. */
  private static final int MAX_STREAKS = 32;

  private final Timeline timeline;
  private final int layer;
  private final Histograms histograms;

  /**
   * Prepares the data of a layer.
   *
   * @param layer its index in {@link RunDescription#layers()}
   * @param histograms those of the parameters of the run
   */
  LayerData(Timeline timeline, int layer, Histograms histograms) {
    this.timeline = timeline;
    this.layer = layer;
    this.histograms = histograms;
  }

  void write(JsonGenerator out, PageRequest request) throws IOException {
    Long requestedFrom = request.from();
    Long requestedTo = request.to();
    long from = requestedFrom == null ? timeline.firstIteration() : requestedFrom;
    long to = Math.max(from, requestedTo == null ? timeline.lastIteration() : requestedTo);
    RunDescription run = timeline.run();
    Layer described = run.layers().get(layer);
    int first = described.firstParameter();
    List<Parameter> parameters =
        run.parameters().subList(first, first + described.parameterCount());
    long lines = run.series().stream().filter(each -> isOf(each, Scope.LAYER, layer)).count();
    Columns shown = columns(from, to, lines, MAX_COLUMNS);
    long ofParameters =
        run.series().stream()
            .filter(
                each ->
                    each.scope() == Scope.PARAMETER
                        && each.index() >= first
                        && each.index() < first + parameters.size())
            .count();
    Columns fewer = columns(from, to, ofParameters, MAX_PARAMETER_COLUMNS);
    out.writeNumberField("layer", layer);
    write(out, "columns", shown);
    series(out, shown, Scope.LAYER, layer);
    out.writeObjectFieldStart("parameters");
    write(out, "columns", fewer);
    out.writeArrayFieldStart("all");
    for (int p = 0; p < parameters.size(); p++) {
      Parameter parameter = parameters.get(p);
      out.writeStartObject();
      out.writeStringField("name", parameter.name());
      out.writeNumberField("length", parameter.length());
      series(out, fewer, Scope.PARAMETER, first + p);
      int index = first + p;
      histograms(out, "weights", snapshot -> snapshot.weights().get(index));
      histograms(out, "updates", snapshot -> snapshot.updates().get(index));
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  /** Writes the histograms of a parameter, those of the whole run for any range. */
  private void histograms(JsonGenerator out, String field, Function<Snapshot, Bins> bins)
      throws IOException {
    out.writeArrayFieldStart(field);
    for (Snapshot snapshot : histograms.snapshots()) {
      Bins each = bins.apply(snapshot);
      if (!each.heights().isEmpty()) {
        out.writeStartObject();
        out.writeNumberField("iteration", snapshot.iteration());
        out.writeNumberField("min", each.min());
        out.writeNumberField("max", each.max());
        out.writeStringField("heights", each.heights());
        out.writeEndObject();
      }
    }
    out.writeEndArray();
  }

  private Columns columns(long from, long to, long lines, int max) {
    int columns = (int) Math.max(MIN_COLUMNS, MAX_POINTS / Math.max(1, lines));
    return Columns.of(timeline, from, to, Math.min(max, columns));
  }

  private static void write(JsonGenerator out, String field, Columns columns) throws IOException {
    out.writeObjectFieldStart(field);
    JsonWriter.longs(out, "first", columns.size(), columns::first);
    JsonWriter.longs(out, "last", columns.size(), columns::last);
    out.writeEndObject();
  }

  /** Writes each measured quantity of a layer or parameter by its name. */
  private void series(JsonGenerator out, Columns columns, Scope scope, int index)
      throws IOException {
    out.writeObjectFieldStart("series");
    List<Series> all = timeline.run().series();
    for (int i = 0; i < all.size(); i++) {
      if (isOf(all.get(i), scope, index)) {
        MergedSeries merged = MergedSeries.of(columns, i, MAX_STREAKS);
        if (!merged.isEmpty()) {
          out.writeObjectFieldStart(all.get(i).quantity().name());
          ChartData.series(out, merged);
          out.writeEndObject();
        }
      }
    }
    out.writeEndObject();
  }

  private static boolean isOf(Series series, Scope scope, int index) {
    return series.scope() == scope && series.index() == index;
  }
}
