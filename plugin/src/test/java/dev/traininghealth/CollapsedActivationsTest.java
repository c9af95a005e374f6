package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.report.SessionReport;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A stack of layers that loses its examples is reported from the network to the report. */
final class CollapsedActivationsTest {
  private static final int LAYERS = 6;
  private static final int ITERATIONS = 300;

  /** As many as the data have. */
  private static final int CLASSES = 3;

  private enum Stack {
    /** Each layer divides the differences by four or more. */
    OF_SIGMOIDS(Activation.SIGMOID, true),
    OF_RELUS(Activation.RELU, false);

    private final Activation activation;
    private final boolean collapses;

    Stack(Activation activation, boolean collapses) {
      this.activation = activation;
      this.collapses = collapses;
    }

    MultiLayerNetwork create() {
      ListBuilder list =
          new NeuralNetConfiguration.Builder()
              .seed(7)
              .updater(new Sgd(0.01))
              .weightInit(activation == Activation.RELU ? WeightInit.RELU : WeightInit.XAVIER)
              .activation(activation)
              .list();
      for (int i = 0; i < LAYERS; i++) {
        list.layer(new DenseLayer.Builder().nOut(16).build());
      }
      OutputLayer.Builder output = new OutputLayer.Builder(LossFunction.MCXENT);
      list.layer(output.activation(Activation.SOFTMAX).nOut(CLASSES).build());
      MultiLayerNetwork net =
          new MultiLayerNetwork(list.setInputType(InputType.feedForward(8)).build());
      net.init();
      return net;
    }
  }

  @ParameterizedTest
  @EnumSource(Stack.class)
  void shouldReportTheFirstLayerThatTellsNoExamplesApart(Stack stack) throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    IterationClock clock = new IterationClock();
    TrainingHealthListener listener = clock.builder(storage).build();
    MultiLayerNetwork net = stack.create();
    net.setListeners(listener, clock);
    for (int i = 0; i < ITERATIONS; i++) {
      net.fit(LearningNetwork.MLP.batch(i));
    }
    listener.close();

    String report = SessionReport.read(storage, null).text();
    assertThat(report).contains("collapsed-activations");
    if (stack.collapses) {
      assertThat(report)
          .contains(
              "are nearly the same for every example: they differ by", "The output is nearly");
    } else {
      assertThat(report).doesNotContain("nearly the same");
    }
  }
}
