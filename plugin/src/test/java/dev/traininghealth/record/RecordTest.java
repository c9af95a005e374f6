package dev.traininghealth.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.record.Series.Scope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
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

class RecordTest {
  private static final int VERSION_AT = 6;
  private static final RunDescription RUN = RecordFixtures.denseRun(3);

  private final RunRecord runRecord = RecordFixtures.runRecord("séance", "worker\u00a01", RUN);
  private final SegmentRecord segmentRecord = segmentRecord(42, 2);

  private static SegmentRecord segmentRecord(long key, int level) {
    return RecordFixtures.segmentRecord("séance", "worker\u00a01", key, segment(level));
  }

  /** Eight rows a level with absent, infinite and NaN values among them, merged up to the level. */
  private static Segment segment(int level) {
    RecordFixtures.Rows rows = RecordFixtures.rows(RUN);
    Random random = new Random(7);
    Segment[] segments = new Segment[1 << level];
    for (int i = 0; i < segments.length; i++) {
      for (int r = 0; r < 8; r++) {
        rows.row(8 * i + r);
        for (int s = 0; s < RUN.series().size(); s++) {
          switch (random.nextInt(9)) {
            case 0 -> {}
            case 1 -> rows.set(s, Double.NaN);
            case 2 -> rows.set(s, Double.NEGATIVE_INFINITY);
            default -> rows.set(s, random.nextGaussian());
          }
        }
      }
      segments[i] = rows.segment();
    }
    for (int n = segments.length; n > 1; n /= 2) {
      for (int i = 0; i < n / 2; i++) {
        segments[i] = RecordFixtures.merge(segments[2 * i], segments[2 * i + 1]);
      }
    }
    return segments[0];
  }

  @Test
  void shouldLayOutTheSeriesOfADenseNetwork() {
    assertThat(RUN.series()).hasSize(9 + 3 * (10 + 1 + 2 * 3) + 5);
    int column = RUN.indexOf(Quantity.LARGEST_SINGULAR_VALUE, Scope.PARAMETER, 4);
    assertThat(RUN.series().get(column))
        .isEqualTo(new Series(Quantity.LARGEST_SINGULAR_VALUE, Scope.PARAMETER, 4));
    assertThat(RUN.indexOf(Quantity.LARGEST_SINGULAR_VALUE, Scope.PARAMETER, 5)).isEqualTo(-1);
  }

