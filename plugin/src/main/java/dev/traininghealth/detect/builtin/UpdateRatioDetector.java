package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
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
 * The update:weight ratio outside the band that DL4J's guide calls healthy, for long.
 *
 * <ul>
 *   <li><b>What</b>: geometric mean of ‖Δw‖/‖w‖ over about {@value #MEAN_OF} measurements of each
 *       weight and recurrent matrix. Where most matrices are outside {@value #LOW} … {@value #HIGH}
 *       on the same side it is said once, of the whole network; of a single matrix where it is
 *       {@value #FAR} times farther out. Small ratios are not mentioned in a network whose score
 *       has halved: they are usual at the end of a training, and nothing is to be changed.
 *   <li><b>Severity</b>: INFO; what does harm is found by others: much larger ratios as exploding,
 *       smaller ones that do not move the score as not learning.
 *   <li><b>Source</b>: DL4J's guide "Visualize, monitor and debug".
 *   <li><b>When not to use</b>: late in a run whose learning rate is meant to fall to nothing.
 * </ul>
 */
final class UpdateRatioDetector implements PluginDetector, Restorable {
  private static final double LOW = 1e-4;
  private static final double HIGH = 1e-2;
  private static final double FAR = 10;
  private static final double LOG_LOW = Math.log(LOW);
  private static final double LOG_HIGH = Math.log(HIGH);
  private static final double LOG_FAR = Math.log(FAR);

  /** A score that has fallen by so much is that of a network that has learned. */
  private static final double CONVERGED = 0.5;

  private static final int MEAN_OF = 50;
  private static final int EXPIRY_ITERATIONS = 200;

  private final boolean reportsSmall;
  private double[] meanLog = {};
  private int[] counts = {};

  UpdateRatioDetector() {
    this(true);
  }

  /**
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
  public void onUpdate(History history, FindingReporter findings) {
    Measurement m = history.current();
    NetworkLayout layout = history.layout();
    if (m.weightIteration() == m.iteration()) {
      observe(m, layout);
    }
    if (history.iterationsSeen() % History.EVALUATION_INTERVAL != 0) {
      return;
    }
    boolean silentOfSmall = !reportsSmall || history.progress().hasFallenBy(CONVERGED);
    int known = 0;
    int low = 0;
    int high = 0;
    for (int p = 0; p < counts.length; p++) {
      if (counts[p] >= MEAN_OF) {
        known++;
        low += !silentOfSmall && meanLog[p] < LOG_LOW ? 1 : 0;
        high += meanLog[p] > LOG_HIGH ? 1 : 0;
      }
    }
    if (2 * low > known || 2 * high > known) {
      boolean isLow = low > high;
      double total = 0;
      for (int p = 0; p < counts.length; p++) {
        total += counts[p] >= MEAN_OF ? meanLog[p] : 0;
      }
      report(history, findings, Math.exp(total / known), isLow, -1, -1);
      return;
    }
    for (int p = 0; p < counts.length && low + high > 0; p++) {
      boolean isLow = !silentOfSmall && meanLog[p] < LOG_LOW - LOG_FAR;
      if (counts[p] >= MEAN_OF && (isLow || meanLog[p] > LOG_HIGH + LOG_FAR)) {
        int matrix = p;
        int layer = layout.parameters().get(p).layer();
        report(history, findings, Math.exp(meanLog[p]), isLow, layer, matrix);
      }
    }
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
        meanLog[p] += Math.max(1.0 / counts[p], 1.0 / MEAN_OF) * (Math.log(ratio) - meanLog[p]);
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
                Severity.INFO,
                ratio,
                low ? Comparison.BELOW : Comparison.ABOVE,
                low ? LOW : HIGH,
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
                        ? Advice.on(history).againstSmallUpdates(layer, parameter, ratio).remedies()
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
