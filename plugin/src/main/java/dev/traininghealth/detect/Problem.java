package dev.traininghealth.detect;

import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;

/**
 * What is wrong with a run, by its usual name in the field. The constants are what the plugin's own
 * detectors find; a {@link Detector} of the user's may name others.
 *
 * @param name lower case words with underscores, e.g. {@code dead_relu}
 */
public record Problem(String name) implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** NaN or Infinity in data, activations, score, gradients or weights. */
  public static final Problem NON_FINITE = new Problem("non_finite");

  /** Gradients, weights, updates or the score grow out of all proportion. */
  public static final Problem EXPLODING = new Problem("exploding");

  /** The gradient fades on its way to the first layers, or weights go to zero. */
  public static final Problem VANISHING = new Problem("vanishing");

  /** Rectified units that are zero for every example. */
  public static final Problem DEAD_RELU = new Problem("dead_relu");

  /** Sigmoid or tanh units that sit at their limits, where they have no slope. */
  public static final Problem SATURATED = new Problem("saturated");

  /** The score swings instead of falling. */
  public static final Problem OSCILLATING = new Problem("oscillating");

  /** Nothing changes, or what changes does not make the network any better. */
  public static final Problem NOT_LEARNING = new Problem("not_learning");

  /** Features, labels, loss and output activation do not fit each other. */
  public static final Problem DATA = new Problem("data");

  /** No more progress after real progress. */
  public static final Problem PLATEAU = new Problem("plateau");

  /** A cure is applied so often that it hides the disease. */
  public static final Problem MASKED = new Problem("masked");

  /** Checks the name. */
  public Problem {
    Objects.requireNonNull(name, "name");
    if (!name.matches("[a-z][a-z0-9_]*")) {
      throw new IllegalArgumentException(
          "name must be lower case letters, digits and underscores, was \"" + name + "\"");
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
