package dev.traininghealth.samples.benchmark;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The durations of a step, for each mode and round. */
final class Timing {
  private final int iterationsPerTurn;
  private final Map<Mode, List<Double>> stepMillis = new EnumMap<>(Mode.class);

  Timing(int iterationsPerTurn, List<Mode> modes) {
    this.iterationsPerTurn = iterationsPerTurn;
    modes.forEach(mode -> stepMillis.put(mode, new ArrayList<>()));
  }

  boolean has(Mode mode) {
    return stepMillis.containsKey(mode);
  }

  /** Adds the mode's turn of the round. */
  void add(Mode mode, long turnNanos) {
    steps(mode).add(turnNanos / 1e6 / iterationsPerTurn);
  }

  /** Median over the rounds, milliseconds. */
  double millis(Mode mode) {
    return Quantiles.of(steps(mode)).median();
  }

  /** The ratios of each round: the mode's step to that without a listener. */
  Quantiles ratiosToNone(Mode mode) {
    List<Double> with = steps(mode);
    List<Double> without = steps(Mode.NONE);
    return Quantiles.of(
        IntStream.range(0, with.size()).mapToDouble(i -> with.get(i) / without.get(i)));
  }

  private List<Double> steps(Mode mode) {
    List<Double> steps = stepMillis.get(mode);
    if (steps == null) {
      throw new IllegalStateException("No steps of mode " + mode);
    }
    return steps;
  }
}
