package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.diagnose.Diagnoser;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** User detectors, outside of the plugin's packages, with and without saved state. */
class UserDetectorStateTest {
  /** Reports the sum of all scores, and how many there were of each parity. */
  private static class Summing implements Detector, Serializable {
    @Serial private static final long serialVersionUID = 1L;

    double sum;
    long[] counts = new long[2];

    @Override
    public String name() {
      return "summing";
    }

    @Override
    public void onUpdate(History history, FindingReporter findings) {
      sum += history.current().score();
      counts[(int) (history.iterationsSeen() % 2)]++;
      String state = sum + " " + Arrays.toString(counts);
      findings.report(
          Finding.of(new Problem("sum"), Severity.INFO, 1, Comparison.EQUAL, 1, () -> state)
              .expiresAfter(1));
    }
  }

  private static final class Remembering extends Summing implements Restorable {
    @Serial private static final long serialVersionUID = 1L;

    @Override
    public void save(SavedNumbers to) {
      to.put("sum", sum).put("counts", new SavedNumbers().put("byParity", counts));
    }

    @Override
    public void restore(SavedNumbers from) {
      sum = from.getDouble("sum");
      counts = from.getSection("counts").getLongs("byParity", 2);
    }
  }

  private final List<Diagnosis> reported = new ArrayList<>();

  private Diagnoser diagnoser(MeasurementWriter measurement, Detector detector) {
    return new Diagnoser(
        new NetworkLayout("MultiLayerNetwork", List.of(), List.of()),
        measurement.measurement(),
        1e-6,
        List.of(detector),
        reported::add);
  }

  private static void iterate(Diagnoser diagnoser, MeasurementWriter measurement) {
    measurement.iteration += 10; // so that each finding starts a diagnosis
    measurement.score = 1;
    diagnoser.onGradient(null);
    diagnoser.onUpdate(null);
  }

  private String resumed(Detector saved, Detector restored) {
    MeasurementWriter measurement = new MeasurementWriter(0, 0);
    Diagnoser run = diagnoser(measurement, saved);
    for (int i = 0; i < 5; i++) {
      iterate(run, measurement);
    }
    MeasurementWriter another = new MeasurementWriter(0, 0);
    Diagnoser resumed = diagnoser(another, restored);
    resumed.restore(run.statistics());
    reported.clear();
    iterate(resumed, another);
    return reported.get(0).sentence();
  }

  @Test
  void shouldContinueFromItsNumbers() {
    assertThat(resumed(new Remembering(), new Remembering())).isEqualTo("6.0 [3, 3]");
  }

  /** Has only settings, which need not be saved. */
  private static final class Stateless implements Detector, Serializable {
    @Serial private static final long serialVersionUID = 1L;

    private final double threshold = 2;

    @Override
    public String name() {
      return "above " + threshold;
    }
  }

  @Test
  void shouldWarnOnceOfStateThatIsSerializableAndNotRestorable() {
    Logger logger = (Logger) LoggerFactory.getLogger("dev.traininghealth");
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    logger.addAppender(logged);
    try (TrainingHealthListener listener =
        TrainingHealthListener.builder(new InMemoryStatsStorage())
            .detector(Summing::new)
            .detector(Summing::new)
            .detector(Remembering::new)
            .detector(Stateless::new)
            .build()) {
      assertThat(listener.diagnoses()).isEmpty();
    } finally {
      logger.detachAppender(logged);
    }

    assertThat(logged.list)
        .filteredOn(event -> event.getLevel() == Level.WARN)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .asString()
        .contains(
            Summing.class.getName(),
            "does not save its state",
            "rolled back",
            Restorable.class.getName());
  }

  /** The plugin's history counts the iterations, so its count continues. */
  @Test
  void shouldStartAgainWhereItSavesNone() {
    assertThat(resumed(new Summing(), new Summing())).isEqualTo("1.0 [0, 1]");
    assertThat(resumed(new Summing(), new Remembering())).isEqualTo("1.0 [0, 1]");
    assertThat(resumed(new Remembering(), new Summing())).isEqualTo("1.0 [0, 1]");
  }
}
