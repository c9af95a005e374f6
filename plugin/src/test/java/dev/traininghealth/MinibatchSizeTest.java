package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.report.SessionReport;
import java.util.List;
import java.util.Random;
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

/** Linear regressions whose minibatches are too small, too large, or neither. */
final class MinibatchSizeTest {
  private static final int INPUTS = 10;
  private static final int OUTPUTS = 64;
  private static final int ITERATIONS = 2_100;

  /** Different minibatches: more than are measured in a round. */
  private static final int MINIBATCHES = 199;

  private final IterationClock clock = new IterationClock();
  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();
  private final TrainingHealthListener listener = clock.builder(storage).build();

  /** A linear regression. */
  static MultiLayerNetwork network(double rate) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Sgd(rate))
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(INPUTS)
                        .nOut(OUTPUTS)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    return net;
  }

  static DataSet minibatch(Random random, int examples, double spread, double noise) {
    float[][] features = new float[examples][INPUTS];
    float[][] labels = new float[examples][OUTPUTS];
    for (int i = 0; i < examples; i++) {
      for (int j = 0; j < INPUTS; j++) {
        features[i][j] = (float) (1 - spread + spread * random.nextGaussian());
      }
      for (int o = 0; o < OUTPUTS; o++) {
        labels[i][o] = (float) (2 * features[i][o % INPUTS] + noise * random.nextGaussian());
      }
    }
    return new DataSet(Nd4j.create(features), Nd4j.create(labels));
  }

  private List<Diagnosis> train(int examples, double rate, double spread, double noise)
      throws Exception {
    MultiLayerNetwork net = network(rate);
    net.setListeners(listener, clock);
    Random random = new Random(8);
    DataSet[] data = new DataSet[MINIBATCHES];
    for (int i = 0; i < data.length; i++) {
      data[i] = minibatch(random, examples, spread, noise);
    }
    for (int i = 0; i < ITERATIONS; i++) {
      net.fit(data[i % data.length]);
    }
    List<Diagnosis> diagnoses = listener.diagnoses();
    listener.close();
    assertThat(SessionReport.read(storage, null).text())
        .contains("minibatch-size")
        .doesNotContain("the noise of the gradient was not measured");
    return diagnoses.stream().filter(d -> d.problem().equals(Problem.MINIBATCH_SIZE)).toList();
  }

  /** SGD settles a quarter above the score of the best weights, whose labels have noise 1. */
  @Test
  void shouldFindNoiseThatHoldsTheScoreUp() throws Exception {
    assertThat(train(4, 0.1 * OUTPUTS, 1, 1))
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.message().english()).contains("is noise of the steps on 4 examples");
              assertThat(d.observed()).isBetween(0.15, 0.3);
            });
  }

  @Test
  void shouldFindNothingWithASmallerLearningRate() throws Exception {
    assertThat(train(4, 0.01 * OUTPUTS, 1, 1)).isEmpty();
  }

  @Test
  void shouldFindMinibatchesOfExamplesThatHardlyDiffer() throws Exception {
    assertThat(train(128, 1e-4, 0.02, 0))
        .singleElement()
        .satisfies(
            d ->
                assertThat(d.message().english())
                    .contains("Minibatches of 128 examples are larger than this gradient needs"));
  }

  @Test
  void shouldFindNothingWithLargeMinibatchesOfDifferentExamples() throws Exception {
    assertThat(train(128, 1e-4, 1, 3)).isEmpty();
  }
}
