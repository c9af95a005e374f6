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
    NetworkLayout.Parameter parameter = layout.parameters().get(p);
    double inputs = parameter.inputs();
    if (inputs <= 0) {
      long units = layout.layers().get(parameter.layer()).configuration().units();
      if (units <= 0) {
        return 0;
      }
      inputs = (double) parameter.length() / units;
    }
    double rms = norm / Math.sqrt((double) parameter.length());
    return rms * Math.sqrt(inputs / 2);
  }
}
