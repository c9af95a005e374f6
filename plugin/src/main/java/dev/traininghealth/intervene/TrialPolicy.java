package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.AfterUpdate.Try;
import dev.traininghealth.intervene.AfterUpdate.TryRaise;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.TrialQuestion;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Acts at once if an intervention loses no learning, and tries all other changes on copies first.
 *
 * <p>Steps with non-finite values are skipped and spikes of the gradient are clipped, at once.
 * Changes that may cost learning are tried on copies of the network.
 *
 * <table>
 *   <caption>Requests for each diagnosis</caption>
 *   <tr><th>Diagnosis<th>Before the update<th>After it
 *   <tr><td>non-finite gradient or score, unless the score alone has been NaN since the
 *       start<td>skip<td>after {@value #SKIPS_BEFORE_TRIAL} consecutive
 *       skips that the data did not cause: a trial of changes that end the harm
 *   <tr><td>gradient that overflows in the updater<td>skip<td>the same
 *   <tr><td>non-finite parameters<td><td>a rollback to the latest confirmed snapshot; the second
 *       time, or without one, a trial of all snapshots including the initial one
 *   <tr><td>exploding<td>clip, {@value #SPIKES_BEFORE_TRIAL} times in {@value #SPIKE_WINDOW}
 *       iterations, or always if a trial has found outlier rows as the cause<td>a trial of changes
 *       that end the harm
 *   <tr><td>oscillating at the level of a constant prediction, dead ReLU, nothing learned, vanishing
 *       gradient, saturation<td><td>a trial of changes that make the network learn
 *   <tr><td>plateau, or oscillation that hides whether the score falls; without a learning rate
 *       schedule<td><td>a trial of half the learning rate
 *   <tr><td>none for long, after the learning rates were lowered<td><td>a trial of higher ones
 * </table>
 *
 * <p>If the objective moves ({@link Situation#isObjectiveMoving}), nothing is judged by the score.
 */
public final class TrialPolicy implements InterventionPolicy {
  @Serial private static final long serialVersionUID = 1L;

  /** Factor of the next higher learning rate that is tried; its reciprocal is tried too. */
  private static final double RAISE_FACTOR = 3;

  /**
   * Number of spikes in a window that are no longer clipped. So many may be a new level, for
   * example of other data that must be learned; a trial decides.
   */
  private static final int SPIKES_BEFORE_TRIAL = 3;

  private static final int SPIKE_WINDOW = 10;

  /**
   * Consecutive skipped steps after which the network itself, not a minibatch, counts as the cause.
   */
  private static final int SKIPS_BEFORE_TRIAL = 10;

  /** An array, because the iterator of a list would be allocated at every iteration. */
  private static final ProblemFamily[] STANDSTILL_FAMILIES = {
    ProblemFamily.OSCILLATING,
    ProblemFamily.DEAD_UNITS,
    ProblemFamily.NOT_LEARNING,
    ProblemFamily.VANISHING,
    ProblemFamily.SATURATED
  };

  /** Creates the policy. */
  public TrialPolicy() {}

  @Override
  public BeforeUpdate beforeUpdate(Situation s) {
    if (s.reported().isEmpty() && s.worstActive(ProblemFamily.EXPLODING) == null) {
      return BeforeUpdate.PROCEED;
    }
    for (Diagnosis d : s.reported()) {
      boolean nonFinite =
          d.problem().is(ProblemFamily.NON_FINITE)
              && s.isNetworkFinite()
              && !isScoreUnusable(s.history(), d);
      boolean overflows = d.problem().is(ProblemFamily.EXPLODING) && isCritical(d);
      if (nonFinite || overflows) {
        return new BeforeUpdate.Skip(d);
      }
    }
    Diagnosis exploding = s.worstActive(ProblemFamily.EXPLODING);
    boolean spike = s.spikeCount(SPIKE_WINDOW) < SPIKES_BEFORE_TRIAL || s.hasOutlierRows();
    return exploding != null && exploding.isAlarm() && spike
        ? new BeforeUpdate.Clip(exploding)
        : BeforeUpdate.PROCEED;
  }

  @Override
  public boolean usesTrials() {
    return true;
  }

  @Override
  public AfterUpdate afterUpdate(Situation s) {
    Diagnosis d = s.worstActive(ProblemFamily.NON_FINITE);
    if (d != null && !s.isNetworkFinite()) {
      return new Try(d, TrialQuestion.LOST);
    }
    if (s.isObjectiveMoving()) {
      return AfterUpdate.PROCEED; // a rising score is no problem
    }
    d = standstill(s); // first, because a lost network stagnates too, and this requires less
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

  /**
   * {@return whether the score alone is NaN, and too few scores were finite since the start for a
   * usual level}
   *
   * <p>A logarithm of 0 that is multiplied by 0 makes such a score, beside a finite gradient. It is
   * the same at every step, and says nothing about this one. Without any step nothing is learned.
   */
  private static boolean isScoreUnusable(History history, Diagnosis d) {
    NonFiniteOrigin origin = d.origin();
    return origin != null
        && origin.place() == NonFiniteOrigin.Place.SCORE
        && Double.isNaN(history.current().score())
        && !history.scoreLevel().isWarm()
        && isGradientFinite(history.current());
  }

  private static boolean isGradientFinite(Measurement m) {
    for (int p = 0; p < m.parameters(); p++) {
      double norm = m.gradientNorm(p);
      if (!Double.isFinite(norm) && !Measurement.isAbsent(norm)) {
        return false;
      }
    }
    return true;
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

  /**
   * {@return the active alarm that the network does not learn, of the first family that has one;
   * null for none}
   */
  static @Nullable Diagnosis standstill(Situation s) {
    for (ProblemFamily family : STANDSTILL_FAMILIES) {
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
      return null; // the usual case, without creating an iterator
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

  /** {@return whether the minibatch itself is the cause, so that the network is undamaged} */
  static boolean isBadData(Diagnosis d) {
    NonFiniteOrigin origin = d.origin();
    return origin != null && origin.isBadData();
  }
}
