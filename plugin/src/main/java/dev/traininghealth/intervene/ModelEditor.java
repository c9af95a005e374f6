package dev.traininghealth.intervene;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The only class that writes to a network that is trained. A rehearsing one writes nothing.
 *
 * <p>Not thread-safe: to be called by the thread that trains.
 */
final class ModelEditor {
  private final boolean rehearses;

  ModelEditor(boolean rehearses) {
    this.rehearses = rehearses;
  }

  /** Multiplies a gradient, in place. */
  void scale(INDArray gradient, double factor) {
    if (!rehearses) {
      gradient.muli(factor);
    }
  }
}
