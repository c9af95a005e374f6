package dev.traininghealth.ui;

import dev.traininghealth.read.Timeline;
import dev.traininghealth.read.Timeline.Row;
import dev.traininghealth.record.NonFinite;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunDescription.Layer;
import dev.traininghealth.record.RunDescription.Vertex;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.nd4j.shade.jackson.core.JsonGenerator;

/** Writes a run's description as JSON: the network, the settings, and the newest numbers. */
final class RunData {
  /** Speed is computed over this much of the newest time, milliseconds. */
  private static final long SPEED_MILLIS = 10_000;

  private RunData() {}

  static void description(JsonGenerator out, RunDescription run) throws IOException {
    out.writeObjectFieldStart("run");
    out.writeStringField("model", run.modelClass());
    out.writeNumberField("start", run.startMillis());
    out.writeNumberField("parameters", run.parameters().stream().mapToLong(p -> p.length()).sum());
    out.writeObjectFieldStart("settings");
    for (Map.Entry<String, String> setting : run.settings().entrySet()) {
      out.writeStringField(setting.getKey(), setting.getValue());
    }
    out.writeEndObject();
    out.writeArrayFieldStart("layers");
    for (int i = 0; i < run.layers().size(); i++) {
      Layer layer = run.layers().get(i);
      out.writeStartObject();
      out.writeStringField("name", layer.name());
      out.writeStringField("type", layer.type());
      out.writeStringField("activation", layer.activation());
      out.writeBooleanField("frozen", layer.frozen());
      out.writeNumberField("parameters", layer.parameterCount());
      if (layer.depth() != i) { // a graph; without it the answer for a deep chain is smaller
        out.writeNumberField("depth", layer.depth());
      }
      out.writeEndObject();
    }
    out.writeEndArray();
    vertices(out, run);
    out.writeEndObject();
  }

  /** Writes the vertices of a graph; nothing for a chain. */
  private static void vertices(JsonGenerator out, RunDescription run) throws IOException {
    if (run.vertices().isEmpty()) {
      return;
    }
    out.writeArrayFieldStart("vertices");
    for (Vertex vertex : run.vertices()) {
      out.writeStartObject();
      if (vertex.layer() >= 0) {
        out.writeNumberField("layer", vertex.layer());
      } else {
        out.writeStringField("name", vertex.name());
        out.writeStringField("type", vertex.type());
      }
      out.writeArrayFieldStart("inputs");
      for (int input : vertex.inputs()) {
        out.writeNumber(input);
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  /** Writes the newest value of each quantity; a non-finite one is written as such. */
  static void latest(JsonGenerator out, Timeline timeline) throws IOException {
    List<Row> rows = timeline.asRecorded();
    Row newest = rows.get(rows.size() - 1);
    out.writeObjectFieldStart("latest");
    out.writeNumberField("iteration", newest.last());
    out.writeNumberField("epoch", newest.epoch());
    out.writeNumberField("time", newest.timeMillis());
    for (Quantity quantity :
        List.of(
            Quantity.SCORE,
            Quantity.VALIDATION_SCORE,
            Quantity.GRADIENT_NORM,
            Quantity.BATCH_SIZE,
            Quantity.STEP_MILLIS,
            Quantity.COST_SHARE,
            Quantity.START_COST_SECONDS,
            Quantity.PROTECTION_COST_SECONDS,
            Quantity.LEARNING_RATE_FACTOR)) {
      newest(out, timeline, quantity);
    }
    double speed = iterationsPerSecond(rows);
    if (speed > 0) {
      JsonWriter.measured(out, "iterationsPerSecond", speed);
    }
    out.writeEndObject();
  }

  private static void newest(JsonGenerator out, Timeline timeline, Quantity quantity)
      throws IOException {
    int series = timeline.column(quantity);
    List<Row> rows = timeline.asRecorded();
    for (int i = rows.size() - 1; i >= 0 && series >= 0; i--) {
      Row row = rows.get(i);
      double value = row.segment().mean(series, row.bucket());
      if (Double.isNaN(value)) {
        value = nonFinite(row, series);
        if (value == 0) {
          continue; // Not measured there.
        }
      }
      JsonWriter.measured(out, quantity.name(), value);
      return;
    }
  }

  /** The non-finite value of a row; 0 if there is none. */
  private static double nonFinite(Row row, int series) {
    for (NonFinite found : row.segment().nonFinite(series)) {
      if (found.bucket() == row.bucket()) {
        return found.nans() > 0
            ? Double.NaN
            : found.positiveInfinities() > 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
      }
    }
    return 0;
  }

  private static double iterationsPerSecond(List<Row> rows) {
    Row newest = rows.get(rows.size() - 1);
    for (int i = rows.size() - 2; i >= 0; i--) {
      Row row = rows.get(i);
      long millis = newest.timeMillis() - row.timeMillis();
      if (millis >= SPEED_MILLIS || (i == 0 && millis > 0)) {
        return 1000.0 * (newest.last() - row.last()) / millis;
      }
    }
    return 0;
  }
}
