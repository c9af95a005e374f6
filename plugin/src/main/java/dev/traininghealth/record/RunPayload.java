package dev.traininghealth.record;

import dev.traininghealth.record.RunDescription.Layer;
import dev.traininghealth.record.RunDescription.Parameter;
import dev.traininghealth.record.RunDescription.Vertex;
import dev.traininghealth.record.RunRecord.Bins;
import dev.traininghealth.record.RunRecord.Check;
import dev.traininghealth.record.RunRecord.ClassScore;
import dev.traininghealth.record.RunRecord.ClassScores;
import dev.traininghealth.record.RunRecord.Contents;
import dev.traininghealth.record.RunRecord.Coverage;
import dev.traininghealth.record.RunRecord.EpochScores;
import dev.traininghealth.record.RunRecord.Histograms;
import dev.traininghealth.record.RunRecord.Snapshot;
import dev.traininghealth.record.Series.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * Writes a {@link RunDescription} with its {@link Coverage}, {@link ClassScores} and {@link
 * Histograms} as JSON and reads them. The start, and quantity and scope of each series, are
 * required. Other missing fields are empty, false or 0.
 */
final class RunPayload {
  private RunPayload() {}

  static byte[] write(Contents contents) {
    RunDescription run = contents.description();
    Coverage coverage = contents.coverage();
    ClassScores classes = contents.classScores();
    return RecordJson.write(
        out -> {
          out.writeNumberField("startMillis", run.startMillis());
          out.writeStringField("modelClass", run.modelClass());
          out.writeArrayFieldStart("layers");
          for (Layer layer : run.layers()) {
            write(layer, out);
          }
          out.writeEndArray();
          out.writeArrayFieldStart("parameters");
          for (Parameter parameter : run.parameters()) {
            write(parameter, out);
          }
          out.writeEndArray();
          out.writeArrayFieldStart("series");
          for (Series series : run.series()) {
            write(series, out);
          }
          out.writeEndArray();
          out.writeObjectFieldStart("settings");
          for (Map.Entry<String, String> setting : run.settings().entrySet()) {
            out.writeStringField(setting.getKey(), setting.getValue());
          }
          out.writeEndObject();
          if (!run.vertices().isEmpty()) {
            out.writeArrayFieldStart("vertices");
            for (Vertex vertex : run.vertices()) {
              write(vertex, out);
            }
            out.writeEndArray();
          }
          if (!coverage.checks().isEmpty()) {
            write(coverage, out);
          }
          if (!classes.epochs().isEmpty()) {
            write(classes, out);
          }
          if (!contents.histograms().snapshots().isEmpty()) {
            write(contents.histograms(), out);
          }
        });
  }

