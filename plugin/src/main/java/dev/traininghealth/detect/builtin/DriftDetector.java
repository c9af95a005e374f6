package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;
import java.util.Arrays;

/**
 * Detects that gradients, updates and the score have begun to rise, before they do harm.
 *
 * <ul>
 *   <li><b>Formula</b>: a {@linkplain DriftStatistic one-sided cumulative sum} of each layer's log
 *       ‖g‖, of the log of its update:weight ratio divided by the learning rate, and of the
 *       {@linkplain History#scaled converted} score. A drift is reported if one of them exceeds the
 *       threshold, at {@value #MIN_RISE_FACTOR} times its reference or more, while that of the
 *       score exceeds {@value #SCORE_SHARE} of the threshold, at {@value #MIN_SCORE_RISE_FACTOR}
 *       times its reference or more. The layer is that whose rise began first.
 *   <li><b>Severity</b>: INFO, and no reason to intervene. If harm follows, the alarm of another
 *       detector names the drift as its cause. While such an alarm is active, no drift begins.
 *   <li><b>What is no drift</b>: a fall; a rise of gradients while the score does not rise; a rise
 *       because the {@linkplain History#hasObjectiveRisen objective has moved}. A jump of a
 *       learning rate by a factor of {@value #RATE_JUMP}, as of a schedule, protection or the user,
 *       starts new references. Skipped steps do not count, nor iterations whose weights were
 *       replaced. A rollback restores the sums with the network.
 *   <li><b>Source</b>: Page 1954; threshold by Siegmund 1985.
 *   <li><b>Defaults</b>: the threshold follows from the false-alarm rate per test, which the two
 *       sums of a layer share.
 *   <li><b>When not to use</b>: losses that are deliberately rescaled during the run.
 * </ul>
 */
final class DriftDetector implements PluginDetector, Restorable {
  /**
   * Multiple of the reference to which a level must have risen. Half of what the corpus counts as a
   * divergence, so that there is time left. A smaller one reports the fluctuations of smooth runs.
   */
  private static final double MIN_RISE_FACTOR = 1.5;

  /**
   * Multiple of the reference to which the level of the score must have risen. A run that diverges
   * goes on to far more; one that has converged fluctuates by less.
   */
  private static final double MIN_SCORE_RISE_FACTOR = 1.2;

  /**
   * Share of the threshold that the cumulative sum of the score must exceed. Gradients of a healthy
   * run often rise while it learns; those of a run that diverges rise with the score. At half of
   * the threshold, the rate of false alarms of the score is the root of that of all.
   */
  private static final double SCORE_SHARE = 0.5;

  /**
   * Factor of a learning rate between two iterations that starts new references. A schedule that
   * changes by less is as slow as a drift; its decays and warm-ups are much slower.
   */
  private static final double RATE_JUMP = 1.25;

  /**
   * Minimum of the deviation of a logarithm. A smooth run with full batches varies less; it takes a
   * tenth more to count as far from the reference.
   */
  private static final double MIN_DEVIATION = 0.03;

  /** Multiple of the threshold at which a sum stops, so that it falls below it soon afterwards. */
  private static final double MAX_THRESHOLDS = 2;

  /**
   * Iterations without a report: 10 evaluations, because a drift takes hundreds of iterations, and
   * the alarm that follows must find it.
   */
  private static final int EXPIRY_ITERATIONS = 160;

  /** Overshoot of the cumulative sum over the threshold, in deviations (Siegmund 1985). */
  private static final double OVERSHOOT = 1.166;

  /** Sums of a layer: of its gradient and its updates. They share what is allowed for its test. */
  private static final int SUMS_PER_LAYER = 2;

  private static final double LOG_MIN_RISE = Math.log(MIN_RISE_FACTOR);
  private static final double LOG_MIN_SCORE_RISE = Math.log(MIN_SCORE_RISE_FACTOR);
  private static final double LOG_RATE_JUMP = Math.log(RATE_JUMP);
  private static final int NONE = -1;

  private final double[] sorted = new double[DriftStatistic.BLOCKS];

  /**
   * The score, then the gradient and the updates of each layer; empty before the first iteration.
   */
  private DriftStatistic[] all = {};

  /** Learning rate of each layer at the previous iteration; NaN before the first. */
  private double[] rate = {};

