package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.traininghealth.compare.ComparedSeries;
import dev.traininghealth.compare.ConfigurationDifference;
import dev.traininghealth.compare.RunComparison;
import dev.traininghealth.record.Quantity;
import java.util.Random;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Recorded trainings held against a good one. */
final class ComparedTrainingTest {
  private static final int ITERATIONS = 300;
  private static final StatsStorage STORAGE = new InMemoryStatsStorage();

  /** What is wrong with a training; each is found. */
  private enum Wrong {
    RANDOM_LABELS,
    SHUFFLED_LABELS,
    HIGH_RATE,
    LOW_RATE
  }

  @BeforeAll
  static void trainTheBaseline() {
    train("good", 1, null);
  }

  /** Trains on other minibatches, from other weights and in the same way for each seed. */
  private static void train(String session, int seed, @Nullable Wrong wrong) {
    double factor = wrong == Wrong.HIGH_RATE ? 10 : wrong == Wrong.LOW_RATE ? 0.1 : 1;
    double share = wrong == Wrong.RANDOM_LABELS ? 1 : wrong == Wrong.SHUFFLED_LABELS ? 0.3 : 0;
    Random random = new Random(seed);
    MultiLayerNetwork net = network(seed, new Adam(2e-3 * factor), 0);
    train(
        session, net, i -> mislabeled(LearningNetwork.MLP.batch(seed * 10_000 + i), share, random));
  }

  private interface Minibatches {
    DataSet get(int index);
  }

  private static void train(String session, MultiLayerNetwork net, Minibatches minibatches) {
    IterationClock clock = new IterationClock();
    try (TrainingHealthListener listener =
        clock.build(TrainingHealthListener.builder(STORAGE).sessionId(session))) {
      net.setListeners(listener, clock);
      for (int i = 0; i < ITERATIONS; i++) {
        net.fit(minibatches.get(i));
      }
    }
  }

  private static MultiLayerNetwork network(int seed, Adam updater, int more) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(updater)
            .weightInit(WeightInit.RELU)
            .activation(Activation.RELU)
            .list();
    for (int i = 0; i < more; i++) {
      list.layer(new DenseLayer.Builder().nOut(16).build());
    }
    MultiLayerNetwork net = new MultiLayerNetwork(LearningNetwork.MLP.layers(list).build());
    net.init();
    return net;
  }

  private static DataSet mislabeled(DataSet data, double share, Random random) {
    INDArray labels = data.getLabels();
    for (int row = 0; row < labels.rows(); row++) {
      if (random.nextDouble() < share) {
        labels.putRow(row, labels.getRow(row).mul(0));
        labels.putScalar(row, random.nextInt(labels.columns()), 1);
      }
    }
    return data;
  }

  private static RunComparison compared(String session) {
    return TrainingHealth.compare(STORAGE, "good", session);
  }

  @Test
  void shouldKeepSeedsOfOneSetUpTogether() {
    for (int seed = 2; seed < 5; seed++) {
      train("seed" + seed, seed, null);

      RunComparison comparison = compared("seed" + seed);

      assertThat(comparison.departs()).as("%s", comparison).isFalse();
      assertThat(comparison.differences())
          .extracting(ConfigurationDifference::setting)
          .allMatch(setting -> setting.endsWith("seed"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldFindWhatLowersTheScoreJustAsWell(Wrong wrong) {
    train(wrong.name(), 9, wrong);

    RunComparison comparison = compared(wrong.name());

    assertThat(comparison.departs()).as("%s", comparison).isTrue();
    assertThat(comparison.departures())
        .extracting(ComparedSeries::quantity)
        .contains(Quantity.SCORE);
  }

  @Test
  void shouldNameTheRateInTheConfiguration() {
    train("rate", 9, Wrong.HIGH_RATE);

    RunComparison comparison = compared("rate");

    assertThat(comparison.message().english())
        .startsWith("From iteration 0 on, the learning rate is 10 times the baseline run's.");
    assertThat(comparison.differences())
        .contains(new ConfigurationDifference("layer 0: iupdater.learningRate", "0.002", "0.02"));
  }

  @Test
  void shouldCompareHalfTheMinibatchByExamples() {
    MultiLayerNetwork net = network(7, new Adam(2e-3), 0);
    train("half", net, i -> (DataSet) LearningNetwork.MLP.batch(80_000 + i).getRange(0, 16));

    RunComparison comparison = compared("half");

    assertThat(comparison.notes().get(0).key()).isEqualTo("say.compare.byExamples");
    assertThat(comparison.lastIteration()).as("half as many examples").isGreaterThan(200);
    assertThat(comparison.series())
        .filteredOn(s -> s.quantity() == Quantity.SCORE)
        .singleElement()
        .satisfies(s -> assertThat(s.baselineIteration() * 2).isEqualTo(s.iteration()));
  }

  @Test
  void shouldCompareAnotherNumberOfLayersByItsScore() {
    MultiLayerNetwork net = network(7, new Adam(2e-3), 2);
    train("deep", net, i -> LearningNetwork.MLP.batch(80_000 + i));

    RunComparison comparison = compared("deep");

    assertThat(comparison.isPossible()).isTrue();
    assertThat(comparison.notes())
        .extracting(note -> note.key())
        .containsExactly("say.compare.otherLayers");
    assertThat(comparison.series())
        .extracting(ComparedSeries::quantity)
        .contains(Quantity.SCORE, Quantity.LEARNING_RATE)
        .doesNotContain(Quantity.GRADIENT_NORM);
  }

  @Test
  void shouldRefuseAnotherLoss() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Adam(2e-3))
                .list()
                .layer(new DenseLayer.Builder().nIn(8).nOut(16).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nOut(3)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    train("squared", net, i -> LearningNetwork.MLP.batch(80_000 + i));

    RunComparison comparison = compared("squared");

    assertThat(comparison.isPossible()).isFalse();
    assertThat(comparison.message().english())
        .startsWith("The loss functions differ (LossMSE instead of LossMCXENT):");
  }

  @Test
  void shouldRefuseAnUnknownSession() {
    assertThatThrownBy(() -> compared("none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("There is no session none")
        .hasMessageContaining("good");
    assertThatThrownBy(
            () -> TrainingHealth.compare(new InMemoryStatsStorage(), "good", STORAGE, "good"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
