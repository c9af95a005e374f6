package dev.traininghealth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.SegmentRecord;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.deeplearning4j.ui.model.storage.sqlite.J7FileStatsStorage;

/** Faults of the storage of the records. */
final class StorageFaults {
  private static final int HALF = FaultRun.ITERATIONS / 2;

  private StorageFaults() {}

  static void throwing(FaultRun run) {
    run.train(new FaultyStorage(ThrownByUser.RUNTIME_EXCEPTION::raise));
  }

  static void throwingErrors(FaultRun run) {
    int[] calls = {0};
    run.train(
        new FaultyStorage(
            () ->
                (calls[0]++ % 2 == 0 ? ThrownByUser.UNPRINTABLE : ThrownByUser.NO_CLASS).raise()));
  }

  static void blocking(FaultRun run) {
    CountDownLatch end = new CountDownLatch(1);
    run.repair = end::countDown;
    run.train(
        new FaultyStorage(
            () -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }));
  }

  /** Each call takes an iteration of the training. */
  static void slow(FaultRun run) {
    Semaphore steps = new Semaphore(0);
    FaultyStorage slow = new FaultyStorage(steps::acquireUninterruptibly);
    run.attach(slow);
    run.net.addListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            steps.release();
          }
        });
    run.until(FaultRun.ITERATIONS);
    steps.release(1_000_000);
    run.close();
    run.shouldShowTheWholeRun(slow.storage);
  }

  static void closed(FaultRun run) throws IOException {
    FileStatsStorage storage = new FileStatsStorage(run.folder.resolve("file").toFile());
    run.attach(storage);
    run.until(HALF);
    run.flush();
    storage.close();
    run.until(FaultRun.ITERATIONS);
    run.close();
  }

  static void full(FaultRun run) throws Exception {
    J7FileStatsStorage storage = sqlite(run);
    run.attach(storage);
    run.until(HALF);
    run.flush();
    execute(storage, "PRAGMA max_page_count=1");
    run.until(FaultRun.ITERATIONS);
    run.close();
    storage.close();
  }

  static void readOnly(FaultRun run) throws Exception {
    J7FileStatsStorage storage = sqlite(run);
    execute(storage, "PRAGMA query_only=ON");
    run.train(storage);
    storage.close();
  }

  private static J7FileStatsStorage sqlite(FaultRun run) {
    return new J7FileStatsStorage(run.folder.resolve("sqlite").toFile());
  }

  /** Makes SQLite behave as if the disk were full, or the file read-only. */
  private static void execute(J7FileStatsStorage storage, String sql)
      throws ReflectiveOperationException, SQLException {
    Field connection = J7FileStatsStorage.class.getDeclaredField("connection");
    connection.setAccessible(true);
    try (Statement statement = ((Connection) connection.get(storage)).createStatement()) {
      statement.execute(sql);
    }
  }

  static void foreignRecords(FaultRun run) {
    StatsStorage storage = FaultRun.inMemory();
    storage.putUpdate(decoded(new SegmentRecord(), record(2, 1, 1, new byte[] {1, 2, 3})));
    run.attach(storage);
    run.until(HALF);
    run.flush();
    storage.putUpdate(decoded(new SegmentRecord(), record(2, 3, 2, new byte[100])));
    SbeStatsReport foreign = new SbeStatsReport();
    foreign.reportIDs(FaultRun.SESSION, HealthRecord.TYPE_ID, FaultRun.WORKER, 3);
    storage.putUpdate(foreign);
    byte[] huge = ("{\"detector\": \"" + "x".repeat(17 << 20) + "\"}").getBytes(UTF_8);
    storage.putUpdate(decoded(new DiagnosisRecord(), record(3, 1, 4, huge)));
    run.until(FaultRun.ITERATIONS);
    run.close();
    String page = run.shouldShowTheWholeRun(storage);
    if (run.withPlugin) {
      assertThat(page)
          .contains("broken record: it ends after 3 bytes")
          .contains("update the plugin where the UI runs")
          .contains("not a record of this plugin")
          .contains("bytes of JSON, more than");
    }
  }

  private static HealthRecord decoded(HealthRecord record, byte[] bytes) {
    record.decode(bytes);
    return record;
  }

  /** The bytes of a record of this session and worker. */
  private static byte[] record(int kind, int version, long key, byte[] payload) {
    ByteBuffer bytes = ByteBuffer.allocate(100 + payload.length);
    bytes.putInt(0x444C5448).put((byte) kind).put((byte) 0).putShort((short) version).putLong(key);
    for (String text : List.of(FaultRun.SESSION, HealthRecord.TYPE_ID, FaultRun.WORKER)) {
      bytes.putInt(text.length()).put(text.getBytes(UTF_8));
    }
    bytes.putInt(payload.length).put(payload);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }
}
