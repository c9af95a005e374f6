package dev.traininghealth.measure;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.Networks;
import dev.traininghealth.network.GeneratorState;
import dev.traininghealth.network.Network;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** A pass that is computed again is the pass that was: dropout, batch norm, state and all. */
class RecomputedPassTest {

  @ParameterizedTest
  @EnumSource(Networks.class)
  void shouldEqualTheLivePassToTheBit(Networks network) {
    MultiLayerNetwork net = network.create(new Adam(0.01), DataType.FLOAT);
    Comparing comparing = new Comparing();
    net.setListeners(comparing);
    network.data(DataType.FLOAT).forEach(net::fit);
    assertThat(comparing.compared).isGreaterThan(2);
  }

  @ParameterizedTest
  @EnumSource(value = Networks.class, names = "LSTM_TRUNCATED")
  void shouldHonourMasks(Networks network) {
    MultiLayerNetwork net = network.create(new Adam(0.01), DataType.FLOAT);
    Comparing comparing = new Comparing();
    net.setListeners(comparing);
    for (DataSet batch : network.data(DataType.FLOAT)) {
      INDArray mask = Nd4j.ones(DataType.FLOAT, 4, 12);
      mask.putScalar(0, 11, 0);
      mask.putScalar(1, 3, 0);
      batch.setFeaturesMaskArray(mask);
      batch.setLabelsMaskArray(mask.dup());
      net.fit(batch);
    }
    assertThat(comparing.compared).isEqualTo(8);
  }

  private static final class Comparing extends BaseTrainingListener {
    private final GeneratorState before = new GeneratorState();
    private final GeneratorState after = new GeneratorState();
    private @Nullable INDArray lastHidden;
    int compared;

    /**
     * Earlier layers' activations have been overwritten by the dropout of the layers after them.
     */
    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      lastHidden = activations.get(activations.size() - 1).dup();
      lastHidden = requireNonNull(lastHidden).detach();
      after.remember();
    }

    @Override
    public void onGradientCalculation(Model model) {
      if (before.isKnown()) {
        Network network = Network.of(model);
        RecomputedPass pass = RecomputedPass.of(network, network.minibatch(), before);
        List<@Nullable INDArray> again = pass.activations();
        assertThat(again.get(again.size() - 2)).isEqualTo(lastHidden);
        double sum = pass.scores().get(0).sumNumber().doubleValue();
        assertThat(sum).isPositive().isFinite();
        GeneratorState now = new GeneratorState();
        now.remember();
        assertThat(now.numbers()).isEqualTo(after.numbers());
        compared++;
      }
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      before.remember();
    }
  }
}
