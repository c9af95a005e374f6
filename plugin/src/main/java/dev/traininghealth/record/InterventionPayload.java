package dev.traininghealth.record;

/** A {@link RecordedIntervention} as bytes. */
final class InterventionPayload {
  private InterventionPayload() {}

  static byte[] write(RecordedIntervention i) {
    PayloadWriter out = new PayloadWriter();
    out.putLong(i.run());
    out.putVarLong(i.id());
    out.putString(i.kind());
    out.putLong(i.iteration());
    out.putInt(i.epoch());
    out.putLong(i.lastIteration());
    out.putVarLong(i.times());
    out.putVarLong(i.total());
    out.putLong(i.timeMillis());
    out.putSignedVarLong(i.diagnosis());
    out.putString(i.problem());
    out.putInt(i.layer());
    out.putLong(Double.doubleToLongBits(i.before()));
    out.putLong(Double.doubleToLongBits(i.after()));
    out.putLong(i.snapshotIteration());
    out.putByte(i.applied() ? 1 : 0);
    out.putString(i.reason());
    return out.toBytes();
  }

  static RecordedIntervention read(byte[] payload) throws RecordException {
    PayloadReader in = new PayloadReader(payload);
    RecordedIntervention intervention;
    try {
      intervention =
          new RecordedIntervention(
              in.getLong(),
              in.getVarLong(),
              in.getString(),
              in.getLong(),
              in.getInt(),
              in.getLong(),
              in.getVarLong(),
              in.getVarLong(),
              in.getLong(),
              in.getSignedVarLong(),
              in.getString(),
              in.getInt(),
              Double.longBitsToDouble(in.getLong()),
              Double.longBitsToDouble(in.getLong()),
              in.getLong(),
              in.getByte() != 0,
              in.getString());
    } catch (IllegalArgumentException e) {
      throw new RecordException("broken record: " + e.getMessage());
    }
    in.expectEnd();
    return intervention;
  }
}
