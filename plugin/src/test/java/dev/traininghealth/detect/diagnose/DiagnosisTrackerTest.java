package dev.traininghealth.detect.diagnose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.numbers.LayoutBuilder;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DiagnosisTrackerTest {
  private final NetworkLayout layout = LayoutBuilder.classifier(3, "relu");
  private final MeasurementWriter measurement =
      new MeasurementWriter(layout.layers().size(), layout.parameters().size());
  private final List<Diagnosis> reported = new ArrayList<>();
  private final DiagnosisTracker board =
      new DiagnosisTracker(layout, measurement.measurement(), reported::add);

  private static Finding finding(Problem problem, Severity severity) {
    return Finding.of(problem, severity, 2, Comparison.ABOVE, 1, () -> "Seen.").expiresAfter(10);
  }

  /** An iteration after others at which nothing was reported. */
  private void settle(long iteration, Finding... findings) {
    board.expire(iteration - 1);
    for (Finding f : findings) {
      board.report("watchful", f);
    }
    board.process(iteration, 3);
    board.expire(iteration);
  }

  /** Else the reason of an intervention would depend on hash codes. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void shouldTakeTheFirstOfSeveralThatAreEquallyBad(int first) {
    settle(1, finding(Problem.EXPLODING_GRADIENT, Severity.INFO).at(0, 0).aspect("mild"));
    settle(2, finding(Problem.EXPLODING_GRADIENT, Severity.WARNING).at(first / 2, first));
    for (int p = 0; p < 8; p++) {
      settle(3, finding(Problem.EXPLODING_GRADIENT, Severity.WARNING).at(p / 2, p).aspect("later"));
    }

    assertThat(board.worst(ProblemFamily.EXPLODING))
        .satisfies(d -> assertThat(d.parameter()).isEqualTo(first))
        .satisfies(d -> assertThat(d.iteration()).isEqualTo(2));
    assertThat(board.diagnoses()).extracting(Diagnosis::id).isSorted();

    settle(4, finding(Problem.EXPLODING_GRADIENT, Severity.WARNING));
    assertThat(board.worst(ProblemFamily.EXPLODING))
        .as("the whole network's explains a layer's")
        .satisfies(d -> assertThat(d.layer()).isEqualTo(-1));

    settle(5, finding(Problem.EXPLODING_GRADIENT, Severity.CRITICAL).at(3, 7).aspect("worse"));
    assertThat(board.worst(ProblemFamily.EXPLODING))
        .satisfies(d -> assertThat(d.severity()).isEqualTo(Severity.CRITICAL));
  }

  @Test
  void shouldStartADiagnosisWithAllThatWasFound() {
    settle(
        7,
        finding(Problem.EXPLODING_GRADIENT, Severity.WARNING)
            .at(1, 2)
            .withRemedies(List.of(new Remedy("Do it.", "code()"))));

    Diagnosis d = reported.get(0);
    assertThat(reported).hasSize(1);
    assertThat(d.id()).isZero();
    assertThat(d.detector()).isEqualTo("watchful");
    assertThat(SimulatedRun.brief(d)).isEqualTo("exploding WARNING 1_W");
    assertThat(d.layer()).isEqualTo(1);
    assertThat(d.layerName()).isEqualTo("layer1");
    assertThat(d.parameter()).isEqualTo(2);
    assertThat(d.iteration()).isEqualTo(7);
    assertThat(d.epoch()).isEqualTo(3);
    assertThat(d.observed()).isEqualTo(2);
    assertThat(d.threshold()).isEqualTo(1);
    assertThat(d.comparison()).isEqualTo(Comparison.ABOVE);
    assertThat(d.sentence()).isEqualTo("Seen.");
    assertThat(d.remedies()).containsExactly(new Remedy("Do it.", "code()"));
    assertThat(d.causeId()).isEqualTo(-1);
    assertThat(d.isResolved()).isFalse();
    assertThat(board.diagnoses()).isEqualTo(reported);
  }

  @Test
  void shouldBringThePluginsRemediesWhereADetectorHasNone() {
    settle(0, finding(Problem.PLATEAU, Severity.INFO));
    settle(0, finding(new Problem("of_my_own"), Severity.INFO));

    assertThat(reported.get(0).remedies()).isNotEmpty();
    assertThat(reported.get(1).remedies()).isEmpty();
  }

  @Test
  void shouldTellFindingsAtOnePlaceApartByTheirAspect() {
    Finding finding = finding(Problem.EXPLODING_GRADIENT, Severity.WARNING);
    settle(0, finding.aspect("one"), finding);
    settle(5, finding.aspect("one"), finding.aspect("other"));
    settle(12);

    assertThat(reported)
        .extracting(Diagnosis::id, Diagnosis::endIteration)
        .containsExactly(tuple(0L, -1L), tuple(1L, -1L), tuple(2L, -1L), tuple(1L, 11L));
  }

  @Test
  void shouldNotRepeatWhatStandsAndEndItWhenItWasNotSeenForSoLong() {
    for (int i = 0; i <= 20; i++) {
      settle(i, finding(Problem.EXPLODING_GRADIENT, Severity.WARNING));
    }
    for (int i = 21; i <= 30; i++) {
      settle(i);
    }
    assertThat(reported).hasSize(1);
    assertThat(board.hasActiveAlarm(ProblemFamily.EXPLODING)).isTrue();

    settle(31);
    assertThat(reported).hasSize(2);
    assertThat(reported.get(1)).isEqualTo(reported.get(0).ended(31));
    assertThat(reported.get(1).isResolved()).isTrue();
    assertThat(board.hasActiveAlarm(ProblemFamily.EXPLODING)).isFalse();

    settle(32, finding(Problem.EXPLODING_GRADIENT, Severity.WARNING));
    assertThat(reported.get(2).id()).isEqualTo(1);
    assertThat(board.diagnoses()).containsExactly(reported.get(1), reported.get(2));
  }

  @Test
  void shouldKeepApartDetectorsProblemsLayersAndParameters() {
    Finding finding = finding(Problem.EXPLODING_GRADIENT, Severity.INFO);
    board.report("other", finding);
    settle(
        0, finding, finding.inLayer(1), finding.at(1, 2), finding(Problem.PLATEAU, Severity.INFO));

    assertThat(reported).extracting(Diagnosis::id).containsExactly(0L, 1L, 2L, 3L, 4L);
  }

  @Test
  void shouldStartAnotherWhenItBecomesWorse() {
    settle(0, finding(Problem.EXPLODING_GRADIENT, Severity.INFO));
    assertThat(board.hasActiveAlarm(ProblemFamily.EXPLODING)).as("an alarm").isFalse();
    settle(5, finding(Problem.EXPLODING_GRADIENT, Severity.WARNING));
    settle(6, finding(Problem.EXPLODING_GRADIENT, Severity.CRITICAL));

    assertThat(board.diagnoses())
        .extracting(Diagnosis::severity, Diagnosis::iteration, Diagnosis::endIteration)
        .containsExactly(
            tuple(Severity.INFO, 0L, 5L),
            tuple(Severity.WARNING, 5L, 6L),
            tuple(Severity.CRITICAL, 6L, -1L));
    assertThat(reported).extracting(Diagnosis::id).containsExactly(0L, 0L, 1L, 1L, 2L);
  }

  @Test
  void shouldNeitherEndNorProlongWhatWasWorse() {
    settle(0, finding(Problem.EXPLODING_GRADIENT, Severity.CRITICAL));
    for (int i = 1; i <= 10; i++) {
      settle(i, finding(Problem.EXPLODING_GRADIENT, Severity.INFO));
    }
    assertThat(reported).hasSize(1);
    assertThat(reported.get(0).isResolved()).isFalse();

    settle(11, finding(Problem.EXPLODING_GRADIENT, Severity.INFO));
    settle(12, finding(Problem.EXPLODING_GRADIENT, Severity.INFO));
    assertThat(board.diagnoses())
        .extracting(Diagnosis::severity, Diagnosis::endIteration)
        .containsExactly(tuple(Severity.CRITICAL, 11L), tuple(Severity.INFO, -1L));
  }

  @Test
  void shouldTellTheCauseBeforeItsEffectsAtOneMoment() {
    settle(
        0,
        finding(Problem.NOT_LEARNING, Severity.WARNING),
        finding(Problem.DEAD_RELU, Severity.WARNING).inLayer(1),
        finding(Problem.EXPLODING_GRADIENT, Severity.WARNING));

    assertThat(reported)
        .extracting(Diagnosis::problem)
        .containsExactly(Problem.EXPLODING_GRADIENT, Problem.DEAD_RELU, Problem.NOT_LEARNING);
    assertThat(reported).extracting(Diagnosis::causeId).containsExactly(-1L, 0L, 0L);
  }

  @Test
  void shouldTellAgainWhatHasGotACause() {
    settle(0, finding(Problem.NOT_LEARNING, Severity.WARNING));
    settle(3, finding(Problem.DEAD_RELU, Severity.WARNING).inLayer(1));

    assertThat(reported).extracting(Diagnosis::id).containsExactly(0L, 1L, 0L);
    assertThat(reported.get(2)).isEqualTo(reported.get(0).causedBy(1));
    assertThat(board.diagnoses()).containsExactly(reported.get(2), reported.get(1));

    settle(4, finding(Problem.EXPLODING_GRADIENT, Severity.WARNING));
    assertThat(reported.get(4)).as("a cause stays").isEqualTo(reported.get(1).causedBy(2));
    assertThat(board.diagnoses()).extracting(Diagnosis::causeId).containsExactly(1L, 2L, -1L);
  }

  /** It turns into the alarm, which protection acts against. */
  @Test
  void shouldNameAnEarlySignAsTheCauseOfWhatItAnnounces() {
    settle(1, finding(Problem.DRIFTING, Severity.INFO).inLayer(1));
    settle(2, finding(Problem.DIVERGING_SCORE, Severity.WARNING));
    settle(3, finding(Problem.NON_FINITE, Severity.CRITICAL));
    settle(4, finding(Problem.OSCILLATING_SCORE, Severity.WARNING));

    assertThat(board.diagnoses()).extracting(Diagnosis::causeId).containsExactly(-1L, 0L, 0L, 1L);
    assertThat(board.hasActiveAlarm(ProblemFamily.DRIFTING)).isFalse();
  }

  @Test
  void shouldNotNameAnEarlySignThatComesLaterAsACause() {
    settle(1, finding(Problem.EXPLODING_GRADIENT, Severity.INFO).inLayer(1));
    settle(2, finding(Problem.DRIFTING, Severity.INFO).inLayer(1));

    assertThat(board.diagnoses()).extracting(Diagnosis::causeId).containsExactly(-1L, -1L);
  }

  /** A note never leads the group of an alarm, but for an early sign. */
  @Test
  void shouldNameNoCauseThatIsMilder() {
    settle(1, finding(Problem.EXPLODING_GRADIENT, Severity.INFO));
    settle(2, finding(Problem.OSCILLATING_SCORE, Severity.WARNING));
    assertThat(reported.get(1).causeId()).isEqualTo(-1);

    settle(3, finding(Problem.LARGE_UPDATES, Severity.INFO).at(0, 0));
    assertThat(reported.get(2).causeId()).as("a note follows from a note").isZero();
    settle(4, finding(Problem.DEAD_RELU, Severity.INFO));
    assertThat(reported).as("the alarm gets no cause later").hasSize(4);

    settle(5, finding(Problem.EXPLODING_GRADIENT, Severity.CRITICAL));
    assertThat(board.diagnoses())
        .filteredOn(d -> d.problem().equals(Problem.OSCILLATING_SCORE))
        .singleElement()
        .satisfies(d -> assertThat(d.causeId()).as("an alarm as grave").isEqualTo(4));
  }

  @Test
  void shouldNameNoLaterCauseOfTheSameFamily() {
    settle(1, finding(Problem.LARGE_UPDATES, Severity.WARNING).at(0, 0));
    settle(2, finding(Problem.EXPLODING_GRADIENT, Severity.WARNING));
    assertThat(board.diagnoses()).extracting(Diagnosis::causeId).containsOnly(-1L);
    settle(3, finding(Problem.LARGE_UPDATES, Severity.WARNING).at(1, 2));
    assertThat(board.diagnoses()).extracting(Diagnosis::causeId).containsExactly(-1L, -1L, 1L);
  }

  @Test
  void shouldNameNoCauseThatIsOver() {
    settle(0, finding(Problem.EXPLODING_GRADIENT, Severity.WARNING));
    settle(20, finding(Problem.NOT_LEARNING, Severity.WARNING));

    assertThat(board.diagnoses()).extracting(Diagnosis::causeId).containsExactly(-1L, -1L);
  }

  @ParameterizedTest
  @CsvSource({"500, 500", "700, 500", "20, 20"})
  void shouldKeepTheLatestThatAreOver(int over, int kept) {
    for (int i = 0; i < over; i++) {
      settle(20L * i, finding(Problem.EXPLODING_GRADIENT, Severity.INFO));
    }
    settle(20L * over);
    settle(20L * over + 1, finding(Problem.PLATEAU, Severity.INFO));

    assertThat(board.diagnoses()).hasSize(kept + 1);
    assertThat(board.diagnoses())
        .extracting(Diagnosis::id)
        .isSorted()
        .endsWith((long) over)
        .startsWith((long) over - kept);
    assertThat(reported).hasSize(2 * over + 1);
  }
}
