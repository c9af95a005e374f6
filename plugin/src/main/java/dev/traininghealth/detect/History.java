package dev.traininghealth.detect;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import org.jspecify.annotations.Nullable;

/**
 * What detectors see of a run: the measurement of the iteration, and of what came before a bounded
 * summary. At the gradient the summary ends with the iteration before. What is not finite enters no
 * summary.
 */
public interface History {
  /** Iterations between two looks at what needs more than a few operations. */
  int EVALUATION_INTERVAL = 16;

  /** Observations before a level is worth comparing with. */
  int WARM_UP = 20;

  /** Finite scores after which {@link #startScore} is known and stays as it is. */
  int START_ITERATIONS = 20;

  /** A gain in the score that a user would call progress, as a share of the score. */
  double MIN_RELATIVE_GAIN = 0.05;

  /**
   * Gives the network.
   *
   * @return its layers and parameters, whose indices all numbers use
   */
  NetworkLayout layout();

  /**
   * Gives the numbers of this iteration; the same object every time.
   *
   * @return the numbers, to be read only
   */
  Measurement current();

  /**
   * Counts the iterations seen by the listener, which may have been added late.
   *
   * @return how many came before this one
   */
  long iterationsSeen();

  /**
   * Tells where this iteration's first non-finite value stood, if one was found.
   *
   * @return the origin, or null where gradient, score and weights are finite
   */
  @Nullable NonFiniteOrigin origin();

  /**
   * Gives the probability of an alarm by chance in one healthy iteration that the user allows to
   * the tests for spikes of gradient and score.
   *
   * @return the rate over all of those tests together
   */
  double falseAlarmRate();

  /**
   * Gives the share of {@link #falseAlarmRate} that one test of one layer, or of the score, may
   * take (Bonferroni).
   *
   * @return a probability
   */
  double falseAlarmRatePerTest();

  /**
   * Gives the L2 norm of all gradients of a layer together, mean over the minibatch.
   *
   * @param layer index of the layer
   * @return its natural logarithm; minus infinity for a gradient of zero, NaN for a layer without
   */
  double logGradientNorm(int layer);

  /**
   * Tells where {@link #logGradientNorm} of a layer usually is.
   *
   * @param layer index of the layer
   * @return its level; of no observations for a layer without gradient
   */
  UsualLevel gradientLevel(int layer);

  /**
   * Gives the edge of what is usual for the gradient of a layer, from the run's own log-norms.
   *
   * @param layer index of the layer
   * @return the L2 norm, mean over the minibatch, that healthy iterations exceed once in a
   *     thousand; NaN before enough were seen
   */
  double maxUsualGradientNorm(int layer);

  /**
   * Gives the edge of what is usual for the gradient of all layers together.
   *
   * @return the L2 norm, as {@link #maxUsualGradientNorm(int)}
   */
  double maxUsualGradientNorm();

  /**
   * Gives the score at the start of the run.
   *
   * @return mean of the first {@value #START_ITERATIONS} finite scores without the largest two, of
   *     fewer while there are fewer; NaN before the first
   */
  double startScore();

  /**
   * Gives where the score is by now, robustly.
   *
   * @return a running level of the score over the last hundred iterations or so; NaN before the
   *     first
   */
  double usualScore();

  /**
   * Puts a score on a scale that is linear up to a twentieth of {@link #startScore} and logarithmic
   * beyond, on which {@link #scoreLevel} is kept.
   *
   * @param score any finite score
   * @return its place on the scale
   */
  double scaled(double score);

  /**
   * Gives the score that lies at a place of the scale.
   *
   * @param scaled a place, as {@link #scaled} gives it
   * @return the score
   */
  double unscaled(double scaled);

  /**
   * Tells where the score, {@link #scaled}, usually is.
   *
   * @return its level
   */
  UsualLevel scoreLevel();

  /**
   * Tells whether the score falls.
   *
   * @return the course of the score
   */
  Progress progress();

  /**
   * Tells whether the network has learned something.
   *
   * @return whether the score is below where it began, for all that its noise tells
   */
  boolean hasImproved();

  /**
   * Compares the network with a frozen copy of what it was.
   *
   * @return the comparison; without any where the paired control is switched off
   */
  BaselineComparison baseline();

  /**
   * Tells whether the loss is a squared error.
   *
   * @return true for one output layer with a squared error
   */
  boolean hasSquaredError();

  /**
   * Gives the score that the best constant prediction would have, from the labels' spread: what a
   * network that has learned nothing converges to.
   *
   * @return the score; NaN where it is not known for the loss, or the labels
   */
  double constantPredictionScore();

  /**
   * Tells whether the network has, beyond doubt, learned hardly anything: the score has not fallen
   * by a share of {@value #MIN_RELATIVE_GAIN} of where it began, or it rests at the score of the
   * best constant prediction; it is nowhere near falling below that score; and the frozen copy,
   * where there is one, leaves no room for more.
   *
   * @param patience iterations that must have been seen
   * @return false as long as there is a doubt
   */
  boolean isStagnant(int patience);

  /**
   * Tells whether an alarm of a family of problems stands.
   *
   * @param family what to look for
   * @return whether one of severity WARNING or CRITICAL was reported and is not over
   */
  boolean hasActiveAlarm(ProblemFamily family);
}
