package dev.traininghealth.intervene.clip;

import dev.traininghealth.numbers.NetworkLayout;

/**
 * The gradient of one iteration, which a clipping rule may scale down before the updater uses it.
 *
 * <p>Indices are those of {@link #layout()}. All norms are L2 norms of the gradient in its present
 * state, which includes earlier scaling. They are norms of the mean over the minibatch, as in
 * DL4J's own gradient normalization.
 *
 * <p>Frozen layers and the running statistics of batch normalization, which DL4J keeps beside the
 * gradient, are never changed and are part of no norm.
 */
public interface ClippableGradient {
  /** {@return the network's layers and parameters, whose indices all methods use} */
  NetworkLayout layout();

  /**
   * Whether a parameter has a gradient that can be scaled.
   *
   * @param parameter index of the parameter
   * @return false for a frozen parameter and for a running statistic
   */
  boolean isClippable(int parameter);

  /**
   * Whether a layer is an output layer.
   *
   * @param layer index of the layer
   * @return whether it has a loss function
   */
  boolean isOutput(int layer);

  /**
   * Whether an alarm about this gradient is active.
   *
   * @return whether a diagnosis of {@code WARNING} or above about the gradient is active at this
   *     iteration
   */
  boolean hasAlarm();

  /**
   * Returns the norm of a parameter's gradient.
   *
   * @param parameter index of the parameter
   * @return its L2 norm; 0 if it is not {@linkplain #isClippable clippable}
   */
  double norm(int parameter);

  /**
   * Returns the norm of a layer's gradient.
   *
   * @param layer index of the layer
   * @return L2 norm of the gradients of all its parameters; 0 for a layer without any
   */
  double layerNorm(int layer);

  /** {@return the global gradient norm: the L2 norm of all parameters' gradients} */
  double globalNorm();

  /** {@return the global gradient norm before any of it was scaled} */
  double globalNormBefore();

  /**
   * Returns the largest usual norm of a layer's gradient in this run.
   *
   * @param layer index of the layer
   * @return the limit, on the scale of {@link #layerNorm}; NaN while it is unknown
   */
  double maxUsualNorm(int layer);

  /**
   * Returns the largest usual global gradient norm of this run.
   *
   * @return the limit, on the scale of {@link #globalNorm}; NaN while it is unknown
   */
  double maxUsualNorm();

  /**
   * Reports the global gradient norm above which the rule clips at this iteration, which the page
   * shows. A rule without such a threshold does not call it.
   *
   * @param globalNorm the threshold, on the scale of {@link #globalNorm}; NaN for none
   */
  void reportThreshold(double globalNorm);

  /**
   * Scales a parameter's gradient.
   *
   * @param parameter index of the parameter
   * @param factor above 0 and at most 1; 1 changes nothing
   * @throws IllegalArgumentException if the factor is out of range, or the parameter is not
   *     {@linkplain #isClippable clippable}
   */
  void scale(int parameter, double factor);

  /**
   * Scales the gradients of all parameters of a layer.
   *
   * @param layer index of the layer
   * @param factor above 0 and at most 1; 1 changes nothing
   * @throws IllegalArgumentException if the factor is out of range
   */
  void scaleLayer(int layer, double factor);

  /**
   * Scales the whole gradient.
   *
   * @param factor above 0 and at most 1; 1 changes nothing
   * @throws IllegalArgumentException if the factor is out of range
   */
  void scaleAll(double factor);

  /**
   * Limits every element of the gradient to the range from {@code -limit} to {@code limit}.
   *
   * @param limit above 0 and finite; of the mean over the minibatch
   * @throws IllegalArgumentException if the limit is out of range
   */
  void clamp(double limit);

  /**
   * Returns the norm of each unit's part of a parameter's gradient. A unit consists of the elements
   * that contribute to one output:
   *
   * <ul>
   *   <li>a column of a dense, embedding or recurrent matrix, {@code [nIn, nOut]}. An LSTM has
   *       {@code 4·nOut} columns, one for each gate of each unit, and a {@code GravesLSTM} three
   *       more for its peepholes;
   *   <li>a filter of a convolution, {@code [nOut, nIn, …]}. In {@code Deconvolution2D} it is the
   *       slice {@code [·, j, ·, ·]}, in {@code Deconvolution3D} {@code [·, ·, ·, j, ·]}. In {@code
   *       Convolution1D} it is {@code [·, ·, j]}, whose memory DL4J reads as {@code [k, nIn,
   *       nOut]};
   *   <li>a filter for each input channel i and multiplier m of a depthwise convolution: {@code [·,
   *       ·, i, m]} in order of i, then m. In {@code SeparableConvolution2D} it is {@code [m, i, ·,
   *       ·]} in order of m, then i;
   *   <li>a filter for each position k and channel j of a locally connected layer, {@code [k, ·,
   *       j]} in order of k, then j;
   *   <li>otherwise the whole array: biases, gains, and matrices of an unknown layout.
   * </ul>
   *
   * <p>Each call computes them with ND4J operations.
   *
   * @param parameter index of the parameter
   * @return L2 norms, one per unit; a new array
   * @throws IllegalArgumentException if the parameter is not {@linkplain #isClippable clippable}
   */
  double[] unitNorms(int parameter);

  /**
   * Returns the norm of each unit's part of the parameter itself, before the update.
   *
   * @param parameter index of the parameter
   * @return L2 norms of the weights, in the order of {@link #unitNorms}; a new array
   * @throws IllegalArgumentException if the parameter is not {@linkplain #isClippable clippable}
   */
  double[] weightUnitNorms(int parameter);

  /**
   * Scales each unit's part of a parameter's gradient.
   *
   * @param parameter index of the parameter
   * @param factors above 0 and at most 1, in the order of {@link #unitNorms}
   * @throws IllegalArgumentException if a factor is out of range, their number is not that of the
   *     units, or the parameter is not {@linkplain #isClippable clippable}
   */
  void scaleUnits(int parameter, double[] factors);

  /** {@return whether any of the gradient was scaled or clamped at this iteration} */
  boolean hasClipped();
}
