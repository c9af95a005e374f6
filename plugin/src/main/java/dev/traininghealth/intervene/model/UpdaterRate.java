package dev.traininghealth.intervene.model;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * The learning rate of an updater.
 *
 * @param rate the fixed rate, which DL4J ignores if there is a schedule; then usually NaN
 * @param schedule the schedule of the rate, or null
 */
record UpdaterRate(double rate, @Nullable ISchedule schedule) {

  /**
   * Reads the learning rate of an updater.
   *
   * <p>DL4J's interface only returns the rate of one iteration. Rate and schedule are therefore
   * read through the getters that all of DL4J's updaters have. A user's updater is readable if it
   * has the same getters.
   *
   * @return empty for an updater that has no rate, or none that can be read
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
    // A user's updater may be a package-private class.
    method.trySetAccessible();
    try {
      return method.invoke(updater);
    } catch (InvocationTargetException e) {
      throw new ReflectiveOperationException(getter + " failed", e.getCause());
    }
  }

  /** {@return whether the rate is bit-identical and the schedule is the same object} */
  boolean isSame(UpdaterRate other) {
    return Double.compare(rate, other.rate) == 0 && schedule == other.schedule;
  }

  /** {@return rate and schedule, times a factor} */
  UpdaterRate times(double factor) {
    return new UpdaterRate(
        factor * rate, schedule == null ? null : ScaledSchedule.of(schedule, factor));
  }

  /** {@return the same schedule with another fixed rate} */
  UpdaterRate withRate(double newRate) {
    return new UpdaterRate(newRate, schedule);
  }

  /**
   * Sets this rate on an updater, from its next step on. Null means no schedule in DL4J's setter.
   */
  @SuppressWarnings("NullAway")
  void setOn(IUpdater updater) {
    updater.setLrAndSchedule(rate, schedule);
  }
}
