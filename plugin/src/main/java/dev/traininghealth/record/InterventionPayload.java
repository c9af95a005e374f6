package dev.traininghealth.record;

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
        });
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
          MessageJson.read(in.object("message")));
    } catch (IllegalArgumentException e) {
      throw new RecordException("broken record: " + e.getMessage());
    }
  }
}
