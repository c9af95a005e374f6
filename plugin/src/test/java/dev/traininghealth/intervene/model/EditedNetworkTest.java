package dev.traininghealth.intervene.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.measure.NetworkMeter;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/** What EditedNetwork does to a network, and that a dry run changes nothing. */
class EditedNetworkTest {
  /** Everything that a step changes, and the gradient array, which contains the update after it. */
  private record Bits(INDArray parameters, INDArray updaterState, INDArray gradient) {
    static Bits of(Model model) {
      return new Bits(
          model.params().dup(),
          Objects.requireNonNull(Network.of(model).updaterState()).dup(),
          model.getGradientsViewArray().dup());
    }
  }

  private static Model trained(LearningRateNetwork kind) {
    Model model = kind.create(() -> new Adam(0.1));
    kind.step(model);
    return model;
  }

  @ParameterizedTest
  @EnumSource
  void shouldUndoAStepThatWasArmed(LearningRateNetwork kind) {
    Model model = trained(kind);
    EditedNetwork network = new EditedNetwork(model, false);
    for (int i = 0; i < 2; i++) {
      Bits before = Bits.of(model);
      network.armUndo();
      assertThat(network.isUndoArmed()).isTrue();
      kind.step(model);
      assertThat(model.params()).isNotEqualTo(before.parameters);

      network.undoStep();

      assertThat(network.isUndoArmed()).isFalse();
      assertThat(Bits.of(model))
          .isEqualTo(new Bits(before.parameters, before.updaterState, before.gradient.like()));
    }
    kind.step(model);
    Bits kept = Bits.of(model);
    network.undoStep();
    assertThat(Bits.of(model)).as("nothing was armed").isEqualTo(kept);
  }

  @Test
  void shouldRestoreAStateAndReuseItsMemory() {
    Model model = trained(LearningRateNetwork.DENSE);
    EditedNetwork network = new EditedNetwork(model, false);
    Bits before = Bits.of(model);
    NetworkState state = network.copyState(null);
    assertThat(network.stateBytes())
        .isEqualTo(8 * (before.parameters.length() + before.updaterState.length()));
    LearningRateNetwork.DENSE.step(model);
    model.params().putScalar(0, Double.NaN);
    assertThat(network.isFinite()).isFalse();

    network.restore(state);

    assertThat(network.isFinite()).isTrue();
    assertThat(model.params()).isEqualTo(before.parameters);
    assertThat(Network.of(model).updaterState()).isEqualTo(before.updaterState);
    LearningRateNetwork.DENSE.step(model);
    assertThat(network.copyState(state)).isSameAs(state);
    assertThat(state.parameters()).isEqualTo(model.params().reshape(1, model.numParams()));
    NetworkState ofAnother =
        new EditedNetwork(trained(LearningRateNetwork.GRAPH), false).copyState(null);
    assertThat(network.copyState(ofAnother)).as("it does not fit").isNotSameAs(ofAnother);
    assertThat(ofAnother.parameters().wasClosed()).as("it is freed").isTrue();
  }

  @Test
  void shouldWriteNothingInADryRun() {
    Adam updater = new Adam(0.1);
    Model model = LearningRateNetwork.DENSE.create(() -> updater);
    EditedNetwork network = new EditedNetwork(model, true);
    NetworkState initial = network.copyState(null);
    network.armUndo();
    LearningRateNetwork.DENSE.step(model);
    Bits before = Bits.of(model);
    double score = model.score();

    network.armSkip();
    network.gradient(layout(model)).scaleAll(0.5);
    network.undoStep();
    network.restore(initial);
    network.setScore(score + 1);
    network.detectUserChanges();
    network.scaleLearningRates(0.5);

    assertThat(Bits.of(model)).isEqualTo(before);
    assertThat(model.score()).isEqualTo(score);
    assertThat(updater.getLearningRate()).isEqualTo(0.1);
    assertThat(network.learningRateFactor()).isEqualTo(1);
  }

  @Test
  void shouldBindToThePresentGradient() {
    MultiLayerNetwork model = (MultiLayerNetwork) trained(LearningRateNetwork.DENSE);
    EditedNetwork network = new EditedNetwork(model, false);
    NetworkLayout layout = layout(model);
    EditedGradient first = network.gradient(layout);
    assertThat(network.gradient(layout)).isSameAs(first);

    model.initGradientsView();

    assertThat(network.gradient(layout)).isNotSameAs(first);
  }

  @Test
  void shouldScaleTheLatestRatesOfTheUser() {
    Adam updater = new Adam(0.1);
    EditedNetwork network =
        new EditedNetwork(LearningRateNetwork.DENSE.create(() -> updater), false);
    network.scaleLearningRates(0.5);
    assertThat(updater.getLearningRate()).isEqualTo(0.05);
    updater.setLearningRate(0.2);

    network.detectUserChanges();

    assertThat(network.learningRateFactor()).isEqualTo(1);
    network.scaleLearningRates(0.25);
    assertThat(updater.getLearningRate()).isEqualTo(0.05);
    assertThat(network.hasLearningRates()).isTrue();
    assertThat(network.hasLearningRateSchedule()).isFalse();
    assertThat(network.updatersWithoutRate()).isEmpty();
  }

  private static NetworkLayout layout(Model model) {
    NetworkMeter meter = new NetworkMeter(new CostAccount(1, () -> 0), new MemoryBudget(0), false);
    meter.onGradient(model);
    return Objects.requireNonNull(meter.layout());
  }
}
