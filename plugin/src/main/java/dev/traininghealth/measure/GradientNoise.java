package dev.traininghealth.measure;

import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.guard.MemoryBudget.Use;
import dev.traininghealth.guard.RoundPace;
import dev.traininghealth.measure.noise.GradientCopy;
import dev.traininghealth.measure.noise.MinibatchHalves;
import dev.traininghealth.measure.noise.NoiseEstimate;
import dev.traininghealth.network.GeneratorState;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NumericLimits;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Measures the noise scale of the gradient ({@link NoiseEstimate}) on a copy of the network.
 *
 * <p>The copy keeps the parameters of one iteration for a round of up to {@value #MAX_MINIBATCHES}
 * minibatches, far apart, and computes the gradient of two halves of each. Parameters that are half
 * as old as the run are replaced, because the noise scale grows during training.
 *
 * <p>Nothing is done in the first {@value #START_ITERATIONS} iterations, and later only as the
 * reserve of a {@link RoundPace} pays for it. What it cannot measure is left out: networks with
 * parameters that are frozen, have a learning rate of 0 or are running statistics (batch
 * normalization divides by the deviation of a minibatch, whose halves have another one), truncated
 * backpropagation, minibatches with masks, and networks whose copy takes more than {@link
 * #MAX_BYTES}.
 */
final class GradientNoise {
  /** Iterations before the first. The noise scale of the start is small and soon outdated. */
  static final int START_ITERATIONS = 1000;

  /** Iteration from which on the reserve saves for the first: by then the typical step is known. */
  private static final int ESTIMATED_AT = 100;

  /**
   * Minibatches of a round. A noise scale of ten times the batch size is then sure, if the noise
   * has ten directions or more. More would measure parameters that are too old.
   */
  static final int MAX_MINIBATCHES = 32;

  /** Ratio of an iteration to that of the parameters from which on a round ends early. */
  private static final int MAX_AGE_FACTOR = 2;

  /**
   * Minimum of iterations between two measurements, of which most iterations must have none, and
   * the maximum of as many random ones in addition: epochs of a few minibatches would otherwise
   * show the same one again and again.
   */
  private static final int MIN_ITERATIONS_BETWEEN = 20;

  /**
   * Memory of the copy, bytes. It is for an INFO: larger networks need their memory for the
   * baseline and for protection.
   */
  private static final long MAX_BYTES = 1L << 28;

  private final Guard guard =
      Guard.optional(
          "Computing gradients of a copy of the network",
          "the noise of the gradient is not measured");
  private final CostAccount account;
  private final MemoryBudget budget;
  private final ParameterTable table;
  private final MeasurementWriter measurement;
  private final RoundPace pace;
  private final NoiseEstimate estimate = new NoiseEstimate();
  private final GeneratorState generator = new GeneratorState();
  private final Random random = new Random(1); // DL4J's generator is the training's
  private final MemoryLease memory = new MemoryLease(this::free);
  private boolean disabled;
  private long takenBytes;
  private long lastNanos; // of a measurement, 0 before the first
  private int iterations;
  private int untilNext = START_ITERATIONS;
  private long parametersIteration;
  private @Nullable GradientCopy copy;

  GradientNoise(
      CostAccount account,
      MemoryBudget budget,
      ParameterTable table,
      MeasurementWriter measurement) {
    this.account = account;
    this.budget = budget;
    this.table = table;
    this.measurement = measurement;
    pace = new RoundPace(account, RoundPace.NOISE_SHARE);
    NumericLimits limits = table.layout().limits();
    disabled =
        !table.isStochasticGradientDescent()
            || !table.isMeanOverMinibatch()
            || !table.layout().isTrainedByGradientsAlone()
            || GradientCopy.bytes(table.bytes()) > MAX_BYTES
            || !(limits.equals(NumericLimits.FLOAT) || limits.equals(NumericLimits.DOUBLE));
  }

  /** Measures a minibatch if that is due; called after each update. */
  void onIterationDone(Network network) {
    if (disabled) {
      return;
    }
    iterations++;
    untilNext--;
    if (iterations == ESTIMATED_AT) {
      pace.paid(account.typicalStep()); // two halves take about a step, before any was measured
    }
    pace.onIterationDone();
    if (untilNext > 0 || !isAffordable() || !memory.begin()) {
      return;
    }
    try {
      untilNext = MIN_ITERATIONS_BETWEEN + random.nextInt(MIN_ITERATIONS_BETWEEN + 1);
      Minibatch minibatch = network.minibatch();
      int examples = MinibatchHalves.examplesOf(minibatch);
      if (examples > 0 && !network.carriesState() && !isPartlyAtRest()) {
        measure(network, minibatch, examples);
      }
    } finally {
      memory.done();
      account.chargeOptional();
    }
  }

  /**
   * Whether the reserve pays for a measurement. Its first ones have to be saved for like later
   * ones, although their code is not compiled yet: nothing else waits for an INFO.
   */
  private boolean isAffordable() {
    return pace.isSaved() && (account.hasCredit() || pace.isDue());
  }

  /** Whether another network trains some of the parameters, as those of a GAN do. */
  private boolean isPartlyAtRest() {
    for (double rate : measurement.learningRate) {
      if (rate == 0) {
        return true;
      }
    }
    return false;
  }

  private void measure(Network network, Minibatch minibatch, int examples) {
    generator.remember();
    MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    try (outside) {
      GradientCopy gradients = copy == null ? create(network) : copy;
      boolean isNewRound = isRoundOver();
      // The last minibatch of an epoch may be smaller than others.
      if (gradients == null || (!isNewRound && examples < estimate.examples())) {
        return;
      }
      if (pace.isSaved()) {
        pace.spendOnce();
      }
      pace.restart();
      long start = account.now();
      if (isNewRound) {
        gradients.begin(network);
        estimate.begin(examples);
        parametersIteration = measurement.iteration;
      }
      try (MinibatchHalves halves = MinibatchHalves.of(minibatch, estimate.examples(), random)) {
        gradients.measure(halves, estimate);
      } finally {
        gradients.clear();
      }
      report();
      pay(account.now() - start);
    } catch (Throwable e) {
      disabled = true;
      free();
      guard.failed(e);
    } finally {
      generator.restore();
    }
  }

  /** Learns the shorter of the last two times: a pause of the JVM rarely prolongs both. */
  private void pay(long nanos) {
    pace.paid((double) (lastNanos == 0 ? nanos : Math.min(lastNanos, nanos)));
    lastNanos = nanos;
  }

  private boolean isRoundOver() {
    return estimate.minibatches() == 0
        || estimate.minibatches() >= MAX_MINIBATCHES
        || !estimate.isFinite()
        || (estimate.minibatches() > NoiseEstimate.MIN_MINIBATCHES
            && measurement.iteration > MAX_AGE_FACTOR * parametersIteration);
  }

  /** Creates the copy; null if its memory or the generator's state is not to be had. */
  private @Nullable GradientCopy create(Network network) {
    long bytes = GradientCopy.bytes(table.bytes());
    if (!generator.isKnown() || !budget.take(Use.GRADIENT_NOISE, bytes)) {
      disabled = true;
      return null;
    }
    takenBytes = bytes;
    copy = GradientCopy.of(network);
    return copy;
  }

  private void report() {
    double low = estimate.low();
    if (!Double.isNaN(low)) {
      measurement.noiseScale.set(
          measurement.iteration, parametersIteration, low, estimate.high(), estimate.variance());
    }
  }

  /** Ends the measurements and frees their memory; any thread may call it. */
  void release() {
    memory.end();
  }

  private void free() {
    if (copy != null) {
      copy.release();
    }
    copy = null;
    budget.giveBack(Use.GRADIENT_NOISE, takenBytes);
    takenBytes = 0;
  }
}