  /** Its logarithm; NaN for none. It is computed when the rate changes, which it rarely does. */
  private double[] logRate = {};

  private double threshold = Double.NaN;

  /**
   * The sum of the drift that is reported, as an index of {@link #all}, or {@link #NONE}. It
   * belongs to an active diagnosis, and is saved as little as that is.
   */
  private int reported = NONE;

  private long reportedSince;
  private long latestReport;

  @Override
  public String name() {
    return "drift";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    long needed = (long) DriftStatistic.MIN_BLOCKS * DriftStatistic.BLOCK;
    return Requirement.of(Evidence.SCORE, Evidence.GRADIENTS).atLeast(needed);
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    Measurement m = history.current();
    if (Double.isNaN(threshold)) {
      threshold = threshold(history.falseAlarmRatePerTest() / SUMS_PER_LAYER);
    }
    int layers = history.layout().layers().size();
    if (all.length == 0) {
      create(layers);
    }
    if (hasRateJumped(history)) {
      reset();
    }
    if (m.protection().isSkipped()
        || m.weightsReplacedIteration() == m.iteration()
        || history.hasObjectiveJumped()) {
      return;
    }
    observe(history);
    DriftStatistic score = all[0];
    if (score.cumulativeSum() > SCORE_SHARE * threshold && score.rise() > LOG_MIN_SCORE_RISE) {
      evaluate(history, findings);
    }
  }

  /**
   * {@return the cumulative sum that independent normal observations exceed with this rate}
   *
   * @param rate per observation; the inverse of the mean number of observations up to a false alarm
   */
  static double threshold(double rate) {
    double k = DriftStatistic.HALF_RISE;
    return Math.log(2 * k * k / rate) / (2 * k) - OVERSHOOT;
  }

  private void create(int layers) {
    all = new DriftStatistic[1 + SUMS_PER_LAYER * layers];
    for (int i = 0; i < all.length; i++) {
      all[i] = new DriftStatistic(MIN_DEVIATION);
    }
    logRate = new double[layers];
    Arrays.fill(logRate, Double.NaN);
    rate = logRate.clone();
  }

  private boolean hasRateJumped(History history) {
    boolean jumped = false;
    for (int layer = 0; layer < logRate.length; layer++) {
      double now = rate(history, layer);
      if (now != rate[layer]) {
        rate[layer] = now;
        double before = logRate[layer];
        logRate[layer] = now > 0 ? Math.log(now) : Double.NaN;
        jumped |= Math.abs(logRate[layer] - before) > LOG_RATE_JUMP;
      }
    }
    return jumped;
  }

  /** {@return a layer's learning rate; 0 without parameters} */
  private static double rate(History history, int layer) {
    NetworkLayout.Layer l = history.layout().layers().get(layer);
    return l.parameterCount() == 0 ? 0 : history.current().learningRate(l.firstParameter());
  }

  private void reset() {
    for (DriftStatistic each : all) {
      each.reset();
    }
    reported = NONE;
  }

  private void observe(History history) {
    Measurement m = history.current();
    double limit = MAX_THRESHOLDS * threshold;
    if (history.iterationsSeen() >= History.START_ITERATIONS) { // the scale is final then
      all[0].observe(history.scaled(m.score()), m.iteration(), limit, sorted);
    }
    boolean hasUpdates = m.updateIteration() == m.iteration();
    for (int layer = 0; layer < logRate.length; layer++) {
      all[gradient(layer)].observe(history.logGradientNorm(layer), m.iteration(), limit, sorted);
      if (hasUpdates) {
        all[updates(layer)].observe(logRatio(history, layer), m.iteration(), limit, sorted);
      }
    }
  }

  private static int gradient(int layer) {
    return 1 + SUMS_PER_LAYER * layer;
  }

  private static int updates(int layer) {
    return gradient(layer) + 1;
  }

  /** {@return the layer of a sum, or -1 for the score} */
  private static int layer(int index) {
    return index == 0 ? -1 : (index - 1) / SUMS_PER_LAYER;
  }

