package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.read.RecordedRun;
import dev.traininghealth.read.Timeline;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.Quantity;
import dev.traininghealth.record.RunDescription;
import dev.traininghealth.record.Series;
import dev.traininghealth.record.Series.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.slf4j.LoggerFactory;

/**
 * A file that a version wrote which recorded more series and kept no description among the updates.
 * It holds 40 iterations of a network of two layers under the session {@code old}; the features of
 * iteration 20 had a NaN, and that step was skipped. The records of the two have been brought to
 * the layout of the first release.
 */
final class OldFileTest {
  private static final String SESSION = "old";

  @TempDir private Path folder;
  private FileStatsStorage storage;
  private final Logger logger = (Logger) LoggerFactory.getLogger(RecordedRun.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void open() throws IOException {
    Path file = folder.resolve("old.dl4j");
    try (InputStream in =
        new GZIPInputStream(
            Objects.requireNonNull(
                OldFileTest.class.getResourceAsStream(
                    "/records/run-of-an-earlier-version.dl4j.gz")))) {
      Files.copy(in, file);
    }
    storage = new FileStatsStorage(file.toFile());
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void close() {
    logger.detachAppender(logged);
    storage.close();
  }

  private RecordedRun run() {
    String worker = storage.listWorkerIDsForSessionAndType(SESSION, HealthRecord.TYPE_ID).get(0);
    return new RecordedRun(storage, SESSION, worker);
  }

  private static List<Long> iterations(Timeline timeline) {
    return timeline.byIteration().stream().map(Timeline.Row::first).toList();
  }

  private static List<Long> range(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> (long) i).toList();
  }

  @Test
  void shouldShowTheWholeRunWhereItIsOpenedAlone() throws Exception {
    RecordedRun.State state = run().read();

    Timeline timeline = Objects.requireNonNull(state.timeline());
    RunDescription run = timeline.run();
    assertThat(iterations(timeline)).isEqualTo(range(0, 40));
    assertThat(state.problems()).isEmpty();
    assertThat(run.series()).hasSize(44).contains(new Series(Quantity.SKIPPED, Scope.RUN, 0));
    List<Series> empty = new ArrayList<>(run.series());
    empty.removeIf(
        series ->
            !MergedSeries.of(Columns.of(timeline, 0, 39, 64), run.series().indexOf(series), 8)
                .isEmpty());
    assertThat(empty)
        .extracting(Series::quantity)
        .as("there were no validation data")
        .containsOnly(Quantity.VALIDATION_SCORE);
    MergedSeries skipped =
        MergedSeries.of(Columns.of(timeline, 0, 39, 64), timeline.column(Quantity.SKIPPED), 8);
    assertThat(skipped.mean(19)).isZero();
    assertThat(skipped.mean(20)).isEqualTo(1);
    assertThat(state.diagnoses().all())
        .singleElement()
        .satisfies(
            shown -> {
              assertThat(shown.diagnosis().problem()).isEqualTo("non_finite");
              assertThat(shown.diagnosis().iteration()).isEqualTo(20);
              assertThat(shown.end()).isEqualTo(22);
            });
    assertThat(state.interventions().all())
        .singleElement()
        .satisfies(
            done -> {
              assertThat(done.kind()).isEqualTo("SKIP");
              assertThat(done.iteration()).isEqualTo(20);
            });
    assertThat(logged.list).isEmpty();
  }

  @Test
  void shouldServeIt() throws Exception {
    ServedPage page = ServedPage.singleSession();
    try {
      page.attach(storage);
      JsonNode data = new ObjectMapper().readTree(page.get("/train/health/data").body());

      assertThat(data.get("state").asText()).isEqualTo("data");
      assertThat(data.get("range").get("to").asInt()).isEqualTo(39);
      assertThat(data.get("columns").get("first")).hasSize(40);
    } finally {
      page.stop();
    }
  }

  @Test
  void shouldLeaveItOutWithAWordWhereTodaysTrainingGoesOn() {
    RecordedRun reading = run();
    reading.read();
    train(40, 10);
    reading.descriptionChanged();
    RecordedRun.State state = reading.read();
    reading.descriptionChanged();
    reading.read();

    assertThat(iterations(Objects.requireNonNull(state.timeline()))).isEqualTo(range(40, 50));
    assertThat(state.problems()).isEmpty();
    assertThat(state.diagnoses().all()).isEmpty();
    assertThat(state.interventions().all()).isEmpty();
    assertThat(logged.list)
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .startsWith("Session old holds an earlier run that is not shown");
  }

  /** The same network as that of the file, from another iteration on. */
  private void train(int from, int iterations) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Adam(1e-2))
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(4).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(4)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    net.getLayerWiseConfigurations().setIterationCount(from);
    Random random = new Random(1);
    try (TrainingHealthListener listener =
        TrainingHealthListener.builder(storage)
            .sessionId(SESSION)
            .workerId(storage.listWorkerIDsForSessionAndType(SESSION, HealthRecord.TYPE_ID).get(0))
            .stockPages(false)
            .build()) {
      net.setListeners(listener);
      for (int i = 0; i < iterations; i++) {
        float[][] x = new float[8][3];
        float[][] y = new float[8][1];
        for (int k = 0; k < 8; k++) {
          for (int j = 0; j < 3; j++) {
            x[k][j] = (float) random.nextGaussian();
          }
          y[k][0] = x[k][0];
        }
        net.fit(new DataSet(Nd4j.create(x), Nd4j.create(y)));
      }
    }
  }
}
