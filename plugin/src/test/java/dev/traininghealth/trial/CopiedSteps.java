package dev.traininghealth.trial;

import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.measure.NetworkMeter;
import dev.traininghealth.network.GeneratorState;
import dev.traininghealth.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Copies a network after an iteration, keeps the minibatches that follow, and repeats the steps on
 * the copy.
 */
final class CopiedSteps extends BaseTrainingListener implements AutoCloseable {
  private final NetworkMeter meter =
      new NetworkMeter(new CostAccount(0.02, System::nanoTime), new MemoryBudget(0), false);
  private final GeneratorState generator = new GeneratorState();
  private final int at;
  private final List<KeptMinibatch> kept = new ArrayList<>();
  private @Nullable TrainableCopy copy;

  /**
   * @param at the iteration after which the network is copied
   */
  CopiedSteps(int at) {
    this.at = at;
  }

  @Override
  public void onBackwardPass(Model model) {
    meter.onBackwardPass(model);
  }

  @Override
  public void onGradientCalculation(Model model) {
    meter.onGradient(model);
    if (copy != null) {
      KeptMinibatch minibatch = new KeptMinibatch();
      boolean starts = meter.minibatch(model).states().stream().allMatch(s -> s.isEmpty());
      minibatch.take(
          meter.minibatch(model), Objects.requireNonNull(meter.measurement()).iteration(), starts);
      kept.add(minibatch);
    }
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    if (iteration == at) {
      generator.remember();
      TrainableCopy made = TrainableCopy.of(Network.of(model));
      made.set(model.params(), state(model), iteration + 1, epoch);
      made.applyConstraints(iteration + 1, epoch);
      copy = made;
    }
  }

  /** Steps on the kept minibatches, with the random draws of the live network. */
  TrainableCopy replayed() {
    TrainableCopy copied = Objects.requireNonNull(copy, "no iteration " + at);
    GeneratorState now = new GeneratorState();
    now.remember();
    generator.restore();
    try {
      for (KeptMinibatch minibatch : kept) {
        copied.step(minibatch.minibatch(), minibatch.startsSeries());
      }
    } finally {
      now.restore();
    }
    return copied;
  }

  int steps() {
    return kept.size();
  }

  static @Nullable INDArray state(Model model) {
    return model instanceof MultiLayerNetwork net
        ? net.getUpdater().getStateViewArray()
        : ((ComputationGraph) model).getUpdater().getStateViewArray();
  }

  @Override
  public void close() {
    kept.forEach(KeptMinibatch::close);
    if (copy != null) {
      copy.close();
    }
  }
}
