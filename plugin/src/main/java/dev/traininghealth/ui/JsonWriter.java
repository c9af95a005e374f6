package dev.traininghealth.ui;

import dev.traininghealth.ui.NonFiniteStreaks.Streak;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * Writes JSON for the page. Numbers have seven significant digits, the precision of the records.
 * NaN is never written as a literal, which is not valid JSON.
 */
final class JsonWriter {
  static final int DIGITS = 7;

  /** Largest exactly representable power of ten, so that a quotient by it is rounded once. */
  private static final int EXACT_POWERS = 22;

  /** Content to be written as JSON. */
  interface Content {
    void write(JsonGenerator out) throws IOException;
  }

  private JsonWriter() {}

  static String object(Content content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
    try (JsonGenerator out = new JsonFactory().createGenerator(bytes)) {
      out.writeStartObject();
      content.write(out);
      out.writeEndObject();
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** Writes a measured value; NaN and the infinities are written as strings. */
  static void measured(JsonGenerator out, String field, double value) throws IOException {
    out.writeFieldName(field);
    measured(out, value);
  }

  /** Writes a measured value as an entry of an array, non-finite ones as strings. */
  static void measured(JsonGenerator out, double value) throws IOException {
    if (Double.isFinite(value)) {
      number(out, rounded(value));
    } else {
      out.writeString(Double.isNaN(value) ? "NaN" : value > 0 ? "+Infinity" : "\u2212Infinity");
    }
  }

  /** Writes an array of values; a non-finite one is null, because no finite value was measured. */
  static void values(JsonGenerator out, String field, int size, IntToDoubleFunction values)
      throws IOException {
    values(out, field, size, values, DIGITS);
  }

  /** Writes an array of values with so many significant digits. */
  static void values(
      JsonGenerator out, String field, int size, IntToDoubleFunction values, int digits)
      throws IOException {
    out.writeArrayFieldStart(field);
    for (int i = 0; i < size; i++) {
      double value = values.applyAsDouble(i);
      if (Double.isFinite(value)) {
        number(out, rounded(value, digits));
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
    for (Streak run : series.nonFinite()) {
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

  private static void number(JsonGenerator out, double rounded) throws IOException {
    if (rounded == Math.rint(rounded) && Math.abs(rounded) < 1e9) {
      out.writeNumber((long) rounded);
    } else {
      out.writeNumber(rounded);
    }
  }

  /** A finite value rounded to {@link #DIGITS} significant digits. */
  static double rounded(double value) {
    return rounded(value, DIGITS);
  }

  private static double rounded(double value, int digits) {
    if (value == 0) {
      return 0;
    }
    int shift = digits - 1 - (int) Math.floor(Math.log10(Math.abs(value)));
    if (shift < 0 || shift > EXACT_POWERS) {
      return new BigDecimal(Double.toString(value))
          .round(new MathContext(digits, RoundingMode.HALF_UP))
          .doubleValue();
    }
    // The same result for usual magnitudes, in a fraction of the time.
    double power = Math.pow(10, shift);
    return Math.rint(value * power) / power;
  }
}
