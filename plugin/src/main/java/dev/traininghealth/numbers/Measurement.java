package dev.traininghealth.numbers;

/**
 * The numbers of one iteration, with one slot a parameter or a layer (indices of {@link
 * NetworkLayout}), to be read only. The same object has the numbers of the next iteration when that
 * comes.
 *
 * <p>What is not measured for a slot (the gradient of a frozen layer) or was not measured yet is
 * {@link #absent()}, a NaN that is told from a measured NaN by {@link #isAbsent}. Expensive and
 * scheduled quantities keep their latest value; the {@code …Iteration} beside them says which
 * iteration it belongs to.
 */
public final class Measurement {
  private static final long ABSENT_BITS = 0x7ff8_0000_0000_0abeL;

  private final MeasurementWriter writer;

  Measurement(MeasurementWriter writer) {
    this.writer = writer;
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

  /** {@return how many parameters there are a slot for} */
  public int parameters() {
    return writer.gradientNorm.length;
  }

  /** {@return how many layers there are a slot for} */
  public int layers() {
    return writer.activationMean.length;
  }

  /** {@return DL4J's iteration count, from 0; -1 before the first} */
  public long iteration() {
    return writer.iteration;
  }

  /** {@return DL4J's epoch count, from 0} */
  public int epoch() {
    return writer.epoch;
  }

  /** {@return wall clock, milliseconds since 1970} */
  public long timeMillis() {
    return writer.timeMillis;
  }

  /** {@return score (loss with regularization) of the minibatch} */
  public double score() {
    return writer.score;
  }

  /** {@return examples in the minibatch} */
  public int batchSize() {
    return writer.batchSize;
  }

  /** {@return time from the end of the previous iteration to the end of this one, milliseconds} */
  public double stepMillis() {
    return writer.stepMillis;
  }

  /** {@return share of the elapsed time that the listener took since it was attached, 0 to 1} */
  public double recentCostShare() {
    return writer.recentCostShare;
  }

  /**
   * Tells when weight and update norms and mean magnitudes were measured last.
   *
   * @return the iteration; -1 before
   */
  public long weightIteration() {
    return writer.weightIteration;
  }

  /**
   * {@return score of the network as it was at {@link #baselineIteration}, without dropout, with
   * regularization and with the running statistics of now}
   */
  public double baselineScore() {
    return writer.baselineScore;
  }

  /** {@return score of the network as it is, on the same minibatch, likewise} */
  public double comparedScore() {
    return writer.comparedScore;
  }

  /** {@return iteration whose minibatch both were scored on last, or -1} */
  public long comparisonIteration() {
    return writer.comparisonIteration;
  }

  /** {@return iteration after which the frozen copy of these scores was taken, or -1} */
  public long baselineIteration() {
    return writer.baselineIteration;
  }

  /** {@return what protection did to the step of this iteration} */
  public ProtectionStep protection() {
    return writer.protection;
  }

  /** {@return what the minibatches hold} */
  public DataSummary data() {
    return writer.data;
  }

  /**
   * {@return L2 norm of the gradient, mean over the minibatch; measured at every iteration}
   *
   * @param parameter index of the parameter
   */
  public double gradientNorm(int parameter) {
    return writer.gradientNorm[parameter];
  }

  /**
   * {@return L2 norm of the parameter after the update of {@link #weightIteration}; before the
   * first update that of the weights that the network began with}
   *
   * @param parameter index of the parameter
   */
  public double weightNorm(int parameter) {
    return writer.weightNorm[parameter];
  }

  /**
   * {@return L2 norm of the update of {@link #weightIteration}}
   *
   * @param parameter index of the parameter
   */
  public double updateNorm(int parameter) {
    return writer.updateNorm[parameter];
  }

  /**
   * {@return mean of absolute values of the parameter, as {@link #weightNorm}}
   *
   * @param parameter index of the parameter
   */
  public double weightMeanMagnitude(int parameter) {
    return writer.weightMeanMagnitude[parameter];
  }

  /**
   * {@return mean of absolute values of the update, as {@link #weightNorm}}
   *
   * @param parameter index of the parameter
   */
  public double updateMeanMagnitude(int parameter) {
    return writer.updateMeanMagnitude[parameter];
  }

  /**
   * {@return learning rate of the parameter's updater; absent where it has none (NoOp, AdaDelta)}
   *
   * @param parameter index of the parameter
   */
  public double learningRate(int parameter) {
    return writer.learningRate[parameter];
  }

  /**
   * {@return standard deviation of the gradient's elements}
   *
   * @param parameter index of the parameter
   */
  public double gradientStandardDeviation(int parameter) {
    return writer.gradientStandardDeviation[parameter];
  }

  /**
   * {@return standard deviation of the update's elements}
   *
   * @param parameter index of the parameter
   */
  public double updateStandardDeviation(int parameter) {
    return writer.updateStandardDeviation[parameter];
  }

  /**
   * {@return largest singular value of a weight or recurrent matrix; absent for other parameters}
   *
   * @param parameter index of the parameter
   */
  public double largestSingularValue(int parameter) {
    return writer.largestSingularValue[parameter];
  }

  /**
   * {@return histogram of the parameter's elements}
   *
   * @param parameter index of the parameter
   */
  public Histogram weightHistogram(int parameter) {
    return writer.weightHistogram[parameter];
  }

  /**
   * {@return histogram of the update's elements}
   *
   * @param parameter index of the parameter
   */
  public Histogram updateHistogram(int parameter) {
    return writer.updateHistogram[parameter];
  }

  /**
   * {@return iteration at which {@link #largestSingularValue} was measured last, or -1}
   *
   * @param parameter index of the parameter
   */
  public long singularValueIteration(int parameter) {
    return writer.singularValueIteration[parameter];
  }

  /**
   * {@return mean of the layer's activations over minibatch and units}
   *
   * @param layer index of the layer
   */
  public double activationMean(int layer) {
    return writer.activationMean[layer];
  }

  /**
   * {@return root mean square of the layer's activations over minibatch and units}
   *
   * @param layer index of the layer
   */
  public double activationRms(int layer) {
    return writer.activationRms[layer];
  }

  /**
   * {@return standard deviation of the layer's activations over minibatch and units}
   *
   * @param layer index of the layer
   */
  public double activationStandardDeviation(int layer) {
    return writer.activationStandardDeviation[layer];
  }

  /**
   * Gives the share of activations that are exactly zero; the next layer's dropout adds to it.
   *
   * @param layer index of the layer
   * @return from 0 to 1
   */
  public double activationZeroFraction(int layer) {
    return writer.activationZeroFraction[layer];
  }

  /**
   * Gives the share of the layer's units (channels of a convolution) that were exactly zero for
   * every example of each of the last measurements.
   *
   * @param layer index of the layer
   * @return from 0 to 1; absent until there are enough of them
   */
  public double silentUnitFraction(int layer) {
    return writer.silentUnitFraction[layer];
  }

  /**
   * Gives the share of activations at a limit of the layer's activation function, where it has next
   * to no slope.
   *
   * @param layer index of the layer
   * @return from 0 to 1; absent for functions without limits
   */
  public double saturatedFraction(int layer) {
    return writer.saturatedFraction[layer];
  }

  /**
   * {@return iteration at which the layer's activations were measured last, or -1}
   *
   * @param layer index of the layer
   */
  public long activationIteration(int layer) {
    return writer.activationIteration[layer];
  }
}
