package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.diagnose.Detectors;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DiagnoserTest {
  private static final class Recording implements Detector {
    final List<String> calls = new ArrayList<>();

    @Override
    public String name() {
      return "recording";
    }

    @Override
    public void onGradient(History history, FindingReporter findings) {
      calls.add(
          "gradient "
              + history.iterationsSeen()
              + " weights of "
              + history.current().weightIteration());
    }

    @Override
    public void onUpdate(History history, FindingReporter findings) {
      calls.add(
          "update "
              + history.iterationsSeen()
              + " weights of "
              + history.current().weightIteration());
    }
  }

  private static final class Failing implements Detector {
    private final Throwable failure;
    private int calls;

    Failing(Throwable failure) {
      this.failure = failure;
    }

    @Override
    public String name() {
      return "failing";
    }

    @Override
    public void onGradient(History history, FindingReporter findings) {
      fail();
    }

    @Override
    public void onUpdate(History history, FindingReporter findings) {
      fail();
    }

    private void fail() {
      calls++;
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      throw (LinkageError) failure;
    }
  }

  /** One of the plugin's, which finds what is not finite and has no memory now and then. */
  private static final class Starved implements PluginDetector {
    private final NonFiniteDetector finding = new NonFiniteDetector();
    private boolean starves;
    private int calls;

    @Override
    public String name() {
      return finding.name();
    }

    @Override
    public void onGradient(History history, FindingReporter findings) {
      calls++;
      if (starves) {
        throw new OutOfMemoryError("for the test");
      }
      finding.onGradient(history, findings);
    }

    @Override
    public void onUpdate(History history, FindingReporter findings) {
      if (!starves) { // as one that has nothing to do there
        finding.onUpdate(history, findings);
      }
    }
  }

  @Test
  void shouldAskThePluginsDetectorsAgain() {
    Starved starved = new Starved();
    SimulatedRun run = new SimulatedRun(LayoutBuilder.classifier(2, "relu"), starved);
    for (int i = 0; i < 3; i++) {
      starved.starves = true;
      run.run(9);
      starved.starves = false;
      run.run(1);
    }
    run.next.score = Double.NaN;
    run.run(1);

    assertThat(starved.calls).isEqualTo(31);
    assertThat(run.found()).containsExactly("non_finite CRITICAL");
  }

  @Test
  void shouldGiveUpOneOfThePluginsAfterTenFailuresInARow() {
    Starved starved = new Starved();
    starved.starves = true;
    SimulatedRun run = new SimulatedRun(LayoutBuilder.classifier(2, "relu"), starved);
    run.run(30);

    assertThat(starved.calls).isEqualTo(10);
  }

  @Test
  void shouldKnowThePluginsDetectors() {
    assertThat(Detectors.of(Set.of(), List.of())).hasOnlyElementsOfType(PluginDetector.class);
  }

  @Test
  void shouldAskAtBothMomentsOfEachIteration() {
    Recording recording = new Recording();
    new SimulatedRun(LayoutBuilder.classifier(2, "relu"), recording).run(2);

    assertThat(recording.calls)
        .containsExactly(
            "gradient 0 weights of -1",
            "update 0 weights of 0",
            "gradient 1 weights of 0",
            "update 1 weights of 1");
  }

  @Test
  void shouldGoOnWithoutADetectorThatFails() {
    Failing first = new Failing(new IllegalStateException("for the test"));
    Failing second = new Failing(new NoClassDefFoundError("for the test"));
    Recording recording = new Recording();
    SimulatedRun run =
        new SimulatedRun(
            LayoutBuilder.classifier(2, "relu"), first, second, new NonFiniteDetector(), recording);

    assertThatCode(() -> run.run(50)).doesNotThrowAnyException();
    run.next.score = Double.NaN;
    run.run(1);

    assertThat(first.calls).isEqualTo(1);
    assertThat(second.calls).isEqualTo(1);
    assertThat(recording.calls).hasSize(102);
    assertThat(run.found()).containsExactly("non_finite CRITICAL");
  }

  @Test
  void shouldListWhatWasTold() {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.classifier(2, "relu"), new NonFiniteDetector());
    run.next.score = Double.NaN;
    run.run(2);
    run.next.score = 1;
    run.run(10);

    assertThat(run.diagnoser().diagnoses()).isEqualTo(run.latest());
    assertThat(run.latest()).hasSize(1).allMatch(Diagnosis::isResolved);
  }

  @Test
  void shouldWantWeightsWhereTheGradientOrTheScoreIsConspicuous() {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.classifier(2, "relu"), new NonFiniteDetector());
    run.next.score = 1e6;
    run.run(1);
    assertThat(run.diagnoser().shouldMeasureWeights())
        .as("before there is anything usual")
        .isFalse();
    run.standStill(100);
    assertThat(run.diagnoser().shouldMeasureWeights()).isFalse();

    SimulatedRun.gradient(run.next, run.layout(), 1, 1e6);
    run.standStill(1);
    assertThat(run.diagnoser().shouldMeasureWeights()).isTrue();
    SimulatedRun.gradient(run.next, run.layout(), 1, 1e-6);
    run.standStill(1);
    assertThat(run.diagnoser().shouldMeasureWeights()).isTrue();
    SimulatedRun.gradient(run.next, run.layout(), 1, 1);
    run.standStill(1);
    run.next.score = 1e-6;
    run.run(1);
    assertThat(run.diagnoser().shouldMeasureWeights()).as("a lower score").isFalse();
    run.next.score = 1e9;
    run.run(1);
    assertThat(run.diagnoser().shouldMeasureWeights()).isTrue();
  }

  @Test
  void shouldWantAnotherCopyOnceWhenTheNetworkIsFarBetter() {
    SimulatedRun run =
        new SimulatedRun(LayoutBuilder.classifier(2, "relu"), new NonFiniteDetector());
    run.next.baselineIteration = 0;
    SimulatedRun.Plan better =
        (m, i) -> {
          m.comparisonIteration = i;
          m.baselineScore = 2 * run.noise(0.1);
          m.comparedScore = m.baselineScore / 2;
        };
    run.run(1, better);
    assertThat(run.diagnoser().shouldRefreezeBaseline()).isFalse();
    run.run(9, better);
    assertThat(run.diagnoser().shouldRefreezeBaseline()).isTrue();
    assertThat(run.diagnoser().shouldRefreezeBaseline()).isFalse();
  }
}
