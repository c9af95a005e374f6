package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.TrainingStoppedException;
import dev.traininghealth.trial.Trial;
import dev.traininghealth.trial.Trial.Cause;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The winning branch determines the cause, and whether the learning rate changes. */
class TriedCausesTest {
  private static final int FEATURES = 8;
  private static final int EXAMPLES = 32;

  private final Random random = new Random(7);

  private static MultiLayerNetwork net(
      Activation output, LossFunction loss, int units, double rate) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Sgd(rate))
                .list()
                .validateOutputLayerConfig(false)
                .layer(
                    new DenseLayer.Builder()
                        .nIn(FEATURES)
                        .nOut(16)
                        .activation(Activation.TANH)
                        .build())
                .layer(new OutputLayer.Builder(loss).nIn(16).nOut(units).activation(output).build())
                .build());
    net.init();
    return net;
  }

  private DataSet minibatch(boolean spoilt) {
    INDArray features = Nd4j.create(DataType.FLOAT, EXAMPLES, FEATURES);
    INDArray labels = Nd4j.create(DataType.FLOAT, EXAMPLES, 1);
    for (int i = 0; i < EXAMPLES; i++) {
      double sum = 0;
      for (int j = 0; j < FEATURES; j++) {
        double x = random.nextGaussian();
        features.putScalar(i, j, x);
        sum += (j % 2 == 0 ? 1 : -1) * x;
      }
      labels.putScalar(i, 0, sum);
    }
    if (spoilt) {
      labels.putScalar(5, 0, 5e3);
    }
    return new DataSet(features, labels);
  }

  private static TrainingHealthListenerBuilder protecting() {
    return TrainingHealthListener.builder(new InMemoryStatsStorage()).protecting();
  }

  @Test
  void shouldFindRowsAsTheCauseAndKeepTheLearningRate() {
    MultiLayerNetwork net = net(Activation.IDENTITY, LossFunction.MSE, 1, 0.03);
    IterationClock clock = new IterationClock();
    try (TrainingHealthListener listener = clock.build(protecting())) {
      net.setListeners(listener, clock);
      for (int i = 0; i < 400; i++) {
        net.fit(minibatch(i >= 200 && i % 3 == 0));
      }

      assertThat(listener.trials())
          .filteredOn(trial -> trial.cause() == Cause.ROWS)
          .isNotEmpty()
          .allSatisfy(
              trial -> {
                double nothing = trial.branches().get(0).score();
                assertThat(trial.adopted().score()).isLessThan(nothing / 10);
                assertThat(trial.reason()).contains("row 5 of the minibatch of iteration ");
              });
      assertThat(listener.interventions())
          .extracting(Intervention::kind)
          .contains(Kind.CLIP)
          .doesNotContain(Kind.LOWER_LEARNING_RATE, Kind.STOP);
    }
  }

  /** One of four classes, which the label encodes. */
  private static DataSet ofClasses(DataSet minibatch) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, EXAMPLES, 4);
    for (int i = 0; i < EXAMPLES; i++) {
      labels.putScalar(i, Math.min(3, (int) Math.abs(minibatch.getLabels().getDouble(i))), 1);
    }
    return new DataSet(minibatch.getFeatures(), labels);
  }

  /** No learning rate repairs a logarithm of a negative number, so none is lowered. */
  @Test
  void shouldFindTheStructureAsTheCauseAndKeepTheNetwork() {
    MultiLayerNetwork net =
        net(Activation.IDENTITY, LossFunction.MEAN_SQUARED_LOGARITHMIC_ERROR, 4, 0.03);
    INDArray began = net.params().dup();
    IterationClock clock = new IterationClock();
    try (TrainingHealthListener listener = clock.build(protecting())) {
      net.setListeners(listener, clock);
      TrainingStoppedException stop =
          catchThrowableOfType(
              TrainingStoppedException.class,
              () -> {
                for (int i = 0; i < 200; i++) {
                  net.fit(ofClasses(minibatch(false)));
                }
              });
      assertThat(stop).hasMessageContaining("No learning rate repairs this: look at the loss");
      assertThat(listener.trials()).extracting(Trial::cause).containsOnly(Cause.STRUCTURE);
      assertThat(net.params()).isEqualTo(began);
      assertThat(net.getLearningRate(0)).isEqualTo(0.03);
    }
  }
}
