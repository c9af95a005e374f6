package dev.traininghealth.numbers;

import java.util.Arrays;

/**
 * The numbers of one iteration, in primitive arrays with one slot a parameter or a layer (indices
 * of {@link NetworkLayout}). One instance is filled anew each iteration, so that measuring
 * allocates nothing; who keeps numbers copies them with {@link #copyFrom}.
 *
 * <p>What is not measured for a slot (the gradient of a frozen layer) or was not measured yet is
 * {@link #absent()}, a NaN that is told from a measured NaN by {@link #isAbsent}. Arrays of dear or
 * scheduled quantities keep their latest value; the {@code …Iteration} beside them says which
 * iteration it belongs to.
 */
public final class Measurement {
  /** Bins of each histogram, as on DL4J's Model page. */
  public static final int HISTOGRAM_BINS = 20;

  private static final long ABSENT_BITS = 0x7ff8_0000_0000_0abeL;

  // --- of the whole run, at this iteration
  /** DL4J's iteration count, from 0; -1 before the first. */
  public long iteration = -1;

  /** DL4J's epoch count, from 0. */
  public int epoch;

  /** Wall clock, milliseconds since 1970. */
  public long timeMillis;

  /** Score (loss with regularization) of the minibatch. */
  public double score = absent();

  /** Examples in the minibatch. */
  public int batchSize;

  /** Time from the end of the previous iteration to the end of this one, milliseconds. */
  public double stepMillis = absent();

  /** Share of the elapsed time that the listener took since it was attached, 0 to 1. */
  public double costShare = absent();

  // --- what was done to this iteration; as if nothing had been, until it is
  /** L2 norm of all gradients together before clipping; absent where nothing clips. */
  public double globalGradientNorm = absent();

  /** The norm above which the gradient is clipped at this iteration; absent where none is known. */
  public double clipThreshold = absent();

  /** L2 norm of all gradients together after clipping; absent where nothing clips. */
  public double clippedGradientNorm = absent();

  /**
   * Whether the gradient was clipped by a rule that leaves healthy gradients alone; false in a
   * rehearsal.
   */
  public boolean clippedAsCure;

  /** Whether the step was skipped. */
  public boolean skipped;

  /** What the user's own learning rates are multiplied by, above 0; 1 at first. */
  public double learningRateFactor = 1;

  /** The least that {@link #learningRateFactor} may come to; absent where nothing lowers it. */
  public double leastLearningRateFactor = absent();

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
   * Score of the network as it was at {@link #controlFrozenIteration}, without dropout, with
   * regularization and with today's running statistics.
   */
  public double controlFrozenScore = absent();

  /** Score of the network as it is, on the same minibatch, likewise. */
  public double controlScore = absent();

  /** Iteration whose minibatch both were scored on last, or -1. */
  public long controlIteration = -1;

  /** Iteration after which the frozen copy of these scores was taken, or -1. */
  public long controlFrozenIteration = -1;

  /** The counts of one array's elements in {@link #HISTOGRAM_BINS} equal bins from min to max. */
  public static final class Histogram {
    /** Smallest element: the left edge of the first bin. */
    public double min;

    /** Largest element: the right edge of the last bin. */
    public double max;

    /** Elements in each bin, from {@link #min} to {@link #max}. */
    public final int[] counts = new int[HISTOGRAM_BINS];

    /** Whether it was ever measured. */
    public boolean measured;

    Histogram() {}

    void copyFrom(Histogram other) {
      min = other.min;
      max = other.max;
      measured = other.measured;
      System.arraycopy(other.counts, 0, counts, 0, counts.length);
    }
  }

  /**
   * Creates a measurement in which everything is absent.
   *
   * @param layers number of layers, as in {@link NetworkLayout#layers()}
   * @param parameters number of parameter arrays, as in {@link NetworkLayout#parameters()}
   */
  public Measurement(int layers, int parameters) {
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

  /** {@return the value of a slot that was not measured: a NaN with a payload of its own} */
  public static double absent() {
    return Double.longBitsToDouble(ABSENT_BITS);
  }

  /**
   * {@return whether the value was not measured; false for a measured NaN}
   *
   * @param value a value of any slot
   */
  public static boolean isAbsent(double value) {
    return Double.doubleToRawLongBits(value) == ABSENT_BITS;
  }

  /**
   * Makes this a copy of a measurement of the same network.
   *
   * @param other what to copy
   */
  public void copyFrom(Measurement other) {
    iteration = other.iteration;
    epoch = other.epoch;
    timeMillis = other.timeMillis;
    score = other.score;
    batchSize = other.batchSize;
    stepMillis = other.stepMillis;
    costShare = other.costShare;
    weightIteration = other.weightIteration;
    globalGradientNorm = other.globalGradientNorm;
    clipThreshold = other.clipThreshold;
    clippedGradientNorm = other.clippedGradientNorm;
    clippedAsCure = other.clippedAsCure;
    skipped = other.skipped;
    learningRateFactor = other.learningRateFactor;
    leastLearningRateFactor = other.leastLearningRateFactor;
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
    controlFrozenScore = other.controlFrozenScore;
    controlScore = other.controlScore;
    controlIteration = other.controlIteration;
    controlFrozenIteration = other.controlFrozenIteration;
    System.arraycopy(
        other.activationIteration, 0, activationIteration, 0, activationIteration.length);
  }

  private static void copy(double[] from, double[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }

  private static double[] absent(int length) {
    double[] values = new double[length];
    Arrays.fill(values, absent());
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
