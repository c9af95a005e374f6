package dev.traininghealth.detect.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Problems;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.Steps;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of learning rates: of the user's own, whatever protection has made of them. */
final class LearningRateAdviceTest {
  private static Remedy ofRate(Finding finding, double used, double factor) {
    Advised advice = new Advised(LayoutBuilder.classifier(3, "relu")).learningRate(used);
    Steps.learningRateFactor(advice.m, factor);
    return ofRate(advice.on(finding));
  }

  private static Remedy ofRate(List<Remedy> remedies) {
    return remedies.stream().filter(r -> r.code().startsWith(".updater")).findFirst().orElseThrow();
  }

  private static Finding slow(double ratio) {
    return Finding.of(
        Problem.NOT_LEARNING, Severity.WARNING, ratio, Comparison.BELOW, 1e-4, () -> "Slow.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "exploding | 0.1 | 1 | 'from 0.1 to about 0.01.' | 0.01",
        "exploding | 1 | 1 | 'from 1 to about 0.001.' | 0.001", // Adam's usual rate
        "exploding | 0.1 | NaN | 'from 0.1 to about 0.01.' | 0.01",
        "exploding | 0.1 | 0 | 'from 0.1 to about 0.01.' | 0.01",
        "exploding | 0.001 | 0.01 | 'from 0.1 to about 1e-4. Protection has it at 0.001 now.'"
            + " | 1e-4",
        "plateau | 0.05 | 0.5 | 'from 0.1 to about 0.005. Protection has it at 0.05 now.' | 0.005",
        "oscillating | 0.0234 | 1 | 'from 0.0234 to about 0.002.' | 0.002",
        "non_finite | 1.1e-9 | 0.3333333 | 'from 3.3e-9 to about 1e-10. Protection has it at"
            + " 1.1e-9 now.' | 1e-10",
      })
  void shouldLowerTheUsersOwnRate(
      String problem, double used, double factor, String words, String code) {
    Remedy remedy = ofRate(Advised.finding(Problems.of(problem)), used, factor);

    assertThat(remedy.advice()).startsWith("Lower the learning rate " + words);
    assertThat(remedy.code()).isEqualTo(".updater(new Adam(" + code + "))");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1e-6 | 1e-5 | 1 | 'Raise the learning rate from 1e-5 to about 0.01. Updates are 1010 times"
            + " smaller than usual.'",
        "1e-6 | 0.001 | 0.01 | 'Lower the learning rate from 0.1 to about 0.01 and no further."
            + " Protection has it at 0.001 now. Updates are 1010 times smaller than usual.'",
        "1e-4 | 0.001 | 0.001 | 'Lower the learning rate from 1 to about 0.01 and no further."
            + " Protection has it at 0.001 now. Updates are 10.1 times smaller than usual.'",
      })
  void shouldReckonARateThatIsTooLowFromThatInUse(
      double ratio, double used, double factor, String words) {
    assertThat(ofRate(slow(0.99 * ratio), used, factor).advice()).startsWith(words);
  }

  /** Protection alone made the updates small. */
  @Test
  void shouldLeaveARateAloneThatWouldBeRight() {
    Advised advice = new Advised(LayoutBuilder.classifier(3, "relu")).learningRate(1e-4);
    Steps.learningRateFactor(advice.m, 0.1);

    assertThat(Advised.code(advice.on(slow(0.99e-4)))).doesNotContain(".updater");
  }

  @Test
  void shouldTakeTheRateOfTheLayerThatIsMeant() {
    Advised advice = new Advised(LayoutBuilder.classifier(3, "relu")).learningRate(0.1);
    advice.m.learningRate[4] = 1e-5;

    assertThat(ofRate(advice.on(slow(1e-5).at(2, 4))).advice())
        .startsWith(
            "Raise the learning rate of layer 2 alone from 1e-5 to about 0.001. Updates are");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1e-4 | 1 | 'Try other learning rates than 1e-4: ten times larger, 0.001, and ten times"
            + " smaller, 1e-5.'",
        "1e-4 | 0.1 | 'Try other learning rates than 0.001: ten times larger, 0.01, and ten times"
            + " smaller, 1e-5. Protection has it at 1e-4 now.'",
        "0.9 | 1 | 'Lower the learning rate from 0.9 to about 0.001.'", // Adam(9) is of no use
      })
  void shouldTryRatesThatWereNotInUse(double used, double factor, String words) {
    assertThat(ofRate(Advised.finding(Problem.NOT_LEARNING), used, factor).advice())
        .startsWith(words);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, 0})
  void shouldLowerNoRateThatIsNone(double rate) {
    Advised advice = new Advised(LayoutBuilder.classifier(3, "relu"));
    Arrays.fill(advice.m.learningRate, rate);

    assertThat(Advised.code(advice.on(Problem.EXPLODING_GRADIENT))).doesNotContain(".updater");
  }
}
