package dev.traininghealth.numbers;

import java.io.Serial;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * The place of an iteration's first non-finite value, in the order of computation.
 *
 * <p>An iteration computes data, weights, activations from input to output, score, gradients from
 * output to input. If all are finite, the origin is what makes the gradient so large that an
 * updater's squares overflow: huge features, or the gradient itself.
 *
 * @param place the kind of array
 * @param layer index of the layer; for {@link Place#LABELS} that of the output layer if there are
 *     several and the labels of one are affected; -1 for other data and the score
 * @param parameter index of the parameter for {@link Place#GRADIENT}, {@link Place#WEIGHT} and
 *     {@link Place#UPDATE}, else -1
 * @param count number of non-finite elements of that array; 1 for the score, 0 if all are finite
 *     but too large
 * @param examples indices of the affected examples of the minibatch in ascending order, at most
 *     {@value #MAX_EXAMPLES}; empty if it belongs to no example
 * @param exampleCount number of affected examples
 * @param overflow whether all inputs of the computation were finite, so that numbers grew too large
 *     in it; false if data or weights were non-finite already
 * @param largestFeature largest magnitude of the minibatch's finite features; NaN if it was not
 *     determined
 * @param activationsUnseen whether activations, which are computed before this place, were not
 *     looked at, so that one of them may be non-finite already; false for a place before them
 */
public record NonFiniteOrigin(
    Place place,
    int layer,
    int parameter,
    long count,
    List<Integer> examples,
    int exampleCount,
    boolean overflow,
    double largestFeature,
    boolean activationsUnseen)
    implements Serializable {
  /** Maximum number of listed examples, which is enough to find the source of bad data. */
  public static final int MAX_EXAMPLES = 32;

  @Serial private static final long serialVersionUID = 1L;

  /** Kinds of arrays, in the order in which an iteration computes them. */
  public enum Place {
    /** The minibatch's features. */
    FEATURES,
    /** The minibatch's labels. */
    LABELS,
    /** A parameter before the step. */
    WEIGHT,
    /** A layer's activations. */
    ACTIVATION,
    /** The score. */
    SCORE,
    /** A parameter's gradient. */
    GRADIENT,
    /** A parameter's update. */
    UPDATE
  }

  /** {@return whether it is in the minibatch's features or labels} */
  public boolean isOfData() {
    return place == Place.FEATURES || place == Place.LABELS;
  }

  /** {@return whether the minibatch itself is the cause, so that the network is undamaged} */
  public boolean isBadData() {
    return isOfData() && !overflow;
  }

  /** Creates an origin before which everything was looked at. */
  public NonFiniteOrigin(
      Place place,
      int layer,
      int parameter,
      long count,
      List<Integer> examples,
      int exampleCount,
      boolean overflow,
      double largestFeature) {
    this(place, layer, parameter, count, examples, exampleCount, overflow, largestFeature, false);
  }

  /** {@return the same origin, before which activations were not looked at} */
  public NonFiniteOrigin withActivationsUnseen() {
    return new NonFiniteOrigin(
        place, layer, parameter, count, examples, exampleCount, overflow, largestFeature, true);
  }

  /** Checks that nothing is missing. */
  public NonFiniteOrigin {
    Objects.requireNonNull(place, "place");
    examples = List.copyOf(examples);
  }
}
