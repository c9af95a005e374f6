package dev.traininghealth.detect.statistics;

import dev.traininghealth.detect.BaselineComparison;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Progress;
import dev.traininghealth.detect.UsualLevel;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The bounded statistics of one run that detectors read.
 *
 * <p>{@link dev.traininghealth.detect.diagnose} updates it at the gradient, at the update, and
 * after the detectors.
 *
 * @hidden
 */
public final class RunHistory implements History {
  /**
   * Share of healthy iterations that look unusual enough for an extra measurement of weights.
   * Weights are measured at least at every tenth iteration, so that it adds at most a fifth.
   */
  private static final double EXTRA_MEASUREMENT_RATE = 0.02;

  /**
   * Share of healthy iterations whose gradient exceeds the usual range. The limit is then 6.2 mean
   * deviations above the level. A smaller share would extrapolate farther beyond the window of a
   * level.
   */
  private static final double UNUSUAL_RATE = 1e-3;

  /**
   * Share of the start score up to which scores are compared by difference, and beyond it by ratio.
   * Near 0, a score may grow tenfold and still be far below the start.
   */
  private static final double LINEAR_SHARE = 0.05;

  /**
   * Share of the constant-prediction score below which a network has learned something. The test
   * uses no standard error. Therefore the gain must be twice {@link History#MIN_RELATIVE_GAIN}.
   */
  private static final double LEARNED_SHARE = 0.9;

  /**
   * Minimum mean deviation of the score on the scale of {@link #scaled}, about 2 %. It keeps the
   * smooth score of full batches from being unusual at each small rise. With the default
   * false-alarm rate, a spike is then a rise of at least a third.
   */
  private static final double MIN_SCORE_DEVIATION = 0.02;

  /**
   * Divisor of the false-alarm rate, besides the number of tests: one per layer and one of the
   * score. A margin for tails heavier than exponential, which raises thresholds by 1.4 mean
   * deviations.
   */
  private static final double MARGIN = 4;

  private final Predicate<ProblemFamily> activeAlarm;
  private final NetworkLayout layout;
  private final Measurement now;
  private final double falseAlarmRate;

  /** The only output layer. Null if there are several, because their scores are added up. */
  private final NetworkLayout.@Nullable Layer output;

  /** Threshold of {@link #isUnusual}, in mean deviations. */
  private final double unusualAt;

  private @Nullable NonFiniteOrigin origin;
  private long seen;

  private final GradientLevels gradients;
  private final StartScore start = new StartScore();
  private final RobustLevel scoreLevel = new RobustLevel(MIN_SCORE_DEVIATION);
  private final ScoreBlocks scores = new ScoreBlocks();
  private final ScoreProgress progress = new ScoreProgress(scores);
  private final BaselineGains baseline = new BaselineGains();
  private final ObjectiveMoves objective = new ObjectiveMoves(baseline, progress);

  /**
   * Creates the statistics of a new run.
   *
   * @param layout the network
   * @param now the object that has each iteration's numbers
   * @param falseAlarmRate allowed probability of a diagnosis by chance in one healthy iteration,
   *     over all tests for spikes of gradients and score
   * @param activeAlarm whether an alarm of a family is active
   */
  public RunHistory(
      NetworkLayout layout,
      Measurement now,
      double falseAlarmRate,
      Predicate<ProblemFamily> activeAlarm) {
    this.activeAlarm = activeAlarm;
    this.layout = layout;
    this.now = now;
    this.falseAlarmRate = falseAlarmRate;
    int layers = layout.layers().size();
    gradients = new GradientLevels(layers);
    unusualAt = Math.log(0.5 * (2.0 * layers + 1) / EXTRA_MEASUREMENT_RATE);
    int only = layout.onlyOutput();
    output = only < 0 ? null : layout.layers().get(only);
  }

  @Override
  public NetworkLayout layout() {
    return layout;
  }

  @Override
  public Measurement current() {
    return now;
  }

  @Override
  public long iterationsSeen() {
    return seen;
  }

  @Override
  public @Nullable NonFiniteOrigin origin() {
    return origin;
  }

  @Override
  public double falseAlarmRate() {
    return falseAlarmRate;
  }

  @Override
  public double falseAlarmRatePerTest() {
    return falseAlarmRate / (MARGIN * (layout.layers().size() + 1));
  }

  @Override
  public double logGradientNorm(int layer) {
    return gradients.logNorm(layer);
  }

  @Override
  public UsualLevel gradientLevel(int layer) {
    return gradients.level(layer);
  }

  @Override
  public double maxUsualGradientNorm(int layer) {
    return maxUsual(gradients.level(layer));
  }

  @Override
  public double maxUsualGradientNorm() {
    return maxUsual(gradients.globalLevel());
  }

  private static double maxUsual(RobustLevel level) {
    return level.isWarm() ? Math.exp(level.upperQuantile(UNUSUAL_RATE)) : Double.NaN;
  }

  @Override
  public double startScore() {
    return start.score();
  }

  @Override
  public double scaled(double score) {
    double unit = LINEAR_SHARE * Math.abs(start.score());
    return unit > 0 ? asinh(score / unit) : asinh(score);
  }

  @Override
  public double unscaled(double scaled) {
    double unit = LINEAR_SHARE * Math.abs(start.score());
    return unit > 0 ? Math.sinh(scaled) * unit : Math.sinh(scaled);
  }

  @Override
  public boolean hasObjectiveRisen(double from, double to) {
    return objective.hasRisen(from, to, now.iteration());
  }

  @Override
  public boolean hasObjectiveJumped() {
    return objective.isPartOfJump(now.score(), seen);
  }

  @Override
  public double baselineScoreBeforeJump() {
    return objective.baselineBefore();
  }

