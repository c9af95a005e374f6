package dev.traininghealth.detect;

import dev.traininghealth.numbers.LossTraits;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What detectors see of a run: the measurement of the iteration, and of what came before a bounded
 * summary. At the gradient the summary ends with the iteration before. Nothing here may be changed
 * by a detector, and what is not finite enters no summary.
 */
public final class History {
  /** How often what needs more than a few operations is computed anew. */
  static final int EVERY = 16;

  /** Share of healthy iterations that look like it: so many more weights are measured. */
  private static final double CONSPICUOUS = 0.02;

  /** Share of healthy iterations whose gradient is larger than what is called usual. */
  private static final double UNUSUAL = 1e-3;

  /**
   * Scores within this share of where the run began are compared as they are, larger ones by ratio.
   */
  private static final double LINEAR_SHARE = 0.05;

  /** A gain in the score that a user would call progress, as a share of the score. */
  static final double WORTH_MENTIONING = 0.05;

  /** A network below this share of a constant prediction's score has learned something. */
  private static final double LEARNED = 0.9;

  private final Predicate<Problem> standing;
  private final NetworkLayout layout;
  private final Measurement now;
  private final double falseAlarmRate;

  /** Loss of the only output layer; unknown where there are several, whose scores are added up. */
  private final LossTraits loss;

  /** In deviations; see {@link #isConspicuous}. */
  private final double conspicuousAt;

  private @Nullable NonFiniteOrigin origin;
  private long seen;

  private final GradientLevels gradients;
  private final StartScore start = new StartScore();
  private final RobustLevel scoreLevel = new RobustLevel(0.02);
  private final ScoreBlocks scores = new ScoreBlocks();
  private final Progress progress = new Progress(scores);
  private final Control control = new Control();

  History(
      NetworkLayout layout, Measurement now, double falseAlarmRate, Predicate<Problem> standing) {
    this.standing = standing;
    this.layout = layout;
    this.now = now;
    this.falseAlarmRate = falseAlarmRate;
    int layers = layout.layers().size();
    gradients = new GradientLevels(layers);
    conspicuousAt = Math.log(0.5 * (2.0 * layers + 1) / CONSPICUOUS);
    List<String> losses =
        layout.layers().stream()
            .map(NetworkLayout.Layer::configuration)
            .filter(NetworkLayout.Configuration::isOutput)
            .map(NetworkLayout.Configuration::loss)
            .toList();
    loss = LossTraits.of(losses.size() == 1 ? losses.get(0) : "");
  }

  /**
   * Gives the network.
   *
   * @return its layers and parameters, whose indices all numbers use
   */
  public NetworkLayout layout() {
    return layout;
  }

  /**
   * Gives the numbers of this iteration; the same object every time.
   *
   * @return the numbers, to be read only
   */
  public Measurement now() {
    return now;
  }

  /**
   * Counts the iterations seen by the listener, which may have been added late.
   *
   * @return how many came before this one
   */
  public long seen() {
    return seen;
  }

  /**
   * Tells where this iteration's first non-finite value stood, if one was found.
   *
   * @return the origin, or null where gradient, score and weights are finite
   */
  public @Nullable NonFiniteOrigin origin() {
    return origin;
  }

  /**
   * Gives the probability of an alarm by chance in one healthy iteration that the user allows.
   *
   * @return the rate over all detectors, layers and parameters together
   */
  public double falseAlarmRate() {
    return falseAlarmRate;
  }

  /**
   * The share of {@link #falseAlarmRate} that one of the plugin's own tests of one layer, or of the
   * score, may take (Bonferroni).
   */
  double testRate() {
    return falseAlarmRate / (4.0 * (layout.layers().size() + 1));
  }

  /**
   * Gives the L2 norm of all gradients of a layer together, mean over the minibatch.
   *
   * @param layer index of the layer
   * @return its natural logarithm; minus infinity for a gradient of zero, NaN for a layer without
   */
  public double logGradientNorm(int layer) {
    return gradients.logNorm(layer);
  }

  /** Where the log-norm of a layer's gradient usually is. */
  RobustLevel gradientLevel(int layer) {
    return gradients.level(layer);
  }

  /**
   * Gives the edge of what is usual for the gradient of a layer, from the run's own log-norms.
   *
   * @param layer index of the layer
   * @return the L2 norm, mean over the minibatch, that healthy iterations exceed once in a
   *     thousand; NaN before enough were seen
   */
  public double largestUsualGradientNorm(int layer) {
    return largestUsual(gradients.level(layer));
  }

  /**
   * Gives the edge of what is usual for the gradient of all layers together.
   *
   * @return the L2 norm, as {@link #largestUsualGradientNorm(int)}
   */
  public double largestUsualGradientNorm() {
    return largestUsual(gradients.globalLevel());
  }

  private static double largestUsual(RobustLevel level) {
    return level.isWarm() ? Math.exp(level.upper(UNUSUAL)) : Double.NaN;
  }

  /**
   * Gives the score at the start of the run.
   *
   * @return mean of the first {@value StartScore#FIRST} finite scores without the largest two, of
   *     fewer while there are fewer; NaN before the first
   */
  public double startScore() {
    return start.score();
  }

