package dev.traininghealth.intervene;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** After a jump, trials wait for new minibatches. */
final class TriedChangesTest {
  static Stream<Arguments> diagnoses() {
    return Stream.of(
        Arguments.of(Problem.LOSS_SPIKE, Severity.INFO, true),
        Arguments.of(Problem.EXPLODING_GRADIENT, Severity.INFO, true),
        Arguments.of(Problem.LARGE_UPDATES, Severity.WARNING, true),
        Arguments.of(Problem.MOVING_OBJECTIVE, Severity.INFO, true),
        Arguments.of(Problem.LARGE_UPDATES, Severity.INFO, false),
        Arguments.of(Problem.PLATEAU, Severity.WARNING, false));
  }

  @ParameterizedTest
  @MethodSource("diagnoses")
  void shouldTakeNoLastingUpdateRatioForAJump(Problem problem, Severity severity, boolean isJump) {
    assertThat(TriedChanges.isJump(FakeSituation.diagnosis(problem, severity, null)))
        .isEqualTo(isJump);
  }
}
