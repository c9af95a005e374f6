package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
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

/**
 * Detects update:parameter ratios that are outside the usual range for long.
 *
 * <ul>
 *   <li><b>What</b>: the geometric mean of ‖Δw‖ / ‖w‖ over about {@value #MEAN_MEASUREMENTS}
 *       measurements of each weight and recurrent matrix. If most matrices are below {@value
 *       #LOW_RATIO}, or most are above {@value #HIGH_RATIO}, the whole network is reported once,
 *       with their mean. A single matrix is reported if it is {@value #FAR_FACTOR} times farther
 *       outside the usual range.
 *   <li><b>Severity</b>: INFO. WARNING for small ratios of the whole network if it is {@linkplain
 *       History#isStagnant stagnant} after {@value #PATIENCE} iterations. Other detectors report
 *       the harm of large ratios as exploding.
 *   <li><b>Source</b>: DL4J's guide "Visualize, monitor and debug", which calls 1e-3 usual.
 *   <li><b>Defaults</b>: the range is a factor of ten around 1e-3. Large ratios have a margin of
 *       three and are not reported while the score falls, because small networks learn well with
 *       them. Small ratios are not reported if the score has halved, or has fallen and is not
 *       stagnant, because they are usual at the end of a run and nothing needs to change. Nor are
 *       ratios of a network that is not finite.
 *   <li><b>When not to use</b>: late in a run whose learning rate is meant to become 0.
 * </ul>
 */
final class UpdateRatioDetector implements PluginDetector, Restorable {
  /** Smallest usual ratio. TheDeepChecker has the same limit. */
  private static final double LOW_RATIO = 1e-4;

  /** Largest usual ratio, as far above 1e-3 as {@link #LOW_RATIO} is below. */
  private static final double USUAL_HIGH_RATIO = 1e-2;

  /**
   * Ratio above which most matrices are reported: three times {@link #USUAL_HIGH_RATIO}, because
   * healthy networks with small layers or ReLU have ratios of 0.01 to 0.021. {@link
   * LargeUpdatesDetector} has the same limit for a network that does not learn.
   */
  private static final double HIGH_RATIO = 3e-2;

  /**
   * Factor outside the usual range from which a single matrix is reported. It is as large as the
   * range on each side of 1e-3, because matrices of one network differ. Chosen on the fault corpus.
   */
  private static final double FAR_FACTOR = 10;

  private static final double LOG_LOW_RATIO = Math.log(LOW_RATIO);
  private static final double LOG_HIGH_RATIO = Math.log(HIGH_RATIO);
  private static final double LOG_FAR_HIGH_RATIO = Math.log(USUAL_HIGH_RATIO * FAR_FACTOR);
  private static final double LOG_FAR_FACTOR = Math.log(FAR_FACTOR);

  /**
   * Share by which the score of a converged network has fallen since the start. It is ten times
   * {@link History#MIN_RELATIVE_GAIN}, so that a little progress is not taken for the end of a run.
   */
  private static final double CONVERGED_SHARE = 0.5;

  /**
   * Share by which the score of a run with progress has fallen, twice {@link
   * History#MIN_RELATIVE_GAIN}, as for a plateau.
   */
  private static final double MIN_PROGRESS = 0.1;

  /**
   * Iterations before small ratios of the whole network are a WARNING: as long as {@link
   * NotLearningDetector} waits without a trend, since a network whose last layer starts at zero may
   * rest for more than a thousand iterations before it learns. Checked on the fault corpus: 500
   * report such a one.
   */
  private static final int PATIENCE = 1500;

  /**
   * Window of the mean, measurements. The standard error of the mean logarithm is a tenth of the
   * spread of one measurement (1 / √99).
   */
  private static final int MEAN_MEASUREMENTS = 50;

  /**
   * Iterations without a report: 12 evaluations, and at least 20 measurements of weights, of the
   * {@value #MEAN_MEASUREMENTS} in the mean. Checked on the fault corpus.
   */
  private static final int EXPIRY_ITERATIONS = 200;

  private final boolean reportsSmall;
  private double[] meanLog = {};
  private int[] counts = {};

  UpdateRatioDetector() {
    this(true);
  }

  /**
   * Creates a detector.
   *
   * @param reportsSmall whether small ratios are reported, as {@link Problem#SMALL_UPDATES}
   */
  UpdateRatioDetector(boolean reportsSmall) {
    this.reportsSmall = reportsSmall;
  }

