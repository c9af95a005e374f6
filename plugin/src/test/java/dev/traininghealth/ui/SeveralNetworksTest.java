package dev.traininghealth.ui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.TrainingHealthListener;
import dev.traininghealth.read.RecordedRun;
import dev.traininghealth.read.Timeline;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What the page shows of networks that are trained one after the other. */
final class SeveralNetworksTest {
  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();

  private static MultiLayerNetwork network(int inputs) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Sgd(0.01))
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(inputs)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    return net;
  }

  private static void train(MultiLayerNetwork net, int iterations) {
    DataSet data = new DataSet(Nd4j.ones(4, net.layerInputSize(0)), Nd4j.ones(4, 2));
    for (int i = 0; i < iterations; i++) {
      net.fit(data);
    }
  }

  private TrainingHealthListener listener() {
    return TrainingHealthListener.builder(storage).sessionId("s").workerId("w").build();
  }

  private List<Long> iterations(String session) {
    Timeline timeline = new RecordedRun(storage, session, "w").read().timeline();
    return timeline == null
        ? List.of()
        : timeline.asRecorded().stream().map(Timeline.Row::first).toList();
  }

  @Test
  void shouldShowEachNetworkOfOneListenerAsASessionOfItsOwn() {
    try (TrainingHealthListener listener = listener()) {
      for (int i = 1; i <= 3; i++) {
        MultiLayerNetwork net = network(3);
        net.setListeners(listener);
        train(net, 2 + i);
      }
    }
    assertThat(iterations("s")).containsExactly(0L, 1L, 2L);
    assertThat(iterations("s-run2")).containsExactly(0L, 1L, 2L, 3L);
    assertThat(iterations("s-run3")).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(iterations("s-run4")).isEmpty();
  }

  /** As a program does that is started again with the network that it had saved. */
  @Test
  void shouldShowTheSameNetworkUnderTheSameIdsWithItsPast() {
    MultiLayerNetwork net = network(3);
    try (TrainingHealthListener listener = listener()) {
      net.setListeners(listener);
      train(net, 3);
    }
    try (TrainingHealthListener listener = listener()) {
      net.setListeners(listener);
      train(net, 2);
    }
    assertThat(iterations("s")).containsExactly(0L, 1L, 2L, 3L, 4L);
  }

  @Test
  void shouldNotShowAnotherNetworkUnderTheSameIdsAsThePast() {
    try (TrainingHealthListener listener = listener()) {
      MultiLayerNetwork net = network(3);
      net.setListeners(listener);
      train(net, 3);
    }
    try (TrainingHealthListener listener = listener()) {
      MultiLayerNetwork net = network(4); // with as many series
      net.setIterationCount(3);
      net.setListeners(listener);
      train(net, 2);
    }
    assertThat(iterations("s")).containsExactly(3L, 4L);
  }
}
