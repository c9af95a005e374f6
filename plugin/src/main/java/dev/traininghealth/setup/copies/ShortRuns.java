package dev.traininghealth.setup.copies;

import dev.traininghealth.guard.RunClock;
import dev.traininghealth.intervene.model.EditedNetwork;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.network.Network;
import dev.traininghealth.trial.TrainableCopy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Trains a copy of a network for a few steps, again and again from the network's present state,
 * with a zero updater state. The time of all runs together is limited.
 *
 * @hidden
 */
public final class ShortRuns {
  /** Maximum of steps per run. After 100 steps, runs that learn differ from others clearly. */
  private static final int MAX_STEPS = 100;

  /** Minimum of steps per run: fewer say too little. */
  private static final int MIN_STEPS = 20;

  /**
   * Share of the time that one run may take. Up to seven are made, some of which are shorter, and
   * the scores before and after them take as long as some steps.
   */
  private static final double TIME_SHARE = 0.12;

  /** Minimum of examples that are scored before and after a run, if there are so many. */
  private static final int SCORED_EXAMPLES = 256;

  /** Maximum of minibatches that are scored: those of few examples are many. */
  private static final int MAX_SCORED = 8;

  /**
   * Steps of which the shortest is the duration of a step. In the first ones code is compiled and
   * memory is taken.
   */
  private static final int MEASURED_STEPS = 8;

  /** Share of the time after which no further step is measured. */
  private static final double MEASURING_SHARE = 0.1;

  private final Network live;
  private final TrainableCopy copy;
  private final EditedNetwork rates;
  private final List<Minibatch> data = new ArrayList<>();
  private final List<Minibatch> scored = new ArrayList<>();
  private final RunClock clock;
  private final long end;
  private final int steps;
  private @Nullable ShortRun configured;
  private Set<String> unchanged = Set.of();
  private boolean hasRunOut;

  /**
   * Measures how long a step takes.
   *
   * @param live is only read
   * @param copy of it
   * @param minibatches as an iterator returns them
   * @param nanos time for all runs, nanoseconds
   */
  public ShortRuns(
      Network live, TrainableCopy copy, List<Minibatch> minibatches, RunClock clock, long nanos) {
    this.live = live;
    this.copy = copy;
    this.clock = clock;
    rates = new EditedNetwork(copy.model(), false);
    end = clock.nanoTime() + nanos;
    for (Minibatch minibatch : minibatches) {
      data.add(copy.network().minibatchOf(minibatch));
    }
    int apart = Math.max(1, data.size() / MAX_SCORED);
    int examples = 0;
    for (int i = 0; i < data.size() && scored.size() < MAX_SCORED; i += apart) {
      if (examples < SCORED_EXAMPLES) {
        scored.add(data.get(i));
        examples += data.get(i).examples();
      }
    }
    steps = affordable(nanos);
  }

