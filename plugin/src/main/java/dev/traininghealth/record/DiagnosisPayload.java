package dev.traininghealth.record;

import dev.traininghealth.record.RecordedDiagnosis.Origin;
import dev.traininghealth.record.RecordedDiagnosis.Remedy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * Writes a {@link RecordedDiagnosis} as JSON and reads it. Run and id are required; other missing
 * fields are empty, NaN or -1 as fits their type.
 */
final class DiagnosisPayload {
  private DiagnosisPayload() {}

  static byte[] write(RecordedDiagnosis d) {
    return RecordJson.write(
        out -> {
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
          out.writeNumberField("timeMillis", d.timeMillis());
          out.writeNumberField("observed", d.observed());
          out.writeStringField("comparison", d.comparison());
          out.writeNumberField("threshold", d.threshold());
          out.writeFieldName("message");
          MessageJson.write(d.message(), out);
          out.writeArrayFieldStart("remedies");
          for (Remedy remedy : d.remedies()) {
            out.writeStartObject();
            out.writeFieldName("advice");
            MessageJson.write(remedy.advice(), out);
            out.writeStringField("code", remedy.code());
            out.writeEndObject();
          }
          out.writeEndArray();
          Origin origin = d.origin();
          if (origin != null) {
            out.writeObjectFieldStart("origin");
            write(origin, out);
            out.writeEndObject();
          }
          out.writeNumberField("causeId", d.causeId());
          out.writeNumberField("endIteration", d.endIteration());
        });
  }

  private static void write(Origin origin, JsonGenerator out) throws IOException {
    out.writeStringField("place", origin.place());
    out.writeNumberField("layer", origin.layer());
    out.writeNumberField("parameter", origin.parameter());
    out.writeNumberField("count", origin.count());
    out.writeArrayFieldStart("rows");
    for (int row : origin.rows()) {
      out.writeNumber(row);
    }
    out.writeEndArray();
    out.writeNumberField("exampleCount", origin.exampleCount());
    out.writeBooleanField("overflow", origin.overflow());
    out.writeNumberField("largestFeature", origin.largestFeature());
  }

  static RecordedDiagnosis read(byte[] payload) throws RecordException {
    JsonFields in = RecordJson.read(payload);
    try {
      return new RecordedDiagnosis(
          in.wholeNumber("run"),
          in.wholeNumber("id"),
          in.text("detector", ""),
          in.text("problem", ""),
          in.text("shownBy", ""),
          in.text("severity", "INFO"),
          in.integer("layer", -1),
          in.text("layerName", ""),
          in.integer("parameter", -1),
          in.text("parameterKey", ""),
          in.wholeNumber("iteration", 0),
          in.integer("epoch", 0),
          in.wholeNumber("timeMillis", 0),
          in.number("observed", Double.NaN),
          in.text("comparison", ""),
          in.number("threshold", Double.NaN),
          MessageJson.read(in.object("message")),
          remedies(in),
          origin(in.object("origin")),
          in.wholeNumber("causeId", -1),
          in.wholeNumber("endIteration", -1));
    } catch (IllegalArgumentException e) {
      throw new RecordException("broken record: " + e.getMessage());
    }
  }

  private static List<Remedy> remedies(JsonFields in) throws RecordException {
    List<Remedy> remedies = new ArrayList<>();
    for (JsonFields remedy : in.objects("remedies")) {
      remedies.add(new Remedy(MessageJson.read(remedy.object("advice")), remedy.text("code", "")));
    }
    return remedies;
  }

  private static @Nullable Origin origin(@Nullable JsonFields in) throws RecordException {
    return in == null
        ? null
        : new Origin(
            in.text("place", ""),
            in.integer("layer", -1),
            in.integer("parameter", -1),
            in.wholeNumber("count", 0),
            in.integers("rows"),
            in.integer("exampleCount", 0),
            in.flag("overflow", false),
            in.number("largestFeature", Double.NaN));
  }
}
