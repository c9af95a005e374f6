package dev.traininghealth.samples.benchmark;

import dev.traininghealth.samples.benchmark.ModeResult.Cost;
import java.util.List;

/**
 * What was found of one network.
 *
 * @param name of the network
 * @param parameters how many it has
 * @param modes what was found in each mode
 */
record NetworkResult(String name, long parameters, List<ModeResult> modes) {
  /**
   * What standing by to intervene costs beyond observing, snapshots above all: the difference of
   * the two shares of the training time.
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
