package dev.traininghealth.intervene.clip;

import java.io.Serializable;

/**
 * A rule by which gradients are made smaller before the updater sees them. Implement it for a rule
 * of your own; {@code ClippableGradient} offers what the usual ones need. A rule serves one run and
 * may keep state; to be serializable, for the listener is, and each run gets a copy. Where it
 * implements {@link dev.traininghealth.numbers.Restorable} as well, a listener that is restored
 * from a file gives it back what a rule of the same name remembered; else it begins anew. A rule
 * that throws anything is not asked again in that run, with one warning; nothing is clipped then,
 * and all other protection goes on.
 */
public interface GradientClipping extends Serializable {
  /**
   * Names the rule, for log and page.
   *
   * @return e.g. {@code AGC}
   */
  String name();

  /**
   * Looks at the gradient of one iteration, and scales it where it is too large. Called by the
   * thread that trains at every iteration whose gradient and score are finite, when the gradient is
   * complete and the updater has not run. What is scaled down at an iteration is told as one
   * intervention; to leave the gradient alone is to call none of the methods that scale.
   *
   * @param gradient the gradient, valid during this call alone
   */
  void clip(ClippableGradient gradient);

  /**
   * Tells whether it clips healthy gradients too. Of a rule that clips only what is alarming,
   * clipping at most iterations is a diagnosis of its own.
   *
   * @return true unless overridden
   */
  default boolean clipsHealthyGradients() {
    return true;
  }

  /**
   * Clips what is abnormal in this run, and nothing else: at an iteration whose gradient is
   * diagnosed with a WARNING or worse, each layer whose norm exceeds the largest that is usual in
   * this run is scaled down to that; then all are by one factor, where the norm of the whole
   * gradient is still larger than is usual. It has nothing to set, and costs nothing until it
   * clips. While it is not known what is usual, nothing is clipped.
   *
   * @return the default rule
   */
  static GradientClipping onAlarm() {
    return new AlarmClipping();
  }

  /**
   * AGC with the clipping factor of its paper, 0.01.
   *
   * @return the same as {@code agc(0.01)}
   */
  static GradientClipping agc() {
    return agc(0.01);
  }

  /**
   * AGC (Brock et al. 2021): the gradient Gᵢ of each output unit with weights Wᵢ is scaled down
   * where ‖Gᵢ‖ &gt; c · max(‖Wᵢ‖, 0.001). The output layer and all vectors (biases, gains) are left
   * out. For networks without normalization layers; it clips healthy steps too, and needs two
   * reductions by ND4J's operations a matrix at every iteration.
   *
   * @param clipping c, above 0 and finite; 0.01 in the paper, for minibatches of thousands, more
   *     for smaller ones
   * @return a new rule
   * @throws IllegalArgumentException if c is not above 0 and finite
   */
  static GradientClipping agc(double clipping) {
    return agc(clipping, 1e-3);
  }

  /**
   * {@link #agc(double) AGC} with another smallest norm of the weights.
   *
   * @param clipping c, above 0 and finite
   * @param epsilon the norm that a unit is taken to have at least, above 0 and finite, so that
   *     weights of 0 can move; 0.001 in the paper
   * @return a new rule
   * @throws IllegalArgumentException if one of them is not above 0 and finite
   */
  static GradientClipping agc(double clipping, double epsilon) {
    return new UnitwiseClipping(clipping, epsilon);
  }

  /**
   * AutoClip with the percentile of its paper, 10.
   *
   * @return the same as {@code autoClip(10)}
   */
  static GradientClipping autoClip() {
    return autoClip(10);
  }

  /**
   * AutoClip (Seetharaman et al. 2020): the norm of the whole gradient is clipped to the p-th
   * percentile of all norms of the run, each as it was before clipping. It clips most steps by
   * design. Nothing is clipped before 100 / p norms are known. The memory is fixed, and the
   * percentile rounded up by at most 1.1 %.
   *
   * @param percentile p, above 0 and below 100; 10 in the paper, which clips nine steps of ten
   * @return a new rule, for one run
   * @throws IllegalArgumentException if p is not above 0 and below 100
   */
  static GradientClipping autoClip(double percentile) {
    return new PercentileClipping(percentile);
  }

  /**
   * Clips the norm of the whole gradient to a constant, keeping its direction (Pascanu et al.
   * 2013).
   *
   * @param threshold largest L2 norm of the mean over the minibatch, above 0 and finite; 1 is usual
   * @return a new rule
   * @throws IllegalArgumentException if the threshold is not above 0 and finite
   */
  static GradientClipping globalNorm(double threshold) {
    return new GlobalNormClipping(threshold);
  }

  /**
   * Clips the norm of each layer's gradient to a constant, as DL4J's {@code ClipL2PerLayer} does.
   *
   * @param threshold largest L2 norm of the mean over the minibatch, above 0 and finite
   * @return a new rule
   * @throws IllegalArgumentException if the threshold is not above 0 and finite
   */
  static GradientClipping layerNorm(double threshold) {
    return new LayerNormClipping(threshold);
  }

  /**
   * Clips each element of the gradient to a constant, as DL4J's {@code
   * ClipElementWiseAbsoluteValue} does.
   *
   * @param threshold largest magnitude of an element of the mean over the minibatch, above 0 and
   *     finite
   * @return a new rule
   * @throws IllegalArgumentException if the threshold is not above 0 and finite
   */
  static GradientClipping value(double threshold) {
    return new ValueClipping(threshold);
  }
}
