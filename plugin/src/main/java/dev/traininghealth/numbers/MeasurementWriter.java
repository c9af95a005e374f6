package dev.traininghealth.numbers;

import java.util.Arrays;

/**
 * Writable numbers of one iteration, with one slot per parameter or layer.
 *
 * <p>Slots are indices of {@link NetworkLayout}. One instance is refilled each iteration, so that
 * measuring allocates nothing. Code that only reads, such as a user's detector, gets its {@link
 * Measurement}.
 *
 * @hidden
 */
public final class MeasurementWriter {
  // --- the whole network, at this iteration
  /** DL4J's iteration count, from 0; -1 before the first. */
  public long iteration = -1;

  /** DL4J's epoch count, from 0. */
  public int epoch;

  /** Wall-clock time, milliseconds since 1970. */
  public long timeMillis;

  /** Score (loss with regularization) of the minibatch. */
  public double score = Measurement.absent();

  /** Number of examples in the minibatch. */
  public int batchSize;

  /** Time from the previous iteration's end to this one's, milliseconds; absent in the first. */
  public double stepMillis = Measurement.absent();

  /**
   * The listener's share of the training time in about the last ten seconds, 0 to 1, without
   * snapshots and trials; absent in the first six seconds of training.
   */
  public double recentCostShare = Measurement.absent();

  /** Time that the listener took in the first five seconds of training, seconds. */
  public double startCostSeconds;

  /** Time that snapshots and trials have taken so far, seconds; limited apart. */
  public double protectionCostSeconds;

  /** What protection did to the step of this iteration. */
  public final StepRecord protection = new StepRecord();

  /** The time of the iteration's parts, and the memory of the JVM. */
  public final ConditionsRecord conditions = new ConditionsRecord();

  // --- one slot per parameter
  /** L2 norm of the gradient, mean over the minibatch; measured at every iteration. */
  public final double[] gradientNorm;

  /**
   * L2 norm of the parameter after the update of {@link #weightIteration}. Before the first update
   * it is the norm of the initial weights.
   */
  public final double[] weightNorm;

  /** L2 norm of the update of {@link #updateIteration}. */
  public final double[] updateNorm;

  /** Mean of absolute values of the parameter, measured with {@link #weightNorm}. */
  public final double[] weightMeanMagnitude;

  /** Mean of absolute values of the update, measured with {@link #weightNorm}. */
  public final double[] updateMeanMagnitude;

  /** Learning rate of the parameter's updater; absent if it has none (NoOp, AdaDelta). */
  public final double[] learningRate;

  /** Iteration at which weights, and updates if they are known, were measured last, or -1. */
  public long weightIteration = -1;

  /**
   * Iteration of {@link #updateNorm}, or -1. It is {@link #weightIteration} or, under plain
   * stochastic gradient descent, a later one: there the norms follow from the gradient's.
   */
  public long updateIteration = -1;

  /** Iteration before whose gradient all weights were replaced by averaged ones, or -1. */
  public long weightsReplacedIteration = -1;

  // --- one slot per parameter, scheduled: latest values
  /** Standard deviation of the gradient's elements. */
  public final double[] gradientStandardDeviation;

  /** Iteration at which each {@link #gradientStandardDeviation} was measured last, or -1. */
  public final long[] gradientDeviationIteration;

  /** Standard deviation of the update's elements. */
  public final double[] updateStandardDeviation;

  /** Iteration at which each {@link #updateStandardDeviation} was measured last, or -1. */
  public final long[] updateDeviationIteration;

  /** Largest singular value of each weight and recurrent matrix; absent for other parameters. */
  public final double[] largestSingularValue;

  /** Iteration at which each {@link #largestSingularValue} was measured last, or -1. */
  public final long[] singularValueIteration;

  /** Histogram of the parameter's elements. */
  public final Histogram[] weightHistogram;

  /** Iteration at which each {@link #weightHistogram} was measured last, or -1. */
  public final long[] weightHistogramIteration;

  /** Histogram of the update's elements. */
  public final Histogram[] updateHistogram;

  /** Iteration at which each {@link #updateHistogram} was measured last, or -1. */
  public final long[] updateHistogramIteration;

