package dev.traininghealth.ui;

import dev.traininghealth.read.Verdict;
import dev.traininghealth.record.RunRecord.Check;
import java.io.IOException;
import org.nd4j.shade.jackson.core.JsonGenerator;

/** The verdict on a run as the page reads it. */
final class VerdictData {
  private VerdictData() {}

  /** Writes state, skipped steps and checks as JSON. */
  static void write(JsonGenerator out, Verdict verdict) throws IOException {
    out.writeStringField("status", verdict.status());
    if (verdict.skippedSteps() > 0) {
      long window = verdict.windowIterations();
      out.writeObjectFieldStart("skipped");
      out.writeNumberField("iterations", window);
      out.writeNumberField("share", (double) verdict.skippedSteps() / window);
      out.writeEndObject();
    }
    out.writeArrayFieldStart("checks");
    for (Check check : verdict.coverage().checks()) {
      out.writeStartObject();
      out.writeStringField("name", check.name());
      out.writeStringField("state", check.state());
      out.writeNumberField("first", check.first());
      out.writeNumberField("last", check.last());
      DiagnosisData.message(out, "message", check.message());
      out.writeEndObject();
    }
    out.writeEndArray();
  }
}
