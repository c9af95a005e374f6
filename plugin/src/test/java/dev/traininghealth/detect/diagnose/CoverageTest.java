package dev.traininghealth.detect.diagnose;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Check.State;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.builtin.BuiltInDetectors;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Steps;
import dev.traininghealth.text.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each detector has looked at, and that none is called passed that has not. */
class CoverageTest {
  /** Rectified and squashing units, deep enough, and with an output that each detector is for. */
  private static final NetworkLayout LAYOUT =
      new LayoutBuilder()
          .dense(2, "relu")
          .dense(2, "tanh")
          .output(1, "identity", "LossMSE")
          .build();

  private static final int ENOUGH = 2000;

  /** Looks at another run instead of measurements of this one, and there is none here. */
  private static final String WITHOUT_MEASUREMENTS = "departure";

  private static Map<String, Check> checks(SimulatedRun run) {
    return run.diagnoser().checks().stream()
        .collect(Collectors.toMap(Check::detector, Function.identity()));
  }

  private static Check check(SimulatedRun run, String detector) {
    return requireNonNull(checks(run).get(detector), detector);
  }

  private static SimulatedRun run() {
    return SimulatedRun.withAllDetectors(LAYOUT);
  }

  private static void measureActivations(MeasurementWriter m, long iteration) {
    measureActivations(m, iteration, true, true);
    Arrays.fill(m.exampleSpread, 0.5);
    m.noiseScale.set(iteration - iteration % 100, 0, 50, 200, 1);
  }

  private static void measureActivations(
      MeasurementWriter m, long iteration, boolean hidden, boolean output) {
    if (iteration % 100 == 0) {
      int last = m.activationIteration.length - 1;
      if (hidden) {
        Arrays.fill(m.activationIteration, 0, last, iteration);
      }
      if (output) {
        m.activationIteration[last] = iteration;
      }
    }
  }

  private static SimulatedRun protectedRun() {
    SimulatedRun run = run();
    Steps.minLearningRateFactor(run.next, 0.1);
    return run;
  }

  @Test
  void shouldNameWhatEachDetectorHasLookedAt() {
    SimulatedRun run = protectedRun();
    run.run(
        ENOUGH,
        (m, i) -> {
          m.data.minibatches = (int) Math.min(20, i + 1);
          m.validationCount = i / 100;
          measureActivations(m, i);
        });

    Map<String, Check> checks = checks(run);
    assertThat(checks.remove(WITHOUT_MEASUREMENTS))
        .hasToString("departure: no baseline run was set");
    assertThat(checks.values()).allMatch(check -> check.state() == State.CHECKED);
    assertThat(checks.get("exploding-gradient"))
        .hasToString("exploding-gradient: iterations 0 to 1,999");
    assertThat(checks.get("dead-relu"))
        .hasToString("dead-relu: iterations 0 to 1,900, about one in 100");
    assertThat(checks.get("data")).hasToString("data: iterations 0 to 19");
  }

  @ParameterizedTest
  @EnumSource(Evidence.class)
  void shouldPassNoDetectorThatLookedAtNothing(Evidence withheld) {
    SimulatedRun run = withheld == Evidence.PROTECTION ? run() : protectedRun();
    run.measuresWeights = withheld != Evidence.WEIGHTS;
    run.readsJvm = withheld != Evidence.JVM;
    run.run(
        ENOUGH,
        (m, i) -> {
          switch (withheld) {
            case SCORE -> m.score = Measurement.absent();
            case LEARNING_RATES -> Arrays.fill(m.learningRate, Measurement.absent());
            case GRADIENTS -> Arrays.fill(m.gradientNorm, Measurement.absent());
            case WEIGHTS -> m.weightIteration = -1;
            default -> {}
          }
          m.data.minibatches = withheld == Evidence.DATA ? 0 : (int) i + 1;
          m.validationCount = withheld == Evidence.VALIDATION ? 0 : i / 100;
          measureActivations(m, i, withheld != Evidence.ACTIVATIONS, withheld != Evidence.OUTPUTS);
          if (withheld != Evidence.EXAMPLE_SPREAD) {
            Arrays.fill(m.exampleSpread, 0.5);
          }
          if (withheld != Evidence.GRADIENT_NOISE) {
            m.noiseScale.set(i - i % 100, 0, 50, 200, 1);
          }
        });

    Map<String, Check> checks = checks(run);
    int without = 0;
    for (Detector detector : BuiltInDetectors.create(Set.of())) {
      boolean reads = detector.requirement(LAYOUT).measurements().containsKey(withheld);
      Check check = requireNonNull(checks.get(detector.name()));
      if (detector.name().equals(WITHOUT_MEASUREMENTS)) {
        assertThat(check.state()).isEqualTo(State.NOT_CHECKED);
        continue;
      }
      assertThat(check.state())
          .as(check.toString())
          .isEqualTo(reads ? State.NOT_CHECKED : State.CHECKED);
      assertThat(check.message().english()).doesNotStartWith("say.");
      without += reads ? 1 : 0;
    }
    assertThat(without).as("detectors that read it").isPositive();
  }

