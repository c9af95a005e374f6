package dev.traininghealth.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.publish.DiagnosisFixtures;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.text.Message;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiagnosisRecordTest {
  private static final RunDescription RUN = RecordFixtures.denseRun(3);
  private static final Diagnosis FULL =
      DiagnosisFixtures.diagnosis(
          7,
          Problem.NON_FINITE,
          Severity.CRITICAL,
          2,
          "größte\u00a0Schicht",
          1L << 40,
          3,
          (1L << 40) + 50,
          DiagnosisFixtures.origin());
  private static final Diagnosis PLAIN =
      DiagnosisFixtures.diagnosis(0, Problem.DEAD_RELU, Severity.INFO, 0);

  private static DiagnosisRecord record(long key, Diagnosis diagnosis) {
    return DiagnosisFixtures.record("s", "w", key, DiagnosisFixtures.recorded(diagnosis, RUN));
  }

  private static RecordedDiagnosis anew(byte[] bytes) throws RecordException {
    DiagnosisRecord record = new DiagnosisRecord();
    record.decode(bytes);
    return record.diagnosis();
  }

  @Test
  void shouldSayAllThatTheDiagnosisSays() throws Exception {
    RecordedDiagnosis read = anew(record(1, FULL).encode());

    assertThat(read).isEqualTo(DiagnosisFixtures.recorded(FULL, RUN));
    assertThat(read.run()).isEqualTo(RUN.startMillis());
    assertThat(read.problem()).isEqualTo("non_finite");
    assertThat(read.severity()).isEqualTo("CRITICAL");
    assertThat(read.rank()).isEqualTo(2);
    assertThat(read.observed()).isNaN();
    assertThat(read.comparison()).isEqualTo("is not finite");
    assertThat(read.layerName()).isEqualTo("größte\u00a0Schicht");
    assertThat(read.origin())
        .isEqualTo(
            new RecordedDiagnosis.Origin(
                "FEATURES", -1, -1, 12, List.of(3, 17, 31), 3, false, 1234.5));
    assertThat(read.remedies())
        .containsExactly(
            new RecordedDiagnosis.Remedy(
                Message.literal("Divide the learning rate by 10."), ".updater(new Adam(1e-4))"),
            new RecordedDiagnosis.Remedy(Message.literal("Look at the data."), ""));
    assertThat(read.causeId()).isEqualTo(3);
    assertThat(read.isResolved()).isTrue();
    assertThat(anew(record(1, PLAIN).encode())).isEqualTo(DiagnosisFixtures.recorded(PLAIN, RUN));
  }

  @Test
  void shouldReplaceWhatWasReadBefore() throws Exception {
    DiagnosisRecord record = record(1, PLAIN);
    assertThat(record.diagnosis().id()).isZero();
    record.decode(record(2, FULL).encode());
    assertThat(record.diagnosis().id()).isEqualTo(7);
  }

  @Test
  void shouldSurviveTheRemoteForm() throws Exception {
    String text = Base64.getEncoder().encodeToString(record(1, FULL).encode());
    Persistable received =
        Class.forName(DiagnosisRecord.class.getName())
            .asSubclass(Persistable.class)
            .getDeclaredConstructor()
            .newInstance();
    received.decode(Base64.getDecoder().decode(text));
    assertThat(((DiagnosisRecord) received).diagnosis())
        .isEqualTo(DiagnosisFixtures.recorded(FULL, RUN));
  }

  @Test
  void shouldReplaceItselfInStorages(@TempDir Path folder) throws Exception {
    for (StatsStorage storage :
        List.of(
            new InMemoryStatsStorage(), new FileStatsStorage(folder.resolve("f.bin").toFile()))) {
      storage.putUpdate(record(42, DiagnosisFixtures.ended(FULL, -1)));
      storage.putUpdate(RecordFixtures.absorbed("s", "w", 43));
      storage.putUpdate(record(42, FULL));

      List<Persistable> updates =
          storage.getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "w", Long.MIN_VALUE);
      assertThat(updates).hasSize(2);
      assertThat(((DiagnosisRecord) updates.get(0)).diagnosis())
          .isEqualTo(DiagnosisFixtures.recorded(FULL, RUN));
      assertThat(updates.get(1)).isInstanceOf(SegmentRecord.class);
      storage.close();
    }
  }

  @Test
  void shouldRefuseEveryTruncation() throws Exception {
    for (Diagnosis diagnosis : List.of(FULL, PLAIN)) {
      byte[] bytes = record(1, diagnosis).encode();
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> anew(cut)).isInstanceOf(IllegalArgumentException.class);
      }
      byte[] payload = record(1, diagnosis).payload();
      for (int length = 0; length < payload.length; length++) {
        byte[] cut = Arrays.copyOf(payload, length);
        assertThatThrownBy(() -> DiagnosisPayload.read(cut)).isInstanceOf(RecordException.class);
      }
      byte[] longer = Arrays.copyOf(payload, payload.length + 1);
      assertThatThrownBy(() -> DiagnosisPayload.read(longer)).isInstanceOf(RecordException.class);
    }
  }

  @Test
  void shouldReadOrRefuseDamagedBytes() throws Exception {
    byte[] payload = record(1, FULL).payload();
    Random random = new Random(17);
    for (int i = 0; i < 10_000; i++) {
      byte[] damaged = payload.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(DiagnosisPayload.read(damaged).id()).isNotNegative();
      } catch (RecordException e) {
        assertThat(e).hasMessageContaining("broken record");
      }
    }
  }

  @Test
  void shouldRefuseOtherKindsAndNewerVersions() {
    byte[] bytes = record(1, FULL).encode();
    assertThatThrownBy(() -> new SegmentRecord().decode(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kind 3 instead of 2");
    bytes[7] = 3;
    DiagnosisRecord newer = new DiagnosisRecord();
    newer.decode(bytes);
    assertThat(newer.encode()).isEqualTo(bytes);
    assertThatThrownBy(newer::diagnosis)
        .isInstanceOf(RecordException.class)
        .hasMessageContaining("update the plugin");
  }

  @Test
  void shouldRefuseValuesThatCannotBe() {
    RecordedDiagnosis good = DiagnosisFixtures.recorded(FULL, RUN);
    assertThatThrownBy(() -> with(good, "FATAL", 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("severity must be of [INFO, WARNING, CRITICAL], was FATAL");
    assertThatThrownBy(() -> with(good, "INFO", 7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a diagnosis cannot be its own cause, was 7");
    assertThatThrownBy(() -> with(good, "INFO", -2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("causeId must be >= -1, was -2");
  }

  private static RecordedDiagnosis with(RecordedDiagnosis d, String severity, long cause) {
    return new RecordedDiagnosis(
        d.run(),
        d.id(),
        d.detector(),
        d.problem(),
        d.shownBy(),
        severity,
        d.layer(),
        d.layerName(),
        d.parameter(),
        d.parameterKey(),
        d.iteration(),
        d.epoch(),
        d.timeMillis(),
        d.observed(),
        d.comparison(),
        d.threshold(),
        d.message(),
        d.remedies(),
        d.origin(),
        cause,
        d.endIteration());
  }
}
