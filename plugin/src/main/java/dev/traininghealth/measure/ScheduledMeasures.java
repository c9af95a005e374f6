package dev.traininghealth.measure;

import dev.traininghealth.measure.MeasuredArray.Moments;
import dev.traininghealth.measure.Measurement.Histogram;
import dev.traininghealth.measure.Schedule.Piece;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What is measured on the {@link Schedule}: activations, spreads and singular values. */
final class ScheduledMeasures {
  /** Stands for the iteration whose forward pass is over and whose number is not known yet. */
  private static final long UNDER_WAY = Long.MIN_VALUE;

  private final ParameterTable table;
  private final ArrayBinding binding;
  private final Measurement measurement;
  private final Sampler sampler = new Sampler();
  private final Moments moments = new Moments();

  /** Activations of this forward pass by layer; only valid inside the callback. */
  private final @Nullable INDArray[] activations;

  private double gradientScale = 1;
  private long iteration;

  ScheduledMeasures(ParameterTable table, ArrayBinding binding, Measurement measurement) {
    this.table = table;
    this.binding = binding;
    this.measurement = measurement;
    activations = new INDArray[measurement.activationRms.length];
  }

  Schedule schedule(CostAccount account) {
    List<Piece> forward = new ArrayList<>();
    for (int layer = 0; layer < table.layout().layers().size(); layer++) {
      int index = layer;
      forward.add(() -> activation(index));
    }
    List<Piece> gradient = new ArrayList<>();
    List<Piece> update = new ArrayList<>();
    for (int parameter = 0; parameter < table.layout().parameters().size(); parameter++) {
      int p = parameter;
      Measurement m = measurement;
      update.add(
          () -> spread(table.weights(p), 1, m.weightStandardDeviation, m.weightHistogram, p));
      MeasuredArray array = table.gradient(p);
      if (array != null) {
        gradient.add(
            () ->
                spread(array, gradientScale, m.gradientStandardDeviation, m.gradientHistogram, p));
        if (table.isStochasticGradientDescent()) {
          update.add(() -> spread(array, 1, m.updateStandardDeviation, m.updateHistogram, p));
        }
      }
    }
    for (ParameterTable.Matrix matrix : table.matrices()) {
      PowerIteration power = new PowerIteration(table.weights(matrix.parameter()), matrix);
      update.add(() -> singularValue(power, matrix.parameter()));
    }
    return new Schedule(account, forward, gradient, update);
  }

  /** The input, then the activations of each layer but the last; empty when the pass is over. */
  void activations(List<INDArray> inputAndLayers) {
    Arrays.fill(activations, null);
    int measured = Math.min(inputAndLayers.size() - 1, activations.length);
    for (int layer = 0; layer < measured; layer++) {
      activations[layer] = inputAndLayers.get(layer + 1);
    }
  }

  /** Activations by name of the layer's vertex. */
  void activations(Map<String, INDArray> byVertex) {
    Arrays.fill(activations, null);
    byVertex.forEach(
        (vertex, array) -> {
          int layer = table.layerNamed(vertex);
          if (layer >= 0) {
            activations[layer] = array;
          }
        });
  }

  void gradientScale(double scale) {
    gradientScale = scale;
  }

  /** Tells the number of the iteration that began with the latest forward pass. */
  void iteration(long iteration) {
    this.iteration = iteration;
    long[] measured = measurement.activationIteration;
    for (int layer = 0; layer < measured.length; layer++) {
      if (measured[layer] == UNDER_WAY) {
        measured[layer] = iteration;
      }
    }
  }

  private void activation(int layer) {
    INDArray array = activations[layer];
    if (array == null || !array.isR() || array.isEmpty()) {
      return;
    }
    MeasuredArray values = binding.bind(array);
    values.moments(moments);
    measurement.activationMean[layer] = moments.mean;
    measurement.activationRms[layer] = moments.rootMeanSquare;
    measurement.activationStandardDeviation[layer] = moments.standardDeviation;
    measurement.activationZeroFraction[layer] = sampler.zeroFraction(values);
    measurement.activationIteration[layer] = UNDER_WAY;
  }

  private void spread(
      MeasuredArray array,
      double scale,
      double[] standardDeviation,
      Histogram[] histograms,
      int slot) {
    array.moments(moments);
    standardDeviation[slot] = moments.standardDeviation * scale;
    sampler.histogram(array, scale, histograms[slot]);
  }

  private void singularValue(PowerIteration power, int parameter) {
    measurement.largestSingularValue[parameter] = power.measure();
    measurement.singularValueIteration[parameter] = iteration;
  }
}
