package dev.traininghealth.samples.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class PlantedFaultTest {
  @Test
  void shouldKillMostUnitsOfTheMiddleLayer() {
    try (TrainedNetwork network = PlantedFault.DEAD_RELUS.network(Workload.MLP3X256)) {
      PlantedFault.DEAD_RELUS.plant(network, Workload.MLP3X256);

      INDArray bias = network.parameter("1_b");
      assertThat(bias.length()).isEqualTo(256);
      assertThat(bias.sumNumber().doubleValue()).isEqualTo(-250_000);
      assertThat(network.parameter("0_b").sumNumber().doubleValue()).isZero();
      assertThat(network.parameters().minNumber().doubleValue()).as("a view").isEqualTo(-1000);
    }
  }

  @Test
  void shouldSaturateTheMiddleLayer() {
    try (TrainedNetwork network = PlantedFault.SATURATED_TANH.network(Workload.MLP3X256)) {
      double before = network.parameter("1_W").norm2Number().doubleValue();
      PlantedFault.SATURATED_TANH.plant(network, Workload.MLP3X256);

      assertThat(network.parameter("1_W").norm2Number().doubleValue() / before)
          .isBetween(29.9, 30.1);
    }
  }
}
