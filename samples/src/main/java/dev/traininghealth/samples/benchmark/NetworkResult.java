package dev.traininghealth.samples.benchmark;

import dev.traininghealth.samples.benchmark.ModeResult.Cost;
import java.util.List;

/**
 * The results of one network.
 *
 * @param name of the network
 * @param parameters number of its parameters
 * @param modes the results of each mode
 */
record NetworkResult(String name, long parameters, List<ModeResult> modes) {
  /**
   * The additional cost of protecting, mainly snapshots: the difference of the two shares of the
   * training time.
   */
  double protectionShare() {
    return selfShare(Mode.PROTECTING) - selfShare(Mode.OBSERVING);
  }

  private double selfShare(Mode mode) {
    for (ModeResult result : modes) {
      Cost cost = result.cost();
      if (result.mode() == mode && cost != null) {
        return cost.account().selfShare();
      }
    }
    return Double.NaN;
  }
}
