package dev.traininghealth.intervene.model;

import dev.traininghealth.array.OffHeapMemory;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradient of one parameter, writable in place through a {@link ModelEditor}.
 *
 * <p>In a dry run the clipped gradient is kept separately: a factor, and a copy if elements were
 * scaled by different factors.
 */
final class ParameterGradient {
  /** Writes to the copies of a dry run. */
  private static final ModelEditor COPY_EDITOR = new ModelEditor(false);

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

  /** Starts a new gradient and drops the state of a dry run. */
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
    writingEditor().scaleUnits(units.read(writable()), factors, units.shape());
  }

  void clamp(double limit) {
    writingEditor().clamp(writable(), limit / factor);
  }

  /** {@return the largest magnitude of an element} */
  double largest() {
    return present().amaxNumber().doubleValue() * factor;
  }

  double[] unitNorms() {
    double[] norms = units.norms(present());
    for (int i = 0; i < norms.length; i++) {
      norms[i] *= factor;
    }
    return norms;
  }

  private ModelEditor writingEditor() {
    return editor.isDryRun() ? COPY_EDITOR : editor;
  }

  private INDArray present() {
    return copy == null ? gradient : copy;
  }

  private INDArray writable() {
    if (!editor.isDryRun()) {
      return gradient;
    }
    if (copy == null) {
      copy = gradient.dup();
    }
    return copy;
  }
}
