package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonWriterTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "123456789, 123456800",
    "0.123456789, 0.1234568",
    "-0.0000123456789, -1.234568E-5",
    "1e-45, 1e-45",
    "3.4028235e38, 3.402824e38",
    "1e-310, 1e-310",
    "9.99999999, 10"
  })
  void shouldRoundToSevenDigits(double value, double rounded) {
    assertThat(JsonWriter.rounded(value)).isEqualTo(rounded);
  }

  @Test
  void shouldWriteNoLiteralThatIsNoJson() throws IOException {
    double[] values = {1, Double.NaN, 2.5, Double.POSITIVE_INFINITY};
    String json =
        JsonWriter.object(
            out -> {
              JsonWriter.values(out, "values", values.length, i -> values[i]);
              JsonWriter.measured(out, "nan", Double.NaN);
              JsonWriter.measured(out, "infinite", Double.POSITIVE_INFINITY);
            });

    assertThat(json)
        .isEqualTo("{\"values\":[1,null,2.5,null],\"nan\":\"NaN\",\"infinite\":\"+Infinity\"}");
  }
}
