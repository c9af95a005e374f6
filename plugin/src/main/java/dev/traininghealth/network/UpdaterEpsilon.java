package dev.traininghealth.network;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaBelief;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.RmsProp;

/** What an updater adds to the root of its squares, so that it never divides by 0. */
final class UpdaterEpsilon {
  private UpdaterEpsilon() {}

  /** The configured number; NaN for an updater that adds none. */
  static double of(@Nullable IUpdater updater) {
    if (updater instanceof Adam adam) {
      return adam.getEpsilon();
    } else if (updater instanceof Nadam nadam) {
      return nadam.getEpsilon();
    } else if (updater instanceof AMSGrad amsGrad) {
      return amsGrad.getEpsilon();
    } else if (updater instanceof RmsProp rmsProp) {
      return rmsProp.getEpsilon();
    } else if (updater instanceof AdaGrad adaGrad) {
      return adaGrad.getEpsilon();
    } else if (updater instanceof AdaBelief adaBelief) {
      return adaBelief.getEpsilon();
    }
    return Double.NaN;
  }
}
