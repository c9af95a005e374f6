package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.trial.Trial;
import java.io.Serial;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** If the objective moves, nothing is judged by the course of the score. */
class MovingObjectiveTest {
  private static final int LEARNED = 60;

  private final TrainingHealthListenerBuilder builder =
      TrainingHealthListener.builder(new InMemoryStatsStorage())
          .protecting()
          .detector(
              () ->
                  new ScriptedDetector(
                      Problem.OSCILLATING_SCORE, Severity.WARNING, false, i -> i >= LEARNED + 30));

  private InjectedRun run() {
    return new InjectedRun(LearningNetwork.MLP, new Adam(1e-3), builder);
  }

  private static List<Kind> kinds(InjectedRun run) {
    return run.listener.interventions().stream().map(Intervention::kind).toList();
  }

  @Test
  void shouldRunTrialsIfItDoesNotMove() {
    assertThat(kinds(run().until(LEARNED + 60))).contains(Kind.TRIAL);
  }

  @Test
  void shouldTryNothingIfTheUserSetsIt() {
    builder.movingObjective();
    assertThat(kinds(run().until(LEARNED + 60))).isEmpty();
  }

  /**
   * This is how a GAN copies the discriminator's weights into the network that trains its
   * generator.
   */
  @Test
  void shouldTryNothingIfWeightsAreRepeatedlyChangedFromOutside() {
    InjectedRun run = run().until(LEARNED);
    for (int i = 1; i <= 3; i++) {
      run.net.setParams(run.net.params().mul(0.99));
      run.until(LEARNED + 5 * i);
    }
    assertThat(kinds(run.until(LEARNED + 60))).isEmpty();
  }

  /** This is how a GAN trains a generator through a frozen copy of its discriminator. */
  @Test
  void shouldTryNothingIfFrozenWeightsAreRepeatedlyChanged() {
    MultiLayerNetwork trained = LearningNetwork.MLP.create(new Adam(1e-3));
    MultiLayerNetwork frozen = new TransferLearning.Builder(trained).setFeatureExtractor(0).build();
    IterationClock clock = new IterationClock();
    TrainingHealthListener health = clock.build(builder);
    frozen.setListeners(health, clock);
    for (int i = 0; i < LEARNED + 60; i++) {
      if (i % 5 == 0) {
        frozen.getLayer(0).params().muli(0.999);
      }
      frozen.fit(LearningNetwork.MLP.batch(i));
    }
    assertThat(health.interventions()).isEmpty();
    health.close();
  }

  /** One change may be a loaded network, or a rollback by the user. */
  @Test
  void shouldStillTryAfterOneChangeFromOutside() {
    InjectedRun run = run().until(LEARNED);
    run.net.setParams(run.net.params().mul(0.99));
    assertThat(kinds(run.until(LEARNED + 60))).contains(Kind.TRIAL);
  }

  /** A loss whose weight changes during training. */
  static final class WeightedLoss extends LossMSE {
    @Serial private static final long serialVersionUID = 1L;

    double weight = 1;

    @Override
    public double computeScore(
        INDArray labels, INDArray output, IActivation activation, INDArray mask, boolean average) {
      return weight * super.computeScore(labels, output, activation, mask, average);
    }

    @Override
    public INDArray computeScoreArray(
        INDArray labels, INDArray output, IActivation activation, INDArray mask) {
      return super.computeScoreArray(labels, output, activation, mask).muli(weight);
    }

    @Override
    public INDArray computeGradient(
        INDArray labels, INDArray output, IActivation activation, INDArray mask) {
      return super.computeGradient(labels, output, activation, mask).muli(weight);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 3})
  void shouldTryNothingAfterTheScoreOfAMinibatchChanged(double weight) {
    WeightedLoss loss = new WeightedLoss();
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Sgd(1e-3))
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(8).build())
                .layer(
                    new OutputLayer.Builder(loss)
                        .nIn(8)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    IterationClock clock = new IterationClock();
    TrainingHealthListener health = clock.build(builder);
    net.setListeners(health, clock);
    Nd4j.getRandom().setSeed(5);
    OutputLayer output = (OutputLayer) net.getLayer(1).conf().getLayer();
    for (int i = 0; i < 1_500; i++) {
      ((WeightedLoss) output.getLossFn()).weight = i < 200 ? 1 : weight;
      net.fit(new DataSet(Nd4j.randn(16, 4), Nd4j.randn(16, 2)));
    }
    health.close();
    List<String> found =
        health.trials().stream()
            .map(Trial::reason)
            .filter(reason -> reason.endsWith(": the objective moves."))
            .toList();
    assertThat(found).hasSize(weight == 1 ? 0 : 1);
    assertThat(health.trials().get(health.trials().size() - 1).iteration())
        .as("the last trial")
        .isGreaterThan(500);
  }
}
