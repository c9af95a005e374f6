package dev.traininghealth.samples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;

class GradientReadTest {
  @Test
  void shouldReadTheWholeGradient() {
    GradientRead read = new GradientRead();
    double[] norm = new double[1];
    try (TrainedNetwork network = Workload.MLP3X256.network()) {
      network.watchThrough(
          new BaseTrainingListener() {
            @Override
            public void onGradientCalculation(Model model) {
              read.onGradientCalculation(model);
              norm[0] = model.getGradientsViewArray().norm2Number().doubleValue();
            }
          });
      network.fit(Workload.MLP3X256.minibatches().get(0));
    }

    assertThat(norm[0]).isPositive();
    assertThat(Math.sqrt(read.squares())).isCloseTo(norm[0], within(1e-4 * norm[0]));
    assertThat(read.medianMicros()).isPositive();
  }

  @Test
  void shouldHaveNoTimeBeforeTheFirstRead() {
    assertThat(new GradientRead().medianMicros()).isNaN();
  }
}
