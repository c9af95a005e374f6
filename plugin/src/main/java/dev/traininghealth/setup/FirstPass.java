package dev.traininghealth.setup;

import dev.traininghealth.array.OffHeapMemory;
import dev.traininghealth.measure.ActivationForm;
import dev.traininghealth.measure.ParameterTable;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Saturation;
import dev.traininghealth.trial.TrainableCopy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The first forward and backward pass, of a copy over the first minibatch, without an update. */
final class FirstPass {
  /** Maximum of elements that are read of a layer's activations, about 10 ms. */
  private static final long MAX_ELEMENTS = 1_000_000;

  private final NetworkLayout layout;
  private final boolean isInitialized;
  private @Nullable String failure;
  private double score = Double.NaN;
  private final double[] gradientNorms;
  private final double[] saturated;
  private final double[] zeroUnits;

  private FirstPass(NetworkLayout layout, boolean isInitialized) {
    this.layout = layout;
    this.isInitialized = isInitialized;
    gradientNorms = filled(layout.parameters().size());
    saturated = filled(layout.layers().size());
    zeroUnits = filled(layout.layers().size());
  }

  private static double[] filled(int length) {
    double[] values = new double[length];
    Arrays.fill(values, Double.NaN);
    return values;
  }

  /** No pass, of a network without weights. */
  static FirstPass ofUninitialized(Network network) {
    String kind = network.model().getClass().getSimpleName();
    return new FirstPass(new NetworkLayout(kind, List.of(), List.of()), false);
  }

  /** No pass, of a network that cannot be copied, or of data without labels. */
  static FirstPass skipped(Network network) {
    return new FirstPass(ParameterTable.layoutOf(network), true);
  }

  /** No pass, of a network that cannot process the data. */
  static FirstPass failed(Network network, RuntimeException cause) {
    FirstPass pass = skipped(network);
    pass.failure = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return pass;
  }

  /**
   * Runs the pass.
   *
   * @param data as an iterator returns them
   * @throws RuntimeException if DL4J cannot process them
   */
  static FirstPass of(TrainableCopy copy, Minibatch data) {
    Minibatch minibatch = copy.network().minibatchOf(data);
    List<@Nullable INDArray> activations = copy.activations(minibatch);
    double score = copy.gradient(minibatch);
    FirstPass pass = new FirstPass(ParameterTable.layoutOf(copy.network()), true);
    pass.score = score;
    pass.readGradients(copy, minibatch.examples());
    List<ActivationForm> forms = ActivationForm.of(copy.network(), pass.layout);
    for (int i = 0; i < activations.size(); i++) {
      INDArray array = activations.get(i);
      if (array != null && array.isR() && !array.isEmpty() && array.rank() >= 2) {
        pass.readActivations(i, array, forms.get(i));
      }
    }
    OffHeapMemory.release(activations, minibatch.arrays());
    return pass;
  }

  private void readGradients(TrainableCopy copy, int examples) {
    Map<String, INDArray> gradients = copy.model().gradient().gradientForVariable();
    for (int p = 0; p < gradientNorms.length; p++) {
      INDArray gradient = gradients.get(layout.parameters().get(p).key());
      if (gradient != null && layout.parameters().get(p).isTrained()) {
        gradientNorms[p] = gradient.norm2Number().doubleValue() / Math.max(1, examples);
      }
    }
  }

  private void readActivations(int layer, INDArray array, ActivationForm form) {
    long perExample = array.length() / array.size(0);
    long examples = Math.min(array.size(0), Math.max(1, MAX_ELEMENTS / perExample));
    INDArrayIndex[] part = new INDArrayIndex[array.rank()];
    Arrays.fill(part, NDArrayIndex.all());
    part[0] = NDArrayIndex.interval(0, examples);
    INDArray first = array.get(part).dup('c');
    double[] values = first.data().asDouble();
    int units = (int) first.size(form.unitsLast() ? first.rank() - 1 : 1);
    OffHeapMemory.release(first);
    int apart = form.unitsLast() ? 1 : (int) (perExample / units);
    boolean[] active = new boolean[units];
    for (int i = 0; i < values.length; i++) {
      active[i / apart % units] |= values[i] != 0;
    }
    int zero = 0;
    for (boolean isActive : active) {
      zero += isActive ? 0 : 1;
    }
    zeroUnits[layer] = (double) zero / units;
    Saturation saturation = layout.layers().get(layer).activationTraits().saturation();
    if (saturation != null && form.ownFunction() && form.retained() > 0) {
      saturated[layer] = saturated(values, saturation, form.retained());
    }
  }

  /** Share of the activations that are at a limit, of those that dropout has kept and divided. */
  private static double saturated(double[] values, Saturation saturation, double retained) {
    long kept = 0;
    long atLimit = 0;
    for (double value : values) {
      if (value != 0 || retained == 1) {
        kept++;
        atLimit += saturation.isAtLimit(value * retained) ? 1 : 0;
      }
    }
    return (double) atLimit / kept;
  }

  NetworkLayout layout() {
    return layout;
  }

  /** Whether the network has weights. */
  boolean isInitialized() {
    return isInitialized;
  }

  /** Why there was no pass; null if there was one, and for a network without weights. */
  @Nullable String failure() {
    return failure;
  }

  /** The score before the first update, with regularization; NaN without a pass. */
  double score() {
    return score;
  }

  /** L2 norm of a parameter's gradient, mean over the minibatch; NaN if it has none. */
  double gradientNorm(int parameter) {
    return gradientNorms[parameter];
  }

  /**
   * Share of a layer's activations at a limit of its function, 0 to 1; NaN if it has no limits or
   * was not read.
   */
  double saturated(int layer) {
    return saturated[layer];
  }

  /** Share of a layer's units that are 0 for all examples read, 0 to 1; NaN if it was not read. */
  double zeroUnits(int layer) {
    return zeroUnits[layer];
  }
}
