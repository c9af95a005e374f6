package dev.traininghealth.measure;

import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.ParameterRole;
import java.util.Arrays;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Scores the network as it is beside the network as it was after its first update, both on the
 * minibatch that is being trained and both as in inference, so that neither dropout nor the luck of
 * the minibatch is between them: what differs is what has been learned.
 *
 * <p>One copy of the network is given the one's parameters and then the other's; the network that
 * is trained is read alone. Running statistics (batch normalization's) are today's for both: they
 * adapt whatever the weights do, and would pass for learning. Regularization is part of both
 * scores. Segments of truncated backpropagation start from no state, for both.
 */
final class FrozenBaseline {
  /** Controls between two looks at the output layer, each of which is one more forward pass. */
  private static final int OUTPUT_EVERY = 4;

  private final Guard guard =
      Guard.optional(
          "Scoring a copy of this network beside the training",
          "there is no paired control, and whether the network learns is judged by the scores of its"
              + " minibatches alone");
  private final CostAccount account;
  private final BaselinePace pace;
  private final ParameterTable table;
  private final MeasurementWriter measurement;
  private final ScheduledMeasures measures;

  private boolean off;
  private long frozenIteration = -1;

  /** Parameters of the network as it was, once it has been updated. */
  private @Nullable INDArray frozen;

  /** The parameters that are trained. */
  private @Nullable INDArray current;

  private @Nullable ScoredCopy copy;
  private final MemoryLease memory = new MemoryLease(this::free);
  private long iteration;
  private int controls;

  FrozenBaseline(
      CostAccount account,
      ParameterTable table,
      MeasurementWriter measurement,
      ScheduledMeasures measures) {
    this.account = account;
    pace = new BaselinePace(account);
    this.table = table;
    this.measurement = measurement;
    this.measures = measures;
    measurement.baselineScore = Measurement.absent(); // of arrays bound before
    measurement.comparedScore = Measurement.absent();
    measurement.comparisonIteration = -1;
    measurement.baselineIteration = -1;
    off = !table.isStochasticGradientDescent();
  }

  /** Memory of the two copies of the parameters; 0 where there is no control. */
  long bytes() {
    return off ? 0 : 2 * table.bytes();
  }

  /**
   * When an update has been applied: sets the first network aside, and scores where it is time to.
   * Where the copy cannot be made or scored (a custom layer, or no memory) there is no control.
   */
  void onIterationDone(Network network, long iteration) {
    this.iteration = iteration;
    if (off || !memory.begin()) {
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
      freeze(network.model());
      return;
    }
    if (pace.isDue()) {
      Minibatch minibatch = network.minibatch();
      if (minibatch.isComplete()) {
        control(network, minibatch);
      }
    }
  }

  /** Takes the network as it is for the frozen one. */
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

  /** Ends the control for good and frees its memory; may be called by any thread. */
  void release() {
    memory.end();
  }

  /** Frees what is the control's own; the parameters that are trained are the user's. */
  private void free() {
    OffHeapMemory.release(frozen);
    if (copy != null) {
      copy.release();
    }
    frozen = null;
    current = null;
    copy = null;
  }

  private void freeze(Model model) {
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try (outside) {
      INDArray parameters = model.params();
      current = parameters;
      frozen = parameters.dup();
      frozenIteration = iteration;
    } catch (Throwable e) {
      switchOff(e);
    }
  }

  private void control(Network network, Minibatch minibatch) {
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try (outside) {
      ScoredCopy scored = copy;
      if (scored == null) {
        scored = ScoredCopy.of(network);
        copy = scored;
      }
      long start = account.now();
      scored.parameters.assign(frozen);
      copyStatistics(network.model(), scored);
      double before = scored.score(minibatch);
      scored.parameters.assign(current);
      measurement.comparedScore = scored.score(minibatch);
      measurement.baselineScore = before;
      measurement.comparisonIteration = iteration;
      measurement.baselineIteration = frozenIteration;
      if (controls++ % OUTPUT_EVERY == 0) {
        INDArray[] outputs = scored.outputs(minibatch);
        measures.outputs(outputs);
        OffHeapMemory.release(Arrays.asList(outputs), minibatch.arrays());
      }
      scored.clear();
      pace.measured(account.now() - start);
    } catch (Throwable e) {
      switchOff(e);
    }
  }

  private void copyStatistics(Model model, ScoredCopy scored) {
    for (NetworkLayout.Parameter parameter : table.layout().parameters()) {
      if (parameter.role() == ParameterRole.STATISTIC) {
        scored.parameter(parameter.key()).assign(model.getParam(parameter.key()));
      }
    }
  }

  private void switchOff(Throwable cause) {
    off = true;
    free();
    guard.failed(cause);
  }
}
