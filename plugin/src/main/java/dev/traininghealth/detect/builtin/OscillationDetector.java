package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Progress;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.function.Supplier;

/**
 * A score that swings as widely as its own level, and on average gets nowhere.
 *
 * <ul>
 *   <li><b>What</b>: the mean distance between one score and the next, as a share of the recent
 *       level, above {@value #SWING} (for squared errors more where minibatches are small: those of
 *       one example swing by nature), while the recent level is no better than {@value #LEVEL} of a
 *       constant prediction's score, and shows no fall lately. WARNING after {@value #PATIENCE}
 *       iterations and {@value #MIN_EXAMPLES} examples.
 *   <li><b>Lost in noise</b>: the same swings in a network that has learned more than that, but is
 *       no better than {@value #LEVEL_OF_NOISE} of a constant prediction's score and shows no fall
 *       any more after {@value #LONG_PATIENCE} iterations: INFO. A lower learning rate makes them
 *       smaller.
 *   <li><b>Source</b>: AUTOTRAINER and TheDeepChecker look for swings of a fixed size; a network
 *       that has learned well may swing as widely around a low score and still learn, and is left
 *       alone here.
 *   <li><b>When not to use</b>: where the score of a constant prediction is not known (sequences,
 *       several outputs) nothing is found.
 * </ul>
 */
final class OscillationDetector implements PluginDetector, Restorable {
  private static final double SWING = 0.5;
  private static final double SWING_OF_ONE_EXAMPLE = 1.5;
  private static final double LEVEL = 0.8;
  private static final double LEVEL_OF_NOISE = 0.4;
  private static final double FALLING = 0.1;
  private static final int PATIENCE = 300;
  private static final int LONG_PATIENCE = 500;
  private static final long MIN_EXAMPLES = 1000;
  private static final long MIN_EXAMPLES_OF_NOISE = 2000;
  private static final double WINDOW = 100;
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
  public void onUpdate(History history, FindingReporter findings) {
    double score = history.current().score();
    if (!Double.isFinite(score)) {
      return;
    }
    if (!Double.isNaN(previous)) {
      count++;
      double gain = Math.max(1.0 / count, 1 / WINDOW);
      // One jump is no oscillation: it counts as a swing of the level at most five times.
      double distance = Math.min(Math.abs(score - previous), 5 * Math.max(level, Math.abs(score)));
      swing += gain * (distance - swing);
      level += gain * (Math.abs(score) - level);
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
    double bound = SWING + (history.hasSquaredError() ? noise(history) : 0);
    double share = swing / level;
    if (!(share > bound)
        || !progress.isKnown()
        || !(progress.recent() > LEVEL_OF_NOISE * constant)) {
      return;
    }
    boolean uselessly = progress.recent() > LEVEL * constant;
    if (uselessly
        && progress.recentGain()
            <= Math.min(FALLING * progress.recent(), progress.recentGainByChance())) {
      report(
          history,
          findings,
          Severity.WARNING,
          share,
          bound,
          () ->
              Message.of(
                  "say.oscillating_score.useless",
                  Argument.share(share),
                  Argument.number(progress.recent()),
                  Argument.number(constant)));
    } else if (!uselessly
        && history.iterationsSeen() >= LONG_PATIENCE
        && examples >= MIN_EXAMPLES_OF_NOISE
        && !progress.hasTrend()) {
      report(
          history,
          findings,
          Severity.INFO,
          share,
          bound,
          () -> Message.of("say.oscillating_score.noise", Argument.share(share)));
    }
  }

  private static void report(
      History history,
      FindingReporter findings,
      Severity severity,
      double share,
      double bound,
      Supplier<Message> sentence) {
    findings.report(
        Finding.saying(
                Problem.OSCILLATING_SCORE, severity, share, Comparison.ABOVE, bound, sentence)
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
