package dev.traininghealth.samples.benchmark;

import dev.traininghealth.samples.benchmark.ModeResult.Account;
import dev.traininghealth.samples.benchmark.ModeResult.Cost;
import dev.traininghealth.samples.benchmark.ModeResult.Ratio;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The results of one network.
 *
 * @param name of the network
 * @param parameters number of its parameters
 * @param limitMicros median time of one read of the gradient, microseconds
 * @param modes the results of each mode
 */
record NetworkResult(String name, long parameters, double limitMicros, List<ModeResult> modes) {
  /** Distance from 1 of the quartiles without a listener, above which the machine was not idle. */
  static final double IDLE_DISTANCE = 0.02;

  /** Share of the training time for snapshots and trials; NaN if protecting did not run. */
  double protectionShare() {
    Account account = account(Mode.PROTECTING);
    return account == null ? Double.NaN : account.protectionShare();
  }

  /** Time of the callbacks in the median iteration, divided by the limit. */
  double costPerLimit(Account account) {
    return account.medianMicros() / limitMicros;
  }

  /** Whether two networks without a listener took the same time; true if there was only one. */
  boolean isIdle() {
    ModeResult again = mode(Mode.NONE_AGAIN);
    Ratio ratio = again == null ? null : again.ratio();
    return ratio == null || ratio.isWithin(IDLE_DISTANCE);
  }

  /** The results of a mode; null if it did not run. */
  @Nullable ModeResult mode(Mode mode) {
    for (ModeResult result : modes) {
      if (result.mode() == mode) {
        return result;
      }
    }
    return null;
  }

  /** The account of a mode; null without one. */
  @Nullable Account account(Mode mode) {
    ModeResult result = mode(mode);
    Cost cost = result == null ? null : result.cost();
    return cost == null ? null : cost.account();
  }
}
