package dev.traininghealth.record;

/**
 * What a column of a {@link Segment} holds. All norms are L2 norms. Not every quantity is recorded
 * in every {@link Series.Scope scope}; records of earlier versions have more of them.
 */
public enum Quantity {
  /** The model's score (loss, regularisation included) on the minibatch of the iteration. */
  SCORE(1),
  /** A score on data that is not trained on, as the user hands it over. */
  VALIDATION_SCORE(2),
  /** Norm of the gradient, mean over the minibatch, before the updater sees it. */
  GRADIENT_NORM(3),
  /** Norm of the parameters after the update. */
  WEIGHT_NORM(4),
  /** Norm of the update, learning rate included. */
  UPDATE_NORM(5),
  /** Update norm divided by weight norm; around 1e-3 is what is commonly aimed at. */
  UPDATE_RATIO(6),
  /** Learning rate of the updater. */
  LEARNING_RATE(7),
  /** Root mean square of a layer's activations over minibatch and units. */
  ACTIVATION_RMS(8),
  /**
   * Standard deviation of a layer's activations over minibatch and units; in records of earlier
   * versions alone.
   */
  ACTIVATION_STANDARD_DEVIATION(9),
  /** Share of a layer's activations that are exactly zero, 0 to 1. */
  ACTIVATION_ZERO_FRACTION(10),
  /**
   * Largest singular value of a weight matrix: above 1 it can make signals grow from layer to layer
   * or from step to step, below 1 it makes them shrink.
   */
  LARGEST_SINGULAR_VALUE(11),
  /** Examples in the minibatch. */
  BATCH_SIZE(12),
  /** Time from the end of the previous iteration to the end of this one, milliseconds. */
  STEP_MILLIS(13),
  /** Share of the elapsed time that the plugin took, 0 to 1. */
  COST_SHARE(14),
  /** Norm of all gradients together before they are clipped; absent where nothing clips. */
  GLOBAL_GRADIENT_NORM(15),
  /** The same after clipping; absent where nothing clips. */
  CLIPPED_GRADIENT_NORM(16),
  /** The norm above which the gradient is clipped; absent where none is known. */
  CLIP_THRESHOLD(17),
  /**
   * 1 where the step was skipped, else 0; absent in a run that is only observed. In records of
   * earlier versions alone: skipped steps are recorded as {@link RecordedIntervention}s.
   */
  SKIPPED(18),
  /** What the user's learning rates are multiplied by; absent in a run that is only observed. */
  LEARNING_RATE_FACTOR(19);

  private final int code;

  Quantity(int code) {
    this.code = code;
  }

  /** The number that stands for it in a stored record; it never changes. */
  int code() {
    return code;
  }

  static Quantity ofCode(int code) throws RecordException {
    for (Quantity quantity : values()) {
      if (quantity.code == code) {
        return quantity;
      }
    }
    throw new RecordException("broken record: no quantity has the number " + code);
  }
}
