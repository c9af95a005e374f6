package dev.traininghealth.read;

import static dev.traininghealth.publish.DiagnosisFixtures.diagnosis;
import static dev.traininghealth.publish.InterventionFixtures.about;
import static dev.traininghealth.publish.InterventionFixtures.intervention;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.publish.DiagnosisFixtures;
import dev.traininghealth.publish.InterventionFixtures;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.RunRecord.Check;
import dev.traininghealth.record.RunRecord.Coverage;
import dev.traininghealth.text.Message;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The verdict between healthy and critical, and what it covers. */
final class VerdictTest {
  private static final RunDescription RUN = RecordFixtures.denseRun(1);
  private static final int ITERATIONS = 2000;
  private static final Timeline TIMELINE = timeline();

  private static final Coverage ENOUGH = coverage(true, "CHECKED");
  private static final Coverage EARLY = coverage(false, "TOO_EARLY");

  private static final Diagnosis BAD_DATA =
      diagnosis(0, Problem.NON_FINITE, Severity.CRITICAL, ITERATIONS - 1);

  private static Timeline timeline() {
    RecordFixtures.Rows rows = RecordFixtures.rows(RUN);
    for (int i = 0; i < ITERATIONS; i++) {
      rows.row(i);
    }
    return Timeline.of(RUN, List.of(rows.segment()));
  }

  private static Coverage coverage(boolean conclusive, String state) {
    return new Coverage(
        conclusive, List.of(new Check("a", state, 0, 9, 10, Message.of("say.check.off"))));
  }

  private static List<Intervention> everyTenthSkipped() {
    return LongStream.range(0, ITERATIONS / 10)
        .mapToObj(
            i -> about(intervention(i, Kind.SKIP, 10 * i + 9, true), 0, Problem.NON_FINITE.name()))
        .toList();
  }

  private static Verdict verdict(
      List<Diagnosis> diagnoses, List<Intervention> interventions, Coverage coverage) {
    return new Verdict(
        TIMELINE,
        Diagnoses.of(
            TIMELINE, diagnoses.stream().map(d -> DiagnosisFixtures.recorded(d, RUN)).toList()),
        Interventions.of(
            TIMELINE,
            interventions.stream().map(i -> InterventionFixtures.recorded(i, RUN, 1)).toList()),
        coverage);
  }

  @Test
  void shouldBeHealthyOnlyIfEnoughWasSeen() {
    assertThat(verdict(List.of(), List.of(), ENOUGH).status()).isEqualTo("healthy");
    assertThat(verdict(List.of(), List.of(), EARLY).status()).isEqualTo("early");
    assertThat(verdict(List.of(BAD_DATA), List.of(), EARLY).status()).isEqualTo("critical");
    assertThat(verdict(List.of(), List.of(), Coverage.NONE).status())
        .as("of a version that recorded no checks")
        .isEqualTo("healthy");
  }

  @Test
  void shouldNotChangeWithTheLatestMinibatch() {
    Verdict good = verdict(List.of(), everyTenthSkipped(), ENOUGH);
    Verdict bad = verdict(List.of(BAD_DATA), everyTenthSkipped(), ENOUGH);

    assertThat(good.status()).isEqualTo("protected");
    assertThat(bad.status()).isEqualTo("protected");
    assertThat(bad.skippedSteps()).isEqualTo(100);
    assertThat(bad.windowIterations()).isEqualTo(1000);
  }

  @Test
  void shouldLeaveOtherAlarmsAlone() {
    Diagnosis overused =
        diagnosis(1, Problem.OVERUSED_PROTECTION, Severity.WARNING, ITERATIONS - 20);
    assertThat(verdict(List.of(BAD_DATA, overused), everyTenthSkipped(), ENOUGH).status())
        .isEqualTo("warning");
    List<Intervention> stopped =
        Stream.concat(
                everyTenthSkipped().stream(),
                Stream.of(intervention(9999, Kind.STOP, ITERATIONS - 1, true)))
            .toList();
    assertThat(verdict(List.of(BAD_DATA), stopped, ENOUGH).status()).isEqualTo("critical");
  }

  @Test
  void shouldForgetSkipsOfLongAgoAndOfADryRun() {
    Verdict old =
        verdict(
            List.of(),
            List.of(intervention(0, Kind.SKIP, 999, true), intervention(1, Kind.SKIP, 1500, false)),
            ENOUGH);
    assertThat(old.status()).isEqualTo("healthy");
    assertThat(old.skippedSteps()).isZero();
  }

  @Test
  void shouldCountSkipsOfOneRecordThatAreRecent() {
    Intervention streak =
        InterventionFixtures.done(intervention(0, Kind.SKIP, 900, true), 200, 1099);
    assertThat(verdict(List.of(), List.of(streak), ENOUGH).skippedSteps()).isEqualTo(100);
  }
}