  @Test
  void shouldSurviveEveryFormOfEncoding() throws Exception {
    for (HealthRecord record : List.of(runRecord, segmentRecord)) {
      byte[] bytes = record.encode();
      assertThat(record.encodingLengthBytes()).isEqualTo(bytes.length);
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      record.encode(stream);
      assertThat(stream.toByteArray()).isEqualTo(bytes);
      ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 5);
      record.encode(buffer);
      assertThat(buffer.position()).isEqualTo(bytes.length);

      assertSame(anew(record, r -> r.decode(bytes)), record);
      assertSame(anew(record, r -> r.decode(new ByteArrayInputStream(bytes))), record);
      buffer.flip();
      assertSame(anew(record, r -> r.decode(buffer)), record);
      assertThat(buffer.hasRemaining()).isFalse();
    }
  }

  @Test
  void shouldReplaceWhatWasReadBefore() throws Exception {
    SegmentRecord record = segmentRecord(1, 0);
    assertThat(record.segment().level()).isZero();
    record.decode(segmentRecord.encode());
    assertSame(record, segmentRecord);
  }

  @Test
  void shouldSurviveTheRemoteForm() throws Exception {
    for (HealthRecord record : List.of(runRecord, segmentRecord)) {
      String className = record.getClass().getName();
      String text = Base64.getEncoder().encodeToString(record.encode());
      Persistable received =
          Class.forName(className)
              .asSubclass(Persistable.class)
              .getDeclaredConstructor()
              .newInstance();
      received.decode(Base64.getDecoder().decode(text));
      assertSame((HealthRecord) received, record);
    }
  }

  @Test
  void shouldSurviveStorageInMemory() throws Exception {
    StatsStorage storage = new InMemoryStatsStorage();
    putAll(storage);
    assertStored(storage);
  }

  @Test
  void shouldSurviveStorageInAFileThatIsOpenedAgain(@TempDir Path folder) throws Exception {
    File file = folder.resolve("stats.bin").toFile();
    StatsStorage storage = new FileStatsStorage(file);
    putAll(storage);
    assertStored(storage);
    storage.close();

    storage = new FileStatsStorage(file);
    assertStored(storage);
    storage.close();
  }

  private void putAll(StatsStorage storage) {
    storage.putStaticInfo(runRecord);
    storage.putUpdate(segmentRecord(42, 1));
    storage.putUpdate(segmentRecord); // replaces the finer one under its key
    storage.putUpdate(RecordFixtures.absorbed("séance", "worker\u00a01", 43));
  }

  private void assertStored(StatsStorage storage) throws Exception {
    assertThat(storage.listSessionIDs()).containsExactly("séance");
    assertSame(
        (HealthRecord) storage.getStaticInfo("séance", HealthRecord.TYPE_ID, "worker\u00a01"),
        runRecord);
    List<Persistable> updates =
        storage.getAllUpdatesAfter("séance", HealthRecord.TYPE_ID, "worker\u00a01", 0);
    assertThat(updates).hasSize(2);
    assertSame((HealthRecord) updates.get(0), segmentRecord);
    assertThat(((SegmentRecord) updates.get(1)).isMerged()).isTrue();
  }

  @Test
  void shouldSayThatAnAbsorbedSegmentIsElsewhere() {
    SegmentRecord absorbed = RecordFixtures.absorbed("s", "w", 7);
    assertThat(absorbed.isMerged()).isTrue();
    assertThatThrownBy(absorbed::segment)
        .isInstanceOf(RecordException.class)
        .hasMessageContaining("coarser");
    assertThat(segmentRecord.isMerged()).isFalse();
  }

  @Test
  void shouldPassOnButNotReadANewerVersion() {
    byte[] bytes = segmentRecord.encode();
    bytes[VERSION_AT + 1] = 3;
    SegmentRecord record = new SegmentRecord();
    record.decode(bytes);
    assertThat(record.getTimeStamp()).isEqualTo(42);
    assertThat(record.encode()).isEqualTo(bytes);
    assertThatThrownBy(record::segment)
        .isInstanceOf(RecordException.class)
        .hasMessage(
            "record of version 3, this plugin reads up to 2: update the plugin where the UI runs");

    byte[] runBytes = runRecord.encode();
    runBytes[VERSION_AT + 1] = 3;
    RunRecord run = new RunRecord();
    run.decode(runBytes);
    assertThatThrownBy(run::description).isInstanceOf(RecordException.class);
  }

  @Test
  void shouldRefuseBytesOfSomethingElse() {
    SegmentRecord record = new SegmentRecord();
    assertRefused(record, new byte[0], "too few");
    assertRefused(record, new byte[100], "starts with 00000000");
    assertRefused(record, runRecord.encode(), "kind 1 instead of 2");
    byte[] bytes = segmentRecord.encode();
    assertRefused(record, Arrays.copyOf(bytes, bytes.length + 1), "too many");
    assertThat(record.getSessionID()).isEmpty();
  }

  private static void assertRefused(HealthRecord record, byte[] bytes, String message) {
    assertThatThrownBy(() -> record.decode(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldRefuseEveryTruncation() {
    for (HealthRecord record : List.of(runRecord, segmentRecord(42, 0), segmentRecord)) {
      byte[] bytes = record.encode();
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = Arrays.copyOf(bytes, length);
        assertThatThrownBy(() -> anew(record, r -> r.decode(cut)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("TrainingHealth record");
      }
    }
  }

  /**
   * The payload's own lengths are checked as well: a record may have been cut before it was put.
   */
  @Test
  void shouldRefuseEveryTruncationOfThePayload() throws Exception {
    byte[] run = runRecord.payload();
    for (int length = 0; length < run.length; length++) {
      byte[] cut = Arrays.copyOf(run, length);
      assertThatThrownBy(() -> RunPayload.read(cut)).isInstanceOf(RecordException.class);
    }
    for (int level : List.of(0, 2)) {
      byte[] segment = segmentRecord(1, level).payload();
      for (int length = 0; length < segment.length; length++) {
        byte[] cut = Arrays.copyOf(segment, length);
        assertThatThrownBy(() -> Segment.read(cut)).isInstanceOf(RecordException.class);
      }
    }
  }

  @Test
  void shouldReadOrRefuseDamagedBytes() {
    Random random = new Random(11);
    for (HealthRecord record : List.of(runRecord, segmentRecord(42, 0), segmentRecord)) {
      byte[] bytes = record.encode();
      for (int i = 0; i < 4_000; i++) {
        byte[] damaged = bytes.clone();
        for (int n = random.nextInt(4); n >= 0; n--) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        assertReadOrRefused(record, damaged);
      }
    }
  }

  @Test
  void shouldReadOrRefuseRandomBytes() throws Exception {
    Random random = new Random(13);
    for (int i = 0; i < 4_000; i++) {
      byte[] bytes = new byte[random.nextInt(400)];
      random.nextBytes(bytes);
      for (int z = 0; z < bytes.length; z++) {
        bytes[z] = random.nextInt(3) > 0 ? 0 : bytes[z]; // zeros get a parser further
      }
      try {
        readAll(Segment.read(bytes));
      } catch (RecordException e) {
        assertThat(e).hasMessageContaining("broken record");
      }
      try {
        RunPayload.read(bytes);
      } catch (RecordException e) {
        assertThat(e).hasMessageContaining("broken record");
      }
    }
  }

  @Test
  void shouldNotAllocateWhatAbsurdLengthsClaim() {
    byte[] header = segmentRecord.encode();
    ByteBuffer.wrap(header).putInt(16, Integer.MAX_VALUE); // length of the session id
    assertRefused(new SegmentRecord(), header, "session id");

    PayloadWriter segment = new PayloadWriter();
    segment.putLong(0);
    segment.putLong(0);
    segment.putByte(0);
    segment.putInt(0);
    segment.putInt(Integer.MAX_VALUE); // series
    assertThatThrownBy(() -> Segment.read(segment.toBytes()))
        .isInstanceOf(RecordException.class)
        .hasMessageContaining("claims 2147483647 series");
  }

  private static void assertReadOrRefused(HealthRecord like, byte[] bytes) {
    try {
      HealthRecord record = anew(like, r -> r.decode(bytes));
      if (record instanceof SegmentRecord segmentRecord) {
        readAll(segmentRecord.segment());
      } else {
        ((RunRecord) record).description();
      }
    } catch (IllegalArgumentException | RecordException e) {
      assertThat(e.getMessage()).containsIgnoringCase("record");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void readAll(Segment segment) {
    for (int b = 0; b < segment.buckets(); b++) {
      segment.firstIteration(b);
      segment.lastIteration(b);
      segment.timeMillis(b);
      segment.epoch(b);
    }
    for (int s = 0; s < segment.series(); s++) {
      segment.nonFinite(s);
      for (int b = 0; b < segment.buckets(); b++) {
        boolean empty = segment.count(s, b) == 0;
        assertThat(Double.isNaN(segment.mean(s, b))).isEqualTo(empty);
        segment.min(s, b);
        segment.max(s, b);
      }
    }
  }

  private interface Decoding {
    void into(HealthRecord record) throws IOException;
  }

  private static HealthRecord anew(HealthRecord like, Decoding decoding) throws IOException {
    HealthRecord record = like instanceof RunRecord ? new RunRecord() : new SegmentRecord();
    decoding.into(record);
    return record;
  }

  private static void assertSame(HealthRecord actual, HealthRecord expected) throws Exception {
    assertThat(actual.getSessionID()).isEqualTo(expected.getSessionID());
    assertThat(actual.getTypeID()).isEqualTo(HealthRecord.TYPE_ID);
    assertThat(actual.getWorkerID()).isEqualTo(expected.getWorkerID());
    assertThat(actual.getTimeStamp()).isEqualTo(expected.getTimeStamp());
    assertThat(actual.encode()).isEqualTo(expected.encode());
    if (expected instanceof RunRecord run) {
      assertThat(((RunRecord) actual).description()).isEqualTo(run.description());
    } else {
      Segment read = ((SegmentRecord) actual).segment();
      Segment written = ((SegmentRecord) expected).segment();
      assertThat(read.rows()).isEqualTo(written.rows());
      for (int s = 0; s < written.series(); s++) {
        assertThat(read.nonFinite(s)).isEqualTo(written.nonFinite(s));
        for (int b = 0; b < written.buckets(); b++) {
          assertThat(read.mean(s, b)).isEqualTo((Double) written.mean(s, b));
        }
      }
    }
  }
}
