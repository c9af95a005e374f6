package dev.traininghealth.record;

import java.util.Arrays;
import java.util.List;

/**
 * The measured quantity of a column of a {@link Segment}. All norms are L2 norms. Not every
 * quantity is recorded in every {@link Series.Scope scope}; records of earlier versions have more
 * of them. The names are stored and therefore never change.
 */
public enum Quantity {
  /** The model's score (loss including regularization) on the minibatch of the iteration. */
  SCORE,
  /**
   * A score on data that is not trained on, provided by the user or computed on validation data.
   */
  VALIDATION_SCORE,
  /** Norm of the gradient, mean over the minibatch, before the updater. */
  GRADIENT_NORM(LayerScale.LOGARITHMIC),
  /** Norm of the parameters after the update. */
  WEIGHT_NORM(LayerScale.LOGARITHMIC),
  /** Norm of the update, which includes the learning rate. */
  UPDATE_NORM(LayerScale.LOGARITHMIC),
  /** Update norm divided by weight norm; a common target is about 1e-3. */
  UPDATE_RATIO(LayerScale.RATIO),
  /** Learning rate of the updater. */
  LEARNING_RATE,
  /** Root mean square of a layer's activations over minibatch and units. */
  ACTIVATION_RMS(LayerScale.LOGARITHMIC),
  /**
   * Standard deviation of a layer's activations over minibatch and units. Only records of earlier
   * versions have it.
   */
  ACTIVATION_STANDARD_DEVIATION,
  /** Share of a layer's activations that are exactly zero, 0 to 1. */
  ACTIVATION_ZERO_FRACTION(LayerScale.SHARE),
  /**
   * Largest singular value of a weight matrix. Above 1 it can make signals grow from layer to layer
   * or from step to step; below 1 it makes them shrink.
   */
  LARGEST_SINGULAR_VALUE,
  /** Number of examples in the minibatch. */
  BATCH_SIZE,
  /** Time from the previous iteration's end to this one's, milliseconds; absent in the first. */
  STEP_MILLIS,
  /**
   * Share of the training time that the listener took in about the last ten seconds, 0 to 1,
   * without snapshots and trials; absent in the first six seconds of training.
   */
  COST_SHARE,
  /** Global gradient norm before clipping; absent if no rule clips. */
  GLOBAL_GRADIENT_NORM,
  /** Global gradient norm after clipping; absent if no rule clips. */
  CLIPPED_GRADIENT_NORM,
  /** The norm above which the gradient is clipped; absent if none is known. */
  CLIP_THRESHOLD,
  /**
   * 1 if the step was skipped, otherwise 0; absent in a run that is only observed. Only records of
   * earlier versions have it: skipped steps are now recorded as {@link RecordedIntervention}s.
   */
  SKIPPED,
  /**
   * The learning-rate factor: what the configured rates are multiplied by; absent if observed only.
   */
  LEARNING_RATE_FACTOR,
  /** Time that the listener took in the first five seconds of training, seconds. */
  START_COST_SECONDS,
  /** Time that snapshots and trials have taken so far, seconds. */
  PROTECTION_COST_SECONDS,
  /**
   * Effective rank of the differences between a layer's activations of the examples of a minibatch:
   * the participation ratio of their singular values. 0 if all examples have the same activations.
   */
  ACTIVATION_RANK(LayerScale.LOGARITHMIC),
  /**
   * Share of a layer's units that were exactly 0 for all examples of its latest measurements, 0 to
   * 1; absent until these are enough.
   */
  SILENT_UNIT_FRACTION(LayerScale.SHARE),
  /**
   * Share of a layer's activations at a limit of its activation function, where the slope is near
   * 0, from 0 to 1; absent for functions without limits.
   */
  SATURATED_FRACTION(LayerScale.SHARE);

  /** How the page shows a quantity of the layers over the iterations. */
  public enum LayerScale {
    /** Not over the layers. */
    NONE,
    /** By its decimal logarithm, over the decades that occur. */
    LOGARITHMIC,
    /** By its decimal logarithm, on both sides of the usual update:parameter ratio, 1e-3. */
    RATIO,
    /** From 0 to 1. */
    SHARE
  }

  private final LayerScale layerScale;

  Quantity() {
    this(LayerScale.NONE);
  }

  Quantity(LayerScale layerScale) {
    this.layerScale = layerScale;
  }

  /** {@return how the page shows it over the layers} */
  public LayerScale layerScale() {
    return layerScale;
  }

  /** {@return the quantities that the page shows over the layers, in its order} */
  public static List<Quantity> ofLayers() {
    return Arrays.stream(values()).filter(q -> q.layerScale != LayerScale.NONE).toList();
  }
}
