package dev.traininghealth.record;

import java.util.Objects;

/**
 * One thing that is measured over the iterations: a column of a {@link Segment}.
 *
 * @param quantity what is measured
 * @param scope what it is measured on
 * @param index index of the layer in {@link RunDescription#layers()} or of the parameter in {@link
 *     RunDescription#parameters()}; 0 for the whole run
 */
public record Series(Quantity quantity, Scope scope, int index) {

  /** What a quantity is measured on. The names are stored, so that none ever changes. */
  public enum Scope {
    /** The whole network. */
    RUN,
    /** One layer. */
    LAYER,
    /** One parameter array. */
    PARAMETER
  }

  /** Checks that the index fits the scope. */
  public Series {
    Objects.requireNonNull(quantity, "quantity");
    Objects.requireNonNull(scope, "scope");
    if (index < 0 || (scope == Scope.RUN && index != 0)) {
      throw new IllegalArgumentException("no index " + index + " in scope " + scope);
    }
  }
}
