package dev.traininghealth.detect;

import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A problem of a run, by its usual name in the field.
 *
 * <p>The constants are the problems that the plugin's own detectors find. A user's {@link Detector}
 * may define others.
 *
 * @param name lower-case words with underscores, e.g. {@code dead_relu}
 * @param family determines what protection does against it and which problems it may cause
 * @param shownBy quantity of the Health page's heatmap that shows it in a layer, e.g. {@code
 *     GRADIENT_NORM}; empty for none
 */
public record Problem(String name, ProblemFamily family, String shownBy) implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** NaN or Infinity in data, activations, score, gradients or weights. */
  public static final Problem NON_FINITE = new Problem("non_finite", ProblemFamily.NON_FINITE, "");

  /**
   * Gradients, updates or a score that rise for many iterations, beyond what is usual in the run.
   */
  public static final Problem DRIFTING =
      new Problem("drifting", ProblemFamily.DRIFTING, "GRADIENT_NORM");

  /** Gradients that are far too large for their layer and their run. */
  public static final Problem EXPLODING_GRADIENT =
      new Problem("exploding_gradient", ProblemFamily.EXPLODING, "GRADIENT_NORM");

  /** A score that jumps far above the earlier ones. */
  public static final Problem LOSS_SPIKE = new Problem("loss_spike", ProblemFamily.EXPLODING, "");

  /** A score that keeps rising, or that loses what was gained. */
  public static final Problem DIVERGING_SCORE =
      new Problem("diverging_score", ProblemFamily.EXPLODING, "");

  /** A score that rises because the data, the targets or another network in the loss change. */
  public static final Problem MOVING_OBJECTIVE =
      new Problem("moving_objective", ProblemFamily.OTHER, "");

  /** Updates that are too large for their parameters. */
  public static final Problem LARGE_UPDATES =
      new Problem("large_updates", ProblemFamily.EXPLODING, "UPDATE_RATIO");

  /** Weights that have grown far beyond the size that preserves the scale of the signal. */
  public static final Problem GROWING_WEIGHTS =
      new Problem("growing_weights", ProblemFamily.EXPLODING, "WEIGHT_NORM");

  /** A gradient that becomes ever smaller towards the first layers. */
  public static final Problem VANISHING_GRADIENT =
      new Problem("vanishing_gradient", ProblemFamily.VANISHING, "GRADIENT_NORM");

  /** Weights that become zero. */
  public static final Problem COLLAPSING_WEIGHTS =
      new Problem("collapsing_weights", ProblemFamily.VANISHING, "WEIGHT_NORM");

  /** Rectified units that are zero for every example. */
  public static final Problem DEAD_RELU =
      new Problem("dead_relu", ProblemFamily.DEAD_UNITS, "SILENT_UNIT_FRACTION");

  /** Units at the limits of sigmoid, tanh or a similar function, with a slope near 0. */
  public static final Problem SATURATED_UNITS =
      new Problem("saturated_units", ProblemFamily.SATURATED, "SATURATED_FRACTION");

  /** A score that swings instead of falling. */
  public static final Problem OSCILLATING_SCORE =
      new Problem("oscillating_score", ProblemFamily.OSCILLATING, "");

  /** No change of the network, or changes without a gain. */
  public static final Problem NOT_LEARNING =
      new Problem("not_learning", ProblemFamily.NOT_LEARNING, "");

  /** Updates that are too small for their parameters. */
  public static final Problem SMALL_UPDATES =
      new Problem("small_updates", ProblemFamily.NOT_LEARNING, "UPDATE_RATIO");

  /** An output activation that does not fit the loss or the number of units. */
  public static final Problem UNSUITABLE_OUTPUT =
      new Problem("unsuitable_output", ProblemFamily.DATA, "");

  /** Labels outside the range of the output activation or the loss. */
  public static final Problem UNSUITABLE_LABELS =
      new Problem("unsuitable_labels", ProblemFamily.DATA, "");

  /** Features with a scale far from 1. */
  public static final Problem UNNORMALIZED_FEATURES =
      new Problem("unnormalized_features", ProblemFamily.DATA, "");

  /** Features that are the same in every example. */
  public static final Problem CONSTANT_FEATURES =
      new Problem("constant_features", ProblemFamily.DATA, "");

  /** Columns or examples of the features that are far outside of the others. */
  public static final Problem OUTLYING_FEATURES =
      new Problem("outlying_features", ProblemFamily.DATA, "");

  /** Targets of a regression with a scale far from 1. */
  public static final Problem UNNORMALIZED_LABELS =
      new Problem("unnormalized_labels", ProblemFamily.DATA, "");

  /** Labels that are all the same, or nearly all of one class. */
  public static final Problem IMBALANCED_LABELS =
      new Problem("imbalanced_labels", ProblemFamily.DATA, "");

  /** Examples that are sorted by class, or minibatches that repeat. */
  public static final Problem UNSHUFFLED_EXAMPLES =
      new Problem("unshuffled_examples", ProblemFamily.DATA, "");

  /** Few examples for many parameters, or minibatches of one example. */
  public static final Problem FEW_EXAMPLES = new Problem("few_examples", ProblemFamily.DATA, "");

  /** A part of the network that cannot work, or hardly, as it is configured. */
  public static final Problem UNSUITABLE_NETWORK =
      new Problem("unsuitable_network", ProblemFamily.OTHER, "");

  /** Activations of a hidden layer that are nearly the same for every example. */
  public static final Problem COLLAPSED_ACTIVATIONS =
      new Problem("collapsed_activations", ProblemFamily.NOT_LEARNING, "ACTIVATION_RANK");

  /** Outputs that are nearly the same for every example. */
  public static final Problem CONSTANT_OUTPUT =
      new Problem("constant_output", ProblemFamily.NOT_LEARNING, "");

  /** A validation score that rises while the training score falls. */
  public static final Problem OVERFITTING =
      new Problem("overfitting", ProblemFamily.OVERFITTING, "");

  /** No more progress after real progress. */
  public static final Problem PLATEAU = new Problem("plateau", ProblemFamily.PLATEAU, "");

  /** Minibatches whose noise holds the score up, or that are larger than their gradient needs. */
  public static final Problem MINIBATCH_SIZE =
      new Problem("minibatch_size", ProblemFamily.OTHER, "");

  /** Iterations that take much longer than at first. */
  public static final Problem SLOW_ITERATIONS =
      new Problem("slow_iterations", ProblemFamily.OTHER, "");

  /** Memory that grows with the iterations. */
  public static final Problem GROWING_MEMORY =
      new Problem("growing_memory", ProblemFamily.OTHER, "");

  /** A learning rate whose course over the iterations was hardly meant. */
  public static final Problem LEARNING_RATE_SCHEDULE =
      new Problem("learning_rate_schedule", ProblemFamily.OTHER, "");

  /** A course that is not that of a recorded run that was good. */
  public static final Problem DEPARTS_FROM_BASELINE =
      new Problem("departs_from_baseline", ProblemFamily.OTHER, "");

  /** Protection that acts so often that it hides a problem. */
  public static final Problem OVERUSED_PROTECTION =
      new Problem("overused_protection", ProblemFamily.OVERUSED_PROTECTION, "");

  /** Checks the values. */
  public Problem {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(family, "family");
    Objects.requireNonNull(shownBy, "shownBy");
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "name must be lower case letters, digits and underscores, was \"" + name + "\"");
    }
  }

  /**
   * Creates a problem that no heatmap shows.
   *
   * @param name lower-case words with underscores
   * @param family determines what protection does against it and which problems it may cause
   */
  public Problem(String name, ProblemFamily family) {
    this(name, family, "");
  }

  /**
   * Creates a problem that is reported, but against which protection does nothing.
   *
   * @param name lower-case words with underscores
   */
  public Problem(String name) {
    this(name, ProblemFamily.OTHER);
  }

  /**
   * {@return whether the problem belongs to a family}
   *
   * @param nature the family
   */
  public boolean is(ProblemFamily nature) {
    return family == nature;
  }

  /** Checks without a regular expression, which would be compiled for each constant. */
  private static boolean isName(String name) {
    return !name.isEmpty()
        && isLetter(name.charAt(0))
        && name.chars().allMatch(c -> isLetter(c) || (c >= '0' && c <= '9') || c == '_');
  }

  private static boolean isLetter(int character) {
    return character >= 'a' && character <= 'z';
  }

  /**
   * Compares all components. A record's own method is generated at its first call, which takes
   * milliseconds of the iteration at which a problem is found.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Problem problem
        && name.equals(problem.name)
        && family == problem.family
        && shownBy.equals(problem.shownBy);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
