package dev.traininghealth.measure;

import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.array.MeasuredArray.Moments;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.measure.MeasurementSchedule.Task;
import dev.traininghealth.measure.spread.ExampleSpread;
import dev.traininghealth.network.EmbeddingGradient;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.Saturation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The measurements on the {@link MeasurementSchedule}: activations, spreads, histograms and
 * singular values.
 */
final class ScheduledMeasures {
  /**
   * Marks the current iteration, whose forward pass has ended and whose number is not known yet.
   */
  private static final long CURRENT_ITERATION = Long.MIN_VALUE;

  /**
   * Iterations after which a layer is measured again that may have many silent units: by the third
   * measurement they span what {@link SilentUnits} asks for.
   */
  private static final int REPEAT_ITERATIONS = SilentUnits.MIN_ITERATIONS / 2;

  /** Assumed share that dropout keeps if it is not known: half of the examples count. */
  private static final double DEFAULT_RETAINED_SHARE = 0.5;

  private final ParameterTable table;
  private final ArrayBinding binding;
  private final MeasurementWriter measurement;
  private final Sampler sampler = new Sampler();
  private final Moments moments = new Moments();
  private final ExampleSpread spread = new ExampleSpread();

  /** Activations of this forward pass by layer; valid only inside the callback. */
  private final @Nullable INDArray[] activations;

  /** The features of this forward pass; null in a graph, and outside the callback. */
  private @Nullable INDArray input;

  private final List<ActivationForm> forms;
  private final SilentUnits[] silentUnits;
  private final List<PowerIteration> powers = new ArrayList<>();

  /** The layer of each of the network's outputs; -1 if it is not a layer. */
  private final int[] outputLayers;

  /** When they are taken. */
  final MeasurementSchedule schedule;

  /** Beside the schedule, with a pace of its own. */
  final GradientNoise noise;

  private final CostAccount account;
  private double gradientScale = 1;

  /** Whether this iteration's deviations are measured beside the schedule. */
  private boolean measuresDeviations;

  private long iteration;

  ScheduledMeasures(
      CostAccount account,
      MemoryBudget memory,
      Network network,
      ParameterTable table,
      ArrayBinding binding,
      MeasurementWriter measurement) {
    this.account = account;
    this.table = table;
    this.binding = binding;
    this.measurement = measurement;
    activations = new INDArray[measurement.activationRms.length];
    forms = ActivationForm.of(network, table.layout());
    outputLayers =
        network.byKind(
            net -> new int[] {activations.length - 1},
            graph ->
                graph.getConfiguration().getNetworkOutputs().stream()
                    .mapToInt(table::layerNamed)
                    .toArray());
    silentUnits = new SilentUnits[activations.length];
    Arrays.setAll(silentUnits, layer -> new SilentUnits());
    schedule = schedule(account);
    noise = new GradientNoise(account, memory, table, measurement);
  }

  /** Continues from the measures of the same network's earlier arrays. */
  void continueFrom(ScheduledMeasures before) {
    System.arraycopy(before.silentUnits, 0, silentUnits, 0, silentUnits.length);
    schedule.continueFrom(before.schedule);
    iteration = before.iteration;
  }

  private MeasurementSchedule schedule(CostAccount account) {
    List<Task> forward = new ArrayList<>();
    for (int layer = 0; layer < table.layout().layers().size(); layer++) {
      int index = layer;
      forward.add(() -> activation(index));
    }
    List<Task> gradient = new ArrayList<>();
    List<Task> update = new ArrayList<>();
    for (int parameter = 0; parameter < table.layout().parameters().size(); parameter++) {
      int p = parameter;
      update.add(() -> weightHistogram(p));
      MeasuredArray array = table.gradient(p);
      if (array != null) {
        EmbeddingGradient rows = table.embedding(p);
        if (rows == null) {
          gradient.add(() -> gradientSpread(array, p));
        } else {
          gradient.add(() -> gradientSpread(rows, p));
          gradient.add(rows::verify);
        }
        if (table.isStochasticGradientDescent()) {
          update.add(() -> updateSpread(array, p));
        }
      }
    }
    for (ParameterTable.Matrix matrix : table.matrices()) {
      PowerIteration power = new PowerIteration(table.weights(matrix.parameter()), matrix);
      powers.add(power);
      update.add(() -> singularValue(power, matrix.parameter()));
    }
    return new MeasurementSchedule(account, forward, gradient, update);
  }

