package dev.traininghealth.detect.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.diagnose.SimulatedRun;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each of the plugin's detectors keeps, whatever it looks for. */
final class DetectorContractTest {
  private static final int ITERATIONS = 1_500;

  private static final double[] ODD = {
    Measurement.absent(),
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0,
    -0.0,
    -1,
    1,
    1e-300,
    1e300,
    Double.MIN_VALUE,
    Double.MAX_VALUE
  };

  static Stream<Integer> detectors() {
    return Stream.iterate(0, i -> i + 1).limit(BuiltInDetectors.create(Set.of()).size());
  }

  private static Detector detector(int index) {
    return BuiltInDetectors.create(Set.of()).get(index);
  }

  /** Passes on what it is asked, and keeps what is reported and thrown. */
  private static final class Watched implements Detector {
    final Detector detector;
    final List<Finding> findings = new ArrayList<>();
    final List<Throwable> thrown = new ArrayList<>();

    Watched(Detector detector) {
      this.detector = detector;
    }

    private FindingReporter reporter(FindingReporter to) {
      return finding -> {
        findings.add(finding);
        to.report(finding);
      };
    }

    @Override
    public String name() {
      return detector.name();
    }

    @Override
    public void onGradient(History history, FindingReporter to) {
      try {
        detector.onGradient(history, reporter(to));
      } catch (RuntimeException e) {
        thrown.add(e);
      }
    }

    @Override
    public void onUpdate(History history, FindingReporter to) {
      try {
        detector.onUpdate(history, reporter(to));
      } catch (RuntimeException e) {
        thrown.add(e);
      }
    }
  }

  private static List<NetworkLayout> networks() {
    return List.of(
        LayoutBuilder.classifier(0, "relu"),
        LayoutBuilder.classifier(4, "relu"),
        LayoutBuilder.classifier(4, "tanh"),
        LayoutBuilder.withOutput(1, "softmax", "LossMCXENT"));
  }

  /** Numbers that no sound run has, each of them now and then. */
  private static void distort(MeasurementWriter next, Random random) {
    double odd = ODD[random.nextInt(ODD.length)];
    int p = next.gradientNorm.length == 0 ? 0 : random.nextInt(next.gradientNorm.length);
    int layer = next.silentUnitFraction.length == 0 ? 0 : random.nextInt(2);
    switch (random.nextInt(11)) {
      case 0 -> next.score = odd;
      case 1 -> next.gradientNorm[p] = odd;
      case 2 -> next.weightNorm[p] = odd;
      case 3 -> next.updateNorm[p] = odd;
      case 4 -> next.learningRate[p] = odd;
      case 5 -> next.silentUnitFraction[layer % next.silentUnitFraction.length] = odd;
      case 6 -> next.saturatedFraction[layer % next.saturatedFraction.length] = odd;
      case 7 -> next.largestSingularValue[p] = odd;
      case 8 -> next.data.featureStandardDeviation = odd;
      case 9 -> next.data.labelMax = odd;
      default -> next.score = SimulatedRun.CHANCE * (0.5 + random.nextDouble());
    }
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void shouldStandWhateverIsMeasured(int index) {
    int reported = 0;
    for (NetworkLayout layout : networks()) {
      Watched watched = new Watched(detector(index));
      SimulatedRun run = new SimulatedRun(layout, watched);
      Random random = new Random(index);
      run.run(
          ITERATIONS,
          (next, i) -> {
            if (random.nextInt(4) == 0) {
              distort(next, random);
            }
          });

      assertThat(watched.thrown).isEmpty();
      watched.findings.forEach(finding -> check(finding, layout));
      reported += watched.findings.size();
    }
    assertThat(reported).as("findings that were looked at").isNotNegative();
  }

  private static void check(Finding finding, NetworkLayout layout) {
    assertThat(finding.layer()).isBetween(-1, layout.layers().size() - 1);
    assertThat(finding.parameter()).isBetween(-1, layout.parameters().size() - 1);
    if (finding.parameter() >= 0) {
      assertThat(layout.parameters().get(finding.parameter()).layer()).isEqualTo(finding.layer());
    }
    assertThat(finding.threshold()).as("threshold of %s", finding.problem()).isNotNaN();
    assertThat(finding.message().get().english())
        .matches("(?s)[A-Z0-9].*\\.")
        .doesNotContain("{", "say.");
    for (Remedy remedy : finding.remedies().get()) {
      assertThat(remedy.advice()).matches("(?s)[A-Z0-9].*\\.").doesNotContain("{", "remedy.");
    }
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void shouldRaiseNoAlarmInAHealthyRun(int index) {
    NetworkLayout layout = LayoutBuilder.classifier(4, "relu");
    SimulatedRun run = new SimulatedRun(layout, detector(index));
    Random random = new Random(7);
    run.run(
        ITERATIONS,
        (next, i) ->
            next.score =
                SimulatedRun.CHANCE * Math.exp(-i / 900.0) * (1 + 0.05 * random.nextGaussian()));

    assertThat(run.latest()).filteredOn(Diagnosis::isAlarm).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("detectors")
  void shouldGoOnWithWhatItSaved(int index) {
    NetworkLayout layout = LayoutBuilder.classifier(4, "relu");
    Detector detector = detector(index);
    SimulatedRun run = new SimulatedRun(layout, detector);
    Random random = new Random(3);
    run.run(
        300,
        (next, i) -> {
          if (random.nextInt(9) == 0) {
            distort(next, random);
          }
        });
    if (!(detector instanceof Restorable saving)) {
      return; // it has no state of its own
    }
    SavedNumbers saved = new SavedNumbers();
    saving.save(saved);
    Detector other = detector(index);
    ((Restorable) other).restore(saved);
    SavedNumbers again = new SavedNumbers();
    ((Restorable) other).save(again);

    assertThat(again).isEqualTo(saved);
  }

  @Test
  void shouldHaveNamesThatUsersCanType() {
    List<String> names = BuiltInDetectors.create(Set.of()).stream().map(Detector::name).toList();

    assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("[a-z]+(-[a-z]+)*"));
  }

  @Test
  void shouldTogetherReportProblemsOfEachSeverity() {
    Set<Severity> severities = new HashSet<>();
    for (Detector detector : BuiltInDetectors.create(Set.of())) {
      Watched watched = new Watched(detector);
      SimulatedRun run = new SimulatedRun(LayoutBuilder.classifier(4, "relu"), watched);
      Random random = new Random(1);
      run.run(ITERATIONS, (next, i) -> distort(next, random));
      watched.findings.forEach(finding -> severities.add(finding.severity()));
    }

    assertThat(severities).containsExactlyInAnyOrder(Severity.values());
  }
}
