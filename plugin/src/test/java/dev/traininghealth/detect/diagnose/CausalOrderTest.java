package dev.traininghealth.detect.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CausalOrderTest {
  private static final List<String> ALL =
      List.of(
          "data",
          "drifting",
          "exploding",
          "non_finite",
          "dead_relu",
          "saturated",
          "vanishing",
          "oscillating",
          "overused_protection",
          "not_learning",
          "plateau",
          "of_my_own");

  @ParameterizedTest
  @CsvSource({
    "data, -1, exploding, -1, true",
    "data, -1, not_learning, -1, true",
    "data, -1, drifting, 2, true",
    "drifting, 2, exploding, -1, true",
    "drifting, 2, exploding, 0, true",
    "drifting, -1, non_finite, 1, true",
    "drifting, 2, dead_relu, 2, false",
    "drifting, 2, oscillating, -1, false",
    "drifting, 2, overused_protection, -1, false",
    "drifting, 2, not_learning, -1, false",
    "exploding, -1, drifting, 2, false",
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
    "exploding, 1, overused_protection, -1, true",
    "non_finite, -1, overused_protection, -1, true",
    "oscillating, -1, overused_protection, -1, true",
    "dead_relu, 0, overused_protection, -1, false",
    "data, -1, overused_protection, -1, false",
    "overused_protection, -1, non_finite, -1, false",
    "overused_protection, -1, exploding, 0, false",
    "overused_protection, -1, oscillating, -1, false",
    "overused_protection, -1, overused_protection, -1, false",
    "overused_protection, -1, not_learning, -1, true",
  })
  void shouldKnowWhatFollowsFromWhat(
      String cause, int causeLayer, String effect, int effectLayer, boolean explains) {
    assertThat(
            CausalOrder.explains(
                Problems.family(cause), causeLayer, Problems.family(effect), effectLayer))
        .isEqualTo(explains);
  }

  @Test
  void shouldNeverExplainInACircleNorAgainstTheOrder() {
    for (String one : ALL) {
      for (String other : ALL) {
        ProblemFamily a = Problems.family(one);
        ProblemFamily b = Problems.family(other);
        for (int layer = -1; layer < 2; layer++) {
          boolean forward = CausalOrder.explains(a, layer, b, 0);
          assertThat(forward && CausalOrder.explains(b, 0, a, layer))
              .as("%s %s", one, other)
              .isFalse();
          assertThat(forward && a.compareTo(b) > 0).as("%s %s", one, other).isFalse();
        }
      }
    }
  }
}