  /** What a reader of these numbers asks of the meter; not copied. */
  private boolean wantsDeviations;

  /** Mean of the features of the first layer, measured with its activations; absent in a graph. */
  public double inputMean = Measurement.absent();

  /** Their sample standard deviation. */
  public double inputStandardDeviation = Measurement.absent();

  /** Iteration at which both were measured last, or -1. */
  public long inputIteration = -1;

  // --- one slot per layer, scheduled: latest values
  /** Mean of the layer's activations over minibatch and units. */
  public final double[] activationMean;

  /** Root mean square of the layer's activations over minibatch and units. */
  public final double[] activationRms;

  /** Standard deviation of the layer's activations over minibatch and units. */
  public final double[] activationStandardDeviation;

  /**
   * Share of activations that are exactly 0, from 0 to 1, including zeros by the next layer's
   * dropout.
   */
  public final double[] activationZeroFraction;

  /**
   * Share of the layer's units (channels of a convolution) that were exactly 0 for all recently
   * measured examples, from 0 to 1; absent before enough measurements.
   */
  public final double[] silentUnitFraction;

  /**
   * Share of activations at a limit of the layer's activation function, where its slope is near 0.
   * From 0 to 1; absent for functions without limits.
   */
  public final double[] saturatedFraction;

  /**
   * Share of the sum of squares of the layer's activations by which examples differ from their
   * mean: 0 if all are the same, 1 if the mean is 0; absent behind dropout.
   */
  public final double[] exampleSpread;

  /**
   * Effective rank of these differences, at least 1 and below the number of examples; 0 if all
   * examples are the same; absent behind dropout.
   */
  public final double[] activationRank;

  /** Iteration at which each layer's activations were measured last, or -1. */
  public final long[] activationIteration;

  // --- the data, at the first iterations and occasionally afterwards
  /** Statistics of the data that minibatches contain. */
  public final DataRecord data = new DataRecord();

  // --- the noise of the gradient, scheduled: latest values
  /** The batch size at which noise and signal of a gradient are equal. */
  public final NoiseRecord noiseScale = new NoiseRecord();

  // --- validation, if the user has it: latest values
  /** Latest score on validation data. */
  public double validationScore = Measurement.absent();

  /** Iteration after which it was computed, or -1. */
  public long validationIteration = -1;

  /** Number of validation scores so far. */
  public long validationCount;

  // --- the frozen baseline, scheduled: latest values
  /**
   * Score of the frozen baseline of {@link #baselineIteration} on the minibatch of {@link
   * #comparisonIteration}. It is computed without dropout, with regularization and with the current
   * running statistics.
   */
  public double baselineScore = Measurement.absent();

  /** The current network's score, computed like {@link #baselineScore} on the same minibatch. */
  public double comparedScore = Measurement.absent();

  /** Iteration whose minibatch both were scored on last, or -1. */
  public long comparisonIteration = -1;

  /** Iteration after which the frozen baseline of these scores was taken, or -1. */
  public long baselineIteration = -1;

  private final Measurement view = new Measurement(this);

  /**
   * Creates a measurement in which everything is absent.
   *
   * @param layers number of layers, as in {@link NetworkLayout#layers()}
   * @param parameters number of parameter arrays, as in {@link NetworkLayout#parameters()}
   */
  public MeasurementWriter(int layers, int parameters) {
    gradientNorm = absent(parameters);
    weightNorm = absent(parameters);
    updateNorm = absent(parameters);
    weightMeanMagnitude = absent(parameters);
    updateMeanMagnitude = absent(parameters);
    learningRate = absent(parameters);
    gradientStandardDeviation = absent(parameters);
    gradientDeviationIteration = never(parameters);
    updateStandardDeviation = absent(parameters);
    updateDeviationIteration = never(parameters);
    largestSingularValue = absent(parameters);
    singularValueIteration = never(parameters);
    weightHistogram = histograms(parameters);
    weightHistogramIteration = never(parameters);
    updateHistogram = histograms(parameters);
    updateHistogramIteration = never(parameters);
    activationMean = absent(layers);
    activationRms = absent(layers);
    activationStandardDeviation = absent(layers);
    activationZeroFraction = absent(layers);
    silentUnitFraction = absent(layers);
    saturatedFraction = absent(layers);
    exampleSpread = absent(layers);
    activationRank = absent(layers);
    activationIteration = never(layers);
  }