  /**
   * Takes the input, then the activations of each layer but the last; an empty list ends the pass.
   */
  void activations(List<INDArray> inputAndLayers) {
    Arrays.fill(activations, null);
    input = inputAndLayers.isEmpty() ? null : inputAndLayers.get(0);
    int measured = Math.min(inputAndLayers.size() - 1, activations.length);
    for (int layer = 0; layer < measured; layer++) {
      activations[layer] = inputAndLayers.get(layer + 1);
    }
  }

  /** Takes activations by name of the layer's vertex. */
  void activations(Map<String, INDArray> byVertex) {
    Arrays.fill(activations, null);
    input = null;
    byVertex.forEach(
        (vertex, array) -> {
          int layer = table.layerNamed(vertex);
          if (layer >= 0) {
            activations[layer] = array;
          }
        });
  }

  /** Summarizes the minibatch in the layouts of the first and the last layer. */
  void summarize(DataSummarizer summarizer, Minibatch minibatch) {
    summarizer.minibatch(
        minibatch, forms.get(0).unitsLast(), forms.get(table.layers().length - 1).unitsLast());
  }

  /**
   * Takes the scale of the gradient that was just measured. If DL4J's pages wait for deviations,
   * and weights are due at this iteration too, measures those of all gradients, and those of the
   * updates in {@link #onUpdate}.
   */
  void onGradient(double scale, boolean weightsAreDue) {
    gradientScale = scale;
    measuresDeviations =
        weightsAreDue && measurement.wantsDeviations() && account.hasCredit() && isReadFromMemory();
    for (int p = 0; measuresDeviations && p < measurement.gradientNorm.length; p++) {
      MeasuredArray gradient = table.gradient(p);
      EmbeddingGradient rows = table.embedding(p);
      if (rows != null) {
        gradientSpread(rows, p);
      } else if (gradient != null) {
        gradientSpread(gradient, p);
      }
    }
  }

  /** Whether no array takes operations of the backend to be read. */
  private boolean isReadFromMemory() {
    for (int p = 0; p < measurement.gradientNorm.length; p++) {
      MeasuredArray gradient = table.gradient(p);
      if (gradient != null && !gradient.isReadFromMemory()) {
        return false;
      }
    }
    return true;
  }

  private void updateDeviations() {
    for (int p = 0; p < measurement.gradientNorm.length; p++) {
      MeasuredArray update = table.gradient(p);
      if (update != null && table.isStochasticGradientDescent()) {
        updateDeviation(update, p);
      }
    }
    measuresDeviations = false;
    measurement.clearWantedDeviations();
  }

  /**
   * Assigns its number to the iteration that began with the latest forward pass, and summarizes its
   * minibatch if that was requested.
   */
  void onUpdate(long iteration, DataSummarizer summarizer, Network network) {
    this.iteration = iteration;
    if (measuresDeviations) {
      updateDeviations();
    }
    if (summarizer.isRequested()) {
      summarize(summarizer, network.minibatch());
    }
    if (measurement.inputIteration == CURRENT_ITERATION) {
      measurement.inputIteration = iteration;
    }
    long[] measured = measurement.activationIteration;
    for (int layer = 0; layer < measured.length; layer++) {
      if (measured[layer] == CURRENT_ITERATION) {
        measured[layer] = iteration;
      }
    }
  }

  private void activation(int layer) {
    if (layer == 0) {
      input();
    }
    INDArray array = activations[layer];
    if (array == null || !array.isR() || array.isEmpty()) {
      return;
    }
    MeasuredArray values = binding.bind(array);
    activation(layer, values);
    measurement.activationIteration[layer] = CURRENT_ITERATION;
    ActivationForm form = forms.get(layer);
    if (form.retained() == 1) { // what dropout has dropped differs from example to example
      spread(layer, array, values);
    }
    if (form.ownFunction() && array.rank() >= 2) {
      measurement.silentUnitFraction[layer] =
          silentUnits[layer].measure(
              array,
              values,
              form.unitsLast(),
              Double.isNaN(form.retained()) ? DEFAULT_RETAINED_SHARE : form.retained(),
              iteration);
      if (silentUnits[layer].isUndecided()) {
        schedule.forward.repeat(layer, REPEAT_ITERATIONS);
      }
      saturation(layer, form.retained(), values);
    }
  }

