package dev.traininghealth.publish.stock;

import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.publish.stock.ReportedLine.Point;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;

/**
 * The means and standard deviations that DL4J's pages draw, as {@link ReportedLine}s. As in the
 * reports of a {@code StatsListener}, output layers have no activations.
 */
final class ReportedLines {
  /** The key of the features among the activations of a {@code StatsListener}. */
  private static final String INPUT_KEY = "input";

  private final KeyedValues.Keys parameters;
  private final KeyedValues.Keys activations;
  private final boolean[] isOutput;
  private final ReportedLine gradientDeviations;
  private final ReportedLine updateDeviations;
  private final ReportedLine activationMeans;
  private final ReportedLine activationDeviations;

  /**
   * Creates lines without points.
   *
   * @param layers the names of the layers on the pages
   */
  ReportedLines(NetworkLayout layout, KeyedValues.Keys parameters, List<String> layers) {
    this.parameters = parameters;
    List<String> keys = new ArrayList<>(layers);
    keys.add(INPUT_KEY);
    activations = new KeyedValues.Keys(keys);
    isOutput = new boolean[layers.size()];
    for (int layer = 0; layer < isOutput.length; layer++) {
      isOutput[layer] = layout.layers().get(layer).configuration().isOutput();
    }
    gradientDeviations = new ReportedLine(parameters.names().size(), true);
    updateDeviations = new ReportedLine(parameters.names().size(), true);
    activationMeans = new ReportedLine(keys.size(), false);
    activationDeviations = new ReportedLine(keys.size(), true);
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
      long[] at = withInput(m.activationIteration, m.inputIteration);
      means = activationMeans.add(m.iteration, withInput(m.activationMean, m.inputMean), at);
      deviations =
          activationDeviations.add(
              m.iteration, withInput(m.activationStandardDeviation, m.inputStandardDeviation), at);
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
      Map<String, Double> ofMeans = new KeyedValues(activations, means.values());
      Map<String, Double> ofDeviations = new KeyedValues(activations, deviations.values());
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

  /** The values of the layers, except of outputs, and that of the input. */
  private double[] withInput(double[] ofLayers, double ofInput) {
    double[] values = Arrays.copyOf(ofLayers, ofLayers.length + 1);
    for (int layer = 0; layer < ofLayers.length; layer++) {
      if (isOutput[layer]) {
        values[layer] = Measurement.absent();
      }
    }
    values[ofLayers.length] = ofInput;
    return values;
  }

  private static long[] withInput(long[] ofLayers, long ofInput) {
    long[] iterations = Arrays.copyOf(ofLayers, ofLayers.length + 1);
    iterations[ofLayers.length] = ofInput;
    return iterations;
  }
}
