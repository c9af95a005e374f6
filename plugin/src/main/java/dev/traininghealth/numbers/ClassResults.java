package dev.traininghealth.numbers;

import java.util.List;

/**
 * How often a classifier was right on validation data, by class.
 *
 * @param names the classes' names, or their numbers if they have none
 * @param classes the results in the same order
 * @param seconds time that counting has taken in the run so far, without the forward passes
 * @hidden
 */
public record ClassResults(List<String> names, List<OfClass> classes, double seconds) {
  /**
   * The results of one class.
   *
   * @param precision share of the predictions of this class that are right, 0 to 1; NaN without any
   * @param recall share of its examples that are predicted, 0 to 1; NaN without any
   * @param f1 harmonic mean of both, 0 to 1; NaN without examples and predictions
   * @param examples number of its examples
   */
  public record OfClass(double precision, double recall, double f1, long examples) {}

  /** Copies the lists. */
  public ClassResults {
    names = List.copyOf(names);
    classes = List.copyOf(classes);
  }
}
