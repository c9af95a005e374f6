package dev.traininghealth.ui;

import static dev.traininghealth.publish.InterventionFixtures.done;
import static dev.traininghealth.publish.InterventionFixtures.intervention;
import static dev.traininghealth.publish.RecordFixtures.runRecord;
import static dev.traininghealth.publish.RecordFixtures.segmentRecord;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.publish.InterventionFixtures;
import dev.traininghealth.publish.RecordFixtures;
import dev.traininghealth.read.RecordedRun;
import dev.traininghealth.read.Timeline;
import dev.traininghealth.record.InterventionRecord;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RecordedIntervention;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.Segment;
import dev.traininghealth.record.Series.Scope;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;

/** What is read of interventions, and of runs that were recorded before there were any. */
final class RecordedInterventionsReadTest {
  private final RunDescription description = RecordFixtures.denseRun(1);
  private final RecordFixtures.Rows rows = RecordFixtures.rows(description);
  private static final Set<Quantity> OF_INTERVENTIONS =
      EnumSet.of(
          Quantity.GLOBAL_GRADIENT_NORM,
          Quantity.CLIPPED_GRADIENT_NORM,
          Quantity.CLIP_THRESHOLD,
          Quantity.LEARNING_RATE_FACTOR);

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();
  private final RecordedRun run = new RecordedRun(storage, "s", "w");

  private void put(long key, Segment segment) {
    storage.putUpdate(segmentRecord("s", "w", key, segment));
    run.updateChanged(key);
  }

  private void put(long key, RecordedIntervention intervention) {
    storage.putUpdate(InterventionFixtures.record("s", "w", key, intervention));
    run.updateChanged(key);
  }

  private Segment segment() {
    return rows.row(0).set(Quantity.SCORE, Scope.RUN, 0, 1).segment();
  }

  private Timeline timeline() {
    return Objects.requireNonNull(run.read().timeline());
  }

  private RunDescription ofStart(long millis) {
    return new RunDescription(
        description.modelClass(),
        description.layers(),
        description.parameters(),
        description.series(),
        millis,
        description.settings());
  }

  /** As the plugin wrote it before it recorded interventions. */
  private RunDescription older() {
    return new RunDescription(
        description.modelClass(),
        description.layers(),
        description.parameters(),
        description.series().stream()
            .filter(series -> !OF_INTERVENTIONS.contains(series.quantity()))
            .toList(),
        description.startMillis(),
        description.settings());
  }

  private static double newest(Timeline timeline, Quantity quantity) {
    int series = timeline.column(quantity);
    MergedSeries merged = MergedSeries.of(Columns.of(timeline, 0, 200, 512), series, 8);
    return merged.mean(merged.columns() - 1);
  }

  @Test
  void shouldShowARunWithoutColumnsOfInterventions() throws Exception {
    RunDescription older = older();
    storage.putStaticInfo(runRecord("s", "w", older));
    put(
        10,
        RecordFixtures.rows(older).row(0).row(1).set(Quantity.SCORE, Scope.RUN, 0, 3).segment());

    assertThat(newest(timeline(), Quantity.SCORE)).isEqualTo(3);
    assertThat(timeline().column(Quantity.CLIP_THRESHOLD)).isEqualTo(-1);
    assertThat(run.read().interventions().all()).isEmpty();
    PageRequest request = PageRequest.of("s", name -> null);
    String page =
        JsonWriter.object(
            out -> {
              RunData.latest(out, timeline());
              new ChartData(timeline(), request, 1).write(out);
            });
    assertThat(page).contains("\"SCORE\"").doesNotContain("CLIP_THRESHOLD", "LEARNING_RATE_FACTOR");
  }

  @Test
  void shouldFollowInterventionsAsTheyAreDoneAgain() {
    storage.putStaticInfo(runRecord("s", "w", description));
    put(10, segment());
    Intervention clip = intervention(0, Kind.CLIP, 2, true);
    put(20, InterventionFixtures.recorded(clip, description, 1));
    put(30, InterventionFixtures.recorded(intervention(1, Kind.SKIP, 3, true), description, 7));
    assertThat(interventionIds()).as("the newest first").containsExactly(1L, 0L);

    put(20, InterventionFixtures.recorded(done(clip, 3, 9), description, 3));

    assertThat(interventionIds()).containsExactly(0L, 1L);
    assertThat(run.read().interventions().applied().toString()).isEqualTo("{CLIP=3, SKIP=7}");
    assertThat(run.read().interventions().dryRun()).isEmpty();
  }

  @Test
  void shouldLeaveOutWhatAnOlderRunDidAfterTheNewerOneBegan() {
    RunDescription older = ofStart(description.startMillis() - 1_000_000);
    RunDescription newer = ofStart(description.startMillis() + 1);
    storage.putStaticInfo(runRecord("s", "w", description));
    storage.putUpdate(runRecord("s", "w", older));
    rows.row(100).set(Quantity.SCORE, Scope.RUN, 0, 1);
    put(10, rows.segment());
    put(20, InterventionFixtures.recorded(intervention(3, Kind.SKIP, 90, true), older, 4));
    put(30, InterventionFixtures.recorded(intervention(4, Kind.SKIP, 120, true), older, 5));
    put(40, InterventionFixtures.recorded(intervention(0, Kind.SKIP, 105, true), description, 1));
    put(50, InterventionFixtures.recorded(intervention(0, Kind.STOP, 105, true), newer, 1));

    assertThat(interventionIds()).containsExactly(0L, 3L);
    assertThat(run.read().interventions().applied().toString()).isEqualTo("{SKIP=5}");
  }

  private List<Long> interventionIds() {
    return run.read().interventions().all().stream().map(RecordedIntervention::id).toList();
  }

  @Test
  void shouldSayThatAnInterventionCannotBeRead() {
    storage.putStaticInfo(runRecord("s", "w", description));
    put(10, segment());
    byte[] bytes =
        InterventionFixtures.record(
                "s",
                "w",
                20,
                InterventionFixtures.recorded(intervention(0, Kind.SKIP, 0, true), description, 1))
            .encode();
    InterventionRecord newer = new InterventionRecord();
    byte[] ofNextVersion = bytes.clone();
    ofNextVersion[7]++;
    newer.decode(ofNextVersion);
    storage.putUpdate(newer);
    byte[] broken = bytes.clone();
    broken[broken.length - 1] = -1;
    Arrays.fill(broken, broken.length - 40, broken.length - 20, (byte) -1);
    InterventionRecord damaged = new InterventionRecord();
    damaged.decode(withKey(broken, 21));
    storage.putUpdate(damaged);

    assertThat(run.read().interventions().all()).isEmpty();
    assertThat(run.read().problems().keySet())
        .anyMatch(message -> message.contains("update the plugin"))
        .anyMatch(message -> message.contains("broken record"));
  }

  private static byte[] withKey(byte[] bytes, long key) {
    ByteBuffer.wrap(bytes).putLong(8, key);
    return bytes;
  }
}
