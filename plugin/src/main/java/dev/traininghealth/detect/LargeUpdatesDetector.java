package dev.traininghealth.detect;

import dev.traininghealth.measure.Measurement;
import dev.traininghealth.measure.NetworkLayout;
import dev.traininghealth.measure.ParameterRole;

/**
 * Updates that are far too large for the weights they change.
 *
 * <ul>
 *   <li><b>Ratio</b>: ‖Δw‖/‖w‖ of each weight and recurrent matrix; usual is 1e-3. Sustained above
 *       {@value #SUSTAINED} (geometric mean over {@value #MEAN_OF} measurements, the first {@value
 *       #SKIPPED} iterations left out, in which adaptive updaters take full steps) is a WARNING
 *       where the score does not fall: what is learned is overwritten as fast as it comes; where
 *       the score stands still, {@value #NOTABLE} in most matrices is enough.
 *   <li><b>Jump</b>: a ratio above {@value #JUMP}, {@value #JUMP_FACTOR} times what is usual for
 *       this matrix: CRITICAL, since one step has rewritten the layer.
 *   <li><b>Growth</b>: a matrix whose norm has grown {@value #GROWTH} times since it was first
 *       measured, while the score has risen.
 *   <li><b>Source</b>: DL4J's guide to tuning; DeepDiagnosis (effective rate above 1e-1).
 *   <li><b>When not to use</b>: weights that are set to zero on purpose; matrices that begin at
 *       zero are left out until they have grown.
 * </ul>
 */
final class LargeUpdatesDetector implements Detector {
  static final String NAME = "large-updates";

  /**
   * Growth is told in multiples of the weights at the start; all else is an update:weight ratio.
   */
  static final double GROWTH = 5;

  private static final double SUSTAINED = 0.1;
  private static final double NOTABLE = 0.03;
  private static final double LOG_NOTABLE = Math.log(NOTABLE);
  private static final double JUMP = 0.1;
  private static final double JUMP_FACTOR = 30;
  private static final double EARLY_JUMP = 10;
  private static final double LARGE_WEIGHTS = 8;
  private static final double LOG_SUSTAINED = Math.log(SUSTAINED);
  private static final double LOG_JUMP_FACTOR = Math.log(JUMP_FACTOR);
  private static final int MEAN_OF = 10;
  private static final int FEWEST = 5;
  private static final int PATIENCE = 25;
  private static final int STILL_PATIENCE = 30;
  private static final int SKIPPED = 5;
  private static final int FEWEST_BEFORE_JUMP = 3;

  private int[] matrices = {};
  private double[] meanLog = {};
  private int[] counts = {};
  private double[] firstNorm = {};
  private double[] lastNorm = {};
  private double[] largestNorm = {};
  private boolean mostAreNotable;
  private boolean bound;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void onGradient(History history, Findings findings) {
    if (!bound) {
      bind(history.layout());
      for (int i = 0; i < matrices.length; i++) {
        firstNorm[i] = history.now().weightNorm[matrices[i]];
        lastNorm[i] = firstNorm[i];
        largestNorm[i] = firstNorm[i];
      }
    }
  }

  @Override
  public void onUpdate(History history, Findings findings) {
    Measurement m = history.now();
    if (m.weightIteration != m.iteration) {
      return;
    }
    int notable = 0;
    for (int i = 0; i < matrices.length; i++) {
      notable += counts[i] >= FEWEST && meanLog[i] > LOG_NOTABLE ? 1 : 0;
    }
    mostAreNotable = 2 * notable > matrices.length;
    if (mostAreNotable && history.seen() >= PATIENCE) {
      network(history, findings);
    }
    for (int i = 0; i < matrices.length; i++) {
      int p = matrices[i];
      double weight = m.weightNorm[p];
      double update = m.updateNorm[p];
      if (weight > 0 && weight <= Double.MAX_VALUE && update > 0 && update <= Double.MAX_VALUE) {
        matrix(history, findings, i, update, weight);
      }
    }
  }

  private void bind(NetworkLayout layout) {
    bound = true;
    matrices =
        java.util.stream.IntStream.range(0, layout.parameters().size())
            .filter(
                p ->
                    layout.parameters().get(p).isTrained()
                        && (layout.parameters().get(p).role() == ParameterRole.WEIGHT
                            || layout.parameters().get(p).role() == ParameterRole.RECURRENT_WEIGHT))
            .toArray();
    meanLog = new double[matrices.length];
    counts = new int[matrices.length];
    firstNorm = new double[matrices.length];
    lastNorm = new double[matrices.length];
    largestNorm = new double[matrices.length];
  }

