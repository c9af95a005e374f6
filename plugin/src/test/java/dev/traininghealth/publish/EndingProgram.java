package dev.traininghealth.publish;

import dev.traininghealth.numbers.NetworkLayout;
import java.io.File;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.nd4j.linalg.factory.Nd4j;

/** A program that trains for an instant and just ends; run in a JVM of its own. */
final class EndingProgram {
  static final int ROWS = 700;

  private EndingProgram() {}

  /**
   * Records rows and ends.
   *
   * @param args the file of the storage; how to end: {@code return}, {@code exit}, or {@code hang}
   *     for a storage that never returns
   */
  public static void main(String[] args) {
    Nd4j.create(1); // as where there is a network
    FileStatsStorage storage = new FileStatsStorage(new File(args[0]));
    FakeRouter hanging = new FakeRouter();
    hanging.hang = new CountDownLatch(1);
    NetworkLayout layout = RecordFixtures.denseLayout(2);
    Recorder recorder =
        new Recorder(
            layout,
            Map.of(),
            "MultiLayerNetwork",
            220,
            () -> "{}",
            args[1].equals("hang") ? hanging : storage,
            "s",
            "w",
            new Recorder.Settings(Recorder.Settings.DEFAULT_FLUSH_INTERVAL, true, ""));
    Measurements measurements = new Measurements(layout);
    for (int i = 0; i < ROWS; i++) {
      recorder.record(measurements.at(i, 1_000 + i));
    }
    if (args[1].equals("exit")) {
      System.exit(0);
    }
  }
}
