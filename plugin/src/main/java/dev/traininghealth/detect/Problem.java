package dev.traininghealth.detect;

import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;

/**
 * What is wrong with a run, by its usual name in the field. The constants are what the plugin's own
 * detectors find; a {@link Detector} of the user's may name others.
 *
 * @param name lower case words with underscores, e.g. {@code dead_relu}
 * @param family what nature it has: how protection answers it, and what it may explain
 * @param shownBy the quantity of the Health page's heatmap that shows it in a layer, such as {@code
 *     GRADIENT_NORM}; empty for none
 */
public record Problem(String name, ProblemFamily family, String shownBy) implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** NaN or Infinity in data, activations, score, gradients or weights. */
  public static final Problem NON_FINITE = new Problem("non_finite", ProblemFamily.NON_FINITE, "");

  /** Gradients far too large for their layer and their run. */
  public static final Problem EXPLODING_GRADIENT =
      new Problem("exploding_gradient", ProblemFamily.EXPLODING, "GRADIENT_NORM");

  /** The score jumps far beyond the earlier ones. */
  public static final Problem LOSS_SPIKE = new Problem("loss_spike", ProblemFamily.EXPLODING, "");

  /** The score keeps rising, or what was gained is being lost. */
  public static final Problem DIVERGING_SCORE =
      new Problem("diverging_score", ProblemFamily.EXPLODING, "");

  /** Updates that are too large for the weights they change. */
  public static final Problem LARGE_UPDATES =
      new Problem("large_updates", ProblemFamily.EXPLODING, "UPDATE_RATIO");

  /** Weights that have grown far beyond what keeps the scale of the signal. */
  public static final Problem GROWING_WEIGHTS =
      new Problem("growing_weights", ProblemFamily.EXPLODING, "WEIGHT_NORM");

  /** The gradient fades on its way to the first layers. */
  public static final Problem VANISHING_GRADIENT =
      new Problem("vanishing_gradient", ProblemFamily.VANISHING, "GRADIENT_NORM");

  /** Weights that go to zero. */
  public static final Problem COLLAPSING_WEIGHTS =
      new Problem("collapsing_weights", ProblemFamily.VANISHING, "WEIGHT_NORM");

  /** Rectified units that are zero for every example. */
  public static final Problem DEAD_RELU =
      new Problem("dead_relu", ProblemFamily.DEAD_UNITS, "ACTIVATION_ZERO_FRACTION");

  /** Sigmoid or tanh units that sit at their limits, where they have no slope. */
  public static final Problem SATURATED_UNITS =
      new Problem("saturated_units", ProblemFamily.SATURATED, "ACTIVATION_RMS");

  /** The score swings instead of falling. */
  public static final Problem OSCILLATING_SCORE =
      new Problem("oscillating_score", ProblemFamily.OSCILLATING, "");

  /** Nothing changes, or what changes does not make the network any better. */
  public static final Problem NOT_LEARNING =
      new Problem("not_learning", ProblemFamily.NOT_LEARNING, "");

  /** Updates that are too small for the weights they change. */
  public static final Problem SMALL_UPDATES =
      new Problem("small_updates", ProblemFamily.NOT_LEARNING, "UPDATE_RATIO");

  /** An output activation that the loss, or the number of units, gives no meaning. */
  public static final Problem UNSUITABLE_OUTPUT =
      new Problem("unsuitable_output", ProblemFamily.DATA, "");

  /** Labels outside of what output activation and loss can do. */
  public static final Problem UNSUITABLE_LABELS =
      new Problem("unsuitable_labels", ProblemFamily.DATA, "");

  /** Features whose scale is far from 1. */
  public static final Problem UNNORMALIZED_FEATURES =
      new Problem("unnormalized_features", ProblemFamily.DATA, "");

  /** Features that are the same in every example. */
  public static final Problem CONSTANT_FEATURES =
      new Problem("constant_features", ProblemFamily.DATA, "");

  /** No more progress after real progress. */
  public static final Problem PLATEAU = new Problem("plateau", ProblemFamily.PLATEAU, "");

  /** Protection acts so often that it hides what is wrong. */
  public static final Problem OVERUSED_PROTECTION =
      new Problem("overused_protection", ProblemFamily.OVERUSED_PROTECTION, "");

  /** Checks the values. */
  public Problem {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(family, "family");
    Objects.requireNonNull(shownBy, "shownBy");
    if (!name.matches("[a-z][a-z0-9_]*")) {
      throw new IllegalArgumentException(
          "name must be lower case letters, digits and underscores, was \"" + name + "\"");
    }
  }

  /**
   * Creates a problem that protection answers, and that explains others, as its family does.
   *
   * @param name lower case words with underscores
   * @param family what nature it has
   */
  public Problem(String name, ProblemFamily family) {
    this(name, family, "");
  }

  /**
   * Creates a problem that is told and that nothing is done about.
   *
   * @param name lower case words with underscores
   */
  public Problem(String name) {
    this(name, ProblemFamily.OTHER);
  }

  /**
   * Tells whether it is of a family.
   *
   * @param nature the family
   * @return whether that is its family
   */
  public boolean is(ProblemFamily nature) {
    return family == nature;
  }

  @Override
  public String toString() {
    return name;
  }
}
