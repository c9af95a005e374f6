package dev.traininghealth.samples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class CallbackGaugeTest {
  private final MultiLayerNetwork model =
      new MultiLayerNetwork(
          new NeuralNetConfiguration.Builder()
              .list(new OutputLayer.Builder().nIn(1).nOut(2).build())
              .build());
  private long reading;

  /** Grows by 1 in each forward pass, by 10 in each gradient, and by 1000 at an epoch's end. */
  private final CallbackGauge gauge =
      new CallbackGauge(
          new BaseTrainingListener() {
            @Override
            public void onForwardPass(Model model, List<INDArray> activations) {
              reading += 1;
            }

            @Override
            public void onGradientCalculation(Model model) {
              reading += 10;
            }

            @Override
            public void onEpochEnd(Model model) {
              reading += 1000;
            }
          },
          () -> reading);

  private void iterate() {
    reading += 5; // the training between callbacks
    gauge.onForwardPass(model, List.of());
    reading += 5;
    gauge.onBackwardPass(model);
    gauge.onGradientCalculation(model);
    reading += 5;
    gauge.iterationDone(model, 0, 0);
  }

  @Test
  void shouldSumWhatGrowsInsideTheCallbacksOnly() {
    iterate();
    iterate();
    gauge.onEpochEnd(model);

    assertThat(gauge.iterations()).isEqualTo(2);
    assertThat(gauge.total()).isEqualTo(1022);
    assertThat(gauge.mean()).isEqualTo(511);
    assertThat(gauge.median()).isEqualTo(11);
  }

  @Test
  void shouldForget() {
    iterate();
    gauge.reset();

    assertThat(gauge.total()).isZero();
    assertThat(gauge.mean()).isZero();

    iterate();

    assertThat(gauge.median()).isEqualTo(11);
  }
}