  /** The score on a scale that is linear near zero and logarithmic far from it. */
  double scaled(double score) {
    double unit = LINEAR_SHARE * Math.abs(start.score());
    return unit > 0 ? asinh(score / unit) : asinh(score);
  }

  /** The score that lies there on the {@link #scaled} scale. */
  double unscaled(double scaled) {
    double unit = LINEAR_SHARE * Math.abs(start.score());
    return unit > 0 ? Math.sinh(scaled) * unit : Math.sinh(scaled);
  }

  /** Whether the loss is a squared error, of the only output layer. */
  boolean hasSquaredError() {
    return loss.isSquaredError();
  }

  private static double asinh(double x) {
    double magnitude = Math.abs(x);
    return Math.copySign(Math.log(magnitude + Math.sqrt(magnitude * magnitude + 1)), x);
  }

  /** Where the scaled score usually is. */
  RobustLevel scoreLevel() {
    return scoreLevel;
  }

  /** The course of the score. */
  ScoreBlocks scores() {
    return scores;
  }

  /** Whether the score falls. */
  Progress progress() {
    return progress;
  }

  /**
   * Tells whether the network has learned something.
   *
   * @return whether the score is below where it began, for all that its noise tells
   */
  public boolean hasImproved() {
    return progress.isBelowStart();
  }

  /**
   * Gives where the score is by now, robustly.
   *
   * @return a running level of the score over the last hundred iterations or so; NaN before the
   *     first
   */
  public double usualScore() {
    return scoreLevel.count() == 0 ? Double.NaN : unscaled(scoreLevel.location());
  }

  /** The paired control's verdicts. */
  Control control() {
    return control;
  }

  /**
   * The score that the best constant prediction would have, from the labels' spread: what a network
   * that has learned nothing converges to. NaN where it is not known for the loss.
   */
  double constantPredictionScore() {
    return loss.constantPredictionScore(now.data);
  }

  /**
   * Whether the network has, beyond doubt, learned hardly anything: the score has not fallen by a
   * share of {@value #WORTH_MENTIONING} of where it began, or it rests at the score of the best
   * constant prediction; it is nowhere near falling below that score; and the paired control, where
   * there is one, leaves no room for more.
   *
   * @param patience iterations that must have been seen
   */
  boolean standsStill(int patience) {
    if (seen < patience || !progress.isKnown() || progress.fallsNow()) {
      return false;
    }
    double constant = constantPredictionScore();
    if (constant > 0 && progress.recent() < LEARNED * constant) {
      return false;
    }
    boolean nothingGained = progress.hasNotFallenBy(WORTH_MENTIONING);
    boolean predictsAConstant =
        constant > 0
            && progress.recent() > (1 - WORTH_MENTIONING) * constant
            && progress.isFlat(WORTH_MENTIONING);
    return (nothingGained || predictsAConstant) && !control.leavesRoom(constant);
  }

  /** Whether an alarm of this problem stands. */
  boolean stands(Problem problem) {
    return standing.test(problem);
  }

  /** At the gradient, before the detectors. */
  void gradient(@Nullable NonFiniteOrigin found) {
    origin = found;
    gradients.take(layout, now.gradientNorm);
  }

  /**
   * Whether a layer's gradient or the score is so far from its level, to either side, that weights
   * are worth measuring out of turn. Far milder than any alarm.
   */
  boolean isConspicuous() {
    if (gradients.isConspicuous(conspicuousAt)) {
      return true;
    }
    return scoreLevel.isWarm()
        && scaled(now.score) > scoreLevel.location() + conspicuousAt * scoreLevel.above();
  }

  /** When the update is done, before the detectors. */
  void update(@Nullable NonFiniteOrigin found) {
    if (found != null) {
      origin = found;
    }
    if (now.controlIteration == now.iteration) {
      control.observe(now);
    }
  }

  /** When the detectors have seen the iteration. */
  void absorb() {
    gradients.absorb();
    double score = now.score;
    if (Double.isFinite(score)) {
      start.observe(score);
      scoreLevel.observe(scaled(score));
      scores.observe(score);
    }
    seen++;
    if (seen % EVERY == 0) {
      progress.update(start.robust(), start.error());
    }
  }

  /** Saves the summary of what came before. */
  void save(SavedNumbers to) {
    to.put("seen", seen);
    to.put("gradients", saved(gradients));
    to.put("start", saved(start));
    to.put("scores", saved(scores));
    to.put("progress", saved(progress));
    to.put("control", saved(control));
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
   * Goes on from the summary of another run of this network, or of an earlier moment of this run.
   *
   * @throws IllegalArgumentException if something is missing, or of another network; some of the
   *     rest may have been changed then
   */
  void restore(SavedNumbers from) {
    seen = from.getLong("seen");
    gradients.restore(from.getSection("gradients"));
    start.restore(from.getSection("start"));
    scores.restore(from.getSection("scores"));
    progress.restore(from.getSection("progress"));
    control.restore(from.getSection("control"));
    RobustLevel.restore(from.getSection("scoreLevel"), scoreLevel);
  }
}
