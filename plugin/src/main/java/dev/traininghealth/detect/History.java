package dev.traininghealth.detect;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import org.jspecify.annotations.Nullable;

/**
 * A detector's view of the run: this iteration's measurement and bounded statistics of earlier
 * ones.
 *
 * <p>In {@link Detector#onGradient} the statistics end with the previous iteration. Detectors must
 * not change anything here. Non-finite values enter no statistic.
 */
public interface History {
  /**
   * Iterations between two evaluations that need more than a few operations. From about iteration
   * 260 on, blocks of the score are at least as long. A shorter interval would then add no new
   * block.
   */
  int EVALUATION_INTERVAL = 16;

  /**
   * Observations after which a usual level is reliable enough for comparisons. The standard error
   * of its location is then below a quarter of the noise (1 / √20).
   */
  int WARM_UP = 20;

  /**
   * Finite scores after which {@link #startScore} is final. The standard error of their mean is
   * below a quarter of the noise (1 / √20). More scores would include what a fast run has learned.
   */
  int START_ITERATIONS = 20;

  /**
   * Smallest gain, as a share of the score, that a user would call progress. A gain is too small if
   * it is below by three standard errors. A smaller share would need less noise or longer runs.
   */
  double MIN_RELATIVE_GAIN = 0.05;

  /** {@return the network's layers and parameters, whose indices all slots use} */
  NetworkLayout layout();

  /** {@return the read-only measurement of this iteration, always the same object} */
  Measurement current();

  /**
   * {@return how many iterations the listener saw before this one, which is less than DL4J's count
   * if it was added late}
   */
  long iterationsSeen();

  /** {@return the origin of this iteration's first non-finite value, or null if none was found} */
  @Nullable NonFiniteOrigin origin();

  /**
   * {@return the allowed probability of a diagnosis by chance in one healthy iteration, over all
   * tests for spikes of gradient and score}
   */
  double falseAlarmRate();

  /**
   * {@return the part of {@link #falseAlarmRate} for the test of one layer or of the score
   * (Bonferroni)}
   */
  double falseAlarmRatePerTest();

  /**
   * Returns the natural logarithm of the L2 norm of a layer's whole gradient, mean over the
   * minibatch.
   *
   * @param layer index of the layer
   * @return the logarithm; minus infinity for a gradient of zero, NaN for a layer without gradient
   */
  double logGradientNorm(int layer);

  /**
   * {@return the usual level of {@link #logGradientNorm}, without observations for a layer without
   * gradient}
   *
   * @param layer index of the layer
   */
  UsualLevel gradientLevel(int layer);

  /**
   * Returns the upper limit of the usual gradient norms of a layer, from earlier log-norms of this
   * run.
   *
   * @param layer index of the layer
   * @return the L2 norm (mean over the minibatch) that one in a thousand healthy iterations
   *     exceeds; NaN before {@value #WARM_UP} observations
   */
  double maxUsualGradientNorm(int layer);

  /**
   * {@return the upper limit of the usual global gradient norms, as {@link
   * #maxUsualGradientNorm(int)}}
   */
  double maxUsualGradientNorm();

  /**
   * Returns the score at the start of the run.
   *
   * @return mean of the first {@value #START_ITERATIONS} finite scores, or of those so far, without
   *     the largest tenth; NaN before the first
   */
  double startScore();

  /**
   * {@return the robust level of the score in about the last hundred iterations, or NaN before the
   * first}
   */
  double usualScore();

  /**
   * Converts a score to the scale of {@link #scoreLevel}.
   *
   * <p>The scale is linear up to a twentieth of {@link #startScore} and logarithmic beyond.
   *
   * @param score any finite score
   * @return the converted score
   */
  double scaled(double score);

  /**
   * {@return the score of a converted score}
   *
   * @param scaled a result of {@link #scaled}
   */
  double unscaled(double scaled);

  /** {@return the usual level of the {@linkplain #scaled converted} score} */
  UsualLevel scoreLevel();

  /** {@return the course of the score} */
  Progress progress();

  /** {@return whether the score is below its start by more than its noise explains} */
  boolean hasImproved();

  /**
   * {@return the comparison with the frozen baseline, which is empty if the baseline is switched
   * off}
   */
  BaselineComparison baseline();

  /**
   * Whether a rise of the score is due to the objective: other data or targets, or another network
   * inside the loss.
   *
   * <p>The score of a frozen copy of the network has then risen as well on the same minibatches,
   * and the network is not worse than it was itself.
   *
   * @param from score before the rise
   * @param to the recent level of the score
   * @return false in case of doubt, and without a frozen baseline
   */
  boolean hasObjectiveRisen(double from, double to);

  /**
   * {@return whether the score of this iteration is high because of the objective, as that of a
   * frozen copy of the network jumped as well; false in case of doubt}
   */
  boolean hasObjectiveJumped();

  /**
   * {@return the usual score of a frozen copy of the network before the latest jump of the
   * objective; NaN if it has not jumped}
   */
  double baselineScoreBeforeJump();

  /**
   * {@return the score of a frozen copy of the network on the minibatch of the latest jump of the
   * objective; NaN if it has not jumped}
   */
  double baselineScoreAtJump();

  /** {@return whether the network has one output layer with a squared error} */
  boolean hasSquaredError();

  /**
   * Returns the score of the best constant prediction, from the spread of the labels.
   *
   * <p>A network that has learned nothing converges to it.
   *
   * @return the score, above 0; NaN if it is unknown for the loss or the labels, or if all labels
   *     so far are the same
   */
  double constantPredictionScore();

  /**
   * Whether the network has learned hardly anything, by more than three standard errors.
   *
   * <p>Either the score has fallen by less than {@value #MIN_RELATIVE_GAIN} of its start, or it has
   * stopped falling without getting below the score of the best constant prediction. It is not
   * falling now, and the frozen baseline, if there is one, does not indicate a larger gain.
   *
   * <p>Nor is it stagnant if the objective keeps moving: if three frozen baselines, one after the
   * other, have become worse, as those of a GAN do.
   *
   * @param patience iterations that must have been seen
   * @return false in case of doubt
   */
  boolean isStagnant(int patience);

  /**
   * {@return whether a diagnosis of WARNING or CRITICAL is active in a family of problems}
   *
   * @param family the family to look for
   */
  boolean hasActiveAlarm(ProblemFamily family);
}
