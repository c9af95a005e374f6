package dev.traininghealth.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.UnitNormConstraint;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class WeightSamplesTest {
  private final NetworkMeter meter =
      new NetworkMeter(new CostAccount(1, () -> 0), new MemoryBudget(0), false);
  private final List<Integer> noticed = new ArrayList<>();
  private final DataSet data =
      new DataSet(Nd4j.linspace(DataType.FLOAT, -1, 0.1, 32).reshape(8, 4), Nd4j.ones(8, 2));
  private final MultiLayerNetwork net = network(false);

  @BeforeEach
  void watch() {
    meter.watchForOutsideChanges();
  }

  private MultiLayerNetwork network(boolean constrained) {
    NeuralNetConfiguration.Builder base =
        new NeuralNetConfiguration.Builder().seed(3).updater(new Adam(1e-2));
    if (constrained) {
      base.constrainWeights(new UnitNormConstraint(1));
    }
    MultiLayerNetwork made =
        new MultiLayerNetwork(
            base.list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(6).activation(Activation.TANH).build())
                .layer(new DenseLayer.Builder().nOut(5).activation(Activation.TANH).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .setInputType(org.deeplearning4j.nn.conf.inputs.InputType.feedForward(4))
                .build());
    made.init();
    made.setListeners(
        new BaseTrainingListener() {
          @Override
          public void onGradientCalculation(Model model) {
            meter.onGradient(model);
            if (meter.hasChangedOutside(model)) {
              noticed.add(made.getIterationCount());
            }
          }

          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            meter.rememberWeights();
          }
        });
    return made;
  }

  private void train(MultiLayerNetwork network, int iterations) {
    for (int i = 0; i < iterations; i++) {
      network.fit(data);
    }
  }

  @Test
  void shouldNoticeSetParamsAndNothingElse() {
    INDArray began = net.params().dup();
    train(net, 5);
    net.setParams(began);
    train(net, 5);
    net.setParams(net.params());
    net.setParams(net.params().dup());
    train(net, 5);
    assertThat(noticed).containsExactly(5);
  }

  @Test
  void shouldLeaveDamageToDetectors() {
    train(net, 3);
    net.getParam("1_W").muli(3);
    train(net, 3);
    net.params().assign(Double.NaN);
    train(net, 3);
    assertThat(noticed).isEmpty();
  }

  @Test
  void shouldTakeRegularChangesForAPartOfTheTraining() {
    for (int i = 0; i < 20; i++) {
      train(net, 1);
      net.params().muli(0.99);
    }
    assertThat(noticed).containsExactly(1, 2);
  }

  @Test
  void shouldTellRareChangesApartFromRegularOnes() {
    for (int fold = 0; fold < 4; fold++) {
      train(net, 20);
      net.params().muli(0.5);
    }
    train(net, 1);
    assertThat(noticed).containsExactly(20, 40, 60, 80);
  }

  @Test
  void shouldNotLookAtANetworkWithConstraints() {
    MultiLayerNetwork constrained = network(true);
    train(constrained, 3);
    constrained.params().muli(0.5);
    train(constrained, 3);
    assertThat(noticed).isEmpty();
  }
}
