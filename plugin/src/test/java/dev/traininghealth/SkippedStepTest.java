package dev.traininghealth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Intervention.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

/** After a minibatch with NaN the network is bit-identical to the one before it. */
class SkippedStepTest {
  enum Poison {
    FEATURE {
      @Override
      void poison(DataSet batch) {
        batch.getFeatures().putScalar(0, Double.NaN);
      }
    },
    LABEL {
      @Override
      void poison(DataSet batch) {
        batch.getLabels().putScalar(0, Double.NaN);
      }
    },
    GRADIENT {
      @Override
      void poison(DataSet batch) {}
    };

    abstract void poison(DataSet batch);
  }

  static Stream<Arguments> poisonedSteps() {
    List<Arguments> steps = new ArrayList<>();
    for (Networks network : Networks.values()) {
      for (IUpdater updater :
          List.of(
              new Sgd(0.01),
              new Nesterovs(0.01, 0.9),
              new Adam(0.01),
              new RmsProp(0.01),
              new AdaGrad(0.01),
              new AMSGrad(0.01))) {
        for (Poison poison : Poison.values()) {
          boolean usual = updater instanceof Sgd || updater instanceof Adam;
          if (usual || poison != Poison.FEATURE) { // the others: ParityTest
            steps.add(Arguments.of(network, false, updater, poison));
          }
          if (usual) {
            steps.add(Arguments.of(network, true, updater, poison));
          }
        }
      }
    }
    return steps.stream();
  }

  @ParameterizedTest
  @MethodSource("poisonedSteps")
  void shouldKeepTheNetworkBitIdentical(
      Networks network, boolean asGraph, IUpdater updater, Poison poison) {
    MultiLayerNetwork layers = network.create(updater, DataType.FLOAT);
    Model net = asGraph ? NetworkBits.graph(layers) : layers;
    OverflowingGradient tampering = new OverflowingGradient();
    try (TrainingHealthListener health =
        TrainingHealthListener.protecting(new InMemoryStatsStorage())) {
      net.setListeners(tampering, health);
      List<DataSet> data = network.data(DataType.FLOAT);
      data.subList(0, 2).forEach(batch -> NetworkBits.fit(net, batch));
      List<Long> before = NetworkBits.of(net);

      DataSet poisoned = data.get(2).copy();
      poison.poison(poisoned);
      tampering.active = poison == Poison.GRADIENT;
      NetworkBits.fit(net, poisoned);
      tampering.active = false;

      if (network != Networks.LSTM_TRUNCATED || poison == Poison.GRADIENT) {
        assertThat(NetworkBits.of(net)).isEqualTo(before);
      }
      assertThat(health.interventions())
          .isNotEmpty()
          .allMatch(Intervention::applied)
          .allMatch(i -> i.kind() == Kind.SKIP);
      NetworkBits.fit(net, data.get(0));
      assertThat(NetworkBits.of(net)).as("training continues").isNotEqualTo(before);
      assertThat(net.params().isNaN().any()).isFalse();
    }
  }

  /** Makes one element of the gradient so large that its square overflows. */
  private static final class OverflowingGradient extends BaseTrainingListener {
    boolean active;

    @Override
    public void onGradientCalculation(Model model) {
      if (active) {
        model.getGradientsViewArray().putScalar(3, 1e25);
      }
    }
  }
}
