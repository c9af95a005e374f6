package dev.traininghealth.compare.live;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.CapturedLog;
import dev.traininghealth.compare.Recording;
import dev.traininghealth.compare.SimulatedRecording;
import dev.traininghealth.detect.BaselineRun.Departure;
import dev.traininghealth.detect.BaselineRun.Result;
import dev.traininghealth.detect.Check.State;
import dev.traininghealth.record.Segment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A run held against a recorded one while its rows arrive. */
final class LiveComparisonTest {
  private static final int ITERATIONS = 2000;

  private final StatsStorage storage = new InMemoryStatsStorage();
  private final LiveComparison comparison;
  private long nanos;

  LiveComparisonTest() {
    SimulatedRecording.put(new SimulatedRecording(1).until(ITERATIONS), storage, "good");
    comparison = comparison(storage, "good");
  }

  private LiveComparison comparison(StatsStorage from, String session) {
    return new LiveComparison(BaselineSource.of(from, session), () -> nanos);
  }

  private static double score(long iteration) {
    return 2.3 / Math.sqrt(1 + iteration / 20.0) + 0.05;
  }

  /** Shows the first rows of a run, as after a hand-over to the storage. */
  private Result show(SimulatedRecording run, int iterations, boolean requested) {
    Recording recording = run.until(iterations);
    List<Segment> segments =
        recording.timeline().asRecorded().stream().map(row -> row.segment()).distinct().toList();
    comparison.onRows(recording.timeline().run(), iterations, requested, () -> segments);
    return comparison.latest();
  }

  private Result show(int iterations) {
    return show(new SimulatedRecording(2), iterations, false);
  }

  private static String check(Result result) {
    return result.check().apply("departure").toString();
  }

  private static State state(Result result) {
    return result.check().apply("departure").state();
  }

  @Test
  void shouldFindNothingInARunOfTheSameSetUp() {
    Result result = show(1000);

    assertThat(result.departure()).isNull();
    assertThat(check(result)).matches("departure: iterations 0 to 9\\d\\d");
  }

  @Test
  void shouldReportWhereTheRunDeparts() {
    SimulatedRecording worse = new SimulatedRecording(2).score(i -> score(i) * (i < 600 ? 1 : 1.9));
    assertThat(show(worse, 500, false).departure()).isNull();

    Departure departure = requireNonNull(show(worse, 1500, false).departure());

    assertThat(departure.message().english())
        .matches("From iteration [56]\\d\\d on, the score is 1\\.[89] times the baseline run's\\.");
    assertThat(departure.value() / departure.baselineValue()).isBetween(1.6, 2.2);
    assertThat(departure.hasOtherSettings()).isFalse();
  }

  @Test
  void shouldNotCallAnotherLearningRateADeparture() {
    SimulatedRecording lower = new SimulatedRecording(2).rate(i -> 0.006);

    assertThat(show(lower, 1000, false).departure()).isNull();
  }

  @Test
  void shouldCompareAgainWhenTheRunHasGrownByATenth() {
    Result first = show(500);

    nanos += Duration.ofSeconds(1).toNanos();
    assertThat(show(540)).isSameAs(first);
    assertThat(show(550)).isNotSameAs(first);
  }

  @Test
  void shouldCompareAgainAfterTenSeconds() {
    Result first = show(500);

    nanos += Duration.ofSeconds(9).toNanos();
    assertThat(show(510)).isSameAs(first);
    nanos += Duration.ofSeconds(1).toNanos();
    assertThat(show(500)).as("no new iteration").isSameAs(first);
    assertThat(show(510)).isNotSameAs(first);
  }

  @Test
  void shouldTakeABoundedShareOfTheTime() {
    Recording recording = new SimulatedRecording(2).until(600);
    comparison.onRows(
        recording.timeline().run(),
        500,
        false,
        () -> {
          nanos += Duration.ofSeconds(1).toNanos(); // a deep network on a slow machine
          return List.of(recording.timeline().asRecorded().get(0).segment());
        });
    Result first = comparison.latest();

    nanos += Duration.ofSeconds(99).toNanos();
    assertThat(show(1000)).isSameAs(first);
    nanos += Duration.ofSeconds(1).toNanos();
    assertThat(show(1000)).isNotSameAs(first);
  }

  @Test
  void shouldCompareAtAFlush() {
    Result first = show(500);

    assertThat(show(new SimulatedRecording(2), 600, true)).isNotSameAs(first);
  }

  @Test
  void shouldBeTooEarlyBeforeEightyIterations() {
    Result result = show(79);

    assertThat(state(result)).isEqualTo(State.TOO_EARLY);
    assertThat(check(result))
        .isEqualTo("departure: 79 iterations are too few for a comparison with the baseline run");
    assertThat(state(show(100))).isEqualTo(State.CHECKED);
  }

  @Test
  void shouldWaitForARunOfWhichOnlyCoarseRowsAreKept() {
    SimulatedRecording.put(new SimulatedRecording(1).coarse().until(20_000), storage, "long");
    LiveComparison coarse = comparison(storage, "long");
    Recording recording = new SimulatedRecording(2).until(100);
    coarse.onRows(
        recording.timeline().run(),
        100,
        false,
        () -> List.of(recording.timeline().asRecorded().get(0).segment()));

    assertThat(state(coarse.latest())).isEqualTo(State.TOO_EARLY);
  }

  @Test
  void shouldSayOnceWhyNothingIsCompared() {
    SimulatedRecording zero = new SimulatedRecording(2).score(i -> 0);
    try (CapturedLog log = new CapturedLog(LiveComparison.class)) {
      Result result = show(zero, 500, false);
      show(zero, 1000, false);

      assertThat(state(result)).isEqualTo(State.NOT_CHECKED);
      assertThat(check(result))
          .isEqualTo("departure: All scores of the run are 0: there is nothing to compare.");
      assertThat(log.warnings())
          .containsExactly(
              "The run is not compared with its baseline run: All scores of the run are 0: there"
                  + " is nothing to compare.");
    }
  }

  @Test
  void shouldNotFailWithAFileThatIsNoRecording() throws Exception {
    Path file = Path.of("pom.xml");
    LiveComparison ofFile = new LiveComparison(BaselineSource.of(file), () -> nanos);
    Recording recording = new SimulatedRecording(2).until(200);

    ofFile.onRows(recording.timeline().run(), 200, false, List::of);

    assertThat(state(ofFile.latest())).isEqualTo(State.NOT_CHECKED);
    assertThat(check(ofFile.latest())).contains("pom.xml");
  }

  @Test
  void shouldRefuseWhatDoesNotExist() {
    assertThatThrownBy(() -> BaselineSource.of(storage, "none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("none", "good");
    assertThatThrownBy(() -> BaselineSource.of(Path.of("absent.jsonl")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("absent.jsonl");
  }

  @Test
  void shouldNotTakeTheStorageAlongWhenSerialized() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(BaselineSource.of(storage, "good"));
    }
    @Nullable Object read;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      read = in.readObject();
    }

    LiveComparison elsewhere = new LiveComparison((BaselineSource) requireNonNull(read));

    assertThat(check(elsewhere.latest())).contains("is not serialized with the listener");
  }
}
