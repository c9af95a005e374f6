package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Problem;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * ReLU outputs under a cross-entropy: the score is NaN from the first iteration on, because 0 · log
 * 0 is, and DL4J's gradient is finite. Such a network learns a little.
 */
class UnusableScoreTest {
  private static final int ITERATIONS = 60;
  private static final int CLASSES = 4;

  private static MultiLayerNetwork trained(TrainingHealthListener... listeners) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .weightInit(WeightInit.RELU)
                .updater(new Adam(0.01))
                .list()
                .layer(new DenseLayer.Builder().nOut(8).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES)
                        .activation(Activation.RELU)
                        .build())
                .validateOutputLayerConfig(false)
                .setInputType(InputType.feedForward(CLASSES))
                .build());
    network.init();
    network.setListeners(listeners);
    Random random = new Random(1);
    for (int i = 0; i < ITERATIONS; i++) {
      INDArray labels = Nd4j.zeros(16, CLASSES);
      INDArray features = Nd4j.zeros(16, CLASSES);
      for (int row = 0; row < 16; row++) {
        int label = random.nextInt(CLASSES);
        labels.putScalar(row, label, 1);
        features.putScalar(row, label, 1 + 0.3 * random.nextGaussian());
      }
      network.fit(new DataSet(features, labels));
    }
    return network;
  }

  @Test
  void shouldTrainAsWithoutProtectionAndNameTheOutput() {
    MultiLayerNetwork alone = trained();
    try (TrainingHealthListener listener =
        TrainingHealthListener.builder(new InMemoryStatsStorage()).protecting().build()) {
      MultiLayerNetwork guarded = trained(listener);

      assertThat(guarded.score()).isNaN();
      assertThat(guarded.params().toFloatVector()).isEqualTo(alone.params().toFloatVector());
      assertThat(listener.interventions()).isEmpty();
      assertThat(listener.diagnoses())
          .anyMatch(d -> d.problem().equals(Problem.UNSUITABLE_OUTPUT) && d.isAlarm())
          .anyMatch(d -> d.problem().equals(Problem.NON_FINITE) && d.isAlarm());
    }
  }
}
