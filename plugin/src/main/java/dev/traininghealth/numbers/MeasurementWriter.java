package dev.traininghealth.numbers;

import java.util.Arrays;

/**
 * The numbers of one iteration as they are written, in primitive arrays with one slot a parameter
 * or a layer (indices of {@link NetworkLayout}). One instance is filled anew each iteration, so
 * that measuring allocates nothing; what reads them and may come from a user has its {@link
 * Measurement}.
 *
 * @hidden
 */
public final class MeasurementWriter {
  // --- of the whole run, at this iteration
  /** DL4J's iteration count, from 0; -1 before the first. */
  public long iteration = -1;

  /** DL4J's epoch count, from 0. */
  public int epoch;

  /** Wall clock, milliseconds since 1970. */
  public long timeMillis;

  /** Score (loss with regularization) of the minibatch. */
  public double score = Measurement.absent();

  /** Examples in the minibatch. */
  public int batchSize;

  /** Time from the end of the previous iteration to the end of this one, milliseconds. */
  public double stepMillis = Measurement.absent();

  /** Share of the elapsed time that the listener took since it was attached, 0 to 1. */
  public double recentCostShare = Measurement.absent();

  /** What protection did to the step of this iteration. */
  public final StepRecord protection = new StepRecord();

  // --- one slot a parameter
  /** L2 norm of the gradient, mean over the minibatch; measured at every iteration. */
  public final double[] gradientNorm;

  /**
   * L2 norm of the parameter after the update; belongs to {@link #weightIteration}. Before the
   * first update it is that of the weights that the network began with.
   */
  public final double[] weightNorm;

  /** L2 norm of the update; belongs to {@link #weightIteration}. */
  public final double[] updateNorm;

  /** Mean magnitude (mean of absolute values) of the parameter; as {@link #weightNorm}. */
  public final double[] weightMeanMagnitude;

  /** Mean magnitude of the update; as {@link #weightNorm}. */
  public final double[] updateMeanMagnitude;

  /** Learning rate of the parameter's updater; absent where it has none (NoOp, AdaDelta). */
  public final double[] learningRate;

  /** Iteration at which weight and update norms and mean magnitudes were measured last. */
  public long weightIteration = -1;

  // --- one slot a parameter, on a schedule: latest values
  /** Standard deviation of the gradient's elements. */
  public final double[] gradientStandardDeviation;

  /** Standard deviation of the update's elements. */
  public final double[] updateStandardDeviation;

  /** Largest singular value of each weight and recurrent matrix; absent for other parameters. */
  public final double[] largestSingularValue;

  /** Histogram of the parameter's elements. */
  public final Histogram[] weightHistogram;

  /** Histogram of the update's elements. */
  public final Histogram[] updateHistogram;

  /** Iteration at which each {@link #largestSingularValue} was measured last, or -1. */
  public final long[] singularValueIteration;

  // --- one slot a layer, on a schedule: latest values
  /** Mean of the layer's activations over minibatch and units. */
  public final double[] activationMean;

  /** Root mean square of the layer's activations over minibatch and units. */
  public final double[] activationRms;

  /** Standard deviation of the layer's activations over minibatch and units. */
  public final double[] activationStandardDeviation;

  /** Share of activations that are exactly zero, 0 to 1; the next layer's dropout adds to it. */
  public final double[] activationZeroFraction;

  /**
   * Share of the layer's units (channels of a convolution) that were exactly zero for every example
   * of each of the last measurements, 0 to 1; absent until there are enough of them.
   */
  public final double[] silentUnitFraction;

  /**
   * Share of activations at a limit of the layer's activation function, where it has next to no
   * slope, 0 to 1; absent for functions without limits.
   */
  public final double[] saturatedFraction;

  /** Iteration at which each layer's activations were measured last, or -1. */
  public final long[] activationIteration;

  // --- of the data, at the first iterations and now and then
  /** What the minibatches hold. */
  public final DataSummary data = new DataSummary();

  // --- the paired control, on a schedule: latest values
  /**
   * Score of the network as it was at {@link #baselineIteration}, without dropout, with
   * regularization and with today's running statistics.
   */
  public double baselineScore = Measurement.absent();

  /** Score of the network as it is, on the same minibatch, likewise. */
  public double comparedScore = Measurement.absent();

  /** Iteration whose minibatch both were scored on last, or -1. */
  public long comparisonIteration = -1;

  /** Iteration after which the frozen copy of these scores was taken, or -1. */
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
    updateStandardDeviation = absent(parameters);
    largestSingularValue = absent(parameters);
    weightHistogram = histograms(parameters);
    updateHistogram = histograms(parameters);
    singularValueIteration = new long[parameters];
    Arrays.fill(singularValueIteration, -1);
    activationMean = absent(layers);
    activationRms = absent(layers);
    activationStandardDeviation = absent(layers);
    activationZeroFraction = absent(layers);
    silentUnitFraction = absent(layers);
    saturatedFraction = absent(layers);
    activationIteration = new long[layers];
    Arrays.fill(activationIteration, -1);
  }

  /** {@return the same numbers, to be read only; always the same object} */
  public Measurement measurement() {
    return view;
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
    weightIteration = other.weightIteration;
    protection.copyFrom(other.protection);
    copy(other.gradientNorm, gradientNorm);
    copy(other.weightNorm, weightNorm);
    copy(other.updateNorm, updateNorm);
    copy(other.weightMeanMagnitude, weightMeanMagnitude);
    copy(other.updateMeanMagnitude, updateMeanMagnitude);
    copy(other.learningRate, learningRate);
    copy(other.gradientStandardDeviation, gradientStandardDeviation);
    copy(other.updateStandardDeviation, updateStandardDeviation);
    copy(other.largestSingularValue, largestSingularValue);
    System.arraycopy(
        other.singularValueIteration, 0, singularValueIteration, 0, singularValueIteration.length);
    for (int i = 0; i < weightHistogram.length; i++) {
      weightHistogram[i].copyFrom(other.weightHistogram[i]);
      updateHistogram[i].copyFrom(other.updateHistogram[i]);
    }
    copy(other.activationMean, activationMean);
    copy(other.activationRms, activationRms);
    copy(other.activationStandardDeviation, activationStandardDeviation);
    copy(other.activationZeroFraction, activationZeroFraction);
    copy(other.silentUnitFraction, silentUnitFraction);
    copy(other.saturatedFraction, saturatedFraction);
    data.copyFrom(other.data);
    baselineScore = other.baselineScore;
    comparedScore = other.comparedScore;
    comparisonIteration = other.comparisonIteration;
    baselineIteration = other.baselineIteration;
    System.arraycopy(
        other.activationIteration, 0, activationIteration, 0, activationIteration.length);
  }

  private static void copy(double[] from, double[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
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
