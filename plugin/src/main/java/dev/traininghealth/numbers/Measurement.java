package dev.traininghealth.numbers;

/**
 * Read-only numbers of one iteration, with one slot per parameter or layer.
 *
 * <p>Slots are indices of {@link NetworkLayout}. The same object has the next iteration's numbers
 * afterwards.
 *
 * <p>A value that is never measured (a frozen layer's gradient), or not yet, is {@link #absent()},
 * a NaN that {@link #isAbsent} distinguishes from a measured NaN. Scheduled quantities keep their
 * latest value. The {@code …Iteration} method beside them returns the iteration at which they were
 * measured.
 */
public final class Measurement {
  private static final long ABSENT_BITS = 0x7ff8_0000_0000_0abeL;

  private final MeasurementWriter writer;

  Measurement(MeasurementWriter writer) {
    this.writer = writer;
  }

  /** {@return the value of a slot that was not measured, a NaN with a special payload} */
  public static double absent() {
    return Double.longBitsToDouble(ABSENT_BITS);
  }

  /**
   * {@return whether a value was not measured, which is false for a measured NaN}
   *
   * @param value the value of any slot
   */
  public static boolean isAbsent(double value) {
    return Double.doubleToRawLongBits(value) == ABSENT_BITS;
  }

  /** {@return the number of parameter slots} */
  public int parameters() {
    return writer.gradientNorm.length;
  }

  /** {@return the number of layer slots} */
  public int layers() {
    return writer.activationMean.length;
  }

  /** {@return DL4J's iteration count, from 0, or -1 before the first} */
  public long iteration() {
    return writer.iteration;
  }

  /** {@return DL4J's epoch count, from 0} */
  public int epoch() {
    return writer.epoch;
  }

  /** {@return the wall-clock time, milliseconds since 1970} */
  public long timeMillis() {
    return writer.timeMillis;
  }

  /** {@return the score (loss with regularization) of the minibatch} */
  public double score() {
    return writer.score;
  }

  /** {@return the number of examples in the minibatch} */
  public int batchSize() {
    return writer.batchSize;
  }

  /** {@return the time since the end of the previous iteration, ms; absent in the first} */
  public double stepMillis() {
    return writer.stepMillis;
  }

  /**
   * {@return the listener's share of the training time in about the last ten seconds, 0 to 1,
   * without snapshots and trials; absent in the first six seconds of training}
   */
  public double recentCostShare() {
    return writer.recentCostShare;
  }

  /** {@return the iteration at which weights and updates were measured last, or -1 before} */
  public long weightIteration() {
    return writer.weightIteration;
  }

  /**
   * {@return the iteration of {@link #updateNorm}: {@link #weightIteration}, or a later one under
   * plain stochastic gradient descent, where a norm is the gradient's times the learning rate; -1
   * before the first, and with another solver, whose updates are not known}
   */
  public long updateIteration() {
    return writer.updateIteration;
  }

  /**
   * {@return the iteration before whose gradient all weights were replaced, as Spark does when it
   * averages those of its workers; -1 if they never were}
   */
  public long weightsReplacedIteration() {
    return writer.weightsReplacedIteration;
  }

  /**
   * {@return the score of the frozen baseline of {@link #baselineIteration} on the latest
   * comparison's minibatch, without dropout, with regularization and with the current running
   * statistics; absent before the first comparison}
   */
  public double baselineScore() {
    return writer.baselineScore;
  }

  /**
   * {@return the current network's score, computed like {@link #baselineScore} on the same
   * minibatch}
   */
  public double comparedScore() {
    return writer.comparedScore;
  }

  /** {@return the iteration whose minibatch both were scored on last, or -1} */
  public long comparisonIteration() {
    return writer.comparisonIteration;
  }

  /** {@return the iteration after which the frozen baseline of these scores was taken, or -1} */
  public long baselineIteration() {
    return writer.baselineIteration;
  }

  /** {@return the time of the iteration's parts, and the memory of the JVM} */
  public RunConditions conditions() {
    return writer.conditions;
  }

  /** {@return what protection did to the step of this iteration} */
  public ProtectionStep protection() {
    return writer.protection;
  }

  /** {@return statistics of the data that minibatches contain} */
  public DataSummary data() {
    return writer.data;
  }

