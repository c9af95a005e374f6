package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.AfterUpdate.Try;
import dev.traininghealth.intervene.AfterUpdate.TryRaise;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.TrialQuestion;
import java.io.Serial;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is exact and loses nothing is done at once: a step that is not finite is skipped, a spike of
 * the gradient is clipped. Whatever costs learning is tried on copies of the network first.
 *
 * <table>
 *   <caption>Which diagnosis asks for what</caption>
 *   <tr><th>Diagnosis<th>Before the update<th>After it
 *   <tr><td>non-finite gradient or score<td>skip<td>{@value #SKIPS_BEFORE_TRIAL} in a row, and not by
 *       the data: a trial of what ends the harm
 *   <tr><td>gradient that overflows in the updater<td>skip<td>the same
 *   <tr><td>parameters that are not finite<td><td>the newest snapshot that proved healthy; a second
 *       time, or where there is none, a trial among all of them and the start
 *   <tr><td>exploding<td>clip, {@value #SPIKES_BEFORE_TRIAL} times in {@value #SPIKE_WINDOW} iterations, or
 *       always where a trial has found rows of the data to blame<td>a trial of what ends the harm
 *   <tr><td>oscillating at the level of a constant prediction, dead ReLU, nothing learned, vanishing
 *       gradient, saturation<td><td>a trial of what gets it to learn
 *   <tr><td>plateau, or swings that hide whether the score falls; no schedule of the user's<td>
 *       <td>a trial of half the learning rate
 *   <tr><td>none for long, after the learning rates were lowered<td><td>a trial of higher ones
 * </table>
 *
 * <p>Where the objective moves ({@link Situation#isObjectiveMoving}) nothing is judged by the
 * score.
 */
public final class TrialPolicy implements InterventionPolicy {
  @Serial private static final long serialVersionUID = 1L;

  /** Factor of the next higher learning rate that is tried; its reciprocal is tried beside it. */
  private static final double RAISE_FACTOR = 3;

  /**
   * So many spikes in so many iterations are none, but a new level: of other data, maybe, that are
   * to be learned. A trial finds out.
   */
  private static final int SPIKES_BEFORE_TRIAL = 3;

  private static final int SPIKE_WINDOW = 10;

  /** Steps skipped in a row after which the network itself, and no minibatch, is to blame. */
  private static final int SKIPS_BEFORE_TRIAL = 10;

  private static final List<ProblemFamily> STANDSTILLS =
      List.of(
          ProblemFamily.OSCILLATING,
          ProblemFamily.DEAD_UNITS,
          ProblemFamily.NOT_LEARNING,
          ProblemFamily.VANISHING,
          ProblemFamily.SATURATED);

  /** Creates the policy. */
  public TrialPolicy() {}

  @Override
  public BeforeUpdate beforeUpdate(Situation s) {
    if (s.reported().isEmpty() && s.worstActive(ProblemFamily.EXPLODING) == null) {
      return BeforeUpdate.PROCEED;
    }
    for (Diagnosis d : s.reported()) {
      boolean broken = d.problem().is(ProblemFamily.NON_FINITE) && s.isNetworkFinite();
      boolean overflows = d.problem().is(ProblemFamily.EXPLODING) && isCritical(d);
      if (broken || overflows) {
        return new BeforeUpdate.Skip(d);
      }
    }
    Diagnosis exploding = s.worstActive(ProblemFamily.EXPLODING);
    boolean spike = s.spikeCount(SPIKE_WINDOW) < SPIKES_BEFORE_TRIAL || s.areRowsToBlame();
    return exploding != null && exploding.isAlarm() && spike
        ? new BeforeUpdate.Clip(exploding)
        : BeforeUpdate.PROCEED;
  }

  @Override
  public boolean tries() {
    return true;
  }

  @Override
  public AfterUpdate afterUpdate(Situation s) {
    Diagnosis d = s.worstActive(ProblemFamily.NON_FINITE);
    if (d != null && !s.isNetworkFinite()) {
      return new Try(d, TrialQuestion.LOST);
    }
    if (s.isObjectiveMoving()) {
      return AfterUpdate.PROCEED; // a score that rises is no fault there
    }
    d = standstill(s); // which a network that was lost comes to as well, and asks for less
    if (d != null) {
      return new Try(d, TrialQuestion.STANDSTILL);
    }
    d = instability(s);
    if (d != null) {
      return new Try(d, TrialQuestion.HARM);
    }
    d = reported(s, ProblemFamily.OSCILLATING);
    d = d == null ? reported(s, ProblemFamily.PLATEAU) : d;
    if (d != null && !s.hasLearningRateSchedule()) {
      return new Try(d, TrialQuestion.PLATEAU);
    }
    return raise(s);
  }

  private static @Nullable Diagnosis instability(Situation s) {
    if (s.consecutiveSkips() >= SKIPS_BEFORE_TRIAL) {
      Diagnosis nonFinite = s.worstActive(ProblemFamily.NON_FINITE);
      return nonFinite != null && !isBadData(nonFinite)
          ? nonFinite
          : s.worstActive(ProblemFamily.EXPLODING);
    }
    Diagnosis exploding = s.worstActive(ProblemFamily.EXPLODING);
    return exploding != null && exploding.isAlarm() ? exploding : null;
  }

  /** The worst that stands and says that the network does not learn; null for none. */
  static @Nullable Diagnosis standstill(Situation s) {
    for (ProblemFamily family : STANDSTILLS) {
      Diagnosis d = s.worstActive(family);
      if (d != null && d.isAlarm()) {
        return d;
      }
    }
    return null;
  }

  private static AfterUpdate raise(Situation s) {
    int healthy = s.settings().healthyIterationsBeforeRaise();
    boolean mayRaise =
        s.learningRateFactor() < s.maxLearningRateFactor()
            && s.iterationsSinceAlarm() >= healthy
            && s.iterationsSince(Kind.RAISE_LEARNING_RATE) >= healthy
            && s.iterationsSince(Kind.LOWER_LEARNING_RATE) >= healthy
            && s.iterationsSince(Kind.ROLLBACK) >= healthy;
    return mayRaise
        ? new TryRaise(
            RAISE_FACTOR, Message.of("reason.healthy", Argument.count(s.iterationsSinceAlarm())))
        : AfterUpdate.PROCEED;
  }

  private static @Nullable Diagnosis reported(Situation s, ProblemFamily family) {
    if (s.reported().isEmpty()) {
      return null; // as a rule: no iterator is made
    }
    Diagnosis worst = null;
    for (Diagnosis d : s.reported()) {
      boolean worse = worst == null || d.severity().compareTo(worst.severity()) > 0;
      if (d.problem().is(family) && worse) {
        worst = d;
      }
    }
    return worst;
  }

  private static boolean isCritical(Diagnosis d) {
    return d.severity() == Severity.CRITICAL;
  }

  /** Whether the minibatch itself is to blame, so that the network is as good as before. */
  static boolean isBadData(Diagnosis d) {
    NonFiniteOrigin origin = d.origin();
    return origin != null && origin.isBadData();
  }
}
