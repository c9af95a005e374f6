package dev.traininghealth.intervene.model;

import static java.util.Objects.requireNonNull;

import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.intervene.clip.ClippableGradient;
import dev.traininghealth.measure.NetworkMeter;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Clips a network's gradient during training, and keeps copies from before and after. */
public final class ClippingListener extends BaseTrainingListener {
  private final NetworkMeter meter =
      new NetworkMeter(new CostAccount(1, () -> 0), new MemoryBudget(0), false);
  private final ModelEditor editor;
  private final Consumer<ClippableGradient> rule;
  private final List<String> clips = new ArrayList<>();

  /** Changes the gradient before it is measured. */
  public Consumer<Map<String, INDArray>> distortion = gradients -> {};

  /** The largest usual norm of every layer; NaN if unknown. */
  double usualLayerNorm = Double.NaN;

  double usualGlobalNorm = Double.NaN;
  boolean hasAlarm;

  /** Copies of the latest gradient. */
  Map<String, INDArray> before = Map.of();

  Map<String, INDArray> after = Map.of();

  private final Map<Integer, double[]> unitNorms = new HashMap<>();
  private @Nullable BoundGradient bound;

  public ClippingListener(boolean dryRun, Consumer<ClippableGradient> rule) {
    editor = new ModelEditor(dryRun);
    this.rule = rule;
  }

  public EditedGradient gradient() {
    return bound();
  }

  BoundGradient bound() {
    return requireNonNull(bound);
  }

  Measurement measurement() {
    return requireNonNull(meter.measurement());
  }

  INDArray before(String key) {
    return requireNonNull(before.get(key));
  }

  INDArray after(String key) {
    return requireNonNull(after.get(key));
  }

  /** {@return the norms of units that the rule would see at its end} */
  double[] unitNorms(int parameter) {
    return requireNonNull(unitNorms.get(parameter));
  }

  /** {@return one character per iteration: c if it was clipped, - otherwise} */
  String clips() {
    return String.join("", clips);
  }

  /** {@return whether the gradient is bit-identical} */
  boolean isUntouched() {
    return before.keySet().stream().allMatch(this::isUntouched);
  }

  boolean isUntouched(String key) {
    return Arrays.equals(bits(before(key)), bits(after(key)));
  }

  private static byte[] bits(INDArray array) {
    return array.dup('c').data().asBytes();
  }

  int parameter(String key) {
    return gradient().layout().parameters().stream()
        .map(NetworkLayout.Parameter::key)
        .toList()
        .indexOf(key);
  }

  @Override
  public void onGradientCalculation(Model model) {
    Map<String, INDArray> gradients = model.gradient().gradientForVariable();
    distortion.accept(gradients);
    before = copies(gradients);
    meter.onGradient(model);
    BoundGradient current = bound;
    if (current == null || !current.isBoundTo(model)) {
      current = BoundGradient.of(model, requireNonNull(meter.layout()), editor);
      bound = current;
    }
    double[] usual = new double[current.layout().layers().size()];
    Arrays.fill(usual, usualLayerNorm);
    current.begin(measurement(), usual, usualGlobalNorm, hasAlarm);
    rule.accept(current);
    for (int p = 0; p < current.layout().parameters().size(); p++) {
      if (current.isClippable(p)) {
        unitNorms.put(p, current.unitNorms(p));
      }
    }
    clips.add(current.hasClipped() ? "c" : "-");
    after = copies(gradients);
  }

  static Map<String, INDArray> copies(Map<String, INDArray> arrays) {
    Map<String, INDArray> copies = new LinkedHashMap<>();
    arrays.forEach((key, array) -> copies.put(key, array.dup()));
    return copies;
  }

  /** {@return the L2 norm, computed by a plain loop} */
  static double norm(INDArray array) {
    double squares = 0;
    for (double element : elements(array)) {
      squares += element * element;
    }
    return Math.sqrt(squares);
  }

  /** {@return the elements in order c} */
  static double[] elements(INDArray array) {
    return array.dup('c').reshape('c', new long[] {array.length()}).toDoubleVector();
  }
}
