package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The objective moves, and the user has not set {@code movingObjective()}. */
class UnannouncedMoveTest {
  private static final int UNITS = 32;
  private static final int EXAMPLES = 64;

  private final Random random = new Random(1);

  private static final class Watched {
    final MultiLayerNetwork net;
    final TrainingHealthListener health;

    Watched(MultiLayerNetwork net) {
      this.net = net;
      net.init();
      IterationClock clock = new IterationClock();
      health = clock.build(TrainingHealthListener.builder(new InMemoryStatsStorage()).protecting());
      net.setListeners(health, clock);
    }

    List<String> found() {
      return health.diagnoses().stream().map(d -> d.problem() + " " + d.severity()).toList();
    }

    void assertUnharmed() {
      assertThat(health.diagnoses()).noneMatch(Diagnosis::isAlarm);
      assertThat(health.interventions())
          .extracting(Intervention::kind)
          .allMatch(kind -> kind == Kind.TRIAL);
      health.close();
    }
  }

  private static ListBuilder layers(long seed, IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .updater(updater)
        .activation(Activation.LEAKYRELU)
        .list();
  }

  private static DenseLayer dense(int inputs, int units) {
    return new DenseLayer.Builder().nIn(inputs).nOut(units).build();
  }

  private static OutputLayer.Builder judge() {
    return new OutputLayer.Builder(LossFunction.XENT)
        .activation(Activation.SIGMOID)
        .nIn(UNITS)
        .nOut(1);
  }

  private INDArray noise() {
    float[] values = new float[2 * EXAMPLES];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Nd4j.create(values, new int[] {EXAMPLES, 2});
  }

  /** Points on a ring of radius 2, labeled 1, and generated ones, labeled 0. */
  private DataSet realAndGenerated(INDArray generated) {
    float[] points = new float[4 * EXAMPLES];
    float[] labels = new float[2 * EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      double angle = 2 * Math.PI * random.nextDouble();
      points[2 * i] = (float) (2 * Math.cos(angle) + 0.05 * random.nextGaussian());
      points[2 * i + 1] = (float) (2 * Math.sin(angle) + 0.05 * random.nextGaussian());
    }
    System.arraycopy(generated.data().asFloat(), 0, points, 2 * EXAMPLES, 2 * EXAMPLES);
    Arrays.fill(labels, 0, EXAMPLES, 1);
    return new DataSet(
        Nd4j.create(points, new int[] {2 * EXAMPLES, 2}),
        Nd4j.create(labels, new int[] {2 * EXAMPLES, 1}));
  }

  /** The generator wins back what the discriminator has gained, whose score therefore rises. */
  @Test
  void shouldLeaveTheNetworksOfAGanAlone() {
    Adam updater = new Adam(1e-3, 0.5, 0.999, 1e-8);
    Watched discriminator =
        new Watched(
            new MultiLayerNetwork(
                layers(1, updater)
                    .layer(dense(2, UNITS))
                    .layer(dense(UNITS, UNITS))
                    .layer(judge().build())
                    .build()));
    Watched generator =
        new Watched(
            new MultiLayerNetwork(
                layers(2, updater)
                    .layer(dense(2, UNITS))
                    .layer(dense(UNITS, UNITS))
                    .layer(
                        new DenseLayer.Builder()
                            .nIn(UNITS)
                            .nOut(2)
                            .activation(Activation.IDENTITY)
                            .build())
                    .layer(new FrozenLayerWithBackprop(dense(2, UNITS)))
                    .layer(new FrozenLayerWithBackprop(dense(UNITS, UNITS)))
                    .layer(judge().updater(new Sgd(0)).build())
                    .build()));
    for (int i = 0; i < 360; i++) {
      INDArray generated = generator.net.activateSelectedLayers(0, 2, noise()).dup('c');
      discriminator.net.fit(realAndGenerated(generated));
      for (int layer = 0; layer < 3; layer++) {
        generator.net.getLayer(3 + layer).setParams(discriminator.net.getLayer(layer).params());
      }
      generator.net.fit(new DataSet(noise(), Nd4j.ones(EXAMPLES, 1)));
    }

    assertThat(discriminator.found()).contains("moving_objective INFO");
    discriminator.assertUnharmed();
    generator.assertUnharmed();
  }

  /** Other labels from iteration 200 on, which the network learns; or a ruinous learning rate. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldTellChangedDataFromARuinedNetwork(boolean changed) {
    Watched watched =
        new Watched(
            new MultiLayerNetwork(
                layers(3, new Adam(1e-2))
                    .layer(dense(8, 16))
                    .layer(
                        new OutputLayer.Builder(LossFunction.MCXENT)
                            .activation(Activation.SOFTMAX)
                            .nIn(16)
                            .nOut(4)
                            .build())
                    .build()));
    double separation = changed ? 3 : 1; // a ruinous rate needs gradients that are not 0
    for (int i = 0; i < 260; i++) {
      INDArray features = Nd4j.zeros(32, 8);
      INDArray labels = Nd4j.zeros(32, 4);
      for (int row = 0; row < 32; row++) {
        int group = random.nextInt(4);
        for (int column = 0; column < 8; column++) {
          features.putScalar(
              row, column, 0.5 * random.nextGaussian() + (column % 4 == group ? separation : 0));
        }
        labels.putScalar(row, changed && i >= 200 ? (group + 1) % 4 : group, 1);
      }
      if (!changed && i == 200) {
        watched.net.setLearningRate(1);
      }
      watched.net.fit(new DataSet(features, labels));
    }

    if (changed) {
      assertThat(watched.found()).contains("loss_spike INFO");
      watched.assertUnharmed();
    } else {
      assertThat(watched.health.diagnoses())
          .anyMatch(d -> d.isAlarm() && d.iteration() <= 201 && d.iteration() >= 200);
      watched.health.close();
    }
  }
}
