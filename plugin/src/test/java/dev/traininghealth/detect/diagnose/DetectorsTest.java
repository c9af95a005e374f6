package dev.traininghealth.detect.diagnose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.DetectorFactory;
import dev.traininghealth.numbers.LayoutBuilder;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DetectorsTest {
  private static final class Named implements Detector {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }
  }

  private static List<String> names(Set<String> without, DetectorFactory... own) {
    return Detectors.of(without, List.of(own)).stream().map(Detector::name).toList();
  }

  @Test
  void shouldMakeAllOfThePluginsUnderNamesOfTheirOwn() {
    assertThat(names(Set.of()))
        .doesNotHaveDuplicates()
        .contains("non-finite", "dead-relu", "not-learning", "data")
        .hasSizeGreaterThanOrEqualTo(13)
        .allMatch(name -> name.matches("[a-z]+(-[a-z]+)*"));
  }

  @Test
  void shouldMakeNewOnesForEachRun() {
    assertThat(Detectors.of(Set.of(), List.of()))
        .doesNotContainAnyElementsOf(Detectors.of(Set.of(), List.of()));
  }

  @Test
  void shouldLeaveOutWhatIsSwitchedOff() {
    assertThat(names(Set.of("data", "mine"), () -> new Named("mine"), () -> new Named("other")))
        .doesNotContain("data", "mine")
        .contains("non-finite")
        .endsWith("other");
  }

  /** What is switched off by its name comes back under no other detector's. */
  @ParameterizedTest
  @CsvSource({"dead-relu, dead_relu, relu", "not-learning, not_learning, tanh"})
  void shouldNotReportAProblemWhoseDetectorIsSwitchedOff(
      String detector, String problem, String activation) {
    for (Set<String> without : List.of(Set.<String>of(), Set.of(detector))) {
      SimulatedRun run =
          new SimulatedRun(
              LayoutBuilder.classifier(3, activation), Detectors.of(without, List.of()));
      run.learn(50);
      SimulatedRun.gradient(run.next, run.layout(), 0, 0);
      SimulatedRun.gradient(run.next, run.layout(), 1, 0);
      run.next.silentUnitFraction[1] = 1;
      SimulatedRun.ratios(run.next, 1e-6);
      run.standStill(2000);

      assertThat(run.latest().stream().anyMatch(d -> d.problem().name().equals(problem)))
          .as("without %s", without)
          .isEqualTo(without.isEmpty());
    }
  }

  @Test
  void shouldNameTheKnownWhereANameIsUnknown() {
    assertThatThrownBy(() -> names(Set.of("dead_relu"), () -> new Named("mine")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("\"dead_relu\"", "dead-relu", "plateau", "mine");
  }

  @Test
  @SuppressWarnings("NullAway") // what callers without a null checker do
  void shouldRejectAFactoryThatMakesNothingWithAName() {
    assertThatThrownBy(() -> names(Set.of(), () -> null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A detector's factory must create a detector with a name, was null");
    assertThatThrownBy(() -> names(Set.of(), () -> new Named(null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Named");
  }
}
