package dev.traininghealth.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.publish.InterventionFixtures;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.text.Message;
import java.nio.charset.StandardCharsets;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class InterventionRecordTest {
  private static final RunDescription RUN = RecordFixtures.denseRun(3);
  private static final long LATE = 1L << 40;

  /** Of a kind that this version does not know. */
  private static final int UNKNOWN_RANK = 4;

  private static final Intervention FULL =
      new Intervention(
          7,
          Kind.ROLLBACK,
          LATE,
          12,
          LATE + 5,
          3,
          4,
          "non_finite",
          2,
          Double.NaN,
          0.25,
          LATE - 40,
          true,
          Message.literal("größer\u00a0als <b>1e30</b>"));

  private static InterventionRecord record(long key, Intervention intervention) {
    return InterventionFixtures.record(
        "s", "w", key, InterventionFixtures.recorded(intervention, RUN, 9));
  }

  private static RecordedIntervention anew(byte[] bytes) throws RecordException {
    InterventionRecord record = new InterventionRecord();
    record.decode(bytes);
    return record.intervention();
  }

  @Test
  void shouldSayAllThatTheInterventionSays() throws Exception {
    RecordedIntervention read = anew(record(1, FULL).encode());

    assertThat(read)
        .isEqualTo(
            new RecordedIntervention(
                RUN.startMillis(),
                7,
                "ROLLBACK",
                LATE,
                12,
                LATE + 5,
                3,
                9,
                RUN.startMillis() + 10 * LATE,
                4,
                "non_finite",
                2,
                Double.NaN,
                0.25,
                LATE - 40,
                true,
                Message.literal("größer\u00a0als <b>1e30</b>"),
                List.of()));
  }

  @ParameterizedTest
  @EnumSource
  void shouldKnowEveryKind(Kind kind) throws Exception {
    Intervention done = InterventionFixtures.intervention(0, kind, 5, false);

    RecordedIntervention read = anew(record(1, done).encode());

    assertThat(read).isEqualTo(InterventionFixtures.recorded(done, RUN, 9));
    assertThat(read.kind()).isEqualTo(kind.name());
    assertThat(read.applied()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"NaN, Infinity", "-Infinity, NaN", "1e300, 4.9e-324", "-0.0, 0.0"})
  void shouldKeepEveryDoubleAsItIs(double before, double after) throws Exception {
    Intervention done =
        InterventionFixtures.values(
            InterventionFixtures.intervention(0, Kind.SKIP, 5, true), before, after, -1);

    RecordedIntervention read = anew(record(1, done).encode());

    assertThat(Double.doubleToLongBits(read.before())).isEqualTo(Double.doubleToLongBits(before));
    assertThat(Double.doubleToLongBits(read.after())).isEqualTo(Double.doubleToLongBits(after));
  }

  @Test
  void shouldSurviveTheRemoteForm() throws Exception {
    String text = Base64.getEncoder().encodeToString(record(1, FULL).encode());
    Persistable received =
        Class.forName(InterventionRecord.class.getName())
            .asSubclass(Persistable.class)
            .getDeclaredConstructor()
            .newInstance();
    received.decode(Base64.getDecoder().decode(text));
    assertThat(((InterventionRecord) received).intervention())
        .isEqualTo(InterventionFixtures.recorded(FULL, RUN, 9));
  }

  @Test
  void shouldReplaceItselfInStorages(@TempDir Path folder) throws Exception {
    for (StatsStorage storage :
        List.of(
            new InMemoryStatsStorage(), new FileStatsStorage(folder.resolve("f.bin").toFile()))) {
      storage.putUpdate(record(42, InterventionFixtures.intervention(7, Kind.CLIP, 1, true)));
      storage.putUpdate(record(42, FULL));

      List<Persistable> updates =
          storage.getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "w", Long.MIN_VALUE);
      assertThat(updates).hasSize(1);
      assertThat(((InterventionRecord) updates.get(0)).intervention())
          .isEqualTo(InterventionFixtures.recorded(FULL, RUN, 9));
      storage.close();
    }
  }

  @Test
  void shouldRefuseEveryTruncation() throws Exception {
    byte[] bytes = record(1, FULL).encode();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> anew(cut)).isInstanceOf(IllegalArgumentException.class);
    }
    byte[] payload = record(1, FULL).payload();
    for (int length = 0; length <= payload.length + 1; length++) {
      byte[] other = Arrays.copyOf(payload, length);
      if (length != payload.length) {
        assertThatThrownBy(() -> InterventionPayload.read(other))
            .isInstanceOf(RecordException.class);
      }
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
        assertThat(InterventionPayload.read(damaged).times()).isPositive();
      } catch (RecordException e) {
        assertThat(e).hasMessageContaining("broken record");
      }
    }
  }

  @Test
  void shouldRefuseForeignBytesOtherKindsAndNewerVersions() {
    byte[] foreign =
        "{\"kind\": \"SKIP\", \"iteration\": 12, \"reason\": \"none\"}"
            .getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> anew(foreign))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a TrainingHealth record");
    byte[] bytes = record(1, FULL).encode();
    assertThatThrownBy(() -> new DiagnosisRecord().decode(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kind 4 instead of 3");
    bytes[7] = 3;
    InterventionRecord newer = new InterventionRecord();
    newer.decode(bytes);
    assertThat(newer.encode()).isEqualTo(bytes);
    assertThatThrownBy(newer::intervention)
        .isInstanceOf(RecordException.class)
        .hasMessageContaining("update the plugin");
  }

  @Test
  void shouldReadAKindOfALaterVersion() throws Exception {
    RecordedIntervention read = InterventionPayload.read(skipAs("SLIP"));

    assertThat(read.kind()).isEqualTo("SLIP");
    assertThat(read.rank()).isEqualTo(UNKNOWN_RANK);
  }

  @Test
  void shouldRefuseABlankKind() throws Exception {
    byte[] blank = skipAs("    ");
    assertThatThrownBy(() -> InterventionPayload.read(blank))
        .isInstanceOf(RecordException.class)
        .hasMessageContaining("kind must not be blank");
  }

  private static byte[] skipAs(String kind) throws RecordException {
    byte[] payload = record(1, InterventionFixtures.intervention(0, Kind.SKIP, 0, true)).payload();
    return new String(payload, StandardCharsets.ISO_8859_1)
        .replace("SKIP", kind)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @EnumSource
  void shouldRankEveryKind(Kind kind) {
    Intervention done = InterventionFixtures.intervention(0, kind, 5, true);

    assertThat(InterventionFixtures.recorded(done, RUN, 9).rank())
        .as("rank in RecordedIntervention")
        .isBetween(0, UNKNOWN_RANK - 1);
  }
}
