package dev.traininghealth.publish;

import dev.traininghealth.numbers.Histogram;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.Arrays;

/** Measurements as a listener would make them, filled anew for each iteration. */
public final class Measurements {
  private final NetworkLayout layout;
  public final MeasurementWriter m;

  public Measurements(NetworkLayout layout) {
    this.layout = layout;
    m = new MeasurementWriter(layout.layers().size(), layout.parameters().size());
  }

  /** {@return an iteration's measurement; each value follows from quantity, index and iteration} */
  public MeasurementWriter at(long iteration, long timeMillis) {
    m.iteration = iteration;
    m.epoch = (int) (iteration / 100);
    m.timeMillis = timeMillis;
    m.score = 1 + 1.0 / (1 + iteration);
    m.batchSize = 32;
    m.stepMillis = 1.5;
    m.recentCostShare = 0.01;
    m.weightIteration = iteration;
    m.updateIteration = iteration;
    Arrays.fill(m.gradientDeviationIteration, iteration);
    Arrays.fill(m.updateDeviationIteration, iteration);
    Arrays.fill(m.weightHistogramIteration, iteration);
    Arrays.fill(m.updateHistogramIteration, iteration);
    Arrays.fill(m.singularValueIteration, iteration);
    Arrays.fill(m.activationIteration, iteration);
    for (int p = 0; p < layout.parameters().size(); p++) {
      boolean trained = layout.parameters().get(p).isTrained();
      double x = p + 1 + iteration % 8 / 8.0;
      m.weightNorm[p] = 10 * x;
      m.weightMeanMagnitude[p] = x;
      fill(m.weightHistogram[p], p);
      m.largestSingularValue[p] = RowLayout.isMatrix(layout, p) ? x : Measurement.absent();
      if (trained) {
        m.gradientNorm[p] = x;
        m.updateNorm[p] = x / 100;
        m.updateMeanMagnitude[p] = x / 1000;
        m.gradientStandardDeviation[p] = x / 10;
        m.updateStandardDeviation[p] = x / 20;
        m.learningRate[p] = 0.5;
        fill(m.updateHistogram[p], p);
      }
    }
    m.inputMean = 0.25;
    m.inputStandardDeviation = 0.75;
    m.inputIteration = iteration;
    for (int l = 0; l < layout.layers().size(); l++) {
      m.activationMean[l] = l / 4.0;
      m.activationRms[l] = l + 0.5;
      m.activationStandardDeviation[l] = l + 0.25;
      m.activationZeroFraction[l] = 0.125;
      m.silentUnitFraction[l] = 0.25;
      m.saturatedFraction[l] = 0.5;
    }
    return m;
  }

  private static void fill(Histogram h, int p) {
    double limit = 1 + p;
    double[] elements = new double[Histogram.BINS * (p + 1)];
    for (int i = 0; i < elements.length; i++) {
      int bin = i / (p + 1);
      elements[i] = -limit + 2 * limit * (bin + 0.5) / Histogram.BINS;
    }
    elements[0] = -limit;
    elements[elements.length - 1] = limit;
    h.measure(elements, elements.length); // p + 1 in each bin
  }
}
