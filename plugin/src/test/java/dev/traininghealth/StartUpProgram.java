package dev.traininghealth;

import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** A short protected training whose last minibatch has a NaN, in a JVM of its own. */
final class StartUpProgram {
  private StartUpProgram() {}

  public static void main(String[] args) {
    MultiLayerNetwork net = Networks.MLP.create(new Adam(0.01), DataType.FLOAT);
    try (TrainingHealthListener listener =
        TrainingHealthListener.protecting(new InMemoryStatsStorage())) {
      net.setListeners(listener);
      for (int epoch = 0; epoch < 10; epoch++) {
        for (DataSet minibatch : Networks.MLP.data(DataType.FLOAT)) {
          net.fit(minibatch);
        }
      }
      DataSet minibatch = Networks.MLP.data(DataType.FLOAT).get(0).copy();
      minibatch.getFeatures().putScalar(0, Double.NaN);
      net.fit(minibatch);
      System.out.println("diagnoses: " + listener.diagnoses().size());
    }
  }
}
