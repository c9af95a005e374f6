package dev.traininghealth.measure;

import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.numbers.MeasurementWriter;

/**
 * Measures weights and updates, as often as {@link WeightPace} finds affordable.
 *
 * <p>Large arrays are estimated from a sample, see {@link MeasuredArray#estimateNorms}, while
 * nothing looks suspicious.
 */
final class WeightMeasures {
  /** Of so many passes one reads all elements, so that a non-finite one is found. */
  private static final int EXACT_INTERVAL = 10;

  /**
   * Rise of a learning rate between two iterations that makes the next step's update measured.
   * Warm-ups and cyclic schedules rise less at once, a decimal error more.
   */
  private static final double RISE_FACTOR = 3;

  private final CostAccount account;
  private final WeightPace pace = new WeightPace();
  private boolean suspicious;
  private int passes;

  WeightMeasures(CostAccount account) {
    this.account = account;
  }

  /** Makes the next {@link #onUpdate} measure all elements. */
  void makeDue() {
    suspicious = true;
    pace.makeDue();
  }

  /**
   * Reads the learning rates of an iteration, of which a steep rise makes the next update measured.
   *
   * @param offset difference between the measured iteration and DL4J's
   */
  void learningRates(ParameterTable table, MeasurementWriter m, long offset) {
    for (int p = 0; p < m.learningRate.length; p++) {
      double before = m.learningRate[p];
      m.learningRate[p] = table.learningRate(p, (int) (m.iteration - offset), m.epoch);
      if (m.learningRate[p] > before && m.learningRate[p] >= before * RISE_FACTOR) {
        makeDue();
      }
    }
  }

  /** Whether the next {@link #onUpdate} measures. */
  boolean areDue() {
    return pace.isNextDue();
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
    long start = account.now();
    boolean exact = suspicious || passes++ % EXACT_INTERVAL == 0;
    suspicious = false;
    boolean holdsUpdate = table.isStochasticGradientDescent();
    for (int p = 0; p < m.weightNorm.length; p++) {
      norms(table.weights(p), exact, m.weightNorm, m.weightMeanMagnitude, p);
      MeasuredArray update = table.gradient(p);
      if (update != null && holdsUpdate) {
        norms(update, exact, m.updateNorm, m.updateMeanMagnitude, p);
      }
    }
    m.weightIteration = m.iteration;
    if (holdsUpdate) {
      m.updateIteration = m.iteration;
    }
    pace.measured(account.now() - start);
  }

  private static void norms(
      MeasuredArray array, boolean exact, double[] norm2, double[] meanMagnitude, int slot) {
    if (exact) {
      array.norms(norm2, meanMagnitude, slot);
    } else {
      array.estimateNorms(norm2, meanMagnitude, slot);
    }
  }

  /** Measures the initial or continued weights, before the first update. */
  static void measureFirst(ParameterTable table, MeasurementWriter m) {
    for (int p = 0; p < m.weightNorm.length; p++) {
      table.weights(p).norms(m.weightNorm, m.weightMeanMagnitude, p);
    }
  }
}
