package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.diagnose.Detectors;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DiagnoserStateTest {
  private static final NetworkLayout LAYOUT = LayoutBuilder.classifier(3, "relu");
  private static final int BEFORE = 300;

  /** A training with noise of its own, which can be made ill. */
  private static final class Training implements SimulatedRun.Plan {
    private final Random random;
    private final long illFrom;
    private final long illTo;

    Training(long seed, long illFrom, long illTo) {
      random = new Random(seed);
      this.illFrom = illFrom;
      this.illTo = illTo;
    }

    static Training healthy(long seed) {
      return new Training(seed, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    private double noise(double sigma) {
      return Math.exp(sigma * random.nextGaussian());
    }

    @Override
    public void set(MeasurementWriter m, long iteration) {
      boolean ill = iteration >= illFrom && iteration < illTo;
      m.score = SimulatedRun.learning(iteration) * noise(0.05) * (ill ? 100 : 1);
      for (int layer = 0; layer < LAYOUT.layers().size(); layer++) {
        SimulatedRun.gradient(m, LAYOUT, layer, noise(0.2) * (ill && layer == 1 ? 1e5 : 1));
      }
      SimulatedRun.ratios(m, 1e-3 * noise(0.2) * (ill ? 1000 : 1));
      m.silentUnitFraction[0] = ill ? 1 : 0.1;
      m.baselineIteration = 0;
      if (iteration % 50 == 0) {
        m.comparisonIteration = iteration;
        m.baselineScore = SimulatedRun.CHANCE * noise(0.1);
        m.comparedScore = SimulatedRun.learning(iteration) * noise(0.1);
      }
      if (ill && iteration % 100 == 99) {
        m.gradientNorm[2] = Double.NaN;
      }
    }
  }

  private static SimulatedRun saved() {
    return SimulatedRun.withAllDetectors(LAYOUT).run(BEFORE, Training.healthy(1));
  }

  private static SavedNumbers statistics(SimulatedRun run) {
    return run.diagnoser().statistics();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldMakeAnotherRunGoOnAsTheOneThatWasSaved(boolean ill) {
    SimulatedRun run = saved();
    assertThat(run.reported()).isEmpty();
    SimulatedRun resumed = SimulatedRun.withAllDetectors(LAYOUT).startAfter(run);
    SimulatedRun fresh = SimulatedRun.withAllDetectors(LAYOUT).startAfter(run);
    resumed.diagnoser().restore(statistics(run));
    assertThat(statistics(resumed)).isEqualTo(statistics(run));

    for (SimulatedRun each : List.of(run, resumed, fresh)) {
      each.run(300, new Training(2, ill ? 310 : Long.MAX_VALUE, 450));
    }
    assertThat(resumed.reported()).isEqualTo(run.reported());
    assertThat(statistics(resumed)).isEqualTo(statistics(run)).isNotEqualTo(statistics(fresh));
    if (ill) {
      assertThat(run.alarms())
          .contains("exploding WARNING", "dead_relu WARNING layer0", "non_finite CRITICAL 1_W");
      assertThat(fresh.reported()).isNotEqualTo(run.reported());
    } else {
      assertThat(run.alarms()).isEmpty();
    }
  }

  /** What is known of one machine and process, and is not to be continued on another. */
  private static final Set<String> OF_THE_MACHINE =
      Set.of("slow-iterations", "growing-memory", "departure");

  /** The others look at the history alone. */
  @Test
  void shouldSaveEachOfThePluginsDetectorsThatRemembers() {
    List<Detector> detectors = Detectors.of(Set.of(), List.of());

    assertThat(statistics(saved()).getSection("detectors").names())
        .containsExactlyElementsOf(
            detectors.stream().filter(Restorable.class::isInstance).map(Detector::name).toList());
    assertThat(detectors)
        .filteredOn(detector -> !(detector instanceof Restorable))
        .filteredOn(detector -> !OF_THE_MACHINE.contains(detector.name()))
        .allSatisfy(
            detector ->
                assertThat(detector.getClass().getDeclaredFields())
                    .allMatch(field -> Modifier.isStatic(field.getModifiers())));
  }

  @Test
  void shouldTellAgainInAnotherRunWhatStood() {
    SimulatedRun run = SimulatedRun.withAllDetectors(LAYOUT).run(350, new Training(1, 300, 400));
    SimulatedRun resumed = SimulatedRun.withAllDetectors(LAYOUT).startAfter(run);
    resumed.diagnoser().restore(statistics(run));
    run.run(300, new Training(2, 300, 400));
    resumed.run(300, new Training(2, 300, 400));

    assertThat(resumed.alarms()).contains("dead_relu WARNING layer0", "non_finite CRITICAL 1_W");
    assertThat(statistics(resumed)).isEqualTo(statistics(run));
  }

  @Test
  void shouldKnowWhereWhatGoesOnBeganToBeNonFinite() {
    SimulatedRun run = new SimulatedRun(LAYOUT, new NonFiniteDetector()).run(5);
    run.next.gradientNorm[2] = Double.NaN;
    run.run(3);
    run.next.gradientNorm[0] = Double.NaN; // spreads to the layer before
    SimulatedRun resumed = new SimulatedRun(LAYOUT, new NonFiniteDetector()).startAfter(run);
    resumed.diagnoser().restore(statistics(run));
    resumed.run(3);

    assertThat(resumed.found()).containsExactly("non_finite CRITICAL 1_W");
    assertThat(resumed.reported().get(0).sentence()).isEqualTo(run.reported().get(0).sentence());
  }

  /** Iterations may begin anew where weights alone were loaded. */
  @Test
  void shouldNotTakeALaterNanForOneThatGoesOn() {
    SimulatedRun run = new SimulatedRun(LAYOUT, new NonFiniteDetector()).run(5);
    run.next.gradientNorm[2] = Double.NaN;
    run.run(1);
    SimulatedRun resumed = new SimulatedRun(LAYOUT, new NonFiniteDetector());
    resumed.diagnoser().restore(statistics(run));
    resumed.next.gradientNorm[4] = Double.NaN;
    resumed.run(1);

    assertThat(resumed.found()).containsExactly("non_finite CRITICAL 2_W");
  }

  @Test
  void shouldTakeARunBackToAnEarlierMoment() {
    SimulatedRun run = saved();
    SavedNumbers earlier = statistics(run);
    run.run(100, new Training(3, 300, 400));
    assertThat(run.alarms()).isNotEmpty();
    int reported = run.latest().size();
    run.diagnoser().restore(earlier);
    assertThat(statistics(run)).isEqualTo(earlier);

    run.run(2000, Training.healthy(4));
    assertThat(run.latest().subList(reported, run.latest().size())).noneMatch(Diagnosis::isAlarm);
    assertThat(run.latest().subList(0, reported)).allMatch(Diagnosis::isResolved);
  }

  private static void assertRefused(SavedNumbers numbers, String reason) {
    SimulatedRun run = SimulatedRun.withAllDetectors(LAYOUT).run(100, Training.healthy(5));
    SavedNumbers before = statistics(run);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> run.diagnoser().restore(numbers))
        .withMessageContaining("are not statistics of a run of this network from this version")
        .withMessageContaining(reason);
    assertThat(statistics(run)).isEqualTo(before);
  }

  @Test
  void shouldRefuseStatisticsOfOtherNetworks() {
    for (NetworkLayout other :
        List.of(LayoutBuilder.classifier(2, "relu"), LayoutBuilder.classifier(5, "relu"))) {
      assertRefused(
          statistics(SimulatedRun.withAllDetectors(other).run(100)),
          "they are from a network with %d layers and %d parameters, but this one has 4 and 8"
              .formatted(other.layers().size(), other.parameters().size()));
    }
    NetworkLayout recurrent =
        new LayoutBuilder()
            .dense(2, "relu")
            .simpleRnn()
            .output(10, "softmax", "LossMCXENT")
            .build();
    assertRefused(
        statistics(SimulatedRun.withAllDetectors(recurrent).run(100)),
        "4 layers and 9 parameters, but this one has 4 and 8");
    NetworkLayout larger =
        new LayoutBuilder().dense(3, "relu").output(11, "softmax", "LossMCXENT").build();
    assertRefused(
        statistics(SimulatedRun.withAllDetectors(larger).run(100)),
        "704 elements in 3_W, but this one has 640 in 3_W");
  }

  /** A copy without one of its numbers; the sections on the way to it are copied. */
  private static SavedNumbers without(SavedNumbers numbers, String... path) {
    SavedNumbers copy = new SavedNumbers();
    for (String name : numbers.names()) {
      Object value = numbers.get(name);
      if (!name.equals(path[0])) {
        put(copy, name, value);
      } else if (path.length > 1) {
        copy.put(name, without((SavedNumbers) value, Arrays.copyOfRange(path, 1, path.length)));
      }
    }
    return copy;
  }

  private static void put(SavedNumbers copy, String name, Object value) {
    if (value instanceof Long number) {
      copy.put(name, number);
    } else if (value instanceof Double number) {
      copy.put(name, number);
    } else if (value instanceof long[] array) {
      copy.put(name, array);
    } else if (value instanceof double[] array) {
      copy.put(name, array);
    } else {
      copy.put(name, (SavedNumbers) value);
    }
  }

  @Test
  void shouldRefuseAHistoryThatIsNotWhole() {
    SavedNumbers whole = statistics(saved());
    for (String name : whole.names()) {
      assertRefused(without(whole, name), "there is no value named \"" + name + "\"");
    }
    SavedNumbers history = whole.getSection("history");
    for (String part : history.names()) {
      assertRefused(without(whole, "history", part), "there is no value named \"" + part + "\"");
      if (history.get(part) instanceof SavedNumbers section) {
        for (String name : section.names()) {
          assertRefused(
              without(whole, "history", part, name), "there is no value named \"" + name + "\"");
        }
      }
    }
    assertRefused(new SavedNumbers(), "there is no");
  }

  /** One detector's numbers are its own affair: the rest goes on. */
  @Test
  void shouldLeaveADetectorAsItIsWhoseNumbersAreNotWhole() {
    SavedNumbers whole = statistics(saved());
    SavedNumbers detectors = whole.getSection("detectors");
    for (String detector : detectors.names()) {
      for (String name : detectors.getSection(detector).names()) {
        SimulatedRun run = SimulatedRun.withAllDetectors(LAYOUT).run(100, Training.healthy(5));
        Object before = statistics(run).getSection("detectors").get(detector);
        run.diagnoser().restore(without(whole, "detectors", detector, name));

        SavedNumbers after = statistics(run);
        assertThat(after.getSection("detectors").get(detector)).isEqualTo(before);
        assertThat(without(after, "detectors", detector))
            .isEqualTo(without(whole, "detectors", detector));
      }
    }
  }

  @Test
  void shouldRefuseArraysOfAnotherLength() {
    SavedNumbers longer = statistics(saved());
    longer.getSection("history").getSection("start").put("first", new double[21]);
    assertRefused(longer, "21 first scores");
    longer = statistics(saved());
    longer.getSection("history").getSection("scores").put("means", new double[33]);
    assertRefused(longer, "33 blocks");
    longer = statistics(saved());
    longer.getSection("history").getSection("gradients").put("above", new double[4]);
    assertRefused(longer, "\"above\" has 4 numbers, but must have 5");
  }

  @Test
  void shouldNameWhatIsMissing() {
    SimulatedRun run = saved();

    assertThatNullPointerException()
        .isThrownBy(() -> run.diagnoser().restore(sneaked()))
        .withMessage("statistics");
  }

  /** What a caller gives that knows nothing of nullness. */
  @SuppressWarnings("NullAway")
  private static SavedNumbers sneaked() {
    return null;
  }
}