  /** {@return a read-only view of these numbers, always the same object} */
  public Measurement measurement() {
    return view;
  }

  /**
   * Asks for the deviations of gradients and updates at an iteration at which weights are measured,
   * too, as DL4J's pages show them together.
   */
  public void wantDeviations() {
    wantsDeviations = true;
  }

  /** {@return whether deviations were asked for and are not measured yet} */
  public boolean wantsDeviations() {
    return wantsDeviations;
  }

  /** Notes that the deviations were measured that were asked for. */
  public void clearWantedDeviations() {
    wantsDeviations = false;
  }

  /**
   * Makes this a copy of a measurement of the same network.
   *
   * @param other what to copy
   */
  public void copyFrom(MeasurementWriter other) {
    iteration = other.iteration;
    epoch = other.epoch;
    timeMillis = other.timeMillis;
    score = other.score;
    batchSize = other.batchSize;
    stepMillis = other.stepMillis;
    recentCostShare = other.recentCostShare;
    startCostSeconds = other.startCostSeconds;
    protectionCostSeconds = other.protectionCostSeconds;
    weightIteration = other.weightIteration;
    updateIteration = other.updateIteration;
    weightsReplacedIteration = other.weightsReplacedIteration;
    protection.copyFrom(other.protection);
    conditions.copyFrom(other.conditions);
    copy(other.gradientNorm, gradientNorm);
    copy(other.weightNorm, weightNorm);
    copy(other.updateNorm, updateNorm);
    copy(other.weightMeanMagnitude, weightMeanMagnitude);
    copy(other.updateMeanMagnitude, updateMeanMagnitude);
    copy(other.learningRate, learningRate);
    copy(other.gradientStandardDeviation, gradientStandardDeviation);
    copy(other.gradientDeviationIteration, gradientDeviationIteration);
    copy(other.updateStandardDeviation, updateStandardDeviation);
    copy(other.updateDeviationIteration, updateDeviationIteration);
    copy(other.largestSingularValue, largestSingularValue);
    copy(other.singularValueIteration, singularValueIteration);
    for (int i = 0; i < weightHistogram.length; i++) {
      weightHistogram[i].copyFrom(other.weightHistogram[i]);
      updateHistogram[i].copyFrom(other.updateHistogram[i]);
    }
    copy(other.weightHistogramIteration, weightHistogramIteration);
    copy(other.updateHistogramIteration, updateHistogramIteration);
    inputMean = other.inputMean;
    inputStandardDeviation = other.inputStandardDeviation;
    inputIteration = other.inputIteration;
    copy(other.activationMean, activationMean);
    copy(other.activationRms, activationRms);
    copy(other.activationStandardDeviation, activationStandardDeviation);
    copy(other.activationZeroFraction, activationZeroFraction);
    copy(other.silentUnitFraction, silentUnitFraction);
    copy(other.saturatedFraction, saturatedFraction);
    copy(other.exampleSpread, exampleSpread);
    copy(other.activationRank, activationRank);
    data.copyFrom(other.data);
    noiseScale.copyFrom(other.noiseScale);
    validationScore = other.validationScore;
    validationIteration = other.validationIteration;
    validationCount = other.validationCount;
    baselineScore = other.baselineScore;
    comparedScore = other.comparedScore;
    comparisonIteration = other.comparisonIteration;
    baselineIteration = other.baselineIteration;
    copy(other.activationIteration, activationIteration);
  }

  private static void copy(double[] from, double[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }

  private static void copy(long[] from, long[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }

  private static long[] never(int length) {
    long[] iterations = new long[length];
    Arrays.fill(iterations, -1);
    return iterations;
  }

  private static double[] absent(int length) {
    double[] values = new double[length];
    Arrays.fill(values, Measurement.absent());
    return values;
  }

  private static Histogram[] histograms(int length) {
    Histogram[] histograms = new Histogram[length];
    for (int i = 0; i < length; i++) {
      histograms[i] = new Histogram();
    }
    return histograms;
  }
}
