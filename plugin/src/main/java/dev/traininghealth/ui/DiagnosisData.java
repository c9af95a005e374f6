package dev.traininghealth.ui;

import dev.traininghealth.read.Diagnoses;
import dev.traininghealth.read.Diagnoses.Shown;
import dev.traininghealth.record.MessageJson;
import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.RecordedDiagnosis.Origin;
import dev.traininghealth.record.RecordedDiagnosis.Remedy;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.text.Message;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.nd4j.shade.jackson.core.JsonGenerator;

/** Writes the diagnoses of a run as JSON: their numbers, and the diagnoses. */
final class DiagnosisData {
  /** Maximum of diagnoses: more are not readable, and must leave room for the charts. */
  private static final int MAX_DIAGNOSES = 200;

  private static final int MAX_CHARACTERS = 105_000;

  /** Approximate characters of the numbers and field names of one diagnosis. */
  private static final int CHARACTERS_PER_DIAGNOSIS = 450;

  /** The most important first: active alarms, then active notes, then the newest. */
  private static final Comparator<Shown> BY_IMPORTANCE =
      Comparator.comparing(Shown::isResolved)
          .thenComparingInt(s -> s.isResolved() ? 0 : -s.diagnosis().rank());

  private DiagnosisData() {}

  static void write(JsonGenerator out, Diagnoses diagnoses, RunDescription run) throws IOException {
    List<Shown> selected = selected(diagnoses);
    out.writeObjectFieldStart("counts");
    out.writeNumberField("critical", diagnoses.active("CRITICAL"));
    out.writeNumberField("warning", diagnoses.active("WARNING"));
    out.writeNumberField("info", diagnoses.active("INFO"));
    out.writeNumberField("resolved", diagnoses.resolved());
    out.writeNumberField("total", diagnoses.total());
    out.writeNumberField("omitted", diagnoses.all().size() - selected.size());
    out.writeEndObject();
    out.writeArrayFieldStart("diagnoses");
    for (Shown shown : selected) {
      diagnosis(out, shown.diagnosis(), shown.end(), run);
    }
    out.writeEndArray();
  }

  private static List<Shown> selected(Diagnoses diagnoses) {
    int room = MAX_CHARACTERS;
    Set<Shown> selected = new HashSet<>();
    for (Shown shown :
        diagnoses.all().stream().sorted(BY_IMPORTANCE).limit(MAX_DIAGNOSES).toList()) {
      room -= characters(shown.diagnosis());
      if (room < 0) {
        break;
      }
      selected.add(shown);
    }
    return diagnoses.all().stream().filter(selected::contains).toList();
  }

  private static int characters(RecordedDiagnosis d) {
    return CHARACTERS_PER_DIAGNOSIS
        + d.layerName().length()
        + d.parameterKey().length()
        + MessageJson.text(d.message()).length()
        + d.remedies().stream()
            .mapToInt(r -> MessageJson.text(r.advice()).length() + r.code().length())
            .sum();
  }

  private static void diagnosis(
      JsonGenerator out, RecordedDiagnosis d, long end, RunDescription run) throws IOException {
    out.writeStartObject();
    out.writeNumberField("run", d.run());
    out.writeNumberField("id", d.id());
    out.writeStringField("detector", d.detector());
    out.writeStringField("problem", d.problem());
    out.writeStringField("shownBy", d.shownBy());
    out.writeStringField("severity", d.severity());
    out.writeNumberField("layer", d.layer());
    out.writeStringField("layerName", d.layerName());
    out.writeNumberField("parameter", d.parameter());
    out.writeStringField("parameterKey", d.parameterKey());
    out.writeNumberField("iteration", d.iteration());
    out.writeNumberField("epoch", d.epoch());
    out.writeNumberField("time", d.timeMillis());
    JsonWriter.measured(out, "observed", d.observed());
    out.writeStringField("comparison", d.comparison());
    JsonWriter.measured(out, "threshold", d.threshold());
    message(out, "message", d.message());
    out.writeArrayFieldStart("remedies");
    for (Remedy remedy : d.remedies()) {
      out.writeStartObject();
      message(out, "advice", remedy.advice());
      out.writeStringField("code", remedy.code());
      out.writeEndObject();
    }
    out.writeEndArray();
    Origin origin = d.origin();
    if (origin != null) {
      out.writeObjectFieldStart("origin");
      origin(out, origin, run);
      out.writeEndObject();
    }
    out.writeNumberField("cause", d.causeId());
    out.writeNumberField("end", end);
    out.writeEndObject();
  }

  /** Writes a message that the page renders in the user's language. */
  static void message(JsonGenerator out, String name, Message message) throws IOException {
    out.writeFieldName(name);
    out.writeRawValue(MessageJson.text(message));
  }

  /**
   * Writes an origin with the names of layer and parameter, empty if the run does not have them.
   */
  private static void origin(JsonGenerator out, Origin o, RunDescription run) throws IOException {
    boolean layer = o.layer() >= 0 && o.layer() < run.layers().size();
    boolean parameter = o.parameter() >= 0 && o.parameter() < run.parameters().size();
    out.writeStringField("place", o.place());
    out.writeNumberField("layer", o.layer());
    out.writeStringField("layerName", layer ? run.layers().get(o.layer()).name() : "");
    out.writeStringField(
        "parameterKey", parameter ? run.parameters().get(o.parameter()).key() : "");
    out.writeNumberField("count", o.count());
    out.writeArrayFieldStart("rows");
    for (int row : o.rows()) {
      out.writeNumber(row);
    }
    out.writeEndArray();
    out.writeNumberField("exampleCount", o.exampleCount());
    out.writeBooleanField("overflow", o.overflow());
    JsonWriter.measured(out, "largestFeature", o.largestFeature());
  }
}
