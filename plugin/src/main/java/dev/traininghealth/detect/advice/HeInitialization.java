package dev.traininghealth.detect.advice;

import dev.traininghealth.numbers.NetworkLayout;

/**
 * The size of weights in He initialization, which has a root mean square of √(2 / inputs).
 *
 * <p>It preserves the scale of the signal through rectified layers (He et al. 2015).
 *
 * @hidden
 */
public final class HeInitialization {
  private HeInitialization() {}

  /**
   * {@return how many times larger the weights are than those of He initialization, or 0 if
   * unknown}
   *
   * @param layout the network
   * @param p index of the parameter
   * @param norm its L2 norm
   */
  public static double scale(NetworkLayout layout, int p, double norm) {
    double inputs = inputs(layout, p);
    if (inputs <= 0) {
      return 0;
    }
    double rms = norm / Math.sqrt((double) layout.parameters().get(p).length());
    return rms * Math.sqrt(inputs / 2);
  }

  /**
   * {@return how many elements of a matrix one unit sums over, or 0 if unknown}
   *
   * @param p index of the parameter
   */
  static double inputs(NetworkLayout layout, int p) {
    NetworkLayout.Parameter parameter = layout.parameters().get(p);
    if (parameter.inputs() > 0) {
      return (double) parameter.inputs();
    }
    long units = layout.layers().get(parameter.layer()).configuration().units();
    return units > 0 ? (double) parameter.length() / units : 0;
  }
}
