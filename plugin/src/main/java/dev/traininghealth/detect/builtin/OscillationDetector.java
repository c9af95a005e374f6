package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Progress;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.function.Supplier;

/**
 * Detects a score that swings as widely as its own level, without progress on average.
 *
 * <ul>
 *   <li><b>What</b>: the swing, the mean of |sₜ − sₜ₋₁| as a share of the recent level, above
 *       {@value #MIN_SWING}. For squared errors the limit is higher if minibatches are small,
 *       because scores of single examples always swing.
 *   <li><b>Severity</b>: WARNING after {@value #PATIENCE} iterations and {@value #MIN_EXAMPLES}
 *       examples, if the level exceeds {@value #UNLEARNED_SHARE} of the constant-prediction score
 *       and has not fallen recently. INFO after {@value #LONG_PATIENCE} iterations, if the network
 *       has learned more than that, but the level exceeds {@value #QUIET_SHARE} of that score and
 *       has no trend. A lower learning rate makes such swings smaller.
 *   <li><b>Source</b>: AUTOTRAINER and TheDeepChecker detect swings of a fixed size. A network that
 *       has learned well may swing as widely around a low score and still learn. This detector does
 *       not report it.
 *   <li><b>Defaults</b>: single jumps count at most {@value #MAX_DISTANCE} times the level, because
 *       they are no oscillation.
 *   <li><b>When not to use</b>: if the constant-prediction score is unknown (sequences, several
 *       outputs). Nothing is found then.
 * </ul>
 */
final class OscillationDetector implements PluginDetector, Restorable {
  /**
   * Mean distance of consecutive scores, as a share of their level. Independent normal scores with
   * a standard deviation of 44 % of their mean have it. TheDeepChecker has the same limit for
   * fluctuations of the loss.
   */
  private static final double MIN_SWING = 0.5;

  /**
   * What is added to {@link #MIN_SWING} for squared errors of single examples; it falls with the
   * root of the batch size. For normal errors the swing itself is 1.27 for one example and 1.6 / √n
   * for many.
   */
  private static final double SWING_OF_ONE_EXAMPLE = 1.5;

  /**
   * Share of the constant-prediction score above which a network has hardly learned. Chosen on the
   * fault corpus: a smaller one makes swings of networks that learn an alarm.
   */
  private static final double UNLEARNED_SHARE = 0.8;

  /**
   * Share of the constant-prediction score up to which swings are not reported. A healthy LeNet
   * swung by half of its level at half of this share, and still learned.
   */
  private static final double QUIET_SHARE = 0.4;

  /**
   * Recent fall of the score, as a share of its level, that is progress: twice {@link
   * History#MIN_RELATIVE_GAIN}, because swings hide a smaller one. Chosen on the fault corpus.
   */
  private static final double MIN_FALL = 0.1;

  /**
   * Iterations before a WARNING: three smoothing windows, after which the first one has a weight of
   * 0.13. Chosen on the fault corpus.
   */
  private static final int PATIENCE = 300;

  /**
   * Iterations before an INFO: five smoothing windows, after which the first one has a weight of
   * 0.02. It is longer because such a network learns.
   */
  private static final int LONG_PATIENCE = 500;

  /**
   * Examples before a WARNING, which only limits minibatches of up to three, because their scores
   * are noisier. Chosen on the fault corpus.
   */
  private static final long MIN_EXAMPLES = 1000;

  /**
   * Examples before an INFO, which only limits minibatches of up to three, as {@link
   * #MIN_EXAMPLES}.
   */
  private static final long MIN_EXAMPLES_OF_NOISE = 2000;

  /**
   * Maximum distance of two consecutive scores, as a multiple of the level or of the new score,
   * whichever is larger. The return from a jump then adds at most 5 % of the level to the swing.
   */
  private static final double MAX_DISTANCE = 5;

  /**
   * Smoothing window of swing and level, iterations. The standard error of the level is then a
   * fourteenth of the noise (1 / √199). A longer one would include more of the start.
   */
  private static final double WINDOW_ITERATIONS = 100;

  /** Iterations without a report: three smoothing windows, because the swing changes no faster. */
  private static final int EXPIRY_ITERATIONS = 300;

  private double previous = Double.NaN;
  private double swing;
  private double level;
  private long count;
  private long examples;

  @Override
  public String name() {
    return "oscillation";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.SCORE).atLeast(PATIENCE);
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    double score = history.current().score();
    if (!Double.isFinite(score)) {
      return;
    }
    if (!Double.isNaN(previous)) {
      count++;
      double smoothing = Math.max(1.0 / count, 1 / WINDOW_ITERATIONS);
      // The limit keeps a single jump from looking like an oscillation.
      double distance =
          Math.min(Math.abs(score - previous), MAX_DISTANCE * Math.max(level, Math.abs(score)));
      swing += smoothing * (distance - swing);
      level += smoothing * (Math.abs(score) - level);
    }
    previous = score;
    examples += history.current().batchSize();
    if (history.iterationsSeen() % History.EVALUATION_INTERVAL == 0
        && history.iterationsSeen() >= PATIENCE
        && examples >= MIN_EXAMPLES) {
      judge(history, findings);
    }
  }

  private void judge(History history, FindingReporter findings) {
    Progress progress = history.progress();
    double constant = history.constantPredictionScore();
    double threshold = MIN_SWING + (history.hasSquaredError() ? noise(history) : 0);
    double share = swing / level;
    if (!(share > threshold)
        || !progress.isKnown()
        || !(progress.recent() > QUIET_SHARE * constant)) {
      return;
    }
    boolean isUseless = progress.recent() > UNLEARNED_SHARE * constant;
    if (isUseless
        && progress.recentGain()
            <= Math.min(MIN_FALL * progress.recent(), progress.recentGainByChance())) {
      report(
          history,
          findings,
          Severity.WARNING,
          share,
          threshold,
          () ->
              Message.of(
                  "say.oscillating_score.useless",
                  Argument.share(share),
                  Argument.number(progress.recent()),
                  Argument.number(constant)));
    } else if (!isUseless
        && history.iterationsSeen() >= LONG_PATIENCE
        && examples >= MIN_EXAMPLES_OF_NOISE
        && !progress.hasTrend()) {
      report(
          history,
          findings,
          Severity.INFO,
          share,
          threshold,
          () -> Message.of("say.oscillating_score.noise", Argument.share(share)));
    }
  }

  private static void report(
      History history,
      FindingReporter findings,
      Severity severity,
      double share,
      double threshold,
      Supplier<Message> sentence) {
    findings.report(
        Finding.saying(
                Problem.OSCILLATING_SCORE, severity, share, Comparison.ABOVE, threshold, sentence)
            .expiresAfter(EXPIRY_ITERATIONS)
            .withRemedies(() -> Advice.on(history).againstOscillation().remedies()));
  }

  private static double noise(History history) {
    return SWING_OF_ONE_EXAMPLE / Math.sqrt(Math.max(1.0, history.current().batchSize()));
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("previous", previous)
        .put("swing", swing)
        .put("level", level)
        .put("count", count)
        .put("examples", examples);
  }

  @Override
  public void restore(SavedNumbers from) {
    previous = from.getDouble("previous");
    swing = from.getDouble("swing");
    level = from.getDouble("level");
    count = from.getLong("count");
    examples = from.getLong("examples");
  }
}
