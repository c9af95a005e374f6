package dev.traininghealth.intervene;

import dev.traininghealth.measure.NetworkLayout;

/** The gradient of one iteration, to be made smaller: mean over the minibatch. */
public interface ClippedGradient {
  /**
   * Gives the network.
   *
   * @return its layers and parameters, whose indices all methods use
   */
  NetworkLayout layout();
}
