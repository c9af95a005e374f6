package dev.traininghealth.samples.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeadTest {
  /** From {@code "exploding WARNING 7-90"}, of a diagnosis that was resolved at 90. */
  private static Diagnosis diagnosis(String text) {
    String[] parts = text.trim().split("-", -1);
    Diagnosis active = RunResultTest.diagnosis(parts[0]);
    return parts.length == 1 ? active : active.ended(Long.parseLong(parts[1]));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      delimiter = '|',
      value = {
        "exploding WARNING 470 | 30",
        "exploding INFO 470 | 30",
        "non_finite CRITICAL 505 | -5",
        "data WARNING 0, exploding WARNING 490 | 10",
        "oscillating WARNING 300, exploding WARNING 490 | 10",
        "exploding INFO 450-490, exploding WARNING 490 | 50",
        // an unbroken series, and one with a gap of more than 100 iterations
        "exploding INFO 200-250, exploding INFO 350-400, exploding WARNING 490 | 300",
        "exploding INFO 200-249, exploding INFO 350-400, exploding WARNING 490 | 150",
        "exploding INFO 100-399 | -",
        "exploding INFO 100-399, exploding WARNING 510 | -10",
        "exploding INFO 100-400, exploding WARNING 510 | 400",
        "data WARNING 0 | -",
      })
  void shouldCountFromTheFirstReportThatLeadsUpToTheDivergence(
      String diagnoses, @Nullable Long iterations) {
    List<Diagnosis> all = Arrays.stream(diagnoses.split(",", -1)).map(LeadTest::diagnosis).toList();

    Lead lead = Objects.requireNonNull(Lead.of(OptionalLong.of(500), all), "a lead");

    assertThat(lead.iterations()).isEqualTo(iterations);
  }

  @Test
  void shouldHaveNoneWithoutADivergence() {
    assertThat(Lead.of(OptionalLong.empty(), List.of(diagnosis("exploding INFO 7")))).isNull();
  }
}
