package dev.traininghealth.intervene.clip;

import java.io.Serializable;

/**
 * A rule that scales down gradients before the updater uses them.
 *
 * <p>Implement it for your own rule. {@code ClippableGradient} offers what common rules need. A
 * rule serves one run and may keep state. It must be serializable, because the listener is and
 * because each run gets a copy.
 *
 * <p>If a rule also implements {@link dev.traininghealth.numbers.Restorable}, its state is saved
 * with the listener's. A listener restored from a file gives that state to a rule of the same name.
 * Otherwise the rule starts without state.
 *
 * <p>A rule that throws anything is not called again in that run, with one warning. Nothing is
 * clipped then, and all other protection continues.
 */
public interface GradientClipping extends Serializable {
  /**
   * Names the rule, for the log and the page.
   *
   * @return for example {@code AGC}
   */
  String name();

  /**
   * Scales the gradient of one iteration if it is too large.
   *
   * <p>The training thread calls this at every iteration whose gradient and score are finite, after
   * the gradient is complete and before the updater runs. All scaling at one iteration is reported
   * as one intervention. To leave the gradient alone, call none of the scaling methods.
   *
   * @param gradient the gradient, valid only during this call
   */
  void clip(ClippableGradient gradient);

  /**
   * Whether the rule clips healthy gradients too.
   *
   * <p>If a rule clips only gradients with an alarm, clipping at most iterations is itself
   * diagnosed.
   *
   * @return true unless overridden
   */
  default boolean clipsHealthyGradients() {
    return true;
  }

  /**
   * Clips gradients that are unusually large in this run, and no others.
   *
   * <p>It acts only at an iteration whose gradient has a diagnosis of WARNING or above. Each layer
   * whose norm exceeds its largest usual norm in this run is scaled down to that. If the global
   * gradient norm is still larger than usual, all layers are then scaled by one factor. There is
   * nothing to set, and it costs nothing until it clips. While the usual norms are unknown, nothing
   * is clipped.
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
   * AGC: limits the gradient of each output unit in proportion to the unit's weights.
   *
   * <p>The gradient Gᵢ of a unit with weights Wᵢ is scaled down if ‖Gᵢ‖ &gt; c · max(‖Wᵢ‖, 0.001)
   * (Brock et al. 2021). The output layer and all vectors (biases, gains) are left out. It is meant
   * for networks without normalization layers. It clips healthy steps too, and at every iteration
   * needs two ND4J reductions per matrix.
   *
   * @param clipping c, above 0 and finite; 0.01 in the paper, for minibatches of thousands; larger
   *     for smaller ones
   * @return a new rule
   * @throws IllegalArgumentException if c is not above 0 and finite
   */
  static GradientClipping agc(double clipping) {
    return agc(clipping, 1e-3);
  }

  /**
   * {@link #agc(double) AGC} with another minimum norm of the weights.
   *
   * @param clipping c, above 0 and finite
   * @param epsilon minimum that a unit's norm counts as, above 0 and finite, so that weights of 0
   *     can change; 0.001 in the paper
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
   * AutoClip: clips the global gradient norm to a percentile of all norms of the run.
   *
   * <p>Each norm counts as it was before clipping (Seetharaman et al. 2020). The rule clips most
   * steps by design. Nothing is clipped before 100 / p norms are known. It uses fixed memory, and
   * the percentile is rounded up by at most 1.1 %.
   *
   * @param percentile p, above 0 and below 100; 10 in the paper, which clips nine of ten steps
   * @return a new rule, for one run
   * @throws IllegalArgumentException if p is not above 0 and below 100
   */
  static GradientClipping autoClip(double percentile) {
    return new PercentileClipping(percentile);
  }

  /**
   * Clips the global gradient norm to a constant, which keeps the gradient's direction.
   *
   * <p>See Pascanu et al. 2013.
   *
   * @param threshold maximum L2 norm of the mean over the minibatch, above 0 and finite; 1 is usual
   * @return a new rule
   * @throws IllegalArgumentException if the threshold is not above 0 and finite
   */
  static GradientClipping globalNorm(double threshold) {
    return new GlobalNormClipping(threshold);
  }

  /**
   * Clips the norm of each layer's gradient to a constant, as DL4J's {@code ClipL2PerLayer} does.
   *
   * @param threshold maximum L2 norm of the mean over the minibatch, above 0 and finite
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
   * @param threshold maximum magnitude of an element of the mean over the minibatch, above 0 and
   *     finite
   * @return a new rule
   * @throws IllegalArgumentException if the threshold is not above 0 and finite
   */
  static GradientClipping value(double threshold) {
    return new ValueClipping(threshold);
  }
}