  private void matrix(History history, Findings findings, int i, double update, double weight) {
    NetworkLayout layout = history.layout();
    int p = matrices[i];
    // What was there before the update, if it is known: else what is there now.
    double before = lastNorm[i] > 0 ? lastNorm[i] : weight;
    // Weights that were lost, and grow again, do not explode.
    before = Math.max(before, largestNorm[i] / 2);
    lastNorm[i] = weight;
    largestNorm[i] = Math.max(largestNorm[i], weight);
    double log = Math.log(update / weight);
    int count = counts[i];
    boolean early = history.seen() < SKIPPED;
    double ratio = update / before;
    boolean jump =
        early
            ? ratio > EARLY_JUMP && heScale(layout, p, weight) > LARGE_WEIGHTS / 4
            : ratio > JUMP && count >= FEWEST_BEFORE_JUMP && log > meanLog[i] + LOG_JUMP_FACTOR;
    if (jump) {
      report(
          history,
          findings,
          i,
          Severity.CRITICAL,
          ratio,
          early ? EARLY_JUMP : JUMP,
          "One update of "
              + Words.parameter(layout, p)
              + " was "
              + Words.number(ratio)
              + " times as large as the weights themselves"
              + (early ? "." : "; usual here was " + Words.number(Math.exp(meanLog[i])) + "."));
    }
    if (!early) {
      double gain = Math.max(1.0 / (count + 1), 1.0 / MEAN_OF);
      // One jump is one jump, and no habit.
      meanLog[i] += gain * (count == 0 ? log : Math.min(log - meanLog[i], 5));
      counts[i] = count + 1;
    }
    boolean learns = history.progress().isBelowStart();
    boolean large = meanLog[i] > LOG_SUSTAINED && !learns;
    if (counts[i] >= FEWEST && history.seen() >= PATIENCE && large && !mostAreNotable) {
      double mean = Math.exp(meanLog[i]);
      report(
          history,
          findings,
          i,
          Severity.WARNING,
          mean,
          SUSTAINED,
          "Each update of "
              + Words.parameter(layout, p)
              + " changes its weights by "
              + Words.percent(mean)
              + " (0.1 % is usual): what was learned is overwritten.");
    }
    double growth = weight / firstNorm[i];
    if (growth > GROWTH
        && heScale(layout, p, weight) > LARGE_WEIGHTS
        && history.progress().isKnown()
        && !learns) {
      report(
          history,
          findings,
          i,
          Severity.WARNING,
          growth,
          GROWTH,
          "The weights "
              + Words.parameter(layout, p)
              + " have grown "
              + Words.number(growth)
              + " times since the start and are "
              + Words.number(heScale(layout, p, weight))
              + " times what keeps the scale of the signal.");
    }
  }

  /** Where most matrices change too much, it is said of the network, once. */
  private void network(History history, Findings findings) {
    double total = 0;
    for (double log : meanLog) {
      total += log;
    }
    double mean = Math.exp(total / meanLog.length);
    boolean large =
        mean > SUSTAINED && !(history.progress().isKnown() && history.progress().hasFallenBy(0));
    if (large || history.standsStill(STILL_PATIENCE)) {
      findings.report(
          Finding.of(
              Problem.EXPLODING,
              Severity.WARNING,
              mean,
              Comparison.ABOVE,
              large ? SUSTAINED : NOTABLE,
              () ->
                  "Each update changes the weights by "
                      + Words.percent(mean)
                      + " on average (0.1 % is usual), and the score does not fall: what was learned"
                      + " is overwritten."));
    }
  }

  /** How many times larger the weights are than He initialisation would make them. */
  private static double heScale(NetworkLayout layout, int p, double norm) {
    NetworkLayout.Parameter parameter = layout.parameters().get(p);
    long units = layout.layers().get(parameter.layer()).configuration().units();
    if (units <= 0) {
      return 0;
    }
    double rms = norm / Math.sqrt((double) parameter.length());
    double inputs = (double) parameter.length() / units;
    return rms * Math.sqrt(inputs / 2);
  }

  private void report(
      History history,
      Findings findings,
      int i,
      Severity severity,
      double value,
      double threshold,
      String sentence) {
    int p = matrices[i];
    findings.report(
        Finding.of(Problem.EXPLODING, severity, value, Comparison.ABOVE, threshold, () -> sentence)
            .at(history.layout().parameters().get(p).layer(), p));
  }
}
