package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.TrainingStoppedException;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Limits of gradients and updates depend on the type of the parameters. */
class PrecisionTest {
  private static final int EXAMPLES = 16;
  private static final int FEATURES = 4;
  private static final int ITERATIONS = 60;

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void shouldSkipStepsOfLargeGradientsInSinglePrecisionAlone(DataType type) {
    MultiLayerNetwork net = linear(type, new Adam(1e-3));
    INDArray before = net.params().dup();
    TrainingHealthListener health = TrainingHealthListener.protecting(new InMemoryStatsStorage());
    train(net, health, 1e21, 5);

    boolean overflows = type == DataType.FLOAT;
    assertThat(health.diagnoses())
        .filteredOn(d -> d.sentence().contains("overflow"))
        .hasSize(overflows ? 1 : 0);
    assertThat(health.interventions())
        .filteredOn(i -> i.kind() == Intervention.Kind.SKIP)
        .hasSize(overflows ? 5 : 0);
    assertThat(net.params().equalsWithEps(before, 0)).isEqualTo(overflows);
    health.close();
  }

  @Test
  void shouldStillFindGradientsTooLargeForDoublePrecision() {
    MultiLayerNetwork net = linear(DataType.DOUBLE, new Adam(1e-3));
    TrainingHealthListener health = TrainingHealthListener.observing(new InMemoryStatsStorage());
    train(net, health, 1e151, 2);

    assertThat(health.diagnoses())
        .anyMatch(d -> d.severity() == Severity.CRITICAL && d.sentence().contains("overflow"));
    health.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void shouldCallUpdatesNothingThatThePrecisionCannotHold(DataType type) {
    MultiLayerNetwork net = linear(type, new Sgd(1e-11));
    INDArray before = net.params().dup();
    TrainingHealthListener health = TrainingHealthListener.observing(new InMemoryStatsStorage());
    train(net, health, 1, ITERATIONS);

    boolean moves = type == DataType.DOUBLE;
    if (moves) {
      assertThat(net.params().sub(before).amaxNumber().doubleValue()).isPositive();
    }
    assertThat(health.diagnoses())
        .filteredOn(d -> d.sentence().contains("No layer has changed"))
        .hasSize(moves ? 0 : 1);
    health.close();
  }

  @Test
  void shouldReportByHowMuchUpdatesAreTooSmall() {
    MultiLayerNetwork net = linear(DataType.DOUBLE, new Sgd(1e-10));
    TrainingHealthListener health = TrainingHealthListener.observing(new InMemoryStatsStorage());
    train(net, health, 1, 1600);

    Diagnosis slow =
        health.diagnoses().stream()
            .filter(d -> d.sentence().contains("Updates are too small"))
            .findFirst()
            .orElseThrow();
    assertThat(slow.sentence())
        .containsPattern(
            "the largest update:parameter ratio since the start is \\d(\\.\\d{1,3})?e-(8|9|1\\d) ");
    assertThat(slow.remedies()).extracting(Remedy::code).contains(".updater(new Adam(0.01))");
    health.close();
  }

  static Stream<IUpdater> withEpsilon() {
    return Stream.of(new Adam(1e-3), new Nadam(1e-3), new AMSGrad(1e-3), new RmsProp(1e-3));
  }

  @ParameterizedTest
  @MethodSource("withEpsilon")
  void shouldSayThatHalfPrecisionLosesEpsilon(IUpdater updater) {
    MultiLayerNetwork net = linear(DataType.FLOAT16, updater);
    TrainingHealthListener health = TrainingHealthListener.observing(new InMemoryStatsStorage());
    trainWithUnusedFeature(net, health);

    String name = updater.getClass().getSimpleName();
    Diagnosis d = health.diagnoses().get(0);
    assertThat(d.sentence())
        .contains(name + " adds ε = 1e-8 to its denominator, which is 0 in half precision")
        .doesNotContain("overflowed");
    assertThat(d.remedies().get(0).code())
        .isEqualTo(".updater(" + name + ".builder().learningRate(0.001).epsilon(1e-4).build())");
    health.close();
  }

  @Test
  void shouldStopAProtectedRunOfWhichEpsilonIsLostWithThatCause() {
    MultiLayerNetwork net = linear(DataType.FLOAT16, new Adam(1e-3));
    TrainingHealthListener health = TrainingHealthListener.protecting(new InMemoryStatsStorage());
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 20; i++) {
                trainWithUnusedFeature(net, health);
              }
            })
        .isInstanceOfSatisfying(
            TrainingStoppedException.class,
            stop -> assertThat(stop.diagnosis().sentence()).contains("ε = 1e-8"));
    health.close();
  }

  static Stream<IUpdater> withRepresentableEpsilon() {
    return Stream.of(
        Adam.builder().learningRate(0.001).epsilon(1e-4).build(),
        Nadam.builder().learningRate(0.001).epsilon(1e-4).build(),
        AMSGrad.builder().learningRate(0.001).epsilon(1e-4).build(),
        RmsProp.builder().learningRate(0.001).epsilon(1e-4).build());
  }

  @ParameterizedTest
  @MethodSource("withRepresentableEpsilon")
  void shouldTrainInHalfPrecisionWithTheRemedy(IUpdater updater) {
    MultiLayerNetwork net = linear(DataType.FLOAT16, updater);
    TrainingHealthListener health = TrainingHealthListener.observing(new InMemoryStatsStorage());
    trainWithUnusedFeature(net, health);

    assertThat(health.diagnoses()).extracting(Diagnosis::sentence).isEmpty();
    assertThat(net.params().castTo(DataType.DOUBLE).sumNumber().doubleValue()).isFinite();
    health.close();
  }

  /** A feature that is always 0 has a gradient of exactly 0, as units that are never active. */
  private static void trainWithUnusedFeature(MultiLayerNetwork net, TrainingHealthListener health) {
    net.setListeners(health);
    Random random = new Random(11);
    for (int i = 0; i < 10; i++) {
      INDArray features = Nd4j.create(DataType.FLOAT16, EXAMPLES, FEATURES);
      INDArray labels = Nd4j.create(DataType.FLOAT16, EXAMPLES, 1);
      for (int example = 0; example < EXAMPLES; example++) {
        double value = random.nextGaussian();
        features.putScalar(example, 1, value);
        labels.putScalar(example, 0, value);
      }
      net.fit(new DataSet(features, labels));
    }
  }

  private static void train(
      MultiLayerNetwork net, TrainingHealthListener health, double scale, int iterations) {
    net.setListeners(health);
    DataType type = net.params().dataType();
    Random random = new Random(11);
    for (int i = 0; i < iterations; i++) {
      INDArray features = Nd4j.create(type, EXAMPLES, FEATURES);
      INDArray labels = Nd4j.create(type, EXAMPLES, 1);
      for (int example = 0; example < EXAMPLES; example++) {
        double sum = 0;
        for (int feature = 0; feature < FEATURES; feature++) {
          double value = random.nextGaussian();
          features.putScalar(example, feature, value);
          sum += value;
        }
        labels.putScalar(example, 0, scale * sum);
      }
      net.fit(new DataSet(features, labels));
    }
  }

  private static MultiLayerNetwork linear(DataType type, IUpdater updater) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(type)
                .updater(updater)
                .list(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .biasInit(1)
                        .nIn(FEATURES)
                        .nOut(1)
                        .build())
                .build());
    net.init();
    return net;
  }
}
