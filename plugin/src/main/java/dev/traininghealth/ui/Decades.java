package dev.traininghealth.ui;

import java.io.IOException;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * A row of a heatmap of norms in thousandths of a decade: a value v is {@code round(1000 log10 v)}.
 * It is exact to about 0.1 % and takes half the bytes of the number. Minimum and maximum are
 * written as distances to the mean, in hundredths of a decade.
 */
final class Decades {
  /** Code of exactly 0, which has no logarithm; smaller than that of the smallest double. */
  static final int ZERO_CODE = -999_999;

  private Decades() {}

  static void write(JsonGenerator out, MergedSeries series) throws IOException {
    out.writeArrayFieldStart("mean");
    for (int i = 0; i < series.columns(); i++) {
      if (series.count(i) == 0) {
        out.writeNull();
      } else {
        out.writeNumber(of(series.mean(i)));
      }
    }
    out.writeEndArray();
    if (!series.isSingle()) {
      out.writeArrayFieldStart("below");
      for (int i = 0; i < series.columns(); i++) {
        out.writeNumber(series.count(i) == 0 ? 0 : distance(series.min(i), series.mean(i)));
      }
      out.writeEndArray();
      out.writeArrayFieldStart("above");
      for (int i = 0; i < series.columns(); i++) {
        out.writeNumber(series.count(i) == 0 ? 0 : distance(series.mean(i), series.max(i)));
      }
      out.writeEndArray();
    }
    JsonWriter.nonFinite(out, series);
  }

  private static int distance(double from, double to) {
    return Math.round((of(to) - of(from)) / 10f);
  }

  /** Thousandths of a decade of a value that is not negative. */
  static int of(double value) {
    return value > 0 ? (int) Math.round(1000 * Math.log10(value)) : ZERO_CODE;
  }
}
