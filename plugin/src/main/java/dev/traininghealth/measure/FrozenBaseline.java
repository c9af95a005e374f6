package dev.traininghealth.measure;

import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.guard.MemoryBudget.Use;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Scores the current network beside its state after the first update. Both are scored on the
 * current minibatch, as in inference, so that dropout and the choice of the minibatch do not
 * matter. The difference is what has been learned. If forward passes are slow, both are scored on
 * the first examples of the minibatch only; see {@link BaselinePace#affordable}.
 *
 * <p>One copy of the network is given the parameters of both states in turn; the trained network is
 * only read. Both use the current values of what this network does not train: running statistics
 * (batch normalization's), which adapt independently of the weights and would count as learning,
 * and the layers that are frozen or have a learning rate of 0, which another network may train (the
 * discriminator behind a generator). Regularization is part of both scores. For both, segments of
 * truncated backpropagation start without state.
 */
final class FrozenBaseline {
  /** Comparisons per measurement of the output layer, which needs one more forward pass. */
  private static final int COMPARISONS_PER_OUTPUT = 4;

  private final Guard guard =
      Guard.optional(
          "Scoring a copy of the network",
          "there is no frozen baseline, and progress is judged by minibatch scores alone");
  private final CostAccount account;
  private final MemoryBudget budget;
  private BaselinePace pace;
  private final ParameterTable table;
  private final MeasurementWriter measurement;
  private final ScheduledMeasures measures;

  private boolean disabled;
  private long takenBytes;
  private long frozenIteration = -1; // -1 before the first update

  /** Parameters of the network after its first update, or after the latest refreeze. */
  private @Nullable INDArray frozen;

  /** The parameters being trained. */
  private @Nullable INDArray current;

  private @Nullable ScoredCopy copy;

  /** The user's setting of the copy's workspaces. */
  private WorkspaceMode workspaces = WorkspaceMode.ENABLED;

  private final MemoryLease memory = new MemoryLease(this::free);
  private long iteration;
  private int comparisons;

  /** Whether the trained network is inside its workspaces, as it is when a gradient is complete. */
  private boolean isInsideWorkspaces;

  FrozenBaseline(
      CostAccount account,
      MemoryBudget budget,
      ParameterTable table,
      MeasurementWriter measurement,
      ScheduledMeasures measures) {
    this.account = account;
    this.budget = budget;
    pace = new BaselinePace(account);
    this.table = table;
    this.measurement = measurement;
    this.measures = measures;
    measurement.baselineScore = Measurement.absent(); // of arrays bound before
    measurement.comparedScore = Measurement.absent();
    measurement.comparisonIteration = -1;
    measurement.baselineIteration = -1;
    disabled = !table.isStochasticGradientDescent();
    if (!disabled) {
      budget.expect(Use.FROZEN_BASELINE, bytes());
    }
  }

  /**
   * Takes over the frozen state and the copy of a baseline for the same network's earlier arrays,
   * unless their memory was freed.
   */
  void continueFrom(FrozenBaseline before) {
    if (!before.memory.begin()) {
      return;
    }
    try {
      pace = before.pace;
      disabled = before.disabled;
      frozen = before.frozen;
      copy = before.copy;
      workspaces = before.workspaces;
      frozenIteration = before.frozenIteration;
      iteration = before.iteration;
      comparisons = before.comparisons;
      takenBytes = before.takenBytes;
      before.frozen = null;
      before.copy = null;
      before.takenBytes = 0;
      budget.expect(Use.FROZEN_BASELINE, 0); // it is taken
    } finally {
      before.memory.done();
    }
  }

  /** Memory of the two copies of the parameters, bytes; 0 if there is no frozen baseline. */
  long bytes() {
    return disabled ? 0 : 2 * table.bytes();
  }

  /**
   * Freezes the first network, and compares when a comparison is due; called after an update. If
   * the copy cannot be made or scored (a custom layer), or the run's memory does not suffice, there
   * is no frozen baseline.
   */
  void onIterationDone(Network network, long iteration) {
    this.iteration = iteration;
    if (disabled || !memory.begin()) {
      return;
    }
    try {
      compare(network);
    } finally {
      memory.done();
    }
  }

  private void compare(Network network) {
    if (frozen == null) {
      if (budget.take(Use.FROZEN_BASELINE, bytes())) {
        takenBytes = bytes();
        freeze(network.model());
      } else {
        disabled = true;
      }
      return;
    }
    if (current == null) { // taken over
      current = network.model().params();
    }
    if (pace.isDue()) {
      Minibatch minibatch = network.minibatch();
      if (minibatch.isComplete()) {
        score(network, minibatch);
      }
    }
  }

  /**
   * Compares out of turn, when the gradient of an iteration has been computed and nothing has been
   * updated, so that the score of this minibatch can be judged at once.
   */
  void compareAtGradient(Network network, long iteration) {
    if (disabled || frozen == null || current == null || !memory.begin()) {
      return;
    }
    try {
      this.iteration = iteration;
      Minibatch minibatch = network.minibatch();
      if (minibatch.isComplete()) {
        pace.onRequested();
        isInsideWorkspaces = true;
        score(network, minibatch);
      }
    } finally {
      isInsideWorkspaces = false;
      memory.done();
    }
  }

  /** Replaces the frozen network by the current one. */
  void refreeze() {
    if (!memory.begin()) {
      return;
    }
    try {
      INDArray before = frozen;
      INDArray now = current;
      if (before != null && now != null) {
        before.assign(now);
        frozenIteration = iteration;
      }
    } finally {
      memory.done();
    }
  }

  /** Ends the comparisons and frees their memory; any thread may call it. */
  void release() {
    memory.end();
  }

  /** Frees the arrays of this class; the trained parameters belong to the user. */
  private void free() {
    OffHeapMemory.release(frozen);
    if (copy != null) {
      copy.release();
    }
    frozen = null;
    current = null;
    copy = null;
    budget.giveBack(Use.FROZEN_BASELINE, takenBytes);
    takenBytes = 0;
  }

  private void freeze(Model model) {
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try (outside) {
      INDArray parameters = model.params();
      current = parameters;
      frozen = parameters.dup();
      frozenIteration = iteration;
    } catch (Throwable e) {
      disable(e);
    }
  }

  private void score(Network network, Minibatch minibatch) {
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try (outside) {
      ScoredCopy scored = copy;
      if (scored == null) {
        scored = ScoredCopy.of(network);
        copy = scored;
        workspaces = scored.workspaces();
      }
      long start = account.now();
      int all = minibatch.examples();
      int examples = pace.affordable(all);
      boolean isPart = examples < all;
      Minibatch part = isPart ? minibatch.first(examples) : minibatch;
      try {
        compare(network.model(), scored, part);
      } finally {
        if (isPart) {
          part.release();
        }
      }
      pace.measured(account.now() - start, (double) examples / all);
    } catch (Throwable e) {
      disable(e);
    }
  }

  private void compare(Model model, ScoredCopy scored, Minibatch minibatch) {
    scored.useWorkspaces(isInsideWorkspaces ? WorkspaceMode.NONE : workspaces);
    scored.parameters.assign(frozen);
    copyUntrained(model, scored);
    double before = scored.score(minibatch);
    scored.parameters.assign(current);
    measurement.comparedScore = scored.score(minibatch);
    measurement.baselineScore = before;
    measurement.comparisonIteration = iteration;
    measurement.baselineIteration = frozenIteration;
    if (!isInsideWorkspaces && comparisons++ % COMPARISONS_PER_OUTPUT == 0) {
      INDArray[] outputs = scored.outputs(minibatch);
      measures.outputs(outputs);
      OffHeapMemory.release(Arrays.asList(outputs), minibatch.arrays());
    }
    scored.clear();
  }

  /** Copies the current values of parameters that this network does not train. */
  private void copyUntrained(Model model, ScoredCopy scored) {
    List<NetworkLayout.Parameter> parameters = table.layout().parameters();
    for (int p = 0; p < parameters.size(); p++) {
      NetworkLayout.Parameter parameter = parameters.get(p);
      if (!parameter.isTrained() || measurement.learningRate[p] == 0) {
        scored.parameter(parameter.key()).assign(model.getParam(parameter.key()));
      }
    }
  }

  private void disable(Throwable cause) {
    disabled = true;
    free();
    guard.failed(cause);
  }
}