  private void input() {
    INDArray array = input;
    if (array != null && array.isR() && !array.isEmpty()) {
      binding.bind(array).moments(moments);
      measurement.inputMean = moments.mean();
      measurement.inputStandardDeviation = moments.standardDeviation();
      measurement.inputIteration = CURRENT_ITERATION;
    }
  }

  private void activation(int layer, MeasuredArray values) {
    values.moments(moments);
    measurement.activationMean[layer] = moments.mean();
    measurement.activationRms[layer] = moments.rootMeanSquare();
    measurement.activationStandardDeviation[layer] = moments.standardDeviation();
    measurement.activationZeroFraction[layer] = sampler.zeroFraction(values);
  }

  private void spread(int layer, INDArray array, MeasuredArray values) {
    long[] strides =
        values.isReadFromMemory()
            ? array.stride()
            : SilentUnits.strides(array.shape(), array.ordering());
    spread.measure(values, array.shape(), strides);
    measurement.exampleSpread[layer] = spread.share();
    measurement.activationRank[layer] = spread.rank();
  }

  private void saturation(int layer, double retained, MeasuredArray values) {
    Saturation rule = table.layout().layers().get(layer).activationTraits().saturation();
    if (rule != null && !Double.isNaN(retained)) {
      boolean withZeros = retained == 1 && table.layers()[layer].getMaskArray() == null;
      measurement.saturatedFraction[layer] =
          sampler.saturatedFraction(values, rule, retained, withZeros);
    }
  }

  /** Measures the outputs in inference, in the order of the network's outputs. */
  void outputs(INDArray[] outputs) {
    for (int i = 0; i < outputs.length; i++) {
      int layer = outputLayers[i];
      if (layer >= 0 && outputs[i].isR() && !outputs[i].isEmpty()) {
        MeasuredArray values = binding.bind(outputs[i]);
        activation(layer, values);
        spread(layer, outputs[i], values);
        measurement.activationIteration[layer] = iteration;
        if (forms.get(layer).ownFunction()) {
          saturation(layer, 1, values);
        }
      }
    }
  }

  /** Frees memory outside the Java heap; any thread may call it. */
  void release() {
    powers.forEach(PowerIteration::release);
    noise.release();
  }

  /** The iteration's number is known by then, as for all that follows. */
  private void gradientSpread(MeasuredArray gradient, int parameter) {
    gradient.moments(moments);
    MeasurementWriter m = measurement;
    m.gradientStandardDeviation[parameter] = moments.standardDeviation() * gradientScale;
    m.gradientDeviationIteration[parameter] = m.iteration;
  }

  private void updateDeviation(MeasuredArray update, int parameter) {
    update.moments(moments);
    MeasurementWriter m = measurement;
    m.updateStandardDeviation[parameter] = moments.standardDeviation();
    m.updateDeviationIteration[parameter] = m.iteration;
  }

  private void updateSpread(MeasuredArray update, int parameter) {
    updateDeviation(update, parameter);
    MeasurementWriter m = measurement;
    sampler.histogram(update, m.updateHistogram[parameter]);
    m.updateHistogramIteration[parameter] = m.iteration;
  }

  private void weightHistogram(int parameter) {
    sampler.histogram(table.weights(parameter), measurement.weightHistogram[parameter]);
    measurement.weightHistogramIteration[parameter] = measurement.iteration;
  }

  private void gradientSpread(EmbeddingGradient rows, int parameter) {
    rows.moments(moments);
    MeasurementWriter m = measurement;
    m.gradientStandardDeviation[parameter] = moments.standardDeviation() * gradientScale;
    m.gradientDeviationIteration[parameter] = m.iteration;
  }

  private void singularValue(PowerIteration power, int parameter) {
    measurement.largestSingularValue[parameter] = power.measure();
    measurement.singularValueIteration[parameter] = iteration;
  }
}