  private int affordable(long nanos) {
    begin(1);
    long start = clock.nanoTime();
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < MEASURED_STEPS; i++) {
      long before = clock.nanoTime();
      copy.step(data.get(i % data.size()), true);
      long after = clock.nanoTime();
      shortest = Math.min(shortest, Math.max(1, after - before));
      if (after - start > MEASURING_SHARE * nanos) {
        break;
      }
    }
    return (int) Math.min(MAX_STEPS, TIME_SHARE * nanos / shortest);
  }

  /** {@return whether the time suffices for runs that say something} */
  public boolean areAffordable() {
    return steps >= MIN_STEPS;
  }

  /** {@return number of steps of a run} */
  public int steps() {
    return steps;
  }

  /** {@return the run at the configured learning rates; empty if the time did not suffice} */
  public Optional<ShortRun> configured() {
    if (configured == null) {
      configured = run(1, data, scored, null).orElse(null);
      unchanged = configured == null ? Set.of() : unchangedParameters();
    }
    return Optional.ofNullable(configured);
  }

  /**
   * {@return the keys of parameters that the run at the configured rates has not changed at all}
   */
  public Set<String> unchanged() {
    configured();
    return unchanged;
  }

  private Set<String> unchangedParameters() {
    Set<String> keys = new TreeSet<>();
    Map<String, INDArray> now = copy.model().paramTable();
    live.model()
        .paramTable()
        .forEach(
            (key, array) -> {
              if (array.equalsWithEps(now.get(key), 0)) {
                keys.add(key);
              }
            });
    return keys;
  }

  /**
   * Trains with all minibatches in turn.
   *
   * @param rateFactor factor on the configured learning rates, above 0
   * @return empty if the time did not suffice
   */
  public Optional<ShortRun> at(double rateFactor) {
    return rateFactor == 1 ? configured() : run(rateFactor, data, scored, null);
  }

  /**
   * Trains at the configured rates with other data.
   *
   * @param standardization changes features or labels
   * @return empty if the time did not suffice
   */
  public Optional<ShortRun> with(Standardization standardization) {
    return run(1, data, scored, standardization);
  }

  /**
   * Trains with the first minibatch alone.
   *
   * @param rateFactor factor on the configured learning rates, above 0
   * @return empty if the time did not suffice
   */
  public Optional<ShortRun> onOneMinibatch(double rateFactor) {
    List<Minibatch> one = data.subList(0, 1);
    return run(rateFactor, one, one, null);
  }

  private Optional<ShortRun> run(
      double rateFactor,
      List<Minibatch> minibatches,
      List<Minibatch> toScore,
      @Nullable Standardization standardization) {
    if (!areAffordable()) {
      return Optional.empty();
    }
    begin(rateFactor);
    double before = score(toScore, standardization);
    for (int i = 0; i < steps; i++) {
      if (isOver()) {
        return Optional.empty();
      }
      if (!Double.isFinite(step(minibatches.get(i % minibatches.size()), standardization))) {
        return Optional.of(new ShortRun(rateFactor, before, Double.NaN, i + 1));
      }
    }
    return Optional.of(new ShortRun(rateFactor, before, score(toScore, standardization), steps));
  }

  /** Sets the copy to the network's present state. */
  void begin(double rateFactor) {
    rates.scaleLearningRates(rateFactor);
    copy.set(live.model().params(), null, live.iterationCount(), live.epochCount());
  }

  /** Multiplies the configured learning rates from the next step on. */
  void scaleRates(double rateFactor) {
    rates.scaleLearningRates(rateFactor);
  }

  /** Scores each of the minibatches that are scored, before the first step. */
  double[] scores() {
    begin(1);
    return scored.stream().mapToDouble(copy::gradient).toArray();
  }

  /**
   * Trains on one of the minibatches that are scored, counted in turn, and returns its score before
   * the step.
   */
  double step(int number) {
    return step(scored.get(number % scored.size()), null);
  }

  /** Whether the time is over. */
  boolean isOver() {
    hasRunOut |= clock.nanoTime() > end;
    return hasRunOut;
  }

  /** {@return whether a run was not made, or not to its end, because the time was over} */
  public boolean hasRunOut() {
    return hasRunOut;
  }

  private double step(Minibatch minibatch, @Nullable Standardization standardization) {
    if (standardization == null) {
      copy.step(minibatch, true);
    } else {
      Minibatch changed = standardization.apply(minibatch);
      copy.step(changed, true);
      standardization.release(changed);
    }
    return copy.model().score();
  }

  private double score(List<Minibatch> minibatches, @Nullable Standardization standardization) {
    double sum = 0;
    int examples = 0;
    for (Minibatch minibatch : minibatches) {
      Minibatch changed = standardization == null ? minibatch : standardization.apply(minibatch);
      sum += copy.gradient(changed) * minibatch.examples();
      examples += minibatch.examples();
      if (standardization != null) {
        standardization.release(changed);
      }
    }
    return sum / examples;
  }
}
