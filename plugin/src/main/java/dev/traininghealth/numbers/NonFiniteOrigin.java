package dev.traininghealth.numbers;

import java.io.Serial;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * Where the first non-finite value of an iteration stood, in the order in which the iteration
 * computes: data, weights, activations from input to output, score, gradients from output to input.
 * Or, where all are finite, what makes the gradient so large that an updater's squares overflow:
 * huge features, or the gradient itself.
 *
 * @param place what kind of array it was
 * @param layer index of the layer, or -1 for data and score
 * @param parameter index of the parameter for {@link Place#GRADIENT}, {@link Place#WEIGHT} and
 *     {@link Place#UPDATE}, else -1
 * @param count how many elements of that array were not finite; 1 for the score, 0 where all are
 *     finite and too large
 * @param examples indices of the minibatch's examples that carry it, at most {@value #MAX_EXAMPLES}
 *     of them, in order; empty where it belongs to no example
 * @param exampleCount how many examples carry it
 * @param overflow whether everything that went into the computation was finite, so that numbers
 *     grew too large on the way; false where the data or the weights were bad already
 * @param largestFeature largest magnitude among the finite features of the minibatch; NaN where it
 *     was not looked at
 */
public record NonFiniteOrigin(
    Place place,
    int layer,
    int parameter,
    long count,
    List<Integer> examples,
    int exampleCount,
    boolean overflow,
    double largestFeature)
    implements Serializable {
  /** Examples that are listed: enough to find the source of bad data. */
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

  /** {@return whether it stood in the minibatch's features or labels} */
  public boolean isOfData() {
    return place == Place.FEATURES || place == Place.LABELS;
  }

  /**
   * {@return whether the minibatch itself is to blame, so that the network is as good as before}
   */
  public boolean isBadData() {
    return isOfData() && !overflow;
  }

  /** Checks that nothing is missing. */
  public NonFiniteOrigin {
    Objects.requireNonNull(place, "place");
    examples = List.copyOf(examples);
  }
}
