package dev.traininghealth.record;

/**
 * What a column of a {@link Segment} holds. All norms are L2 norms. Not every quantity is recorded
 * in every {@link Series.Scope scope}; records of earlier versions have more of them. The names are
 * stored, so that none ever changes.
 */
public enum Quantity {
  /** The model's score (loss, regularisation included) on the minibatch of the iteration. */
  SCORE,
  /** A score on data that is not trained on, as the user hands it over. */
  VALIDATION_SCORE,
  /** Norm of the gradient, mean over the minibatch, before the updater sees it. */
  GRADIENT_NORM,
  /** Norm of the parameters after the update. */
  WEIGHT_NORM,
  /** Norm of the update, learning rate included. */
  UPDATE_NORM,
  /** Update norm divided by weight norm; around 1e-3 is what is commonly aimed at. */
  UPDATE_RATIO,
  /** Learning rate of the updater. */
  LEARNING_RATE,
  /** Root mean square of a layer's activations over minibatch and units. */
  ACTIVATION_RMS,
  /**
   * Standard deviation of a layer's activations over minibatch and units; in records of earlier
   * versions alone.
   */
  ACTIVATION_STANDARD_DEVIATION,
  /** Share of a layer's activations that are exactly zero, 0 to 1. */
  ACTIVATION_ZERO_FRACTION,
  /**
   * Largest singular value of a weight matrix: above 1 it can make signals grow from layer to layer
   * or from step to step, below 1 it makes them shrink.
   */
  LARGEST_SINGULAR_VALUE,
  /** Examples in the minibatch. */
  BATCH_SIZE,
  /** Time from the end of the previous iteration to the end of this one, milliseconds. */
  STEP_MILLIS,
  /** Share of the elapsed time that the plugin took, 0 to 1. */
  COST_SHARE,
  /** Norm of all gradients together before they are clipped; absent where nothing clips. */
  GLOBAL_GRADIENT_NORM,
  /** The same after clipping; absent where nothing clips. */
  CLIPPED_GRADIENT_NORM,
  /** The norm above which the gradient is clipped; absent where none is known. */
  CLIP_THRESHOLD,
  /**
   * 1 where the step was skipped, else 0; absent in a run that is only observed. In records of
   * earlier versions alone: skipped steps are recorded as {@link RecordedIntervention}s.
   */
  SKIPPED,
  /** What the user's learning rates are multiplied by; absent in a run that is only observed. */
  LEARNING_RATE_FACTOR
}
