package dev.traininghealth.report;

import dev.traininghealth.compare.RunComparison;
import dev.traininghealth.read.Diagnoses.Shown;
import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.RecordedDiagnosis.Remedy;
import dev.traininghealth.record.RunRecord.Check;
import dev.traininghealth.record.RunRecord.ClassScore;
import dev.traininghealth.record.RunRecord.ClassScores;
import dev.traininghealth.record.RunRecord.EpochScores;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * A report as JSON. Messages are in English; numbers that are not finite are the strings {@code
 * "NaN"}, {@code "Infinity"} and {@code "-Infinity"}.
 */
final class JsonReport {
  /** Counts up when a field changes its meaning; new fields do not change it. */
  private static final int VERSION = 1;

  private JsonReport() {}

  static String of(SessionReport report) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      out.useDefaultPrettyPrinter();
      out.writeStartObject();
      out.writeNumberField("version", VERSION);
      out.writeStringField("session", report.session());
      String baseline = report.baselineSession();
      if (baseline != null) {
        out.writeStringField("baselineSession", baseline);
      }
      out.writeArrayFieldStart("workers");
      for (WorkerReport worker : report.workers()) {
        worker(out, worker);
      }
      out.writeEndArray();
      out.writeArrayFieldStart("otherSessions");
      for (String other : report.otherSessions()) {
        out.writeString(other);
      }
      out.writeEndArray();
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text + "\n";
  }

  private interface Content {
    void writeTo(JsonGenerator out) throws IOException;
  }

  /** A diagnosis alone, as an object in one line. */
  static String finding(String worker, Shown shown) {
    return line(
        worker,
        out -> {
          out.writeFieldName("diagnosis");
          diagnosis(out, shown);
        });
  }

  /** That a run departs from its baseline run, as an object in one line. */
  static String departure(String worker, RunComparison comparison) {
    return line(worker, out -> JsonComparison.write(out, comparison));
  }

  private static String line(String worker, Content content) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      out.writeStartObject();
      out.writeStringField("worker", worker);
      content.writeTo(out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text + "\n";
  }

  private static void worker(JsonGenerator out, WorkerReport worker) throws IOException {
    out.writeStartObject();
    out.writeStringField("worker", worker.worker());
    out.writeStringField("status", worker.state().status());
    if (worker.timeline().isPresent()) {
      out.writeNumberField("firstIteration", worker.timeline().get().firstIteration());
      out.writeNumberField("lastIteration", worker.timeline().get().lastIteration());
      out.writeNumberField("startMillis", worker.timeline().get().run().startMillis());
    }
    if (worker.doubt().isPresent()) {
      out.writeStringField("doubt", worker.doubt().get());
    }
    out.writeArrayFieldStart("diagnoses");
    for (Shown shown : worker.found()) {
      diagnosis(out, shown);
    }
    out.writeEndArray();
    RunComparison comparison = worker.comparison();
    if (comparison != null) {
      JsonComparison.write(out, comparison);
    }
    counts(out, "interventions", worker.state().interventions().applied());
    counts(out, "dryRun", worker.state().interventions().dryRun());
    out.writeArrayFieldStart("checks");
    for (Check check : worker.state().coverage().checks()) {
      out.writeStartObject();
      out.writeStringField("name", check.name());
      out.writeStringField("state", check.state());
      out.writeNumberField("first", check.first());
      out.writeNumberField("last", check.last());
      out.writeStringField("message", check.message().english());
      out.writeEndObject();
    }
    out.writeEndArray();
    classes(out, worker.state().classScores());
    out.writeObjectFieldStart("unreadable");
    for (Map.Entry<String, Integer> problem : worker.state().problems().entrySet()) {
      out.writeNumberField(problem.getKey(), problem.getValue());
    }
    out.writeEndObject();
    out.writeEndObject();
  }

  private static void diagnosis(JsonGenerator out, Shown shown) throws IOException {
    RecordedDiagnosis d = shown.diagnosis();
    out.writeStartObject();
    out.writeNumberField("id", d.id());
    out.writeStringField("problem", d.problem());
    out.writeStringField("severity", d.severity());
    out.writeStringField("detector", d.detector());
    out.writeStringField("layer", d.layerName());
    out.writeStringField("parameter", d.parameterKey());
    out.writeNumberField("iteration", d.iteration());
    out.writeNumberField("epoch", d.epoch());
    out.writeNumberField("resolvedAt", shown.end());
    out.writeNumberField("cause", d.causeId());
    out.writeNumberField("observed", d.observed());
    out.writeNumberField("threshold", d.threshold());
    out.writeStringField("message", d.message().english());
    out.writeArrayFieldStart("remedies");
    for (Remedy remedy : d.remedies()) {
      out.writeStartObject();
      out.writeStringField("advice", remedy.advice().english());
      out.writeStringField("code", remedy.code());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  /** Every recorded epoch of validation; empty without results. */
  private static void classes(JsonGenerator out, ClassScores scores) throws IOException {
    out.writeArrayFieldStart("validationByClass");
    for (EpochScores epoch : scores.epochs()) {
      out.writeStartObject();
      out.writeNumberField("epoch", epoch.epoch());
      out.writeNumberField("iteration", epoch.iteration());
      out.writeArrayFieldStart("classes");
      for (int i = 0; i < epoch.classes().size(); i++) {
        ClassScore score = epoch.classes().get(i);
        out.writeStartObject();
        out.writeStringField("name", scores.names().get(i));
        out.writeNumberField("precision", score.precision());
        out.writeNumberField("recall", score.recall());
        out.writeNumberField("f1", score.f1());
        out.writeNumberField("examples", score.examples());
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void counts(JsonGenerator out, String name, Map<String, Long> times)
      throws IOException {
    out.writeObjectFieldStart(name);
    for (Map.Entry<String, Long> kind : times.entrySet()) {
      out.writeNumberField(kind.getKey(), kind.getValue());
    }
    out.writeEndObject();
  }
}
