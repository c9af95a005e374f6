package dev.traininghealth.compare;

import dev.traininghealth.record.Quantity;
import java.util.ArrayList;
import java.util.List;

/** Learning rates of both runs, which have no noise and are the same in most layers. */
final class LearningRates {
  /** Smallest difference, as a logarithm of a factor: records round a rate by far less. */
  private static final double MARGIN = Math.log(1.01);

  private LearningRates() {}

  /**
   * The first of several blocks in which the rates differ; -1 if there are none.
   *
   * @param baseline logarithms of the baseline run's
   * @param run logarithms of the run's
   */
  static int departure(double[] baseline, double[] run) {
    int streak = 0;
    for (int k = 0; k < run.length; k++) {
      streak = Math.abs(run[k] - baseline[k]) > MARGIN ? streak + 1 : 0;
      if (streak == DepartureSearch.SUSTAINED_BLOCKS) {
        return k - streak + 1;
      }
    }
    return -1;
  }

  /** The same series with one for the whole network instead of equal ones of its layers. */
  static List<ComparedSeries> together(List<ComparedSeries> series) {
    List<ComparedSeries> rates =
        series.stream().filter(s -> s.quantity() == Quantity.LEARNING_RATE).toList();
    if (rates.stream().map(LearningRates::ofNetwork).distinct().count() != 1) {
      return series;
    }
    List<ComparedSeries> together = new ArrayList<>(series);
    together.removeAll(rates);
    together.add(series.indexOf(rates.get(0)), ofNetwork(rates.get(0)));
    return together;
  }

  private static ComparedSeries ofNetwork(ComparedSeries s) {
    return new ComparedSeries(
        s.quantity(),
        -1,
        s.departs(),
        s.iteration(),
        s.baselineIteration(),
        s.value(),
        s.baselineValue(),
        s.lastValue(),
        s.lastBaselineValue());
  }
}