  @Test
  void shouldBeTooEarlyUntilAFaultCouldHaveBeenFound() {
    SimulatedRun run = run();
    run.run(10, CoverageTest::measureActivations);

    assertThat(check(run, "plateau").state()).isEqualTo(State.TOO_EARLY);
    assertThat(check(run, "plateau")).hasToString("plateau: 10 of at least 500 measurements");
    assertThat(check(run, "dead-relu").state()).isEqualTo(State.TOO_EARLY);
    assertThat(check(run, "label-balance").state()).isEqualTo(State.TOO_EARLY);
    assertThat(check(run, "non-finite").state()).isEqualTo(State.CHECKED);
  }

  @Test
  void shouldWaitForEachKindAsLongAsItIsNeeded() {
    SimulatedRun run = run();
    run.run(200, CoverageTest::measureActivations);
    run.measuresWeights = false;

    assertThat(check(run, "not-learning"))
        .hasToString("not-learning: 200 of at least 1,500 measurements");
    assertThat(check(run, "constant-output").state()).isEqualTo(State.CHECKED);
    assertThat(check(run.run(1300), "not-learning"))
        .hasToString("not-learning: iterations 0 to 199");
  }

  @Test
  void shouldSayWhatCannotHappenInThisNetwork() {
    NetworkLayout shallow =
        new LayoutBuilder().dense(1, "identity").output(10, "softmax", "LossMultiLabel").build();
    SimulatedRun run = SimulatedRun.withAllDetectors(shallow);
    run.run(ENOUGH, CoverageTest::measureActivations);

    assertThat(check(run, "dead-relu")).hasToString("dead-relu: no layer has rectified units");
    assertThat(check(run, "constant-output"))
        .hasToString("constant-output: the output is not of the kind that it is for");
    assertThat(check(run, "saturation"))
        .hasToString("saturation: no hidden layer has units with limits");
    assertThat(check(run, "vanishing-gradient"))
        .hasToString("vanishing-gradient: fewer than 3 hidden layers one after the other");
  }

  /** A detector of a user's. */
  private record Own(boolean fails) implements Detector {
    @Override
    public String name() {
      return "own";
    }

    @Override
    public void onUpdate(History history, FindingReporter findings) {
      if (fails) {
        throw new IllegalStateException("odd");
      }
    }
  }

  @Test
  void shouldNotPassAUsersDetectorThatFails() {
    for (boolean fails : new boolean[] {false, true}) {
      SimulatedRun run = new SimulatedRun(LAYOUT, new Own(fails));
      run.run(5);
      assertThat(run.diagnoser().checks())
          .singleElement()
          .hasToString(fails ? "own: the detector failed" : "own: iterations 0 to 4");
    }
  }

  @Test
  void shouldAddUpTheChecksOfTwoRuns() {
    Check early = Check.of("a", 10, 0, 4, 5);
    Check done = Check.of("a", 10, 0, 99, 100);
    Check off = Check.missing("b", Message.of("say.check.off"));
    assertThat(CheckedTogether.of(List.of(early, off), List.of(done))).containsExactly(done, off);
    assertThat(CheckedTogether.of(List.of(done), List.of(early))).containsExactly(done);
    assertThat(CheckedTogether.text(List.of(done, off, early, Check.of("c", 1, 0, 99, 100))))
        .isEqualTo(
            " Checked: a, c (iterations 0 to 99). Too early to tell: a (5 of at least 10"
                + " measurements). Not checked: b (switched off).");
    assertThat(CheckedTogether.text(List.of())).isEmpty();
  }

  @Test
  void shouldRefuseARequirementOfNothing() {
    assertThatThrownBy(Requirement::of).hasMessageContaining("evidence must not be empty");
    assertThatThrownBy(() -> Requirement.of(Evidence.SCORE).atLeast(0))
        .hasMessageContaining("measurements of SCORE must be at least 1, was 0");
  }
}
