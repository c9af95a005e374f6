package dev.traininghealth.detect;

import dev.traininghealth.measure.DataSummary;
import dev.traininghealth.measure.Measurement;
import dev.traininghealth.measure.NetworkLayout;
import dev.traininghealth.measure.Origin;
import java.util.Arrays;
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

  private static final double LARGEST_DISTANCE = 5;

  private static final int EARLIEST = 3;

  /** Scores whose mean is where the run began. */
  static final int FIRST_SCORES = 20;

  /** A tenth: log-norms of minibatch gradients never stray less in a real training. */
  private static final double SMALLEST_DEVIATION = 0.1;

  /**
   * Scores within this share of where the run began are compared as they are, larger ones by ratio.
   */
  private static final double LINEAR_SHARE = 0.05;

  /** A gain in the score that a user would call progress, as a share of the score. */
  static final double WORTH_MENTIONING = 0.05;

  /** A network below this share of a constant prediction's score has learned something. */
  private static final double LEARNED = 0.9;

  /** Mean absolute deviation of a normal distribution with standard deviation 1. */
  private static final double NORMAL_MEAN_DEVIATION = Math.sqrt(2 / Math.PI);

  private final Predicate<Problem> standing;
  private final NetworkLayout layout;
  private final Measurement now;
  private final double falseAlarmRate;

  /** Loss of the only output layer; empty where there are several, whose scores are added up. */
  private final String loss;

  /** In deviations; see {@link #isConspicuous}. */
  private final double conspicuousAt;

  private @Nullable Origin origin;
  private long seen;

  private final double[] logGradient;
  private final RobustLevel[] gradientLevel;
  private final RobustLevel scoreLevel = new RobustLevel(0.02);
  private final double[] firstScores = new double[FIRST_SCORES];
  private int firstScoreCount;
  private double startScore = Double.NaN;
  private double startError;

  /** The least of the first few scores: where a run began that learned most at once. */
  private double earliest = Double.NaN;

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
    logGradient = new double[layers];
    gradientLevel = new RobustLevel[layers];
    for (int i = 0; i < layers; i++) {
      gradientLevel[i] = new RobustLevel(SMALLEST_DEVIATION);
    }
    conspicuousAt = Math.log(0.5 * (2.0 * layers + 1) / CONSPICUOUS);
    List<String> losses =
        layout.layers().stream()
            .map(NetworkLayout.Layer::configuration)
            .filter(NetworkLayout.Configuration::isOutput)
            .map(NetworkLayout.Configuration::loss)
            .toList();
    loss = losses.size() == 1 ? losses.get(0) : "";
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
  public @Nullable Origin origin() {
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
    return logGradient[layer];
  }

  /** Where the log-norm of a layer's gradient usually is. */
  RobustLevel gradientLevel(int layer) {
    return gradientLevel[layer];
  }

  /**
   * Gives the score at the start of the run.
   *
   * @return mean of the first {@value #FIRST_SCORES} finite scores without the largest two, of
   *     fewer while there are fewer; NaN before the first
   */
  public double startScore() {
    return startScore;
  }

  /** The score on a scale that is linear near zero and logarithmic far from it. */
  double scaled(double score) {
    double unit = LINEAR_SHARE * Math.abs(startScore);
    return unit > 0 ? asinh(score / unit) : asinh(score);
  }

  /** The score that lies there on the {@link #scaled} scale. */
  double unscaled(double scaled) {
    double unit = LINEAR_SHARE * Math.abs(startScore);
    return unit > 0 ? Math.sinh(scaled) * unit : Math.sinh(scaled);
  }

  /** Whether the loss is a squared error, of the only output layer. */
  boolean hasSquaredError() {
    return loss.equals("LossMSE") || loss.equals("LossL2");
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

  /** The paired control's verdicts. */
  Control control() {
    return control;
  }

  /**
   * The score that the best constant prediction would have, from the labels' spread: what a network
   * that has learned nothing converges to. NaN where it is not known for the loss.
   */
  double constantPredictionScore() {
    DataSummary data = now.data;
    return switch (loss) {
      case "LossMSE" -> data.labelVariance;
      case "LossL2" -> data.labelVariance * data.labelColumns;
      case "LossMAE" -> NORMAL_MEAN_DEVIATION * Math.sqrt(data.labelVariance);
      case "LossL1" -> NORMAL_MEAN_DEVIATION * Math.sqrt(data.labelVariance) * data.labelColumns;
      case "LossMCXENT", "LossNegativeLogLikelihood" -> data.labelEntropy;
      case "LossBinaryXENT" -> data.labelBinaryEntropy;
      default -> Double.NaN;
    };
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

  /** Mean of sorted scores without the largest tenth: a jump or two are no start. */
  private double trimmedMean(double[] sorted) {
    int kept = sorted.length - sorted.length / 10;
    double sum = 0;
    for (int i = 0; i < kept; i++) {
      sum += sorted[i];
    }
    double mean = sum / kept;
    // What was left out counts here, up to a bound: else skewed scores would look sure.
    double bound = Math.abs(mean) * LARGEST_DISTANCE;
    double squares = 0;
    for (double score : sorted) {
      double distance = Math.min(bound, Math.abs(score - mean));
      squares += distance * distance;
    }
    startError = Math.sqrt(squares) / sorted.length;
    return mean;
  }

  /** At the gradient, before the detectors. */
  void gradient(@Nullable Origin found) {
    origin = found;
    double[] norms = now.gradientNorm;
    for (int l = 0; l < logGradient.length; l++) {
      logGradient[l] = Double.NaN;
      NetworkLayout.Layer layer = layout.layers().get(l);
      double squares = 0;
      double largest = -1;
      for (int p = layer.firstParameter();
          p < layer.firstParameter() + layer.parameterCount();
          p++) {
        if (!Measurement.isAbsent(norms[p])) {
          squares += norms[p] * norms[p];
          largest = Math.max(largest, norms[p]);
        }
      }
      if (Double.isNaN(squares) || largest < 0) {
        continue;
      }
      boolean exact = squares > 1e-300 && squares < 1e300;
      logGradient[l] = exact ? 0.5 * Math.log(squares) : Math.log(largest);
    }
  }

  /**
   * Whether a layer's gradient or the score is so far from its level, to either side, that weights
   * are worth measuring out of turn. Far milder than any alarm.
   */
  boolean isConspicuous() {
    for (int l = 0; l < logGradient.length; l++) {
      RobustLevel level = gradientLevel[l];
      double log = logGradient[l];
      if (level.isWarm()
          && (log > level.location() + conspicuousAt * level.above()
              || log < level.location() - conspicuousAt * level.below())) {
        return true;
      }
    }
    return scoreLevel.isWarm()
        && scaled(now.score) > scoreLevel.location() + conspicuousAt * scoreLevel.above();
  }

  /** When the update is done, before the detectors. */
  void update(@Nullable Origin found) {
    if (found != null) {
      origin = found;
    }
    if (now.controlIteration == now.iteration) {
      control.observe(now);
    }
  }

  /** When the detectors have seen the iteration. */
  void absorb() {
    for (int l = 0; l < logGradient.length; l++) {
      gradientLevel[l].observe(logGradient[l]);
    }
    double score = now.score;
    if (Double.isFinite(score)) {
      if (firstScoreCount < FIRST_SCORES) {
        firstScores[firstScoreCount++] = score;
        double[] sorted = Arrays.copyOf(firstScores, firstScoreCount);
        Arrays.sort(sorted);
        startScore = trimmedMean(sorted);
        earliest = firstScoreCount > EARLIEST ? earliest : sorted[0];
      }
      scoreLevel.observe(scaled(score));
      scores.observe(score);
    }
    seen++;
    if (seen % EVERY == 0) {
      progress.update(Math.max(startScore, earliest), startError);
    }
  }
}