  private static void write(ClassScores classes, JsonGenerator out) throws IOException {
    out.writeObjectFieldStart("classScores");
    out.writeNumberField("seconds", classes.seconds());
    out.writeArrayFieldStart("names");
    for (String name : classes.names()) {
      out.writeStartObject();
      out.writeStringField("name", name);
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("epochs");
    for (EpochScores epoch : classes.epochs()) {
      out.writeStartObject();
      out.writeNumberField("epoch", epoch.epoch());
      out.writeNumberField("iteration", epoch.iteration());
      out.writeArrayFieldStart("classes");
      for (ClassScore each : epoch.classes()) {
        out.writeStartObject();
        out.writeNumberField("p", each.precision());
        out.writeNumberField("r", each.recall());
        out.writeNumberField("f1", each.f1());
        out.writeNumberField("n", each.examples());
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void write(Histograms histograms, JsonGenerator out) throws IOException {
    out.writeArrayFieldStart("histograms");
    for (Snapshot snapshot : histograms.snapshots()) {
      out.writeStartObject();
      out.writeNumberField("iteration", snapshot.iteration());
      write("weights", snapshot.weights(), out);
      write("updates", snapshot.updates(), out);
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void write(String field, List<Bins> all, JsonGenerator out) throws IOException {
    out.writeArrayFieldStart(field);
    for (Bins bins : all) {
      out.writeStartObject();
      if (!bins.heights().isEmpty()) {
        out.writeNumberField("a", bins.min());
        out.writeNumberField("b", bins.max());
        out.writeStringField("n", bins.heights());
      }
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void write(Coverage coverage, JsonGenerator out) throws IOException {
    out.writeObjectFieldStart("coverage");
    out.writeBooleanField("conclusive", coverage.conclusive());
    out.writeArrayFieldStart("checks");
    for (Check check : coverage.checks()) {
      out.writeStartObject();
      out.writeStringField("name", check.name());
      out.writeStringField("state", check.state());
      out.writeNumberField("first", check.first());
      out.writeNumberField("last", check.last());
      out.writeNumberField("count", check.count());
      out.writeFieldName("message");
      MessageJson.write(check.message(), out);
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void write(Layer layer, JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", layer.name());
    out.writeStringField("type", layer.type());
    out.writeStringField("activation", layer.activation());
    out.writeBooleanField("frozen", layer.frozen());
    out.writeNumberField("firstParameter", layer.firstParameter());
    out.writeNumberField("parameterCount", layer.parameterCount());
    out.writeNumberField("depth", layer.depth());
    out.writeEndObject();
  }

  private static void write(Parameter parameter, JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeStringField("key", parameter.key());
    out.writeStringField("name", parameter.name());
    out.writeNumberField("layer", parameter.layer());
    out.writeStringField("role", parameter.role());
    out.writeNumberField("length", parameter.length());
    out.writeBooleanField("frozen", parameter.frozen());
    out.writeEndObject();
  }

  private static void write(Series series, JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeStringField("quantity", series.quantity().name());
    out.writeStringField("scope", series.scope().name());
    out.writeNumberField("index", series.index());
    out.writeEndObject();
  }

  private static void write(Vertex vertex, JsonGenerator out) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", vertex.name());
    out.writeStringField("type", vertex.type());
    out.writeNumberField("layer", vertex.layer());
    out.writeArrayFieldStart("inputs");
    for (int input : vertex.inputs()) {
      out.writeNumber(input);
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  static Contents read(byte[] payload) throws RecordException {
    JsonFields in = RecordJson.read(payload);
    List<Layer> layers = new ArrayList<>();
    for (JsonFields layer : in.objects("layers")) {
      layers.add(
          new Layer(
              layer.text("name", ""),
              layer.text("type", ""),
              layer.text("activation", ""),
              layer.flag("frozen", false),
              layer.integer("firstParameter", 0),
              layer.integer("parameterCount", 0),
              layer.integer("depth", layers.size())));
    }
    List<Parameter> parameters = new ArrayList<>();
    for (JsonFields parameter : in.objects("parameters")) {
      parameters.add(
          new Parameter(
              parameter.text("key", ""),
              parameter.text("name", ""),
              checkIndex(parameter.integer("layer", 0), layers.size()),
              parameter.text("role", ""),
              parameter.wholeNumber("length", 0),
              parameter.flag("frozen", false)));
    }
    for (Layer layer : layers) {
      if (layer.firstParameter() < 0
          || layer.parameterCount() < 0
          || (long) layer.firstParameter() + layer.parameterCount() > parameters.size()) {
        throw new RecordException("broken record: a layer has parameters that do not exist");
      }
    }
    RunDescription run =
        new RunDescription(
            in.text("modelClass", ""),
            layers,
            parameters,
            series(in, layers.size(), parameters.size()),
            in.wholeNumber("startMillis"),
            in.texts("settings"),
            vertices(in, layers.size()));
    return new Contents(
        run,
        coverage(in.object("coverage")),
        classScores(in.object("classScores")),
        histograms(in, parameters.size()));
  }

  private static Histograms histograms(JsonFields in, int parameters) throws RecordException {
    List<Snapshot> snapshots = new ArrayList<>();
    for (JsonFields snapshot : in.objects("histograms")) {
      snapshots.add(
          new Snapshot(
              snapshot.wholeNumber("iteration", 0),
              bins(snapshot.objects("weights"), parameters),
              bins(snapshot.objects("updates"), parameters)));
    }
    return new Histograms(snapshots);
  }

  private static List<Bins> bins(List<JsonFields> all, int parameters) throws RecordException {
    if (all.size() != parameters) {
      throw new RecordException(
          "broken record: " + all.size() + " histograms of " + parameters + " parameters");
    }
    List<Bins> bins = new ArrayList<>();
    for (JsonFields each : all) {
      try {
        bins.add(new Bins(each.number("a", 0), each.number("b", 0), each.text("n", "")));
      } catch (IllegalArgumentException e) {
        throw new RecordException("broken record: " + e.getMessage());
      }
    }
    return bins;
  }

  private static ClassScores classScores(@Nullable JsonFields in) throws RecordException {
    if (in == null) {
      return ClassScores.NONE;
    }
    List<String> names = new ArrayList<>();
    for (JsonFields each : in.objects("names")) {
      names.add(each.text("name", ""));
    }
    List<EpochScores> epochs = new ArrayList<>();
    for (JsonFields epoch : in.objects("epochs")) {
      List<ClassScore> classes = new ArrayList<>();
      for (JsonFields each : epoch.objects("classes")) {
        classes.add(
            new ClassScore(
                each.number("p", Double.NaN),
                each.number("r", Double.NaN),
                each.number("f1", Double.NaN),
                each.wholeNumber("n", 0)));
      }
      if (classes.size() != names.size()) {
        throw new RecordException(
            "broken record: results of "
                + classes.size()
                + " classes, but names of "
                + names.size());
      }
      epochs.add(
          new EpochScores(epoch.integer("epoch", 0), epoch.wholeNumber("iteration", 0), classes));
    }
    return new ClassScores(names, epochs, in.number("seconds", 0));
  }

  private static Coverage coverage(@Nullable JsonFields in) throws RecordException {
    if (in == null) {
      return Coverage.NONE;
    }
    List<Check> checks = new ArrayList<>();
    for (JsonFields check : in.objects("checks")) {
      checks.add(
          new Check(
              check.text("name", ""),
              check.text("state", "NOT_CHECKED"),
              check.wholeNumber("first", -1),
              check.wholeNumber("last", -1),
              check.wholeNumber("count", 0),
              MessageJson.read(check.object("message"))));
    }
    return new Coverage(in.flag("conclusive", false), checks);
  }

  private static List<Series> series(JsonFields in, int layers, int parameters)
      throws RecordException {
    List<Series> series = new ArrayList<>();
    for (JsonFields each : in.objects("series")) {
      Quantity quantity = nameOf(Quantity.class, each.text("quantity"));
      Scope scope = nameOf(Scope.class, each.text("scope"));
      int end =
          switch (scope) {
            case RUN -> 1;
            case LAYER -> layers;
            case PARAMETER -> parameters;
          };
      series.add(new Series(quantity, scope, checkIndex(each.integer("index", 0), end)));
    }
    return series;
  }

  private static List<Vertex> vertices(JsonFields in, int layers) throws RecordException {
    List<Vertex> vertices = new ArrayList<>();
    for (JsonFields vertex : in.objects("vertices")) {
      List<Integer> inputs = vertex.integers("inputs");
      for (int input : inputs) {
        checkIndex(input, vertices.size()); // a vertex reads only those before it
      }
      int layer = vertex.integer("layer", -1);
      vertices.add(
          new Vertex(
              vertex.text("name", ""),
              vertex.text("type", ""),
              layer < 0 ? -1 : checkIndex(layer, layers),
              inputs));
    }
    return vertices;
  }

  /**
   * Reads an enum constant. An unknown one fails, because columns of a newer plugin are unknown.
   */
  private static <E extends Enum<E>> E nameOf(Class<E> type, String name) throws RecordException {
    try {
      return Enum.valueOf(type, name);
    } catch (IllegalArgumentException e) {
      throw new RecordException(
          "record with a series that this plugin does not know, "
              + type.getSimpleName()
              + " "
              + name
              + ": update the plugin where the UI runs");
    }
  }

  private static int checkIndex(int index, int end) throws RecordException {
    if (index < 0 || index >= end) {
      throw new RecordException("broken record: number " + index + " of " + end);
    }
    return index;
  }
}