  /** {@return the batch size at which noise and signal of the gradient are equal} */
  public NoiseScale noiseScale() {
    return writer.noiseScale;
  }

  /** {@return the latest score on validation data; absent before the first} */
  public double validationScore() {
    return writer.validationScore;
  }

  /** {@return the iteration after which {@link #validationScore} was computed, or -1} */
  public long validationIteration() {
    return writer.validationIteration;
  }

  /** {@return the number of validation scores so far} */
  public long validationCount() {
    return writer.validationCount;
  }

  /**
   * {@return L2 norm of the gradient (mean over the minibatch), measured at each iteration}
   *
   * @param parameter index of the parameter
   */
  public double gradientNorm(int parameter) {
    return writer.gradientNorm[parameter];
  }

  /**
   * {@return L2 norm of the parameter after the update of {@link #weightIteration}; before the
   * first one, of the initial weights}
   *
   * @param parameter index of the parameter
   */
  public double weightNorm(int parameter) {
    return writer.weightNorm[parameter];
  }

  /**
   * {@return L2 norm of the update of {@link #updateIteration}}
   *
   * @param parameter index of the parameter
   */
  public double updateNorm(int parameter) {
    return writer.updateNorm[parameter];
  }

  /**
   * {@return mean of absolute values of the parameter, measured when {@link #weightNorm} is}
   *
   * @param parameter index of the parameter
   */
  public double weightMeanMagnitude(int parameter) {
    return writer.weightMeanMagnitude[parameter];
  }

  /**
   * {@return mean of absolute values of the update, measured when {@link #weightNorm} is}
   *
   * @param parameter index of the parameter
   */
  public double updateMeanMagnitude(int parameter) {
    return writer.updateMeanMagnitude[parameter];
  }

  /**
   * {@return learning rate of the parameter's updater, absent if it has none (NoOp, AdaDelta)}
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
   * {@return iteration at which {@link #gradientStandardDeviation} was measured last, or -1}
   *
   * @param parameter index of the parameter
   */
  public long gradientDeviationIteration(int parameter) {
    return writer.gradientDeviationIteration[parameter];
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
   * {@return iteration at which {@link #updateStandardDeviation} was measured last, or -1}
   *
   * @param parameter index of the parameter
   */
  public long updateDeviationIteration(int parameter) {
    return writer.updateDeviationIteration[parameter];
  }

  /**
   * {@return largest singular value of a weight or recurrent matrix, absent for other parameters}
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
   * {@return iteration at which {@link #weightHistogram} was measured last, or -1}
   *
   * @param parameter index of the parameter
   */
  public long weightHistogramIteration(int parameter) {
    return writer.weightHistogramIteration[parameter];
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
   * {@return iteration at which {@link #updateHistogram} was measured last, or -1}
   *
   * @param parameter index of the parameter
   */
  public long updateHistogramIteration(int parameter) {
    return writer.updateHistogramIteration[parameter];
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
   * {@return share of activations that are exactly 0, from 0 to 1, including zeros by the next
   * layer's dropout}
   *
   * @param layer index of the layer
   */
  public double activationZeroFraction(int layer) {
    return writer.activationZeroFraction[layer];
  }

  /**
   * {@return share of units (channels of a convolution) that were exactly 0 for all recently
   * measured examples, from 0 to 1, absent before enough measurements}
   *
   * @param layer index of the layer
   */
  public double silentUnitFraction(int layer) {
    return writer.silentUnitFraction[layer];
  }

  /**
   * {@return share of activations at a limit, with a slope near 0, from 0 to 1, absent for
   * functions without limits}
   *
   * @param layer index of the layer
   */
  public double saturatedFraction(int layer) {
    return writer.saturatedFraction[layer];
  }

  /**
   * {@return share of the activations' sum of squares by which examples differ from their mean, 0
   * if all are the same to 1, absent behind dropout}
   *
   * @param layer index of the layer
   */
  public double exampleSpread(int layer) {
    return writer.exampleSpread[layer];
  }

  /**
   * {@return effective rank of these differences, 0 if all examples are the same}
   *
   * @param layer index of the layer
   */
  public double activationRank(int layer) {
    return writer.activationRank[layer];
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
