package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.read.RecordedRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** Trainings held against a recorded good one while they run. */
final class LiveBaselineTest {
  private static final int ITERATIONS = 300;
  private static final double RATE = 2e-3;
  private static final StatsStorage STORAGE = new InMemoryStatsStorage();

  @TempDir static Path folder;

  private static Path lines() {
    return folder.resolve("good.jsonl");
  }

  @BeforeAll
  static void trainTheBaseline() {
    train(
        TrainingHealthListener.builder(STORAGE).sessionId("good").jsonLines(lines()),
        RATE,
        i -> LearningNetwork.MLP.batch(i));
  }

  /**
   * Trains, has the run compared once, and trains one more iteration, at which the result is
   * reported.
   */
  private static TrainingHealthListener train(
      TrainingHealthListenerBuilder builder, double rate, IntFunction<DataSet> minibatches) {
    InjectedRun run = new InjectedRun(LearningNetwork.MLP, new Adam(rate), builder);
    try (TrainingHealthListener listener = run.listener) {
      for (int i = 0; i < ITERATIONS; i++) {
        run.net.fit(minibatches.apply(i));
      }
      listener.flush();
      run.net.fit(minibatches.apply(ITERATIONS));
      return listener;
    }
  }

  private static TrainingHealthListenerBuilder compared(StatsStorage to) {
    return TrainingHealthListener.builder(to).sessionId("run").baseline(STORAGE, "good");
  }

  private static DataSet good(int index) {
    return LearningNetwork.MLP.batch(10_000 + index);
  }

  /** Half of the labels are wrong. */
  private static DataSet mislabeled(int index) {
    DataSet data = good(index);
    Random random = new Random(index);
    INDArray labels = data.getLabels();
    for (int row = 0; row < labels.rows(); row += 2) {
      labels.putRow(row, labels.getRow(row).mul(0));
      labels.putScalar(row, random.nextInt(labels.columns()), 1);
    }
    return data;
  }

  private static List<Diagnosis> departures(TrainingHealthListener listener) {
    return listener.diagnoses().stream()
        .filter(d -> d.problem().equals(Problem.DEPARTS_FROM_BASELINE))
        .toList();
  }

  private static Check check(TrainingHealthListener listener) {
    return listener.summary().checks().stream()
        .filter(each -> each.detector().equals("departure"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldKeepQuietAboutOtherMinibatches() {
    TrainingHealthListener listener =
        train(compared(new InMemoryStatsStorage()), RATE, LiveBaselineTest::good);

    assertThat(departures(listener)).isEmpty();
    assertThat(check(listener).toString()).matches("departure: iterations 0 to 2\\d\\d");
  }

  @Test
  void shouldFindWrongLabelsThatLowerTheScoreAsWell() {
    StatsStorage storage = new InMemoryStatsStorage();

    TrainingHealthListener listener = train(compared(storage), RATE, LiveBaselineTest::mislabeled);

    assertThat(departures(listener))
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.severity()).isEqualTo(Severity.INFO);
              assertThat(d.message().english())
                  .matches(".*From iteration \\d+ on, the score is [\\d.]+ times the baseline.*");
              assertThat(d.observed()).isGreaterThan(1.25 * d.threshold());
              assertThat(d.remedies().get(0).advice()).contains("compare the data");
            });
    assertThat(listener.summary().hasAlarms()).isFalse();
    String worker = RecordedRun.workers(storage, "run").get(0);
    assertThat(new RecordedRun(storage, "run", worker).read().diagnoses().all())
        .as("recorded")
        .anyMatch(d -> d.diagnosis().problem().equals("departs_from_baseline"));
  }

  @Test
  void shouldNameTheSettingThatDiffers() {
    TrainingHealthListener listener =
        train(
            TrainingHealthListener.builder(new InMemoryStatsStorage()).baseline(STORAGE, "good"),
            RATE / 20,
            LiveBaselineTest::good);

    assertThat(departures(listener))
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.message().english())
                  .startsWith("From iteration 0 on, the learning rate is 0.05 times")
                  .contains(
                      "The configurations differ in: layer 0: iupdater.learningRate (0.002 →");
              assertThat(d.remedies().get(0).advice()).contains("one setting after the other");
            });
  }

  @Test
  void shouldCompareWithAFileOfJsonLines() {
    TrainingHealthListener listener =
        train(
            TrainingHealthListener.builder(new InMemoryStatsStorage()).baseline(lines()),
            RATE,
            LiveBaselineTest::mislabeled);

    assertThat(departures(listener)).hasSize(1);
  }

  @Test
  void shouldRefuseAnUnknownSessionAtOnce() {
    assertThatThrownBy(() -> TrainingHealthListener.builder(STORAGE).baseline(STORAGE, "unknown"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("unknown", "good");
  }
}
