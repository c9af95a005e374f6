package dev.traininghealth.detect.statistics;

import dev.traininghealth.detect.History;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;

/**
 * Decides whether the score rises because of the objective: other data, other targets, or another
 * network inside the loss, as in a GAN.
 *
 * <p>A rise is the network's fault only if the network is worse than its own earlier state on the
 * same minibatches. If the scores of frozen baselines have risen as well, and the network is not
 * worse than the present one, the objective has moved. In case of doubt it has not.
 */
final class ObjectiveMoves implements Restorable {
  /**
   * Share of a rise that frozen baselines must share for the objective to be the cause, and that
   * the network must not be worse than its baseline: the larger part decides.
   */
  private static final double MAIN_SHARE = 0.5;

  /**
   * Share of the run, of which the latest three comparisons must be: that over which {@link
   * ScoreProgress#recent} is a median.
   */
  private static final int RECENT_FRACTION = 4;

  /**
   * Share of healthy iterations whose score is high enough for an extra comparison. The score must
   * also exceed twice its start, as that of an alarm must.
   */
  private static final double UNUSUAL_RATE = 1e-3;

  /**
   * Maximum number of consecutive extra comparisons for jumps. The second one shows whether an
   * unusual minibatch has ruined the network, the third one covers a change that comes gradually.
   */
  private static final int MAX_JUMP_COMPARISONS = 3;

  /** Minimum of iterations per extra comparison for jumps, on average; as for weights. */
  private static final int ITERATIONS_PER_JUMP_COMPARISON = 25;

  /**
   * Iterations after a jump of the objective in which high scores are part of it: those in which
   * the usual level still has the scores from before.
   */
  private static final int JUMP_ITERATIONS = 100;

  private final BaselineGains baseline;
  private final ScoreProgress progress;

  private double jumpComparisons = MAX_JUMP_COMPARISONS;
  private boolean comparedAtGradient;
  private boolean isJumpCompared;

  /**
   * Factor on the rise of a jump up to which later scores are part of it. The scores of minibatches
   * vary after a jump as before, and its first one may be a low one.
   */
  private static final double JUMP_MARGIN = 2;

  /** Score up to which scores are part of the latest jump; NaN for never. */
  private double jumpLimit = Double.NaN;

  private long jumpSeen;

  /** Scores of the frozen baseline before and at the latest jump. */
  private double baselineBefore = Double.NaN;

  private double baselineAtJump = Double.NaN;

  ObjectiveMoves(BaselineGains baseline, ScoreProgress progress) {
    this.baseline = baseline;
    this.progress = progress;
  }

  /**
   * Whether the frozen baseline should be scored now, on the minibatch whose gradient is known.
   *
   * <p>Must be called once per iteration, before {@link #onGradient}.
   */
  boolean shouldCompare(
      Measurement now, RobustLevel level, double scaled, double start, long seen) {
    jumpComparisons =
        Math.min(MAX_JUMP_COMPARISONS, jumpComparisons + 1.0 / ITERATIONS_PER_JUMP_COMPARISON);
    boolean isJump =
        level.isWarm() && now.score() > 2 * start && scaled > level.upperQuantile(UNUSUAL_RATE);
    if (isJump && jumpComparisons >= 1) {
      jumpComparisons--;
      isJumpCompared = true;
      return true;
    }
    return seen % History.EVALUATION_INTERVAL == 0
        && isRising()
        && !baseline.areRecent(now.iteration() - progress.iterations() / RECENT_FRACTION);
  }

  /** Whether the score is above its best level, long before that is an alarm. */
  private boolean isRising() {
    double rise = progress.recent() - progress.best();
    return rise > progress.recentGainByChance()
        && rise > History.MIN_RELATIVE_GAIN * Math.abs(progress.best());
  }

  /**
   * Takes a comparison of this iteration's gradient, if there is one.
   *
   * @param usual usual score before this iteration
   */
  void onGradient(Measurement now, double usual, long seen) {
    comparedAtGradient = now.comparisonIteration() == now.iteration();
    if (!comparedAtGradient) {
      isJumpCompared = false;
      return;
    }
    if (!isJumpCompared) {
      baseline.observe(now);
      return;
    }
    isJumpCompared = false; // an unusual minibatch is no part of the usual gains
    double before = baseline.baselineScore();
    double rise = now.baselineScore() - before;
    if (!(rise >= MAIN_SHARE * (now.score() - usual))) {
      jumpLimit = Double.NaN; // the network may be ruined by the minibatches of an earlier jump
      return;
    }
    if (!isPartOfJump(now.score(), seen)) {
      jumpLimit = usual + JUMP_MARGIN * (now.score() - usual);
    }
    jumpSeen = seen;
    baselineBefore = before;
    baselineAtJump = now.baselineScore();
  }

  /** {@return whether the comparison of this iteration was taken at the gradient} */
  boolean isCompared() {
    return comparedAtGradient;
  }

  /** {@return whether a high score is explained by a jump of the objective} */
  boolean isPartOfJump(double score, long seen) {
    return score <= jumpLimit && seen - jumpSeen <= JUMP_ITERATIONS;
  }

  /** {@return whether the larger part of a rise of the score is the objective's} */
  boolean hasRisen(double from, double to, long iteration) {
    double part = MAIN_SHARE * (to - from);
    return part > 0
        && baseline.areRecent(iteration - progress.iterations() / RECENT_FRACTION)
        && baseline.baselineScore() > to - part
        && baseline.frozenRise() > part
        && baseline.loss() < part;
  }

  /** {@return the frozen baseline's usual score before the latest jump of the objective} */
  double baselineBefore() {
    return baselineBefore;
  }

  /** {@return the frozen baseline's score on the minibatch of the latest jump} */
  double baselineAtJump() {
    return baselineAtJump;
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("jumpLimit", jumpLimit)
        .put("jumpSeen", jumpSeen)
        .put("baselineBefore", baselineBefore)
        .put("baselineAtJump", baselineAtJump);
  }

  @Override
  public void restore(SavedNumbers from) {
    jumpLimit = from.getDouble("jumpLimit");
    jumpSeen = from.getLong("jumpSeen");
    baselineBefore = from.getDouble("baselineBefore");
    baselineAtJump = from.getDouble("baselineAtJump");
  }
}
