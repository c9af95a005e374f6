package dev.traininghealth.measure;

import static java.util.Objects.requireNonNull;

import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.measure.conditions.IterationTimes;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.StepRecord;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;

/** Asks a meter for the origin at both moments of each iteration. */
final class OriginObserver extends BaseTrainingListener {
  final List<@Nullable NonFiniteOrigin> atGradient = new ArrayList<>();
  final List<@Nullable NonFiniteOrigin> atUpdate = new ArrayList<>();
  private final CostAccount account = new CostAccount(1, () -> 0);
  private final IterationTimes times = new IterationTimes(account);
  private final NetworkMeter meter;

  OriginObserver() {
    this(ArrayBinding.ofBackend());
  }

  OriginObserver(ArrayBinding binding) {
    meter = new NetworkMeter(account, new MemoryBudget(0), binding, false);
  }

  NetworkLayout layout() {
    return requireNonNull(meter.layout());
  }

  /** The origin at the gradient of an iteration, which must have one. */
  NonFiniteOrigin origin(int iteration) {
    return requireNonNull(atGradient.get(iteration));
  }

  @Override
  public void onBackwardPass(Model model) {
    meter.onBackwardPass(model);
  }

  @Override
  public void onGradientCalculation(Model model) {
    meter.onGradient(model);
    atGradient.add(meter.gradientOrigin(model));
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    meter.onUpdate(model, iteration, epoch, 0, times, new StepRecord());
    atUpdate.add(meter.updateOrigin(model));
    meter.rememberGeneratorState();
  }
}
