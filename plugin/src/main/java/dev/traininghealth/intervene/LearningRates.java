package dev.traininghealth.intervene;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.guava.collect.MapMaker;

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
 * by the user, and holds the user's own rate from there on; {@link #refresh} tells. Only a user who
 * sets the very rate that it is scaled to goes unnoticed. A network that is saved or copied as JSON
 * while its rates are scaled has the scaled ones for its own when it is loaded.
 *
 * <p>May be used by several threads, though which of them wins is then open.
 */
final class LearningRates {
  /** What was done to which updater: by identity, and no longer than the updater lives. */
  private static final Map<IUpdater, Scaled> SCALED = new MapMaker().weakKeys().makeMap();

  private ModelUpdaters updaters;
  private double factor;

  /** An updater whose rate is not the user's own: that, what it holds instead, and the factor. */
  private record Scaled(HeldRate own, HeldRate set, double factor) {}

  private LearningRates(ModelUpdaters updaters) {
    this.updaters = updaters;
    double common = commonFactor();
    factor = Double.isNaN(common) ? 1 : common;
  }

  /**
   * Reaches every updater of a network that has been initialised, and changes none.
   *
   * @throws IllegalArgumentException if the model is neither a MultiLayerNetwork nor a
   *     ComputationGraph
   */
  static LearningRates of(Model model) {
    synchronized (SCALED) {
      return new LearningRates(ModelUpdaters.of(model));
    }
  }

  /**
   * Takes the rates that are held for the user's own times a factor: those of a network that was
   * saved while its rates were scaled. The user's own are then known to the last digit or so.
   *
   * @param known the factor that was in force, above 0 and finite
   */
  void assume(double known) {
    synchronized (SCALED) {
      for (IUpdater updater : updaters.rated()) {
        HeldRate set = held(updater);
        SCALED.put(updater, new Scaled(set.times(1 / known), set, known));
      }
      factor = known;
    }
  }

  /**
   * The factor in force on the user's own rates: as it was set last, or as {@link #refresh} has
   * found it since; 1 at first, unless the network shares its updaters with one whose rates are
   * scaled.
   */
  double factor() {
    synchronized (SCALED) {
      return factor;
    }
  }

  /** Whether any of the rates follows a schedule. */
  boolean isScheduled() {
    synchronized (SCALED) {
      return updaters.rated().stream().anyMatch(updater -> own(updater).schedule() != null);
    }
  }

  /**
   * The updaters that are left alone: without a learning rate (AdaDelta, NoOp), or a user's own
   * that refuses another or does not tell its own by {@code getLearningRate()} and {@code
   * getLearningRateSchedule()}. Not among them are those that DL4J itself puts in: for frozen
   * layers, for batch norm's statistics, for the centers of center loss.
   *
   * @return e.g. {@code AdaDelta (layer 0, dense1)}, one for each layer that has such
   */
  List<String> withoutRate() {
    return updaters.withoutRate();
  }

  /**
   * Sets every updater to the user's own rate and schedule, times a factor. Where the user has
   * changed one since, that is the rate which is scaled; to have the factor count from there,
   * {@link #refresh} first.
   *
   * @param newFactor above 0 and finite; 1 restores
   * @throws IllegalArgumentException if it is not
   * @throws RuntimeException if an updater or a schedule throws it; all rates are then as before
   */
  void scaleTo(double newFactor) {
    if (!(newFactor > 0) || Double.isInfinite(newFactor)) {
      throw new IllegalArgumentException(
          "The factor on the learning rates must be > 0 and finite, was " + newFactor);
    }
    synchronized (SCALED) {
      scale(newFactor);
      factor = newFactor;
    }
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
  boolean refresh(Model model) {
    synchronized (SCALED) {
      ModelUpdaters found = ModelUpdaters.of(model);
      boolean changed = !found.hasSameRated(updaters);
      if (changed) {
        // The user may still have those that are gone, and use them elsewhere.
        scale(1);
        updaters = found;
      }
      double common = commonFactor();
      if (Double.isNaN(common)) {
        scale(1);
        common = 1;
      }
      changed |= common != factor;
      factor = common;
      return changed;
    }
  }

  private void scale(double newFactor) {
    List<IUpdater> rated = updaters.rated();
    List<HeldRate> own = rated.stream().map(LearningRates::own).toList();
    List<HeldRate> before = rated.stream().map(LearningRates::held).toList();
    // A user's schedule may throw, so that all is computed before anything is set.
    List<HeldRate> after = newFactor == 1 ? own : times(own, newFactor);
    for (int i = 0; i < rated.size(); i++) {
      try {
        after.get(i).setOn(rated.get(i));
      } catch (RuntimeException e) {
        putBack(rated.subList(0, i + 1), before, e);
        throw e;
      }
    }
    for (int i = 0; i < rated.size(); i++) {
      if (newFactor == 1) {
        SCALED.remove(rated.get(i));
      } else {
        // As it says itself: one that rounds what it is given has not been changed by the user.
        SCALED.put(rated.get(i), new Scaled(own.get(i), held(rated.get(i)), newFactor));
      }
    }
  }

  private static void putBack(List<IUpdater> updaters, List<HeldRate> before, Exception cause) {
    for (int i = 0; i < updaters.size(); i++) {
      try {
        before.get(i).setOn(updaters.get(i));
      } catch (RuntimeException e) {
        cause.addSuppressed(e);
      }
    }
  }

  /**
   * The rates times a factor. Neighbouring doubles can have one product; one of them is then moved
   * by a unit in its last place, lest two blocks of parameters be one after loading.
   */
  private static List<HeldRate> times(List<HeldRate> own, double factor) {
    Map<Double, Double> ownByScaled = new HashMap<>();
    List<HeldRate> scaled = new ArrayList<>();
    for (HeldRate held : own) {
      HeldRate product = held.times(factor);
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

  private static HeldRate own(IUpdater updater) {
    Scaled scaled = scaled(updater);
    return scaled == null ? held(updater) : scaled.own;
  }

  /** What was done to it, or null if it holds the user's own. */
  private static @Nullable Scaled scaled(IUpdater updater) {
    Scaled scaled = SCALED.get(updater);
    if (scaled != null && !scaled.set.isSame(held(updater))) {
      SCALED.remove(updater);
      return null;
    }
    return scaled;
  }

  private static HeldRate held(IUpdater updater) {
    return HeldRate.read(updater)
        .orElseThrow(
            () -> new IllegalStateException(updater.getClass() + " no longer tells its rate"));
  }
}
