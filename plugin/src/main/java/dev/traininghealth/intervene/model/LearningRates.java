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
 * All learning rates of a network, to be changed by one factor: afterwards each updater uses {@code
 * factor · what the user gave it}, schedules included, from its next step on. Always computed from
 * the user's own, so that rounding does not add up and a factor of 1 restores them to the bit, with
 * the very schedule objects.
 *
 * <p>DL4J's updaters are changed in place: they read rate and schedule at every step, so that
 * nothing is built anew, Adam's moments and the like stay what they are, and no ND4J operation is
 * run. Momentum and its schedule are no learning rates; but the velocity of {@code Nesterovs} has
 * the rates of past steps in it, and takes some {@code 1 / (1 - momentum)} steps to follow. Weight
 * decay that DL4J multiplies with the rate is scaled with it. There is one factor for the whole
 * network because DL4J joins parameters with equal updaters into blocks, and forms these anew when
 * a saved network is loaded: equal rates must stay equal, and unequal ones unequal, for the saved
 * state to be read as it was written.
 *
 * <p><b>Whose rate is it?</b> What was done to an updater is remembered by updater, not by network,
 * for DL4J shares updaters: a {@code clone()} of a network has the updaters of the first, and so
 * have networks of one configuration object. However many are scaled, or scale, it is done once,
 * and to the same factor in all of them. An updater that holds anything but what it was set to last
 * (by {@code setLearningRate}, or any other way, and be it the rate it began with) has been changed
 * by the user, and holds the user's own rate from there on; {@link #detectUserChanges} tells. Only
 * a user who sets the very rate that it is scaled to goes unnoticed. A network that is saved or
 * copied as JSON while its rates are scaled has the scaled ones for its own when it is loaded.
 *
 * <p>Only {@link #scaleTo}, {@link #detectUserChanges} and {@link #adoptFactor} call an updater's
 * setter, and only where its rate becomes another. One that then refuses even the rate that it
 * holds is left alone from there on.
 *
 * <p>May be used by several threads, though which of them wins is then open. What is done to an
 * updater is done under a lock of its own, so that networks wait for each other only where they
 * share updaters; {@link #factor} waits for nobody.
 */
final class LearningRates {
  private static final Logger log = LoggerFactory.getLogger(LearningRates.class);

  /** What was done to which updater: by identity, and no longer than the updater lives. */
  private static final ConcurrentMap<IUpdater, Shared> SHARED = new MapMaker().weakKeys().makeMap();

  private static final AtomicLong NEXT = new AtomicLong();

  /** The updaters that refuse another rate, by identity. */
  private final Set<IUpdater> refusing = Collections.newSetFromMap(new IdentityHashMap<>());

  private ModelUpdaters updaters;
  private volatile double factor;

  /** What all networks of an updater know of it. */
  private static final class Shared {
    final ReentrantLock lock = new ReentrantLock();

    /** Locks are taken in this order, so that no two threads wait for each other. */
    final long order = NEXT.getAndIncrement();

    /** Null while the updater holds the user's own. */
    @Nullable Scaled scaled;
  }

  /** An updater whose rate is not the user's own: that, what it holds instead, and the factor. */
  private record Scaled(UpdaterRate own, UpdaterRate set, double factor) {}

  private LearningRates(ModelUpdaters updaters) {
    this.updaters = updaters;
    double common = locked(updaters.rated(), this::commonFactor);
    factor = Double.isNaN(common) ? 1 : common;
  }

  /**
   * Reaches every updater of a network that has been initialized, and changes none.
   *
   * @throws IllegalArgumentException if the model is neither a MultiLayerNetwork nor a
   *     ComputationGraph
   */
  static LearningRates of(Model model) {
    return new LearningRates(ModelUpdaters.of(model, Set.of()));
  }

  /**
   * Takes the rates that are held for the user's own times a factor: those of a network that was
   * saved while its rates were scaled. The user's own are then known to the last digit or so.
   *
   * @param known the factor that was in force, above 0 and finite
   */
  synchronized void adoptFactor(double known) {
    factor =
        locked(
            updaters.rated(),
            () -> {
              for (IUpdater updater : updaters.rated()) {
                UpdaterRate set = held(updater);
                shared(updater).scaled = new Scaled(set.times(1 / known), set, known);
              }
              return known;
            });
  }

  /**
   * The factor in force on the user's own rates: as it was set last, or as {@link
   * #detectUserChanges} has found it since; 1 at first, unless the network shares its updaters with
   * one whose rates are scaled.
   */
  double factor() {
    return factor;
  }

  /** Whether there is a rate that can be scaled; an AdaDelta has none. */
  synchronized boolean isAny() {
    return !updaters.rated().isEmpty();
  }

  /** Whether any of the rates follows a schedule. */
  synchronized boolean hasLearningRateSchedule() {
    return locked(
        updaters.rated(),
        () -> updaters.rated().stream().anyMatch(updater -> own(updater).schedule() != null));
  }

  /**
   * The updaters that are left alone: without a learning rate (AdaDelta, NoOp), or a user's own
   * that refuses another or does not tell its own by {@code getLearningRate()} and {@code
   * getLearningRateSchedule()}. Not among them are those that DL4J itself puts in: for frozen
   * layers, for batch norm's statistics, for the centers of center loss.
   *
   * @return e.g. {@code AdaDelta (layer 0, dense1)}, one for each layer that has such
   */
  synchronized List<String> withoutRate() {
    return updaters.withoutRate();
  }

  /**
   * Sets every updater to the user's own rate and schedule, times a factor. Where the user has
   * changed one since, that is the rate which is scaled; to have the factor count from there,
   * {@link #detectUserChanges} first.
   *
   * @param newFactor above 0 and finite; 1 restores
   * @throws IllegalArgumentException if it is not
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
   * Looks for what others have changed; to be called before each change. Where a rate has been set,
   * or an updater replaced, by the user, the factor counts anew from 1 for the whole network: what
   * is still scaled is restored first, so that every rate is the user's own. Where all updaters
   * were scaled alike by another, as those of a clone are, that factor is taken for this one's.
   *
   * @param model the network that this was made of
   * @return whether {@link #factor} or the updaters are others than before; a rate that the user
   *     has set while the factor was 1 is no change, but simply the rate
   */
  synchronized boolean detectUserChanges(Model model) {
    ModelUpdaters found = ModelUpdaters.of(model, refusing);
    boolean changed = !found.hasSameRated(updaters);
    if (changed) {
      // The user may still have those that are gone, and use them elsewhere.
      scale(1);
      updaters = found;
    }
    double common = locked(updaters.rated(), this::commonFactor);
    if (Double.isNaN(common)) {
      scale(1);
      common = 1;
    }
    changed |= common != factor;
    factor = common;
    return changed;
  }

  /**
   * Looks for what others have changed as {@link #detectUserChanges} does, and sets nothing: where
   * the rates are not scaled alike the factor is 1.
   *
   * @param model the network that this was made of
   */
  synchronized void observe(Model model) {
    updaters = ModelUpdaters.of(model, refusing);
    double common = locked(updaters.rated(), this::commonFactor);
    factor = Double.isNaN(common) ? 1 : common;
  }

  private void scale(double newFactor) {
    locked(
        updaters.rated(),
        () -> {
          scaleLocked(newFactor);
          return newFactor;
        });
  }

  private void scaleLocked(double newFactor) {
    List<IUpdater> rated = updaters.rated();
    List<UpdaterRate> own = rated.stream().map(LearningRates::own).toList();
    List<UpdaterRate> before = rated.stream().map(LearningRates::held).toList();
    // A user's schedule may throw, so that all is computed before anything is set.
    List<UpdaterRate> after = newFactor == 1 ? own : times(own, newFactor);
    for (int i = 0; i < rated.size(); i++) {
      try {
        set(rated.get(i), before.get(i), after.get(i));
      } catch (RuntimeException e) {
        if (refuses(rated.get(i), before.get(i))) {
          refusing.add(rated.get(i));
          log.info(
              "{} refuses another learning rate: it is left alone", rated.get(i).getClass(), e);
        } else {
          putBack(rated.subList(0, i), before, e);
          throw e;
        }
      }
    }
    for (int i = 0; i < rated.size(); i++) {
      IUpdater updater = rated.get(i);
      if (!refusing.contains(updater)) {
        // As it says itself: one that rounds what it is given has not been changed by the user.
        shared(updater).scaled =
            newFactor == 1 ? null : new Scaled(own.get(i), held(updater), newFactor);
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
   * Whether it takes not even the rate that it holds, as one that is fixed. Else it is put back.
   */
  private static boolean refuses(IUpdater updater, UpdaterRate before) {
    try {
      before.setOn(updater);
      return false;
    } catch (RuntimeException refused) {
      return true;
    }
  }

  private static void putBack(List<IUpdater> updaters, List<UpdaterRate> before, Exception cause) {
    for (int i = 0; i < updaters.size(); i++) {
      try {
        before.get(i).setOn(updaters.get(i));
      } catch (RuntimeException e) {
        cause.addSuppressed(e);
      }
    }
  }

  /**
   * The rates times a factor. Neighboring doubles can have one product; one of them is then moved
   * by a unit in its last place, lest two blocks of parameters be one after loading.
   */
  private static List<UpdaterRate> times(List<UpdaterRate> own, double factor) {
    Map<Double, Double> ownByScaled = new HashMap<>();
    List<UpdaterRate> scaled = new ArrayList<>();
    for (UpdaterRate held : own) {
      UpdaterRate product = held.times(factor);
      double rate = product.rate();
      while (Math.abs(rate) >= Double.MIN_NORMAL
          && Double.isFinite(rate)
          && !ownByScaled.computeIfAbsent(rate, r -> held.rate()).equals(held.rate())) {
        rate = Math.nextUp(rate);
      }
      scaled.add(product.withRate(rate));
    }
    return scaled;
  }

  /** The factor in force on all updaters, NaN if it is not one. */
  private double commonFactor() {
    double common = Double.NaN;
    boolean first = true;
    for (IUpdater updater : updaters.rated()) {
      Scaled scaled = scaled(updater);
      double its = scaled == null ? 1 : scaled.factor;
      if (!first && its != common) {
        return Double.NaN;
      }
      common = its;
      first = false;
    }
    return first ? 1 : common;
  }

  private static UpdaterRate own(IUpdater updater) {
    Scaled scaled = scaled(updater);
    return scaled == null ? held(updater) : scaled.own;
  }

  /** What was done to it, or null if it holds the user's own. */
  private static @Nullable Scaled scaled(IUpdater updater) {
    Shared shared = shared(updater);
    Scaled scaled = shared.scaled;
    if (scaled != null && !scaled.set.isSame(held(updater))) {
      shared.scaled = null;
      return null;
    }
    return scaled;
  }

  private static Shared shared(IUpdater updater) {
    return SHARED.computeIfAbsent(updater, key -> new Shared());
  }

  /** Does something while no other network does anything to the same updaters. */
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

  private static UpdaterRate held(IUpdater updater) {
    return UpdaterRate.read(updater)
        .orElseThrow(
            () -> new IllegalStateException(updater.getClass() + " no longer tells its rate"));
  }
}
