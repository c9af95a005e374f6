package dev.traininghealth.report;

import dev.traininghealth.compare.ComparedSeries;
import dev.traininghealth.compare.ConfigurationDifference;
import dev.traininghealth.compare.RunComparison;
import dev.traininghealth.text.Message;
import java.io.IOException;
import org.nd4j.shade.jackson.core.JsonGenerator;

/** A comparison with a baseline run, as a field of a report in JSON. */
final class JsonComparison {
  private JsonComparison() {}

  static void write(JsonGenerator out, RunComparison comparison) throws IOException {
    out.writeObjectFieldStart("comparison");
    out.writeBooleanField("possible", comparison.isPossible());
    out.writeBooleanField("departs", comparison.departs());
    out.writeStringField("message", comparison.message().english());
    out.writeNumberField("firstIteration", comparison.firstIteration());
    out.writeNumberField("lastIteration", comparison.lastIteration());
    out.writeNumberField("firstLayer", comparison.firstLayer().orElse(-1));
    out.writeArrayFieldStart("notes");
    for (Message note : comparison.notes()) {
      out.writeString(note.english());
    }
    out.writeEndArray();
    out.writeArrayFieldStart("series");
    for (ComparedSeries s : comparison.series()) {
      out.writeStartObject();
      out.writeStringField("quantity", s.quantity().name());
      out.writeNumberField("layer", s.layer());
      out.writeBooleanField("departs", s.departs());
      out.writeNumberField("iteration", s.iteration());
      out.writeNumberField("baselineIteration", s.baselineIteration());
      out.writeNumberField("value", s.value());
      out.writeNumberField("baselineValue", s.baselineValue());
      out.writeNumberField("factor", s.factor());
      out.writeNumberField("lastFactor", s.lastFactor());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("configuration");
    for (ConfigurationDifference d : comparison.differences()) {
      out.writeStartObject();
      out.writeStringField("setting", d.setting());
      out.writeStringField("baseline", d.baseline());
      out.writeStringField("run", d.run());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }
}
