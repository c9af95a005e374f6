package dev.traininghealth.record;

import dev.traininghealth.record.RecordedDiagnosis.Origin;
import dev.traininghealth.record.RecordedDiagnosis.Remedy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link RecordedDiagnosis} as bytes. */
final class DiagnosisPayload {
  private DiagnosisPayload() {}

  static byte[] write(RecordedDiagnosis d) {
    PayloadWriter out = new PayloadWriter();
    out.putLong(d.run());
    out.putVarLong(d.id());
    out.putString(d.detector());
    out.putString(d.problem());
    out.putString(d.severity());
    out.putInt(d.layer());
    out.putString(d.layerName());
    out.putInt(d.parameter());
    out.putString(d.parameterKey());
    out.putLong(d.iteration());
    out.putInt(d.epoch());
    out.putLong(d.timeMillis());
    putDouble(out, d.observed());
    out.putString(d.comparison());
    putDouble(out, d.threshold());
    out.putString(d.sentence());
    out.putInt(d.remedies().size());
    for (Remedy remedy : d.remedies()) {
      out.putString(remedy.advice());
      out.putString(remedy.code());
    }
    Origin origin = d.origin();
    out.putByte(origin == null ? 0 : 1);
    if (origin != null) {
      out.putString(origin.place());
      out.putInt(origin.layer());
      out.putInt(origin.parameter());
      out.putLong(origin.count());
      out.putInt(origin.rows().size());
      origin.rows().forEach(out::putInt);
      out.putInt(origin.rowCount());
      out.putByte(origin.overflow() ? 1 : 0);
      putDouble(out, origin.largestFeature());
    }
    out.putSignedVarLong(d.cause());
    out.putLong(d.end());
    return out.toBytes();
  }

  static RecordedDiagnosis read(byte[] payload) throws RecordException {
    PayloadReader in = new PayloadReader(payload);
    RecordedDiagnosis diagnosis;
    try {
      diagnosis =
          new RecordedDiagnosis(
              in.getLong(),
              in.getVarLong(),
              in.getString(),
              in.getString(),
              in.getString(),
              in.getInt(),
              in.getString(),
              in.getInt(),
              in.getString(),
              in.getLong(),
              in.getInt(),
              in.getLong(),
              getDouble(in),
              in.getString(),
              getDouble(in),
              in.getString(),
              remedies(in),
              origin(in),
              in.getSignedVarLong(),
              in.getLong());
    } catch (IllegalArgumentException e) {
      throw new RecordException("broken record: " + e.getMessage());
    }
    in.expectEnd();
    return diagnosis;
  }

  private static List<Remedy> remedies(PayloadReader in) throws RecordException {
    List<Remedy> remedies = new ArrayList<>();
    for (int n = in.getCount(8); n > 0; n--) {
      remedies.add(new Remedy(in.getString(), in.getString()));
    }
    return remedies;
  }

  private static @Nullable Origin origin(PayloadReader in) throws RecordException {
    if (in.getByte() == 0) {
      return null;
    }
    String place = in.getString();
    int layer = in.getInt();
    int parameter = in.getInt();
    long count = in.getLong();
    List<Integer> rows = new ArrayList<>();
    for (int n = in.getCount(4); n > 0; n--) {
      rows.add(in.getInt());
    }
    return new Origin(
        place, layer, parameter, count, rows, in.getInt(), in.getByte() != 0, getDouble(in));
  }

  private static void putDouble(PayloadWriter out, double value) {
    out.putLong(Double.doubleToLongBits(value));
  }

  private static double getDouble(PayloadReader in) throws RecordException {
    return Double.longBitsToDouble(in.getLong());
  }
}