  /**
   * {@return the logarithm of a layer's update:weight ratio divided by its learning rate; not
   * finite without updates or weights}
   */
  private double logRatio(History history, int layer) {
    Measurement m = history.current();
    NetworkLayout.Layer l = history.layout().layers().get(layer);
    double updates = 0;
    double weights = 0;
    for (int p = l.firstParameter(); p < l.firstParameter() + l.parameterCount(); p++) {
      double update = m.updateNorm(p);
      double weight = m.weightNorm(p);
      if (!Measurement.isAbsent(update) && !Measurement.isAbsent(weight)) {
        updates += update * update;
        weights += weight * weight;
      }
    }
    double logOfRate = Double.isNaN(logRate[layer]) ? 0 : logRate[layer];
    return 0.5 * Math.log(updates / weights) - logOfRate;
  }

  private void evaluate(History history, FindingReporter findings) {
    long iteration = history.current().iteration();
    if (reported != NONE && iteration - latestReport > EXPIRY_ITERATIONS) {
      reported = NONE;
    }
    boolean isDue = reported == NONE || history.iterationsSeen() % History.EVALUATION_INTERVAL == 0;
    if (!isDue || !isAnyAbove(threshold)) {
      return;
    }
    DriftStatistic score = all[0];
    if (history.hasObjectiveRisen(
        history.unscaled(score.reference()), history.unscaled(score.recent()))) {
      reset();
      return;
    }
    if (reported == NONE) {
      if (history.hasActiveAlarm(ProblemFamily.EXPLODING)
          || history.hasActiveAlarm(ProblemFamily.NON_FINITE)) {
        return; // too late for an early sign
      }
      reported = first();
      reportedSince = all[reported].since();
    }
    latestReport = iteration;
    report(history, findings, reported, reportedSince);
  }

  private boolean isAnyAbove(double sum) {
    for (DriftStatistic each : all) {
      if (isAbove(each, sum)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAbove(DriftStatistic each, double sum) {
    return each.cumulativeSum() > sum && each.rise() > LOG_MIN_RISE;
  }

  /** {@return the sum of a layer whose rise began first, or 0, that of the score, without any} */
  private int first() {
    int first = 0;
    for (int i = 1; i < all.length; i++) {
      if (isAbove(all[i], SCORE_SHARE * threshold)
          && (first == 0 || all[i].since() < all[first].since())) {
        first = i;
      }
    }
    return first;
  }

  private void report(History history, FindingReporter findings, int index, long since) {
    DriftStatistic drift = all[index];
    double level = value(history, index, drift.recent());
    double usual = value(history, index, drift.reference());
    findings.report(
        Finding.saying(
                Problem.DRIFTING,
                Severity.INFO,
                level,
                Comparison.ABOVE,
                index == 0 ? usual : MIN_RISE_FACTOR * usual,
                () -> message(history, index, since, level, usual))
            .inLayer(layer(index))
            .expiresAfter(EXPIRY_ITERATIONS)
            .withRemedies(() -> Advice.on(history).againstExplosion().remedies()));
  }

  /** {@return what a sum is made of, from a level of the sum} */
  private static double value(History history, int index, double level) {
    return index == 0 ? history.unscaled(level) : Math.exp(level);
  }

  private static Message message(
      History history, int index, long since, double level, double usual) {
    if (index == 0) {
      return Message.of(
          "say.drifting.score",
          Argument.count(since),
          Argument.number(level),
          Argument.number(usual));
    }
    Argument layer = LayerText.layer(history.layout(), layer(index));
    return index == gradient(layer(index))
        ? Message.of(
            "say.drifting.gradient",
            layer,
            Argument.count(since),
            Argument.number(level),
            Argument.number(usual))
        : Message.of(
            "say.drifting.updates", layer, Argument.count(since), Argument.number(level / usual));
  }

  @Override
  public void save(SavedNumbers to) {
    SavedNumbers sums = new SavedNumbers();
    DriftStatistic.save(sums, all);
    to.put("sums", sums).put("logRate", logRate.clone());
  }

  @Override
  public void restore(SavedNumbers from) {
    double[] rates = from.getDoubles("logRate");
    int saved = rates.length == 0 ? 0 : 1 + SUMS_PER_LAYER * rates.length;
    DriftStatistic[] sums = new DriftStatistic[saved];
    for (int i = 0; i < saved; i++) {
      sums[i] = new DriftStatistic(MIN_DEVIATION);
    }
    DriftStatistic.restore(from.getSection("sums"), sums);
    if (saved != all.length) {
      reported = NONE;
    }
    all = sums;
    logRate = rates.clone();
    rate = new double[rates.length];
    Arrays.fill(rate, Double.NaN);
  }
}
