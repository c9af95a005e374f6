package dev.traininghealth.measure;

import static java.util.Objects.requireNonNull;

import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.measure.conditions.IterationTimes;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.StepRecord;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Drives a meter from DL4J's callbacks; on a clock that stands still nothing costs anything. */
final class MeterListener extends BaseTrainingListener {
  final CostAccount account;
  private final IterationTimes times;
  final NetworkMeter meter;

  /** Duration of each step, nanoseconds. */
  long stepNanos = 1_000_000;

  /** What protection does to each step; nothing. */
  final StepRecord step = new StepRecord();

  MeterListener() {
    this(new CostAccount(1, () -> 0));
  }

  MeterListener(CostAccount account) {
    this.account = account;
    times = new IterationTimes(account);
    meter = new NetworkMeter(account, new MemoryBudget(0), true);
  }

  MeasurementWriter measurement() {
    return requireNonNull(meter.writer());
  }

  /** Whether the network was scored beside the frozen baseline. */
  boolean isCompared() {
    MeasurementWriter m = meter.writer();
    return m != null && m.comparisonIteration >= 0;
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    meter.onForwardPass(activations);
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    meter.onForwardPass(activations);
  }

  @Override
  public void onBackwardPass(Model model) {
    if (model instanceof ComputationGraph graph) {
      meter.onBackwardPass(graph);
    }
  }

  @Override
  public void onGradientCalculation(Model model) {
    meter.onGradient(model);
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    account.creditStep(stepNanos);
    meter.onUpdate(model, iteration, epoch, 0, times, step);
  }
}
