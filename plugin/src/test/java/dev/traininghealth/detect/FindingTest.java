package dev.traininghealth.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.text.Message;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users' detectors fill in, and what they get back. */
final class FindingTest {
  private static final NonFiniteOrigin ORIGIN =
      new NonFiniteOrigin(NonFiniteOrigin.Place.SCORE, -1, -1, 1, List.of(), 0, false, Double.NaN);

  private static Finding finding() {
    return Finding.of(
        Problem.UNNORMALIZED_FEATURES, Severity.INFO, 1, Comparison.BELOW, 2, () -> "Seen.");
  }

  private static Diagnosis diagnosis(List<Remedy> remedies) {
    return new Diagnosis(
        3,
        "d",
        Problem.UNNORMALIZED_FEATURES,
        Severity.INFO,
        -1,
        "",
        -1,
        "",
        9,
        0,
        1,
        Comparison.BELOW,
        2,
        Message.literal("Seen."),
        remedies,
        ORIGIN,
        -1,
        -1);
  }

  @Test
  void shouldConcernTheWholeNetworkUntilRefined() {
    assertThat(finding().layer()).isEqualTo(-1);
    assertThat(finding().parameter()).isEqualTo(-1);
    assertThat(finding().expiryIterations()).isEqualTo(Finding.DEFAULT_EXPIRY_ITERATIONS);
    assertThat(finding().remedies().get()).isEmpty();
    assertThat(finding().origin()).isNull();
  }

  @Test
  void shouldKeepEveryRefinementThroughTheOthers() {
    Remedy remedy = new Remedy("Do.", "");
    Finding refined =
        finding()
            .withRemedies(List.of(remedy))
            .withOrigin(ORIGIN)
            .expiresAfter(7)
            .at(2, 4)
            .expiresAfter(7);

    assertThat(refined.layer()).isEqualTo(2);
    assertThat(refined.parameter()).isEqualTo(4);
    assertThat(refined.expiryIterations()).isEqualTo(7);
    assertThat(refined.remedies().get()).containsExactly(remedy);
    assertThat(refined.origin()).isEqualTo(ORIGIN);
    assertThat(refined.problem().family()).isEqualTo(ProblemFamily.DATA);
    assertThat(refined.message().get().english()).isEqualTo("Seen.");
    assertThat(refined.inLayer(1).parameter()).isEqualTo(-1);
    assertThat(refined.inLayer(1).remedies().get()).containsExactly(remedy);
  }

  @ParameterizedTest
  @CsvSource({"-2, -1", "0, -7"})
  void shouldRejectIndicesBelowNone(int layer, int parameter) {
    assertThatThrownBy(() -> finding().at(layer, parameter))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "layer and parameter must be an index or -1, were " + layer + " and " + parameter);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -5})
  void shouldRejectAFindingThatDoesNotLast(int iterations) {
    assertThatThrownBy(() -> finding().expiresAfter(iterations))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expiryIterations must be > 0, was " + iterations);
  }

  @Test
  @SuppressWarnings("NullAway") // what callers without a null checker do
  void shouldNameWhatIsMissing() {
    assertThatThrownBy(() -> Finding.of(null, Severity.INFO, 1, Comparison.BELOW, 2, () -> "Seen."))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("problem");
    assertThatThrownBy(
            () ->
                Finding.of(
                    Problem.UNNORMALIZED_FEATURES, Severity.INFO, 1, Comparison.BELOW, 2, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("sentence");
    assertThatThrownBy(() -> new Remedy("Do.", null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("code");
    assertThatThrownBy(() -> new Problem(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Dead", "dead-relu", "9lives", "dead relu", "_x"})
  void shouldRejectNamesThatAreNoNamesOfProblems(String name) {
    assertThatThrownBy(() -> new Problem(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("was \"" + name + "\"");
  }

  @Test
  void shouldTakeProblemsOfUsers() {
    assertThat(new Problem("mode_collapse2")).hasToString("mode_collapse2");
  }

  @Test
  void shouldNotChangeAfterItWasMade() {
    List<Remedy> remedies = new ArrayList<>();
    Diagnosis d = diagnosis(remedies);
    remedies.add(new Remedy("Do.", ""));

    assertThat(d.remedies()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"INFO, INFO, true", "INFO, WARNING, false", "CRITICAL, WARNING, true"})
  void shouldCompareHarm(Severity one, Severity other, boolean atLeast) {
    assertThat(one.isAtLeast(other)).isEqualTo(atLeast);
  }

  @Test
  void shouldSurviveSerialization() throws IOException, ClassNotFoundException {
    Diagnosis d = diagnosis(List.of(new Remedy("Do.", ""))).causedBy(1).ended(12);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(d);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(d);
    }
    assertThat(d.causeId()).isEqualTo(1);
    assertThat(d.endIteration()).isEqualTo(12);
  }
}
