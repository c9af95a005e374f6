package dev.traininghealth.samples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class QuantilesTest {
  @Test
  void shouldLieBetweenTheNearestValues() {
    Quantiles four = Quantiles.of(List.of(4.0, 1.0, 3.0, 2.0));

    assertThat(four.median()).isEqualTo(2.5);
    assertThat(four.quantile(0.25)).isEqualTo(1.75);
    assertThat(four.quantile(0.75)).isEqualTo(3.25);
    assertThat(four.quantile(1)).isEqualTo(4);
  }

  @Test
  void shouldKnowOneValueAndNone() {
    assertThat(Quantiles.of(List.of(7.0)).quantile(0.25)).isEqualTo(7);
    assertThat(Quantiles.of(List.<Double>of()).median()).isNaN();
  }
}
