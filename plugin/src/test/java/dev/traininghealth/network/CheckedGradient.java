package dev.traininghealth.network;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.array.MeasuredArray.Moments;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Compares the norm at each gradient with a plain sum. */
final class CheckedGradient extends BaseTrainingListener {
  final String key;
  @Nullable EmbeddingGradient gradient;
  Consumer<Model> before = model -> {};
  boolean isExact = true;
  boolean verifies;
  int iterations;
  int byRows;

  CheckedGradient(String key) {
    this.key = key;
  }

  CheckedGradient before(Consumer<Model> action) {
    before = action;
    return this;
  }

  @Override
  public void onGradientCalculation(Model model) {
    before.accept(model);
    iterations++;
    INDArray array = gradient(model, key);
    if (gradient == null) {
      int layer = model instanceof ComputationGraph graph ? index(graph) : 0;
      gradient =
          EmbeddingGradient.of(
              Network.of(model), layer, "W", array, ArrayBinding.ofBackend().bind(array));
    }
    if (gradient == null) {
      return;
    }
    double norm = gradient.norm2();
    byRows += gradient.isReadByRows() ? 1 : 0;
    if (isExact) {
      check(array, norm);
    }
    if (verifies) {
      gradient.verify();
    }
  }

  private int index(ComputationGraph graph) {
    String name = key.substring(0, key.indexOf('_'));
    for (int i = 0; i < graph.getLayers().length; i++) {
      if (graph.getLayers()[i].conf().getLayer().getLayerName().equals(name)) {
        return i;
      }
    }
    throw new AssertionError(name);
  }

  private void check(INDArray array, double norm) {
    double sum = 0;
    double squares = 0;
    for (double x : array.castTo(DataType.DOUBLE).dup('c').reshape(-1).toDoubleVector()) {
      sum += x;
      squares += x * x;
    }
    if (Double.isNaN(squares)) {
      assertThat(norm).isNaN();
      return;
    }
    assertThat(squares).as("a gradient").isPositive();
    assertThat(norm).isCloseTo(Math.sqrt(squares), withPercentage(1e-4));
    if (requireNonNull(gradient).isReadByRows()) {
      Moments moments = new Moments();
      gradient.moments(moments);
      double n = (double) array.length();
      double mean = sum / n;
      assertThat(moments.mean()).isCloseTo(mean, within(1e-9));
      assertThat(moments.standardDeviation())
          .isCloseTo(Math.sqrt((squares - n * mean * mean) / (n - 1)), withPercentage(1e-4));
    }
  }

  /** The gradient of a parameter, as DL4J holds it. */
  static INDArray gradient(Model model, String key) {
    return requireNonNull(model.gradient().gradientForVariable().get(key));
  }
}
