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
 *       #SKIPPED} iterations left out, in which adaptive updaters take full steps) is a WARNING:
 *       what has been learned is overwritten as fast as it comes.
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
  private static final double SUSTAINED = 0.1;
  private static final double JUMP = 0.3;
  private static final double JUMP_FACTOR = 30;
  private static final double GROWTH = 10;
  private static final int MEAN_OF = 10;
  private static final int SKIPPED = 5;
  private static final int FEWEST_BEFORE_JUMP = 3;

  private int[] matrices = {};
  private double[] meanLog = {};
  private int[] counts = {};
  private double[] firstNorm = {};
  private boolean bound;

  @Override
  public String name() {
    return "large-updates";
  }

  @Override
  public void onUpdate(History history, Findings findings) {
    Measurement m = history.now();
    if (m.weightIteration != m.iteration) {
      return;
    }
    if (!bound) {
      bind(history.layout());
    }
    for (int i = 0; i < matrices.length; i++) {
      int p = matrices[i];
      double weight = m.weightNorm[p];
      double update = m.updateNorm[p];
      if (weight > 0 && weight <= Double.MAX_VALUE && update > 0 && update <= Double.MAX_VALUE) {
        matrix(history, findings, i, update / weight, weight);
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
  }

  private void matrix(History history, Findings findings, int i, double ratio, double weight) {
    double log = Math.log(ratio);
    int count = counts[i];
    if (ratio > JUMP && count >= FEWEST_BEFORE_JUMP && log > meanLog[i] + Math.log(JUMP_FACTOR)) {
      report(
          history,
          findings,
          i,
          Severity.CRITICAL,
          ratio,
          JUMP,
          "One update of "
              + Words.parameter(history.layout(), matrices[i])
              + " was "
              + Words.number(ratio)
              + " times as large as the weights themselves; usual here was "
              + Words.number(Math.exp(meanLog[i]))
              + ".");
    }
    if (history.seen() >= SKIPPED) {
      double gain = Math.max(1.0 / (count + 1), 1.0 / MEAN_OF);
      // One jump is one jump, and no habit.
      meanLog[i] += gain * (count == 0 ? log : Math.min(log - meanLog[i], 5));
      counts[i] = count + 1;
    }
    if (counts[i] == 1) {
      firstNorm[i] = weight;
    }
    if (counts[i] >= MEAN_OF && meanLog[i] > Math.log(SUSTAINED)) {
      double mean = Math.exp(meanLog[i]);
      report(
          history,
          findings,
          i,
          Severity.WARNING,
          mean,
          SUSTAINED,
          "Each update of "
              + Words.parameter(history.layout(), matrices[i])
              + " changes its weights by "
              + Words.percent(mean)
              + " (0.1 % is usual): what was learned is overwritten.");
    }
    if (weight > GROWTH * firstNorm[i]
        && counts[i] >= MEAN_OF
        && history.progress().isKnown()
        && history.progress().gain() < 0) {
      report(
          history,
          findings,
          i,
          Severity.WARNING,
          weight / firstNorm[i],
          GROWTH,
          "The weights "
              + Words.parameter(history.layout(), matrices[i])
              + " have grown "
              + Words.number(weight / firstNorm[i])
              + " times since the start, and the score has risen.");
    }
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
