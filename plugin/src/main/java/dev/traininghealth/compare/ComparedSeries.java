package dev.traininghealth.compare;

import dev.traininghealth.record.Quantity;
import java.util.Objects;

/**
 * One quantity of both runs, and where the run departs from its baseline run in it.
 *
 * @param quantity what is compared
 * @param layer index of the layer in the run's description; -1 for the whole network
 * @param departs whether the run departs from its baseline run, beyond the noise of both
 * @param iteration the run's iteration from which on it departs; without a departure that of the
 *     last values that were compared
 * @param baselineIteration the same place in the baseline run; another iteration only if the runs
 *     are compared by examples
 * @param value mean of the run from there on, over a quarter of the iterations before; NaN or
 *     infinite if the values are
 * @param baselineValue the same of the baseline run
 * @param lastValue mean of the run at the end of what both have
 * @param lastBaselineValue the same of the baseline run
 */
public record ComparedSeries(
    Quantity quantity,
    int layer,
    boolean departs,
    long iteration,
    long baselineIteration,
    double value,
    double baselineValue,
    double lastValue,
    double lastBaselineValue) {
  /** Checks that the quantity is not missing. */
  public ComparedSeries {
    Objects.requireNonNull(quantity, "quantity");
  }

  /**
   * {@return how many times the baseline run's value the run's is; NaN if one of them is not above
   * 0 or not finite}
   */
  public double factor() {
    return factor(value, baselineValue);
  }

  /** {@return the factor at the end of what both have, as {@link #factor} gives it} */
  public double lastFactor() {
    return factor(lastValue, lastBaselineValue);
  }

  private static double factor(double value, double baseline) {
    boolean defined =
        value > 0 && baseline > 0 && Double.isFinite(value) && Double.isFinite(baseline);
    return defined ? value / baseline : Double.NaN;
  }

  /**
   * {@return whether it counts for whether the run departs} The time of a step does not: it depends
   * on what else the machine does.
   */
  public boolean counts() {
    return quantity != Quantity.STEP_MILLIS;
  }
}