  @Override
  public String name() {
    return "update-ratio";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.WEIGHTS).atLeast(MEAN_MEASUREMENTS);
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    Measurement m = history.current();
    NetworkLayout layout = history.layout();
    if (m.weightIteration() == m.iteration()) {
      observe(m, layout);
    }
    if (history.iterationsSeen() % History.EVALUATION_INTERVAL != 0
        || !Double.isFinite(history.current().score())) {
      return; // no learning rate helps a network that is not finite
    }
    boolean ignoresSmall = !reportsSmall || hasLearned(history);
    boolean ignoresLarge = !history.progress().isKnown() || history.progress().hasTrend();
    int known = 0;
    int low = 0;
    int high = 0;
    double lowTotal = 0;
    double highTotal = 0;
    for (int p = 0; p < counts.length; p++) {
      if (counts[p] < MEAN_MEASUREMENTS) {
        continue;
      }
      known++;
      if (!ignoresSmall && meanLog[p] < LOG_LOW_RATIO) {
        low++;
        lowTotal += meanLog[p];
      } else if (!ignoresLarge && meanLog[p] > LOG_HIGH_RATIO) {
        high++;
        highTotal += meanLog[p];
      }
    }
    if (2 * low > known || 2 * high > known) {
      boolean isLow = low > high;
      // Of these matrices alone: the mean of all may lie within the usual range.
      double mean = Math.exp(isLow ? lowTotal / low : highTotal / high);
      report(history, findings, mean, isLow, -1, -1);
      return;
    }
    for (int p = 0; p < counts.length && low + high > 0; p++) {
      boolean isLow = !ignoresSmall && meanLog[p] < LOG_LOW_RATIO - LOG_FAR_FACTOR;
      if (counts[p] >= MEAN_MEASUREMENTS
          && (isLow || (!ignoresLarge && meanLog[p] > LOG_FAR_HIGH_RATIO))) {
        int matrix = p;
        int layer = layout.parameters().get(p).layer();
        report(history, findings, Math.exp(meanLog[p]), isLow, layer, matrix);
      }
    }
  }

  /**
   * {@return whether small ratios are usual: at the end of a run, or on a plateau after progress,
   * for which another learning rate is advised}
   */
  private static boolean hasLearned(History history) {
    return history.progress().hasFallenBy(CONVERGED_SHARE)
        || (history.progress().hasFallenBy(MIN_PROGRESS) && !history.isStagnant(0));
  }

  private void observe(Measurement m, NetworkLayout layout) {
    if (counts.length == 0) {
      counts = new int[layout.parameters().size()];
      meanLog = new double[counts.length];
    }
    for (int p = 0; p < counts.length; p++) {
      double ratio = m.updateNorm(p) / m.weightNorm(p);
      if (layout.parameters().get(p).role().isMatrix() && ratio > 0 && ratio <= Double.MAX_VALUE) {
        counts[p]++;
        meanLog[p] +=
            Math.max(1.0 / counts[p], 1.0 / MEAN_MEASUREMENTS) * (Math.log(ratio) - meanLog[p]);
      }
    }
  }

  private static void report(
      History history,
      FindingReporter findings,
      double ratio,
      boolean low,
      int layer,
      int parameter) {
    findings.report(
        Finding.saying(
                low ? Problem.SMALL_UPDATES : Problem.LARGE_UPDATES,
                low && parameter < 0 && history.isStagnant(PATIENCE)
                    ? Severity.WARNING
                    : Severity.INFO,
                ratio,
                low ? Comparison.BELOW : Comparison.ABOVE,
                low ? LOW_RATIO : HIGH_RATIO,
                () ->
                    parameter < 0
                        ? Message.of("say.update_ratio.network", Argument.number(ratio))
                        : Message.of(
                            "say.update_ratio.parameter",
                            Argument.number(ratio),
                            LayerText.key(history.layout(), parameter),
                            LayerText.layerOf(history.layout(), parameter)))
            .at(layer, parameter)
            .expiresAfter(EXPIRY_ITERATIONS)
            .withRemedies(
                () ->
                    low
                        ? SmallUpdateRemedies.of(history, layer, parameter, ratio)
                        : Advice.on(history).againstExplosion().remedies()));
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("meanLog", meanLog).put("counts", counts);
  }

  @Override
  public void restore(SavedNumbers from) {
    meanLog = from.getDoubles("meanLog");
    counts = from.getInts("counts", meanLog.length);
  }
}
