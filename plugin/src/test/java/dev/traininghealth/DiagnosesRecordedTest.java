package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.record.DiagnosisRecord;
import dev.traininghealth.record.HealthRecord;
import dev.traininghealth.record.RecordException;
import dev.traininghealth.record.RecordedDiagnosis;
import dev.traininghealth.record.RunRecord;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** Findings of a detector are in the storage after training. */
final class DiagnosesRecordedTest {
  /** Reports a finding for ten iterations, the first before anything is recorded. */
  static final class EarlyDetector implements Detector {
    @Override
    public String name() {
      return "early";
    }

    @Override
    public void onGradient(History history, FindingReporter findings) {
      if (history.iterationsSeen() < 10) {
        findings.report(
            Finding.of(
                    new Problem("too_early"),
                    Severity.WARNING,
                    history.current().score(),
                    Comparison.ABOVE,
                    0,
                    () -> "Found at once.")
                .inLayer(1)
                .expiresAfter(5));
      }
    }
  }

  @Test
  void shouldRecordWhatIsFoundFromTheFirstGradientOn(@TempDir Path folder) throws Exception {
    File file = folder.resolve("stats.bin").toFile();
    StatsStorage storage = new FileStatsStorage(file);
    TrainingHealthListener listener =
        TrainingHealthListener.builder(storage)
            .sessionId("s")
            .workerId("w")
            .detector(EarlyDetector::new)
            .build();
    MultiLayerNetwork net = Networks.MLP.create(new Sgd(0.01), DataType.FLOAT);
    net.setListeners(listener);
    List<DataSet> data = Networks.MLP.data(DataType.FLOAT);

    net.fit(data.get(0));
    listener.flush();
    assertThat(found(storage)).hasSize(1);
    assertThat(found(storage).get(0).isResolved()).isFalse();
    for (int i = 1; i < 30; i++) {
      net.fit(data.get(i % data.size()));
    }
    listener.close();
    storage.close();

    StatsStorage opened = new FileStatsStorage(file);
    RunRecord run = (RunRecord) opened.getStaticInfo("s", HealthRecord.TYPE_ID, "w");
    assertThat(found(opened))
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.detector()).isEqualTo("early");
              assertThat(d.problem()).isEqualTo("too_early");
              assertThat(d.layer()).isEqualTo(1);
              assertThat(d.run()).isEqualTo(run.description().startMillis());
              assertThat(d.iteration()).isZero();
              assertThat(d.endIteration()).isBetween(14L, 16L);
              assertThat(d.message().english()).isEqualTo("Found at once.");
            });
    opened.close();
  }

  private static List<RecordedDiagnosis> found(StatsStorage storage) throws RecordException {
    List<RecordedDiagnosis> found = new ArrayList<>();
    for (Persistable update :
        storage.getAllUpdatesAfter("s", HealthRecord.TYPE_ID, "w", Long.MIN_VALUE)) {
      if (update instanceof DiagnosisRecord record
          && record.diagnosis().detector().equals("early")) {
        found.add(record.diagnosis());
      }
    }
    return found;
  }
}
