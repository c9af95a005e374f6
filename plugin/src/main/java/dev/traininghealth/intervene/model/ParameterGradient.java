package dev.traininghealth.intervene.model;

import dev.traininghealth.array.OffHeapMemory;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradient of one parameter, written in place through a {@link ModelEditor}. In a dry run, what
 * the gradient would be is kept beside it: a factor, and a copy once elements were to be scaled
 * apart.
 */
final class ParameterGradient {
  /** Writes to the copies of a dry run. */
  private static final ModelEditor ON_COPIES = new ModelEditor(false);

  private final INDArray gradient;
  private final OutputUnits units;
  private final ModelEditor editor;
  private @Nullable INDArray copy;
  private double factor = 1;

  ParameterGradient(INDArray gradient, OutputUnits units, ModelEditor editor) {
    this.gradient = gradient;
    this.units = units;
    this.editor = editor;
  }

  /** Forgets what a dry run has kept: the gradient is another. */
  void begin() {
    factor = 1;
    OffHeapMemory.release(copy);
    copy = null;
  }

  void scale(double by) {
    if (editor.isDryRun()) {
      factor *= by;
    } else {
      editor.scale(gradient, by);
    }
  }

  void scaleUnits(double[] factors) {
    writer().scaleUnits(units.read(written()), factors, units.shape());
  }

  void clamp(double limit) {
    writer().clamp(written(), limit / factor);
  }

  /** The largest magnitude of an element. */
  double largest() {
    return read().amaxNumber().doubleValue() * factor;
  }

  double[] unitNorms() {
    double[] norms = units.norms(read());
    for (int i = 0; i < norms.length; i++) {
      norms[i] *= factor;
    }
    return norms;
  }

  private ModelEditor writer() {
    return editor.isDryRun() ? ON_COPIES : editor;
  }

  private INDArray read() {
    return copy == null ? gradient : copy;
  }

  private INDArray written() {
    if (!editor.isDryRun()) {
      return gradient;
    }
    if (copy == null) {
      copy = gradient.dup();
    }
    return copy;
  }
}
