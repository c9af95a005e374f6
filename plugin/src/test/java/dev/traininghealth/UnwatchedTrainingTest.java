package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.run.UnwatchedTrainingLog;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What DL4J shows no listener is told once. */
class UnwatchedTrainingTest {
  @Test
  void shouldSayThatPretrainingIsNotWatched() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Sgd(0.01))
                .list()
                .layer(new AutoEncoder.Builder().nIn(4).nOut(3).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(3)
                        .nOut(1)
                        .build())
                .build());
    net.init();
    try (CapturedLog log = UnwatchedTrainingLog.captured();
        TrainingHealthListener health =
            TrainingHealthListener.protecting(new InMemoryStatsStorage())) {
      net.setListeners(health);
      for (int i = 0; i < 3; i++) {
        net.pretrainLayer(0, Nd4j.rand(DataType.FLOAT, 8, 4));
      }
      assertThat(log.warnings())
          .singleElement()
          .asString()
          .startsWith("Layer-wise pretraining is neither watched nor protected");
    }
  }

  @Test
  void shouldSayThatAnOwnLoopIsNotWatched() {
    MultiLayerNetwork net = Networks.MLP.create(new Adam(1e-3), DataType.FLOAT);
    DataSet batch = Networks.MLP.data(DataType.FLOAT).get(0);
    try (CapturedLog log = UnwatchedTrainingLog.captured();
        TrainingHealthListener health =
            TrainingHealthListener.protecting(new InMemoryStatsStorage())) {
      net.setListeners(health);
      for (int i = 0; i < 150; i++) {
        net.setInput(batch.getFeatures());
        net.setLabels(batch.getLabels());
        net.computeGradientAndScore();
        INDArray gradient = net.gradient().gradient();
        net.getUpdater().update(net, net.gradient(), i, 0, 8, LayerWorkspaceMgr.noWorkspaces());
        net.params().subi(gradient);
      }
      assertThat(log.warnings()).singleElement().asString().contains("backward passes");
    }
  }

  @Test
  void shouldSayNothingOfFit() {
    MultiLayerNetwork net = Networks.MLP.create(new Adam(1e-3), DataType.FLOAT);
    List<DataSet> data = Networks.MLP.data(DataType.FLOAT);
    try (CapturedLog log = UnwatchedTrainingLog.captured();
        TrainingHealthListener health =
            TrainingHealthListener.observing(new InMemoryStatsStorage())) {
      net.setListeners(health);
      for (int i = 0; i < 150; i++) {
        net.fit(data.get(i % data.size()));
      }
      assertThat(log.warnings()).isEmpty();
    }
  }
}
