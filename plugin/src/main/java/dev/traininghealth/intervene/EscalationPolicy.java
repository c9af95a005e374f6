package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.intervene.AfterUpdate.LowerLearningRate;
import dev.traininghealth.intervene.AfterUpdate.RaiseLearningRate;
import dev.traininghealth.intervene.AfterUpdate.RollBack;
import dev.traininghealth.intervene.AfterUpdate.Stop;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.measure.Origin;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The mildest means that can help comes first, and the next only where it did not.
 *
 * <table>
 *   <caption>Which diagnosis asks for what</caption>
 *   <tr><th>Diagnosis<th>Before the update<th>After it
 *   <tr><td>non-finite gradient or score<td>skip<td>in a row, and not by the data: roll back
 *   <tr><td>gradient that overflows in the updater<td>skip<td>
 *   <tr><td>exploding: a spike<td>clip<td>among the first iterations, where nothing is usual yet, or
 *       {@value #SPIKES} in {@value #SPIKE_WINDOW} iterations:
 *       roll back
 *   <tr><td>weights that are not finite, or rewritten by one update<td><td>roll back
 *   <tr><td>exploding: sustained<td>clip<td>lower the learning rate; roll back where that did not
 *       help within the cooldown, or where nothing has been learned that could be lost
 *   <tr><td>oscillating: no better than a constant prediction<td><td>roll back to a better
 *       snapshot, or to the start
 *   <tr><td>dead ReLU, nothing learned<td><td>roll back, at most {@value #RESTARTS} times
 *   <tr><td>exploding: updates larger than usual, of a network that was set back<td><td>lower the
 *       learning rate: it is near the one that failed
 *   <tr><td>plateau, or swings that hide whether the score falls; no schedule of the user's<td>
 *       <td>lower the learning rate
 *   <tr><td>none for long, after an instability at a rate that had been healthy<td><td>raise the learning rate a step
 *   <tr><td>means exhausted<td><td>stop
 * </table>
 *
 * <p>Every rollback lowers the learning rate: to a tenth where it is to the start, for then nothing
 * is lost and the rate never worked; to a fifth where the score swings; else to a half, a quarter,
 * an eighth, … while it is to the same snapshot. After a plateau the rate is not lowered again, nor
 * a network that swings set back again, before another quarter of the run; what is not about the
 * learning rate (vanishing gradients, saturation, data) is diagnosed and left alone.
 */
public final class EscalationPolicy implements InterventionPolicy {
  @Serial private static final long serialVersionUID = 1L;

  private static final double LOWER = 0.5;
  private static final double LOWER_AT_THE_START = 0.1;
  private static final double LOWER_SWINGS = 0.2;

  /** A snapshot is worth going back to from oscillations below this share of the score. */
  private static final double BETTER = 0.8;

  private static final double RAISE = 1.5;
  private static final int SPIKES = 3;
  private static final int SPIKE_WINDOW = 10;
  private static final int SKIPS_BEFORE_ROLLBACK = 10;
  private static final int RESTARTS = 5;

  /** Iterations in which a network that was set back has to show what it does. */
  private static final int GRACE = 20;

  /** The same where the score swings: so many at least, and a quarter of the run. */
  private static final int GRACE_OF_SWINGS = 300;

  /** Creates the policy. */
  public EscalationPolicy() {}

  @Override
  public BeforeUpdate beforeUpdate(Situation s) {
    if (s.reported().isEmpty() && s.standing(Problem.EXPLODING) == null) {
      return BeforeUpdate.PROCEED;
    }
    for (Diagnosis d : s.reported()) {
      boolean broken = d.problem().equals(Problem.NON_FINITE) && s.isNetworkFinite();
      boolean overflows = d.problem().equals(Problem.EXPLODING) && isCritical(d);
      if (broken || overflows) {
        return new BeforeUpdate.Skip(d);
      }
    }
    Diagnosis exploding = s.standing(Problem.EXPLODING);
    return exploding != null && exploding.isAlarm()
        ? new BeforeUpdate.Clip(exploding)
        : BeforeUpdate.PROCEED;
  }

  @Override
  public AfterUpdate afterUpdate(Situation s) {
    Diagnosis d = wreck(s);
    if (d != null) {
      return rollBack(s, d, true);
    }
    d = s.standing(Problem.NON_FINITE);
    if (d != null && s.skippedInARow() >= s.settings().mostSkips()) {
      return new Stop(d, s.skippedInARow() + " steps in a row had to be skipped");
    }
    d = instability(s);
    if (d != null) {
      return calm(s, d);
    }
    d = reported(s, Problem.OSCILLATING);
    if (d != null && d.isAlarm()) {
      // Until then it is judged by scores from before.
      long judged = Math.max(GRACE_OF_SWINGS, s.history().seen() / 4);
      return s.since(Kind.ROLLBACK) < judged ? AfterUpdate.PROCEED : rollBack(s, d, false);
    }
    d = reported(s, Problem.EXPLODING);
    if (d != null && s.count(Kind.ROLLBACK, s.settings().window()) > 0) {
      return lower(s, d);
    }
    d = reported(s, Problem.OSCILLATING);
    d = d == null ? reported(s, Problem.PLATEAU) : d;
    boolean overdue = s.since(Kind.LOWER_LEARNING_RATE) >= s.history().seen() / 4;
    if (d != null && overdue && !s.isScheduled()) {
      return lower(s, d);
    }
    return raise(s);
  }

  /** What has ruined the network, so that there is nothing left to go on with. */
  private static @Nullable Diagnosis wreck(Situation s) {
    Diagnosis nonFinite = s.standing(Problem.NON_FINITE);
    if (nonFinite != null && !s.isNetworkFinite()) {
      return nonFinite;
    }
    Diagnosis rewritten = reported(s, Problem.EXPLODING);
    if (rewritten != null && isCritical(rewritten)) {
      return rewritten;
    }
    Diagnosis exploding = s.standing(Problem.EXPLODING);
    boolean goesOn = s.spikes(SPIKE_WINDOW) >= SPIKES;
    if (exploding != null && exploding.isAlarm() && goesOn) {
      return exploding;
    }
    Diagnosis overflowing = nonFinite != null && !isBadData(nonFinite) ? nonFinite : exploding;
    return s.skippedInARow() >= SKIPS_BEFORE_ROLLBACK ? overflowing : null;
  }

  private static @Nullable Diagnosis instability(Situation s) {
    Diagnosis exploding = reported(s, Problem.EXPLODING);
    // A jump among the first scores cannot be clipped: nothing is usual yet.
    boolean tooEarly = Double.isNaN(s.history().largestUsualGradientNorm()) && s.spikes(1) > 0;
    exploding = tooEarly ? s.standing(Problem.EXPLODING) : exploding;
    if (exploding != null && exploding.isAlarm()) {
      return exploding;
    }
    Diagnosis dead = reported(s, Problem.DEAD_RELU);
    boolean mayRestart = !s.history().hasImproved() && s.rollbacksInARow() < RESTARTS;
    return dead != null && dead.isAlarm() && mayRestart ? dead : null;
  }

  private static AfterUpdate calm(Situation s, Diagnosis d) {
    int cooldown = s.settings().cooldown();
    if (!s.history().hasImproved()) {
      return s.since(Kind.ROLLBACK) < GRACE ? AfterUpdate.PROCEED : rollBack(s, d, false);
    }
    long sinceLowered = s.since(Kind.LOWER_LEARNING_RATE);
    if (sinceLowered < cooldown || s.since(Kind.ROLLBACK) < cooldown) {
      return AfterUpdate.PROCEED;
    }
    return sinceLowered < 2L * cooldown ? rollBack(s, d, false) : lower(s, d);
  }

  private static AfterUpdate rollBack(Situation s, Diagnosis d, boolean needed) {
    ProtectionSettings settings = s.settings();
    if (s.count(Kind.ROLLBACK, settings.window()) >= settings.mostRollbacks()) {
      return needed
          ? new Stop(d, settings.mostRollbacks() + " rollbacks did not help")
          : AfterUpdate.PROCEED;
    }
    if (s.learningRateFactor() <= settings.minimumFactor()) {
      return needed
          ? new Stop(d, "the learning rate is at its minimum already")
          : AfterUpdate.PROCEED;
    }
    if (!s.canRollBack()) {
      return s.isNetworkFinite() ? lower(s, d) : new Stop(d, "there is no snapshot to go back to");
    }
    boolean swings = d.problem().equals(Problem.OSCILLATING);
    boolean worthIt = s.bestSnapshotScore() < BETTER * s.history().usualScore();
    boolean toTheStart = s.isAtTheStart() || (swings && !worthIt);
    double lower = swings ? LOWER_SWINGS : LOWER;
    double factor = toTheStart ? LOWER_AT_THE_START : Math.pow(lower, s.rollbacksInARow() + 1);
    return new RollBack(d, factor, toTheStart);
  }

  private static AfterUpdate lower(Situation s, Diagnosis d) {
    long withRollbacks = s.count(Kind.LOWER_LEARNING_RATE, Long.MAX_VALUE);
    long reductions = withRollbacks - s.count(Kind.ROLLBACK, Long.MAX_VALUE);
    boolean mayLower =
        s.learningRateFactor() > s.settings().minimumFactor()
            && reductions < s.settings().mostReductions()
            && s.since(Kind.LOWER_LEARNING_RATE) >= s.settings().cooldown();
    return mayLower ? new LowerLearningRate(d, LOWER) : AfterUpdate.PROCEED;
  }

  private static AfterUpdate raise(Situation s) {
    int healthy = s.settings().healthyIterations();
    boolean mayRaise =
        s.learningRateFactor() < s.ceiling()
            && s.healthyFor() >= healthy
            && s.since(Kind.RAISE_LEARNING_RATE) >= healthy
            && s.since(Kind.LOWER_LEARNING_RATE) >= healthy
            && s.since(Kind.ROLLBACK) >= healthy;
    return mayRaise
        ? new RaiseLearningRate(RAISE, s.healthyFor() + " iterations without an alarm")
        : AfterUpdate.PROCEED;
  }

  private static @Nullable Diagnosis reported(Situation s, Problem problem) {
    if (s.reported().isEmpty()) {
      return null; // as a rule: no iterator is made
    }
    for (Diagnosis d : s.reported()) {
      if (d.problem().equals(problem)) {
        return d;
      }
    }
    return null;
  }

  private static boolean isCritical(Diagnosis d) {
    return d.severity() == Severity.CRITICAL;
  }

  /** Whether the minibatch itself is to blame, so that the network is as good as before. */
  static boolean isBadData(Diagnosis d) {
    Origin origin = d.origin();
    return origin != null
        && !origin.overflow()
        && (origin.place() == Origin.Place.FEATURES || origin.place() == Origin.Place.LABELS);
  }
}
