package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A loss in a layer of its own, as the import of Keras models makes it. */
class SeparateLossTest {
  private static final int CLASSES = 3;

  private static NeuralNetConfiguration.Builder base() {
    return new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(0.01));
  }

  private static DenseLayer dense(Activation activation) {
    return new DenseLayer.Builder().nIn(4).nOut(CLASSES).activation(activation).build();
  }

  private static LossLayer loss() {
    return new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.IDENTITY).build();
  }

  private static Model network(boolean graph, Activation activation) {
    if (graph) {
      ComputationGraph net =
          new ComputationGraph(
              base()
                  .graphBuilder()
                  .addInputs("in")
                  .addLayer("dense", dense(activation), "in")
                  .addLayer("loss", loss(), "dense")
                  .setOutputs("loss")
                  .build());
      net.init();
      return net;
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(base().list().layer(dense(activation)).layer(loss()).build());
    net.init();
    return net;
  }

  private static List<Diagnosis> found(Model model) {
    INDArray labels = Nd4j.zeros(8, CLASSES);
    for (int i = 0; i < 8; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    DataSet batch = new DataSet(Nd4j.rand(8, 4).subi(0.5), labels);
    try (TrainingHealthListener health =
        TrainingHealthListener.observing(new InMemoryStatsStorage())) {
      model.setListeners(health);
      for (int i = 0; i < 3; i++) {
        if (model instanceof ComputationGraph graph) {
          graph.fit(batch);
        } else if (model instanceof MultiLayerNetwork net) {
          net.fit(batch);
        }
      }
      return health.diagnoses().stream()
          .filter(d -> d.problem().equals(Problem.UNSUITABLE_OUTPUT))
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldKnowTheSoftmaxBeforeTheLoss(boolean graph) {
    assertThat(found(network(graph, Activation.SOFTMAX))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldStillNameAnActivationThatGivesNoProbability(boolean graph) {
    assertThat(found(network(graph, Activation.TANH)))
        .singleElement()
        .extracting(Diagnosis::sentence)
        .asString()
        .contains("tanh gives none");
  }

  @Test
  void shouldKnowAnActivationLayerBeforeTheLoss() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            base()
                .list()
                .layer(dense(Activation.IDENTITY))
                .layer(new ActivationLayer(Activation.SOFTMAX))
                .layer(loss())
                .build());
    net.init();
    assertThat(found(net)).isEmpty();
  }
}