  @Override
  public double baselineScoreAtJump() {
    return objective.baselineAtJump();
  }

  @Override
  public boolean hasSquaredError() {
    return output != null && output.configuration().lossTraits().isSquaredError();
  }

  private static double asinh(double x) {
    double magnitude = Math.abs(x);
    return Math.copySign(Math.log(magnitude + Math.sqrt(magnitude * magnitude + 1)), x);
  }

  @Override
  public UsualLevel scoreLevel() {
    return scoreLevel;
  }

  @Override
  public Progress progress() {
    return progress;
  }

  @Override
  public boolean hasImproved() {
    return progress.isBelowStart();
  }

  @Override
  public double usualScore() {
    return scoreLevel.count() == 0 ? Double.NaN : unscaled(scoreLevel.location());
  }

  @Override
  public BaselineComparison baseline() {
    return baseline;
  }

  @Override
  public double constantPredictionScore() {
    double score = output == null ? Double.NaN : output.constantPredictionScore(now.data());
    return score > 0 ? score : Double.NaN; // labels that are all the same allow no comparison
  }

  @Override
  public boolean isStagnant(int patience) {
    if (seen < patience
        || !progress.isKnown()
        || progress.isFallingNow()
        || baseline.isObjectiveMoving()) {
      return false;
    }
    double constant = constantPredictionScore();
    if (constant > 0 && progress.recent() < LEARNED_SHARE * constant) {
      return false;
    }
    boolean nothingGained = progress.hasFallenLessThan(MIN_RELATIVE_GAIN);
    boolean predictsConstant =
        constant > 0
            && progress.recent() > (1 - MIN_RELATIVE_GAIN) * constant
            && progress.isFlat(MIN_RELATIVE_GAIN);
    return (nothingGained || predictsConstant) && !baseline.mayHaveLearned(constant);
  }

  @Override
  public boolean hasActiveAlarm(ProblemFamily family) {
    return activeAlarm.test(family);
  }

  /**
   * Reads the gradient, before the detectors run.
   *
   * @param found origin of the first non-finite value; null for none
   */
  public void onGradient(@Nullable NonFiniteOrigin found) {
    origin = found;
    gradients.take(layout, now);
    objective.onGradient(now, usualScore(), seen);
  }

  /**
   * {@return whether the frozen baseline should be scored on the minibatch whose gradient is known;
   * to be asked once in each iteration, before {@link #onGradient}}
   */
  public boolean shouldCompareBaseline() {
    return objective.shouldCompare(now, scoreLevel, scaled(now.score()), start.score(), seen);
  }

  /**
   * Whether a layer's gradient or the score is unusual enough for an extra measurement of weights.
   *
   * <p>The threshold is far lower than that of any alarm.
   *
   * @return true for about one in fifty healthy iterations
   */
  public boolean isUnusual() {
    if (gradients.isUnusual(unusualAt)) {
      return true;
    }
    return scoreLevel.isWarm()
        && scaled(now.score()) > scoreLevel.location() + unusualAt * scoreLevel.above();
  }

  /**
   * Reads the update, before the detectors run.
   *
   * @param found origin of the first non-finite value; null for none
   */
  public void onUpdate(@Nullable NonFiniteOrigin found) {
    if (found != null) {
      origin = found;
    }
    if (now.comparisonIteration() == now.iteration() && !objective.isCompared()) {
      baseline.observe(now);
    }
  }

  /**
   * Whether the network is so much better than the frozen baseline that a new baseline is due.
   *
   * <p>The new baseline shows whether the network continues to improve. True is returned once per
   * baseline.
   *
   * @return whether to take a new baseline
   */
  public boolean shouldRefreezeBaseline() {
    if (now.comparisonIteration() != now.iteration()) {
      return false; // no new comparison
    }
    boolean improved = baseline.isClearlyBetter() || baseline.coversStart();
    if (improved) {
      baseline.reset();
    }
    return improved;
  }

  /** Adds the iteration to the statistics, after the detectors have run. */
  public void addToStatistics() {
    gradients.addToStatistics();
    double score = now.score();
    if (Double.isFinite(score)) {
      start.observe(score);
      scoreLevel.observe(scaled(score));
      scores.observe(score);
    }
    seen++;
    if (seen % EVALUATION_INTERVAL == 0) {
      progress.update(start.robust(), start.error());
    }
  }

  /**
   * Saves the statistics.
   *
   * @param to receives the numbers
   */
  public void save(SavedNumbers to) {
    to.put("seen", seen);
    to.put("gradients", saved(gradients));
    to.put("start", saved(start));
    to.put("scores", saved(scores));
    to.put("progress", saved(progress));
    to.put("baseline", saved(baseline));
    to.put("objective", saved(objective));
    SavedNumbers level = new SavedNumbers();
    RobustLevel.save(level, scoreLevel);
    to.put("scoreLevel", level);
  }

  private static SavedNumbers saved(Restorable part) {
    SavedNumbers numbers = new SavedNumbers();
    part.save(numbers);
    return numbers;
  }

  /**
   * Continues from statistics of another run of this network, or of an earlier moment.
   *
   * @param from the numbers that {@link #save} wrote
   * @throws IllegalArgumentException if numbers are missing or of another network; some statistics
   *     may have changed then
   */
  public void restore(SavedNumbers from) {
    seen = from.getLong("seen");
    gradients.restore(from.getSection("gradients"));
    start.restore(from.getSection("start"));
    scores.restore(from.getSection("scores"));
    progress.restore(from.getSection("progress"));
    baseline.restore(from.getSection("baseline"));
    objective.restore(from.getSection("objective"));
    RobustLevel.restore(from.getSection("scoreLevel"), scoreLevel);
  }
}
