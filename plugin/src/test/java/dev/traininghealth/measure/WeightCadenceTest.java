package dev.traininghealth.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class WeightCadenceTest {
  /** A budget that is far too small, so that weights are measured at every tenth iteration. */
  private final CostAccount poor = new CostAccount(1e-9, () -> 0);

  @Test
  void shouldMeasureOutOfTurnWhenAskedTo() {
    WeightCadence cadence = new WeightCadence();
    List<Integer> measured = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      if (i == 63) {
        cadence.bringForward();
      }
      if (cadence.isDue()) {
        measured.add(i);
        cadence.measured(1000);
      }
      poor.elapse(1000);
      cadence.stepped(poor);
    }
    assertThat(measured).endsWith(48, 49, 59, 63, 73);
  }

  @Test
  void shouldMeasureTheStepAfterAJumpOfTheLearningRate() {
    Map<Integer, Double> rates = Map.of(0, 1e-3, 62, 2e-3, 64, 6e-3, 66, 1e-3);
    MultiLayerNetwork net =
        Networks.MLP.create(
            new Sgd(new MapSchedule(ScheduleType.ITERATION, rates)), DataType.FLOAT);
    MeterListener listener = new MeterListener(poor);
    net.setListeners(listener);
    List<Long> measured = new ArrayList<>();
    for (int i = 0; i < 72; i++) {
      net.fit(Networks.MLP.data(DataType.FLOAT).get(0));
      if (listener.measurement().weightIteration == i) {
        measured.add((long) i);
      }
    }
    assertThat(measured).as("62 doubles the rate, 64 triples it").endsWith(49L, 59L, 64L);
  }
}
