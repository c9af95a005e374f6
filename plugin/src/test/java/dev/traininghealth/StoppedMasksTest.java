package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.intervene.TrainingStoppedException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A network whose training was stopped in a minibatch with masks can be used at once. */
class StoppedMasksTest {
  private static final int STEPS = 5;
  private static final int MAX_SKIPS = 3;

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-3))
                .list()
                .layer(new LSTM.Builder().nOut(4).activation(Activation.TANH).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(3))
                .build());
    network.init();
    return network;
  }

  /** Series whose last step is masked. */
  private static DataSet masked(double value) {
    INDArray labels = Nd4j.zeros(8, 2, STEPS);
    labels.tensorAlongDimension(0, 0, 2).addi(1);
    INDArray mask = Nd4j.ones(8, STEPS);
    mask.putColumn(STEPS - 1, Nd4j.zeros(8));
    return new DataSet(
        Nd4j.valueArrayOf(new long[] {8, 3, STEPS}, value), labels, mask, mask.dup());
  }

  private static TrainingHealthListener stopping() {
    return TrainingHealthListener.builder(new InMemoryStatsStorage())
        .protecting(
            ProtectionSettings.builder().policy(StoppingPolicy.afterSkips(MAX_SKIPS)).build())
        .build();
  }

  private static void fitUntilStopped(Runnable fit) {
    assertThatThrownBy(
            () -> {
              for (int i = 0; i <= MAX_SKIPS; i++) {
                fit.run();
              }
            })
        .isInstanceOf(TrainingStoppedException.class);
  }

  @Test
  void shouldClearTheMasksOfANetwork() {
    MultiLayerNetwork network = network();
    network.setListeners(stopping());
    fitUntilStopped(() -> network.fit(masked(Double.NaN)));

    assertThat(network.output(Nd4j.ones(3, 3, STEPS)).size(0)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 8, 16})
  void shouldClearTheMasksOfAGraph(int examples) {
    ComputationGraph graph = network().toComputationGraph();
    graph.setListeners(stopping());
    fitUntilStopped(() -> graph.fit(masked(Double.NaN)));

    INDArray whole = graph.output(Nd4j.ones(examples, 3, STEPS))[0];
    assertThat(whole.size(0)).isEqualTo(examples);
    assertThat(whole.sum(1).minNumber().doubleValue()).as("no step is masked").isGreaterThan(0.99);
  }

  /** Two outputs, each with a mask of its labels, and no mask of the features. */
  @Test
  void shouldClearTheLabelMasksOfEachOutput() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-3))
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.feedForward(3))
                .addLayer("first", sigmoid(), "in")
                .addLayer("second", sigmoid(), "in")
                .setOutputs("first", "second")
                .build());
    graph.init();
    graph.setListeners(stopping());
    INDArray mask = Nd4j.ones(8, 1);
    mask.putScalar(0, 0, 0);
    MultiDataSet broken =
        new MultiDataSet(
            new INDArray[] {Nd4j.valueArrayOf(new long[] {8, 3}, Double.NaN)},
            new INDArray[] {Nd4j.ones(8, 2), Nd4j.ones(8, 2)},
            null,
            new INDArray[] {mask, mask.dup()});
    fitUntilStopped(() -> graph.fit(broken));

    assertThat(graph.output(Nd4j.ones(3, 3))).allMatch(output -> output.size(0) == 3);
    assertThat(graph.score(new MultiDataSet(new INDArray[] {Nd4j.ones(3, 3)}, labels())))
        .as("no example is masked")
        .isPositive();
  }

  private static OutputLayer sigmoid() {
    return new OutputLayer.Builder(LossFunction.L2).nOut(2).activation(Activation.SIGMOID).build();
  }

  private static INDArray[] labels() {
    return new INDArray[] {Nd4j.ones(3, 2), Nd4j.ones(3, 2)};
  }
}
