package dev.traininghealth.ui;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;

/**
 * JSON for the page: numbers to seven significant digits, as good as they are recorded, and never a
 * literal NaN, which is no JSON.
 */
final class JsonWriter {
  private static final int DIGITS = 7;
  private static final MathContext ROUNDING = new MathContext(DIGITS, RoundingMode.HALF_UP);

  /** Up to this power of ten a double is exact, so that a quotient by it is rounded once. */
  private static final int EXACT_POWERS = 22;

  /** What is written to JSON. */
  interface Content {
    void write(JsonGenerator out) throws IOException;
  }

  private JsonWriter() {}

  static Buffer object(Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
    try (JsonGenerator out = new JsonFactory().createGenerator(bytes)) {
      out.writeStartObject();
      content.write(out);
      out.writeEndObject();
    }
    return Buffer.buffer(bytes.toByteArray());
  }

  /** A measured value as it is: NaN and the infinities as strings that say so. */
  static void measured(JsonGenerator out, String field, double value) throws IOException {
    out.writeFieldName(field);
    if (Double.isFinite(value)) {
      number(out, value);
    } else {
      out.writeString(Double.isNaN(value) ? "NaN" : value > 0 ? "+Infinity" : "\u2212Infinity");
    }
  }

  /** An array of values in which what is not finite is null: nothing finite was measured there. */
  static void values(JsonGenerator out, String field, int size, IntToDoubleFunction values)
      throws IOException {
    out.writeArrayFieldStart(field);
    for (int i = 0; i < size; i++) {
      double value = values.applyAsDouble(i);
      if (Double.isFinite(value)) {
        number(out, value);
      } else {
        out.writeNull();
      }
    }
    out.writeEndArray();
  }

  static void longs(JsonGenerator out, String field, int size, IntToLongFunction values)
      throws IOException {
    out.writeArrayFieldStart(field);
    for (int i = 0; i < size; i++) {
      out.writeNumber(values.applyAsLong(i));
    }
    out.writeEndArray();
  }

  static void nonFinite(JsonGenerator out, MergedSeries series) throws IOException {
    out.writeArrayFieldStart("nonFinite");
    for (NonFiniteStreak run : series.nonFinite()) {
      out.writeStartArray();
      out.writeNumber(run.first());
      out.writeNumber(run.last());
      out.writeNumber(run.nans());
      out.writeNumber(run.positiveInfinities());
      out.writeNumber(run.negativeInfinities());
      out.writeEndArray();
    }
    out.writeEndArray();
  }

  private static void number(JsonGenerator out, double value) throws IOException {
    double rounded = rounded(value);
    if (rounded == Math.rint(rounded) && Math.abs(rounded) < 1e9) {
      out.writeNumber((long) rounded);
    } else {
      out.writeNumber(rounded);
    }
  }

  /** A finite value to {@link #DIGITS} significant digits. */
  static double rounded(double value) {
    if (value == 0) {
      return 0;
    }
    int shift = DIGITS - 1 - (int) Math.floor(Math.log10(Math.abs(value)));
    if (shift < 0 || shift > EXACT_POWERS) {
      return new BigDecimal(Double.toString(value)).round(ROUNDING).doubleValue();
    }
    // The same for the sizes that are usual, at a fraction of the time.
    double power = Math.pow(10, shift);
    return Math.rint(value * power) / power;
  }
}
