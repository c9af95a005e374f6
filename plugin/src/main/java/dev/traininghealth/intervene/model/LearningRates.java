package dev.traininghealth.intervene.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.guava.collect.MapMaker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All learning rates of a network, changed by one common factor.
 *
 * <p>After a change each updater uses {@code factor · configured rate}, including schedules, from
 * its next step on. The result is always computed from the configured rates, so that rounding
 * errors do not accumulate. A factor of 1 restores them bit-identically, with the same schedule
 * objects.
 *
 * <p>DL4J's updaters are changed in place, because they read rate and schedule at every step.
 * Nothing is rebuilt, their state (such as Adam's moments) is kept, and no ND4J operation runs.
 * Momentum and its schedule are no learning rates. However, the velocity of {@code Nesterovs}
 * contains the rates of past steps, and needs about {@code 1 / (1 - momentum)} steps to follow.
 * Weight decay that DL4J multiplies by the rate is scaled with it.
 *
 * <p>The whole network has one factor, because DL4J joins parameters with equal updaters into
 * blocks. It forms these again when a saved network is loaded. To read the saved state as it was
 * written, equal rates must stay equal and unequal ones unequal.
 *
 * <p><b>Shared updaters.</b> Changes are remembered per updater, not per network, because DL4J
 * shares updaters. A {@code clone()} of a network has the same updaters, and so have networks of
 * one configuration object. However many networks share an updater, it is scaled once, and all of
 * them have the same factor.
 *
 * <p><b>Changes by the user.</b> If an updater holds anything other than the last scaled rate, the
 * user has changed it, by {@code setLearningRate} or otherwise. This includes setting the original
 * rate again. The updater then holds the user's new rate, which {@link #detectUserChanges} detects.
 * Only setting exactly the scaled rate goes unnoticed. If a network is saved or copied as JSON
 * while its rates are scaled, the loaded network has the scaled rates as its own.
 *
 * <p>Only {@link #scaleTo}, {@link #detectUserChanges} and {@link #adoptFactor} call an updater's
 * setter, and only if its rate changes. An updater that refuses even its present rate is left alone
 * from then on.
 *
 * <p>Several threads may use this class, but which of them wins is undefined. Each updater has its
 * own lock, so that networks wait for each other only if they share updaters. {@link #factor} never
 * waits.
 */
final class LearningRates {
  private static final Logger log = LoggerFactory.getLogger(LearningRates.class);

  /** The state of each updater: by identity, and only as long as the updater exists. */
  private static final ConcurrentMap<IUpdater, Shared> SHARED = new MapMaker().weakKeys().makeMap();

  private static final AtomicLong NEXT = new AtomicLong();

  /** The updaters that refuse another rate, by identity. */
  private final Set<IUpdater> refusing = Collections.newSetFromMap(new IdentityHashMap<>());

  private ModelUpdaters updaters;
  private volatile double factor;

  /** The state of an updater, which all networks that have it share. */
  private static final class Shared {
    final ReentrantLock lock = new ReentrantLock();

    /** Locks are acquired in this order, which prevents deadlocks. */
    final long order = NEXT.getAndIncrement();

    /** Null while the updater holds the configured rate. */
    @Nullable Scaled scaled;
  }

  /** An updater's configured rate, the scaled rate that it holds instead, and the factor. */
  private record Scaled(UpdaterRate configured, UpdaterRate current, double factor) {}

  private LearningRates(ModelUpdaters updaters) {
    this.updaters = updaters;
    double common = locked(updaters.withLearningRate(), this::commonFactor);
    factor = Double.isNaN(common) ? 1 : common;
  }

  /**
   * Finds every updater of an initialized network, and changes none.
   *
   * @throws IllegalArgumentException if the model is neither a MultiLayerNetwork nor a
   *     ComputationGraph
   */
  static LearningRates of(Model model) {
    return new LearningRates(ModelUpdaters.of(model, Set.of()));
  }

  /**
   * Treats the present rates as the configured ones times a factor.
   *
   * <p>This is for a network that was saved while its rates were scaled. The configured rates are
   * then exact up to rounding in the last digit.
   *
   * @param known the factor that was applied, above 0 and finite
   */
  synchronized void adoptFactor(double known) {
    factor =
        locked(
            updaters.withLearningRate(),
            () -> {
              for (IUpdater updater : updaters.withLearningRate()) {
                UpdaterRate current = current(updater);
                shared(updater).scaled = new Scaled(current.times(1 / known), current, known);
              }
              return known;
            });
  }

  /**
   * Returns the present factor on the configured rates, as it was last set or detected.
   *
   * @return above 0; 1 at first, unless the network shares its updaters with one whose rates are
   *     scaled
   */
  double factor() {
    return factor;
  }

  /** {@return whether there is a rate that can be scaled; an AdaDelta has none} */
  synchronized boolean hasAny() {
    return !updaters.withLearningRate().isEmpty();
  }

  /** {@return whether any rate follows a schedule} */
  synchronized boolean hasLearningRateSchedule() {
    return locked(
        updaters.withLearningRate(),
        () ->
            updaters.withLearningRate().stream()
                .anyMatch(updater -> configured(updater).schedule() != null));
  }

  /**
   * Returns the updaters that are left alone.
   *
   * <p>They have no learning rate (AdaDelta, NoOp), refuse another one, or do not return theirs
   * from {@code getLearningRate()} and {@code getLearningRateSchedule()}. Updaters that DL4J itself
   * adds are not among them: for frozen layers, for the statistics of batch normalization, for the
   * centers of center loss.
   *
   * @return for example {@code AdaDelta (layer 0, dense1)}, one for each layer with such an updater
   */
  synchronized List<String> withoutRate() {
    return updaters.withoutLearningRate();
  }

  /**
   * Sets every updater to its configured rate and schedule, times a factor.
   *
   * <p>If the user has changed a rate since, the new rate is scaled. For the factor to count from
   * there, call {@link #detectUserChanges} first.
   *
   * @param newFactor above 0 and finite; 1 restores
   * @throws IllegalArgumentException if the factor is out of range
   * @throws RuntimeException if an updater or a schedule throws it; all rates are then as before
   */
  synchronized void scaleTo(double newFactor) {
    if (!(newFactor > 0) || Double.isInfinite(newFactor)) {
      throw new IllegalArgumentException(
          "The factor on the learning rates must be > 0 and finite, was " + newFactor);
    }
    scale(newFactor);
    factor = newFactor;
  }

  /**
   * Detects changes by others; must be called before each change.
   *
   * <p>If the user has set a rate or replaced an updater, the factor of the whole network is 1
   * again. Scaled rates are restored first, so that every updater holds its configured rate. If
   * another network has scaled all updaters alike, such as those of a clone, its factor is adopted.
   *
   * @param model the network that this was created for
   * @return whether {@link #factor} or the updaters have changed; a rate that the user set while
   *     the factor was 1 is no change
   */
  synchronized boolean detectUserChanges(Model model) {
    ModelUpdaters found = ModelUpdaters.of(model, refusing);
    boolean changed = !found.hasSameLearningRates(updaters);
    if (changed) {
      // The user may still use the replaced updaters elsewhere.
      scale(1);
      updaters = found;
    }
    double common = locked(updaters.withLearningRate(), this::commonFactor);
    if (Double.isNaN(common)) {
      scale(1);
      common = 1;
    }
    changed |= common != factor;
    factor = common;
    return changed;
  }

  /**
   * Detects changes by others as {@link #detectUserChanges} does, but sets nothing.
   *
   * <p>If the rates are not scaled alike, the factor is 1.
   *
   * @param model the network that this was created for
   */
  synchronized void observe(Model model) {
    updaters = ModelUpdaters.of(model, refusing);
    double common = locked(updaters.withLearningRate(), this::commonFactor);
    factor = Double.isNaN(common) ? 1 : common;
  }

  private void scale(double newFactor) {
    locked(
        updaters.withLearningRate(),
        () -> {
          scaleLocked(newFactor);
          return newFactor;
        });
  }

  private void scaleLocked(double newFactor) {
    List<IUpdater> scalable = updaters.withLearningRate();
    List<UpdaterRate> configured = scalable.stream().map(LearningRates::configured).toList();
    List<UpdaterRate> before = scalable.stream().map(LearningRates::current).toList();
    // A user's schedule may throw, so all rates are computed before any is set.
    List<UpdaterRate> after = newFactor == 1 ? configured : times(configured, newFactor);
    for (int i = 0; i < scalable.size(); i++) {
      try {
        set(scalable.get(i), before.get(i), after.get(i));
      } catch (RuntimeException e) {
        if (refuses(scalable.get(i), before.get(i))) {
          refusing.add(scalable.get(i));
          log.info(
              "{} refuses another learning rate: it is left alone", scalable.get(i).getClass(), e);
        } else {
          restore(scalable.subList(0, i), before, e);
          throw e;
        }
      }
    }
    for (int i = 0; i < scalable.size(); i++) {
      IUpdater updater = scalable.get(i);
      if (!refusing.contains(updater)) {
        // Read back, because an updater may round the rate, which is no change by the user.
        shared(updater).scaled =
            newFactor == 1 ? null : new Scaled(configured.get(i), current(updater), newFactor);
      }
    }
    updaters = updaters.without(refusing);
  }

  private static void set(IUpdater updater, UpdaterRate before, UpdaterRate after) {
    if (!after.isSame(before)) {
      after.setOn(updater);
    }
  }

  /**
   * Whether an updater refuses even its present rate, as one with a fixed rate does. Otherwise the
   * rate is restored.
   */
  private static boolean refuses(IUpdater updater, UpdaterRate before) {
    try {
      before.setOn(updater);
      return false;
    } catch (RuntimeException refused) {
      return true;
    }
  }

  private static void restore(List<IUpdater> updaters, List<UpdaterRate> before, Exception cause) {
    for (int i = 0; i < updaters.size(); i++) {
      try {
        before.get(i).setOn(updaters.get(i));
      } catch (RuntimeException e) {
        cause.addSuppressed(e);
      }
    }
  }

  /**
   * {@return the rates times a factor}
   *
   * <p>Neighboring doubles can have the same product. One of them is then moved by a unit in its
   * last place, so that two blocks of parameters do not become one after loading.
   */
  private static List<UpdaterRate> times(List<UpdaterRate> configured, double factor) {
    Map<Double, Double> originalByScaled = new HashMap<>();
    List<UpdaterRate> scaled = new ArrayList<>();
    for (UpdaterRate original : configured) {
      UpdaterRate product = original.times(factor);
      double rate = product.rate();
      while (Math.abs(rate) >= Double.MIN_NORMAL
          && Double.isFinite(rate)
          && !originalByScaled
              .computeIfAbsent(rate, r -> original.rate())
              .equals(original.rate())) {
        rate = Math.nextUp(rate);
      }
      scaled.add(product.withRate(rate));
    }
    return scaled;
  }

  /** {@return the factor of all updaters; NaN if they have different ones} */
  private double commonFactor() {
    double common = Double.NaN;
    boolean first = true;
    for (IUpdater updater : updaters.withLearningRate()) {
      Scaled scaled = scaled(updater);
      double own = scaled == null ? 1 : scaled.factor;
      if (!first && own != common) {
        return Double.NaN;
      }
      common = own;
      first = false;
    }
    return first ? 1 : common;
  }

  private static UpdaterRate configured(IUpdater updater) {
    Scaled scaled = scaled(updater);
    return scaled == null ? current(updater) : scaled.configured;
  }

  /** {@return the scaled state of an updater, or null if it holds its configured rate} */
  private static @Nullable Scaled scaled(IUpdater updater) {
    Shared shared = shared(updater);
    Scaled scaled = shared.scaled;
    if (scaled != null && !scaled.current.isSame(current(updater))) {
      shared.scaled = null;
      return null;
    }
    return scaled;
  }

  private static Shared shared(IUpdater updater) {
    return SHARED.computeIfAbsent(updater, key -> new Shared());
  }

  /** Runs an action while no other network changes the same updaters. */
  private static <T> T locked(List<IUpdater> updaters, Supplier<T> action) {
    List<ReentrantLock> locks =
        updaters.stream()
            .map(LearningRates::shared)
            .sorted(Comparator.comparingLong(shared -> shared.order))
            .map(shared -> shared.lock)
            .toList();
    locks.forEach(ReentrantLock::lock);
    try {
      return action.get();
    } finally {
      locks.forEach(ReentrantLock::unlock);
    }
  }

  private static UpdaterRate current(IUpdater updater) {
    return UpdaterRate.read(updater)
        .orElseThrow(
            () -> new IllegalStateException(updater.getClass() + " no longer returns its rate"));
  }
}
