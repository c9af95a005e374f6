package dev.traininghealth.intervene.model;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The learning rate that an updater holds.
 *
 * @param rate the fixed rate, which DL4J does not use where there is a schedule; NaN then, as a
 *     rule
 * @param schedule what the rate follows, or null
 */
record UpdaterRate(double rate, @Nullable ISchedule schedule) {

  /**
   * Reads an updater. DL4J's interface gives the rate of one iteration alone, so that rate and
   * schedule are asked of the getters that all of DL4J's updaters have, and a user's own if it is
   * made as they are.
   *
   * @return empty for an updater that has no rate, or does not tell it
   */
  static Optional<UpdaterRate> read(IUpdater updater) {
    if (!updater.hasLearningRate()) {
      return Optional.empty();
    }
    try {
      return get(updater, "getLearningRate") instanceof Number rate
          ? Optional.of(
              new UpdaterRate(
                  rate.doubleValue(), (ISchedule) get(updater, "getLearningRateSchedule")))
          : Optional.empty();
    } catch (ReflectiveOperationException | ClassCastException | SecurityException unreadable) {
      return Optional.empty();
    }
  }

  private static @Nullable Object get(IUpdater updater, String getter)
      throws ReflectiveOperationException {
    Method method = updater.getClass().getMethod(getter);
    // A user's updater may be a class that only its own package sees.
    method.trySetAccessible();
    try {
      return method.invoke(updater);
    } catch (InvocationTargetException e) {
      throw new ReflectiveOperationException(getter + " failed", e.getCause());
    }
  }

  /** Whether it is the same to the bit, and the very same schedule. */
  boolean isSame(UpdaterRate other) {
    return Double.compare(rate, other.rate) == 0 && schedule == other.schedule;
  }

  /** Rate and schedule, times a factor. */
  UpdaterRate times(double factor) {
    return new UpdaterRate(
        factor * rate, schedule == null ? null : ScaledSchedule.of(schedule, factor));
  }

  /** The same schedule with another fixed rate. */
  UpdaterRate withRate(double newRate) {
    return new UpdaterRate(newRate, schedule);
  }

  /** Has an updater hold this from its next step on. Null is DL4J's word for no schedule. */
  @SuppressWarnings("NullAway")
  void setOn(IUpdater updater) {
    updater.setLrAndSchedule(rate, schedule);
  }
}
