package dev.traininghealth.record;

import dev.traininghealth.record.RecordedIntervention.Branch;
import dev.traininghealth.record.RecordedIntervention.Point;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * Writes a {@link RecordedIntervention} as JSON and reads it. Run, id and kind are required. Other
 * missing fields have the values of a single intervention without diagnosis: empty, NaN, or -1.
 */
final class InterventionPayload {
  private InterventionPayload() {}

  static byte[] write(RecordedIntervention i) {
    return RecordJson.write(
        out -> {
          out.writeNumberField("run", i.run());
          out.writeNumberField("id", i.id());
          out.writeStringField("kind", i.kind());
          out.writeNumberField("iteration", i.iteration());
          out.writeNumberField("epoch", i.epoch());
          out.writeNumberField("lastIteration", i.lastIteration());
          out.writeNumberField("times", i.times());
          out.writeNumberField("total", i.total());
          out.writeNumberField("timeMillis", i.timeMillis());
          out.writeNumberField("diagnosisId", i.diagnosisId());
          out.writeStringField("problem", i.problem());
          out.writeNumberField("layer", i.layer());
          out.writeNumberField("before", i.before());
          out.writeNumberField("after", i.after());
          out.writeNumberField("snapshotIteration", i.snapshotIteration());
          out.writeBooleanField("applied", i.applied());
          out.writeFieldName("message");
          MessageJson.write(i.message(), out);
          if (!i.branches().isEmpty()) {
            branches(i.branches(), out);
          }
        });
  }

  private static void branches(List<Branch> branches, JsonGenerator out) throws IOException {
    out.writeArrayFieldStart("branches");
    for (Branch branch : branches) {
      out.writeStartObject();
      out.writeStringField("start", branch.start());
      out.writeNumberField("snapshotIteration", branch.snapshotIteration());
      out.writeNumberField("factor", branch.factor());
      out.writeNumberField("leftOut", branch.leftOut());
      out.writeBooleanField("adopted", branch.adopted());
      out.writeArrayFieldStart("course");
      for (Point point : branch.course()) {
        out.writeStartObject();
        out.writeNumberField("step", point.step());
        out.writeNumberField("score", point.score());
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static List<Branch> branches(JsonFields in) throws RecordException {
    List<Branch> branches = new ArrayList<>();
    for (JsonFields branch : in.objects("branches")) {
      List<Point> course = new ArrayList<>();
      for (JsonFields point : branch.objects("course")) {
        course.add(new Point(point.integer("step", 0), point.number("score", Double.NaN)));
      }
      branches.add(
          new Branch(
              branch.text("start", ""),
              branch.wholeNumber("snapshotIteration", -1),
              branch.number("factor", 1),
              branch.integer("leftOut", 0),
              branch.flag("adopted", false),
              course));
    }
    return branches;
  }

  static RecordedIntervention read(byte[] payload) throws RecordException {
    JsonFields in = RecordJson.read(payload);
    long iteration = in.wholeNumber("iteration", 0);
    long times = in.wholeNumber("times", 1);
    try {
      return new RecordedIntervention(
          in.wholeNumber("run"),
          in.wholeNumber("id"),
          in.text("kind"),
          iteration,
          in.integer("epoch", 0),
          in.wholeNumber("lastIteration", iteration),
          times,
          in.wholeNumber("total", times),
          in.wholeNumber("timeMillis", 0),
          in.wholeNumber("diagnosisId", -1),
          in.text("problem", ""),
          in.integer("layer", -1),
          in.number("before", Double.NaN),
          in.number("after", Double.NaN),
          in.wholeNumber("snapshotIteration", -1),
          in.flag("applied", true),
          MessageJson.read(in.object("message")),
          branches(in));
    } catch (IllegalArgumentException e) {
      throw new RecordException("broken record: " + e.getMessage());
    }
  }
}
