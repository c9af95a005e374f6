package dev.traininghealth.detect;

import dev.traininghealth.measure.Measurement;
import dev.traininghealth.measure.NetworkLayout;
import dev.traininghealth.measure.ParameterRole;

/**
 * Weights that go to zero: what they passed on, they pass on no more.
 *
 * <ul>
 *   <li><b>What</b>: the norm of each weight and recurrent matrix against the largest it has had.
 *   <li><b>Severity</b>: WARNING below 1 / {@value #FALL} of it; a matrix that began at zero has
 *       had no norm to lose.
 *   <li><b>When not to use</b>: with pruning, which sets weights to zero on purpose.
 * </ul>
 */
final class CollapsingWeightsDetector implements Detector {
  private static final double FALL = 20;

  private double[] largest = {};

  @Override
  public String name() {
    return "collapsing-weights";
  }

  @Override
  public void onUpdate(History history, Findings findings) {
    Measurement m = history.now();
    if (m.weightIteration != m.iteration) {
      return;
    }
    NetworkLayout layout = history.layout();
    if (largest.length == 0) {
      largest = new double[layout.parameters().size()];
    }
    for (int p = 0; p < largest.length; p++) {
      double norm = m.weightNorm[p];
      if (norm > largest[p] && norm <= Double.MAX_VALUE) {
        largest[p] = norm;
      } else if (norm * FALL < largest[p] && isMatrix(layout.parameters().get(p))) {
        report(history, findings, p, norm);
      }
    }
  }

  private void report(History history, Findings findings, int p, double norm) {
    double most = largest[p];
    findings.report(
        Finding.of(
                Problem.VANISHING,
                Severity.WARNING,
                norm,
                Comparison.BELOW,
                most / FALL,
                () ->
                    "The weights "
                        + Words.parameter(history.layout(), p)
                        + " have gone to zero: their norm is "
                        + Words.number(norm)
                        + ", it was "
                        + Words.number(most)
                        + ".")
            .at(history.layout().parameters().get(p).layer(), p));
  }

  private static boolean isMatrix(NetworkLayout.Parameter p) {
    return p.isTrained()
        && (p.role() == ParameterRole.WEIGHT || p.role() == ParameterRole.RECURRENT_WEIGHT);
  }
}
