package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.detect.History;
import dev.traininghealth.intervene.AfterUpdate;
import dev.traininghealth.intervene.BeforeUpdate;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.InterventionPolicy;
import dev.traininghealth.intervene.Situation;
import dev.traininghealth.intervene.TrialPolicy;
import dev.traininghealth.numbers.Measurement;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A regression with far too large labels in one minibatch. */
class ClippedSpikeTest {
  private static final int HEALTHY = 150;
  private static final int BATCH = 16;

  /** The default policy, which also records measurements. */
  private static final class RecordingPolicy implements InterventionPolicy {
    @Serial private static final long serialVersionUID = 1L;

    private final TrialPolicy policy = new TrialPolicy();

    static double edge;
    static final List<double[]> MEASURED = new ArrayList<>();

    @Override
    public BeforeUpdate beforeUpdate(Situation situation) {
      edge = situation.history().maxUsualGradientNorm();
      return policy.beforeUpdate(situation);
    }

    @Override
    public AfterUpdate afterUpdate(Situation situation) {
      History history = situation.history();
      Measurement m = history.current();
      MEASURED.add(
          new double[] {
            m.protection().gradientNorm(),
            m.protection().clippedGradientNorm(),
            m.protection().clipThreshold(),
            edge
          });
      return policy.afterUpdate(situation);
    }
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(42)
                .updater(new Sgd(0.02))
                .activation(Activation.TANH)
                .list()
                .layer(new DenseLayer.Builder().nOut(10).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(InputType.feedForward(5))
                .build());
    net.init();
    return net;
  }

  private static DataSet batch(int index, double scale) {
    Random random = new Random(0x9E3779B97F4A7C15L * (index + 1));
    INDArray features = Nd4j.zeros(DataType.FLOAT, BATCH, 5);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, BATCH, 2);
    for (int i = 0; i < BATCH; i++) {
      double sum = 0;
      for (int f = 0; f < 5; f++) {
        double x = random.nextGaussian();
        features.putScalar(i, f, x);
        sum += x;
      }
      labels.putScalar(i, 0, scale * (Math.tanh(sum) + 0.3 * random.nextGaussian()));
      labels.putScalar(i, 1, scale * (0.5 * sum + 0.3 * random.nextGaussian()));
    }
    return new DataSet(features, labels);
  }

  @Test
  void shouldScaleTheSpikeDownToTheLargestUsualNorm() {
    RecordingPolicy.MEASURED.clear();
    MultiLayerNetwork net = network();
    double[] step = {0};
    INDArray[] before = {net.params().dup()};
    try (TrainingHealthListener health =
        TrainingHealthListener.builder(new InMemoryStatsStorage())
            .policy(new RecordingPolicy())
            .build()) {
      net.setListeners(
          health,
          new BaseTrainingListener() {
            @Override
            public void iterationDone(Model model, int iteration, int epoch) {
              step[0] = model.params().sub(before[0]).norm2Number().doubleValue();
              before[0] = model.params().dup();
            }
          });
      for (int i = 0; i < HEALTHY; i++) {
        net.fit(batch(i, 1));
      }
      assertThat(health.interventions()).isEmpty();
      assertThat(RecordingPolicy.MEASURED)
          .allSatisfy(m -> assertThat(m[1]).as("untouched").isEqualTo(m[0]));

      net.fit(batch(HEALTHY, 1e4));
      double[] spike = RecordingPolicy.MEASURED.get(HEALTHY);
      double edge = spike[3];
      assertThat(spike[2]).as("threshold").isEqualTo(edge);
      assertThat(spike[0]).as("before").isGreaterThan(1e3 * edge);
      assertThat(spike[1]).as("after").isPositive().isLessThanOrEqualTo(edge * (1 + 1e-9));
      assertThat(health.interventions())
          .singleElement()
          .satisfies(
              clipped -> {
                assertThat(clipped.kind()).isEqualTo(Kind.CLIP);
                assertThat(clipped.iteration()).isEqualTo(HEALTHY);
                assertThat(clipped.before()).isEqualTo(spike[0]);
                assertThat(clipped.after()).isEqualTo(spike[1]);
                assertThat(clipped.problem()).isEqualTo("exploding_gradient");
                assertThat(clipped.reason()).startsWith("Clipping rule: on alarm. ");
              });
      assertThat(step[0])
          .as("the reported norms are those of the step")
          .isCloseTo(0.02 * spike[1], withPercentage(0.1));
      assertThat(spike[1]).isCloseTo(edge, within(0.9 * edge));

      for (int i = 0; i < 20; i++) {
        net.fit(batch(HEALTHY + 1 + i, 1));
      }
      assertThat(health.interventions()).extracting(Intervention::kind).containsOnly(Kind.CLIP);
      assertThat(net.score(batch(0, 1))).isLessThan(1);
    }
  }
}
