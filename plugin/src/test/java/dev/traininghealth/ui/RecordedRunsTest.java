package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.read.RecordedRun;
import dev.traininghealth.read.RecordedRuns;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.RunDescription;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageEvent;
import org.deeplearning4j.core.storage.StatsStorageListener.EventType;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which recordings the page's server keeps in memory, and which it lets go. */
final class RecordedRunsTest {
  private static final int MANY = 200;

  private final RecordedRuns runs = new RecordedRuns();
  private final StatsStorage storage = new InMemoryStatsStorage();
  private final List<StatsStorage> attached = new ArrayList<>(List.of(storage));
  private final PageData page =
      new PageData(new Sessions(() -> List.copyOf(attached), session -> false), runs);

  private static void record(StatsStorage into, String session) {
    RunDescription run = RecordFixtures.denseRun(1);
    into.putStaticInfo(RecordFixtures.runRecord(session, "w", run));
    into.putUpdate(
        RecordFixtures.segmentRecord(
            session, "w", 2_000, RecordFixtures.rows(run).row(0).set(0, 1).segment()));
  }

  private void lookAt(String session) throws Exception {
    assertThat(page.reply(PageRequest.of(session, name -> null)).body())
        .contains("\"state\":\"data\"");
  }

  @Test
  void shouldForgetTheRunThatWasLookedAtLongestAgo() {
    RecordedRun first = runs.of(storage, "0", "w");
    RecordedRun second = runs.of(storage, "1", "w");
    for (int i = 2; i < MANY; i++) {
      runs.of(storage, String.valueOf(i), "w");
      assertThat(runs.of(storage, "1", "w")).as("looked at all along").isSameAs(second);
    }
    RecordedRun last = runs.of(storage, String.valueOf(MANY - 1), "w");

    assertThat(runs.of(storage, String.valueOf(MANY - 1), "w")).isSameAs(last);
    assertThat(runs.of(storage, "0", "w")).isNotSameAs(first);
  }

  /** A training that goes on is no reason to keep what nobody looks at. */
  @Test
  void shouldNotTakeAnEventForALook() {
    RecordedRun first = runs.of(storage, "0", "w");
    for (int i = 1; i < MANY; i++) {
      runs.of(storage, String.valueOf(i), "w");
      runs.changed(
          new StatsStorageEvent(storage, EventType.PostUpdate, "0", HealthRecord.TYPE_ID, "w", i));
    }

    assertThat(runs.of(storage, "0", "w")).isNotSameAs(first);
  }

  @Test
  void shouldReadAForgottenRunAnew() throws Exception {
    for (int i = 0; i < MANY; i++) {
      record(storage, "s" + i);
      lookAt("s" + i);
    }

    lookAt("s0");
  }

  @Test
  void shouldForgetTheRunsOfAStorageThatIsNotAttachedAnyMore() throws Exception {
    StatsStorage other = new InMemoryStatsStorage();
    attached.add(other);
    record(storage, "mine");
    record(other, "theirs");
    lookAt("theirs");
    RecordedRun theirs = runs.of(other, "theirs", "w");
    lookAt("mine");
    assertThat(runs.of(other, "theirs", "w")).isSameAs(theirs);

    attached.remove(other);
    lookAt("mine");

    assertThat(runs.of(other, "theirs", "w")).isNotSameAs(theirs);
  }

  @Test
  void shouldForgetTheRunsOfAClosedStorage(@TempDir Path folder) throws Exception {
    File file = folder.resolve("stats.bin").toFile();
    StatsStorage closed = new FileStatsStorage(file);
    record(closed, "theirs");
    RecordedRun theirs = runs.of(closed, "theirs", "w");
    close(closed);
    record(storage, "mine");
    lookAt("mine");

    assertThat(runs.of(closed, "theirs", "w")).isNotSameAs(theirs);
  }

  private static void close(StatsStorage storage) throws IOException {
    storage.close();
    assertThat(storage.isClosed()).isTrue();
  }
}
