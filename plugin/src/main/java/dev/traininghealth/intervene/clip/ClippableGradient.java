package dev.traininghealth.intervene.clip;

import dev.traininghealth.numbers.NetworkLayout;

/**
 * The gradient of one iteration, to be made smaller before the updater sees it. Indices are those
 * of {@link #layout()}. All norms are L2, of the gradient as it is by now: what a rule has scaled
 * already is in them. And they are of the gradient's mean over the minibatch, as DL4J's own
 * gradient normalization takes it.
 *
 * <p>Frozen layers and batch normalization's running statistics, which DL4J keeps beside the
 * gradient, are never touched and enter no norm.
 */
public interface ClippableGradient {
  /**
   * Gives the network.
   *
   * @return its layers and parameters, whose indices all methods use
   */
  NetworkLayout layout();

  /**
   * Tells whether a parameter has a gradient that can be scaled.
   *
   * @param parameter index of the parameter
   * @return false for a frozen parameter and for a running statistic
   */
  boolean isClippable(int parameter);

  /**
   * Tells whether a layer is an output layer.
   *
   * @param layer index of the layer
   * @return whether it has a loss function
   */
  boolean isOutput(int layer);

  /**
   * Tells whether something is wrong with this gradient.
   *
   * @return whether a diagnosis of {@code WARNING} or above about the gradient stands at this
   *     iteration
   */
  boolean hasAlarm();

  /**
   * Gives the norm of a parameter's gradient.
   *
   * @param parameter index of the parameter
   * @return its L2 norm; 0 where it is not {@linkplain #isClippable clippable}
   */
  double norm(int parameter);

  /**
   * Gives the norm of a layer's gradient.
   *
   * @param layer index of the layer
   * @return L2 norm of all its parameters' gradients together; 0 for a layer without any
   */
  double layerNorm(int layer);

  /**
   * Gives the norm of the whole gradient.
   *
   * @return L2 norm of all parameters' gradients together
   */
  double globalNorm();

  /**
   * Gives the norm of the whole gradient as it was before any of it was scaled.
   *
   * @return L2 norm of all parameters' gradients together
   */
  double globalNormBefore();

  /**
   * Gives the largest norm that is still usual for a layer in this run.
   *
   * @param layer index of the layer
   * @return the edge, on the scale of {@link #layerNorm}; NaN while it is not known
   */
  double maxUsualNorm(int layer);

  /**
   * Gives the largest norm of the whole gradient that is still usual in this run.
   *
   * @return the edge, on the scale of {@link #globalNorm}; NaN while it is not known
   */
  double maxUsualNorm();

  /**
   * Tells the norm of the whole gradient above which the rule clips at this iteration, for the page
   * to draw. A rule without such a number tells none.
   *
   * @param globalNorm the threshold, on the scale of {@link #globalNorm}; NaN for none
   */
  void threshold(double globalNorm);

  /**
   * Scales a parameter's gradient.
   *
   * @param parameter index of the parameter
   * @param factor above 0, at most 1; at 1 nothing happens
   * @throws IllegalArgumentException if the factor is another, or the parameter is not {@linkplain
   *     #isClippable clippable}
   */
  void scale(int parameter, double factor);

  /**
   * Scales the gradients of all parameters of a layer.
   *
   * @param layer index of the layer
   * @param factor above 0, at most 1; at 1 nothing happens
   * @throws IllegalArgumentException if the factor is another
   */
  void scaleLayer(int layer, double factor);

  /**
   * Scales the whole gradient.
   *
   * @param factor above 0, at most 1; at 1 nothing happens
   * @throws IllegalArgumentException if the factor is another
   */
  void scaleAll(double factor);

  /**
   * Brings every element of the gradient into the range from {@code -limit} to {@code limit}.
   *
   * @param limit above 0 and finite; of the mean over the minibatch
   * @throws IllegalArgumentException if the limit is another
   */
  void clamp(double limit);

  /**
   * Gives the norm of each unit's part of a parameter's gradient. A unit is what makes one output:
   *
   * <ul>
   *   <li>a column of a dense, embedding or recurrent matrix, {@code [nIn, nOut]} (of an LSTM
   *       {@code 4·nOut} columns, one for each gate of each unit, and the three peepholes of a
   *       {@code GravesLSTM});
   *   <li>a filter of a convolution, {@code [nOut, nIn, …]}, and so the slices {@code [·, j, ·, ·]}
   *       of {@code Deconvolution2D}, {@code [·, ·, ·, j, ·]} of {@code Deconvolution3D}, and
   *       {@code [·, ·, j]} of {@code Convolution1D}, whose memory DL4J reads as {@code [k, nIn,
   *       nOut]};
   *   <li>a filter for each input channel i and multiplier m of a depthwise convolution, {@code [·,
   *       ·, i, m]} in order of i, then m, and {@code [m, i, ·, ·]} in order of m, then i, in
   *       {@code SeparableConvolution2D};
   *   <li>a filter for each position k and channel j of a locally connected layer, {@code [k, ·,
   *       j]} in order of k, then j;
   *   <li>the whole array otherwise: biases, gains, and matrices of a layout that is not known.
   * </ul>
   *
   * <p>Computed at every call, by ND4J's operations.
   *
   * @param parameter index of the parameter
   * @return L2 norms, one a unit; a new array
   * @throws IllegalArgumentException if the parameter is not {@linkplain #isClippable clippable}
   */
  double[] unitNorms(int parameter);

  /**
   * Gives the norm of each unit's part of the parameter itself, before the update.
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
   * @param factors above 0, at most 1, in the order of {@link #unitNorms}
   * @throws IllegalArgumentException if a factor is another, there are not as many as units, or the
   *     parameter is not {@linkplain #isClippable clippable}
   */
  void scaleUnits(int parameter, double[] factors);

  /**
   * Tells whether the gradient has been changed at this iteration.
   *
   * @return whether any of it was scaled or clamped
   */
  boolean hasClipped();
}
