package dev.traininghealth.publish.stock;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.publish.stock.ReportedLine.Point;
import java.util.Map;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;

/**
 * The means and standard deviations that DL4J's pages draw, as {@link ReportedLine}s. As in the
 * reports of a {@code StatsListener}, output layers have no activations.
 */
final class ReportedLines {
  private final KeyedValues.Keys parameters;
  private final KeyedValues.Keys layers;
  private final boolean[] isOutput;
  private final ReportedLine gradientDeviations;
  private final ReportedLine updateDeviations;
  private final ReportedLine activationMeans;
  private final ReportedLine activationDeviations;

  ReportedLines(NetworkLayout layout, KeyedValues.Keys parameters, KeyedValues.Keys layers) {
    this.parameters = parameters;
    this.layers = layers;
    isOutput = new boolean[layers.names().size()];
    for (int layer = 0; layer < isOutput.length; layer++) {
      isOutput[layer] = layout.layers().get(layer).configuration().isOutput();
    }
    gradientDeviations = new ReportedLine(parameters.names().size(), true);
    updateDeviations = new ReportedLine(parameters.names().size(), true);
    activationMeans = new ReportedLine(isOutput.length, false);
    activationDeviations = new ReportedLine(isOutput.length, true);
  }

  /** Those of one report. */
  final class Values {
    private final Point gradients;
    private final Point updates;
    private final Point means;
    private final Point deviations;

    private Values(MeasurementWriter m) {
      gradients =
          gradientDeviations.add(
              m.iteration, m.gradientStandardDeviation, m.gradientDeviationIteration);
      updates =
          updateDeviations.add(m.iteration, m.updateStandardDeviation, m.updateDeviationIteration);
      means =
          activationMeans.add(m.iteration, withoutOutputs(m.activationMean), m.activationIteration);
      deviations =
          activationDeviations.add(
              m.iteration, withoutOutputs(m.activationStandardDeviation), m.activationIteration);
    }

    /** Whether all of this report and of all earlier ones are known. */
    boolean areComplete() {
      return gradients.isComplete()
          && updates.isComplete()
          && means.isComplete()
          && deviations.isComplete();
    }

    /** Adds them to the report, which must be complete. */
    void addTo(SbeStatsReport report) {
      Map<String, Double> ofGradients = new KeyedValues(parameters, gradients.values());
      if (!ofGradients.isEmpty()) {
        report.reportStdev(StatsType.Gradients, ofGradients);
      }
      Map<String, Double> ofUpdates = new KeyedValues(parameters, updates.values());
      if (!ofUpdates.isEmpty()) {
        report.reportStdev(StatsType.Updates, ofUpdates);
      }
      Map<String, Double> ofMeans = new KeyedValues(layers, means.values());
      Map<String, Double> ofDeviations = new KeyedValues(layers, deviations.values());
      if (!ofMeans.isEmpty() && ofMeans.keySet().equals(ofDeviations.keySet())) {
        report.reportMean(StatsType.Activations, ofMeans);
        report.reportStdev(StatsType.Activations, ofDeviations);
      }
    }
  }

  /** Adds the report of a measurement, and completes earlier ones. */
  Values add(MeasurementWriter m) {
    return new Values(m);
  }

  private double[] withoutOutputs(double[] ofLayers) {
    double[] values = ofLayers.clone();
    for (int layer = 0; layer < values.length; layer++) {
      if (isOutput[layer]) {
        values[layer] = Measurement.absent();
      }
    }
    return values;
  }
}
