package dev.traininghealth.measure;

import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.numbers.MeasurementWriter;

/** Measures weights and updates, as often as {@link WeightPace} finds affordable. */
final class WeightMeasures {
  private final CostAccount account;
  private final WeightPace pace = new WeightPace();

  WeightMeasures(CostAccount account) {
    this.account = account;
  }

  /** Makes the next {@link #onUpdate} measure. */
  void makeDue() {
    pace.makeDue();
  }

  /** Measures if it is due, at the end of an iteration whose update has been applied. */
  void onUpdate(ParameterTable table, MeasurementWriter m) {
    if (pace.isDue()) {
      measure(table, m);
    }
    pace.stepped(account);
    account.chargeOptional();
  }

  private void measure(ParameterTable table, MeasurementWriter m) {
    long start = System.nanoTime();
    boolean holdsUpdate = table.isStochasticGradientDescent();
    for (int p = 0; p < m.weightNorm.length; p++) {
      table.weights(p).norms(m.weightNorm, m.weightMeanMagnitude, p);
      MeasuredArray update = table.gradient(p);
      if (update != null && holdsUpdate) {
        update.norms(m.updateNorm, m.updateMeanMagnitude, p);
      }
    }
    m.weightIteration = m.iteration;
    pace.measured(System.nanoTime() - start);
  }

  /** Measures the initial or continued weights, before the first update. */
  static void measureFirst(ParameterTable table, MeasurementWriter m) {
    for (int p = 0; p < m.weightNorm.length; p++) {
      table.weights(p).norms(m.weightNorm, m.weightMeanMagnitude, p);
    }
  }
}
