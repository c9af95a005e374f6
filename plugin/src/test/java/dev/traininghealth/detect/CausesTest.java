package dev.traininghealth.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CausesTest {
  private static final List<String> ALL =
      List.of(
          "data",
          "exploding",
          "non_finite",
          "dead_relu",
          "saturated",
          "vanishing",
          "oscillating",
          "masked",
          "not_learning",
          "plateau",
          "of_my_own");

  @ParameterizedTest
  @CsvSource({
    "data, -1, exploding, -1, true",
    "data, -1, not_learning, -1, true",
    "exploding, 2, non_finite, -1, true",
    "exploding, -1, dead_relu, 1, true",
    "dead_relu, 1, vanishing, 0, true",
    "vanishing, 0, not_learning, -1, true",
    "not_learning, -1, vanishing, 0, false",
    "non_finite, -1, data, -1, false",
    "not_learning, -1, plateau, -1, false",
    "exploding, -1, exploding, 2, true",
    "exploding, 2, exploding, -1, false",
    "exploding, 2, exploding, 3, false",
    "exploding, 2, exploding, 2, false",
    "data, -1, of_my_own, -1, false",
    "of_my_own, -1, plateau, -1, false",
    "exploding, 1, masked, -1, true",
    "non_finite, -1, masked, -1, true",
    "oscillating, -1, masked, -1, true",
    "dead_relu, 0, masked, -1, false",
    "data, -1, masked, -1, false",
    "masked, -1, non_finite, -1, false",
    "masked, -1, exploding, 0, false",
    "masked, -1, oscillating, -1, false",
    "masked, -1, masked, -1, false",
    "masked, -1, not_learning, -1, true",
  })
  void shouldKnowWhatFollowsFromWhat(
      String cause, int causeLayer, String effect, int effectLayer, boolean explains) {
    assertThat(Causes.explains(new Problem(cause), causeLayer, new Problem(effect), effectLayer))
        .isEqualTo(explains);
  }

  @Test
  void shouldNeverExplainInACircleNorAgainstTheOrder() {
    for (String one : ALL) {
      for (String other : ALL) {
        Problem a = new Problem(one);
        Problem b = new Problem(other);
        for (int layer = -1; layer < 2; layer++) {
          boolean forward = Causes.explains(a, layer, b, 0);
          assertThat(forward && Causes.explains(b, 0, a, layer)).as("%s %s", one, other).isFalse();
          assertThat(forward && Causes.rank(a) > Causes.rank(b)).as("%s %s", one, other).isFalse();
        }
      }
    }
  }
}
