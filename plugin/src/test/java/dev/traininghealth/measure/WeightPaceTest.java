package dev.traininghealth.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traininghealth.Networks;
import dev.traininghealth.guard.CostAccount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class WeightPaceTest {
  private static final long STEP = 1_000_000;

  private long now;

  /** A budget that is far too small, so that weights are measured at every tenth iteration. */
  private final CostAccount poor = new CostAccount(1e-9, () -> now++);

  @Test
  void shouldMeasureOutOfTurnWhenAskedTo() {
    WeightPace pace = new WeightPace();
    List<Integer> measured = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      if (i == 63) {
        pace.makeDue();
      }
      if (pace.isDue()) {
        measured.add(i);
        pace.measured(1000);
      }
      poor.creditStep(1000);
      pace.stepped(poor);
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

  @Test
  void shouldSpaceWeightMeasurementsByWhatTheyCost() {
    assertThat(measuredIn100Steps(1_000, 0)).as("cheap").isEqualTo(100);
    assertThat(measuredIn100Steps(30_000, 0)).as("five times half the allowance").isEqualTo(20);
    assertThat(measuredIn100Steps(100_000_000, 0)).as("far too expensive").isEqualTo(10);
  }

  @Test
  void shouldMeasureWeightsFromWhatDutiesLeave() {
    assertThat(measuredIn100Steps(6_000, 0)).as("14 are allowed").isEqualTo(100);
    assertThat(measuredIn100Steps(6_000, 8_000)).as("about 6 are left").isEqualTo(50);
    assertThat(measuredIn100Steps(6_000, 50_000)).as("nothing is left").isEqualTo(20);
  }

  /** How often weights are measured in 100 steps of 1 ms once the pace has settled. */
  private int measuredIn100Steps(long cost, long mandatory) {
    CostAccount account = new CostAccount(0.02, () -> now);
    WeightPace pace = new WeightPace();
    int measured = 0;
    for (int i = 0; i < 1_100; i++) {
      account.startWork();
      now += mandatory;
      account.chargeMandatory();
      if (pace.isDue()) {
        pace.measured(cost);
        measured += i >= 1_000 ? 1 : 0;
      }
      account.creditStep(STEP);
      pace.stepped(account);
    }
    return measured;
  }
}
