package dev.traininghealth;

import java.io.File;
import java.nio.file.Path;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.FileStatsStorage;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** A program whose training becomes NaN and that then exits; run in a JVM of its own. */
final class ExitingProgram {
  /** The iteration with NaN, which is the last. */
  static final int LAST = 99;

  private ExitingProgram() {}

  /**
   * Trains and exits.
   *
   * @param args the file of the storage, the folder of failure bundles, and the file of JSON lines
   */
  public static void main(String[] args) {
    FileStatsStorage storage = new FileStatsStorage(new File(args[0]));
    LearningNetwork kind = LearningNetwork.MLP;
    MultiLayerNetwork net = kind.create(new Adam(0.01));
    net.setListeners(
        TrainingHealthListener.builder(storage)
            .sessionId("exiting")
            .failureBundles(Path.of(args[1]))
            .jsonLines(Path.of(args[2]))
            .build());
    for (int i = 0; i < LAST; i++) {
      net.fit(kind.batch(i));
    }
    DataSet bad = kind.batch(LAST);
    bad.getFeatures().putScalar(0, Double.NaN);
    net.fit(bad);
    System.exit(0);
  }
}
