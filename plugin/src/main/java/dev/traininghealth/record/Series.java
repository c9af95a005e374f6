package dev.traininghealth.record;

import java.util.Objects;

/**
 * A quantity of one object over the iterations, which is a column of a {@link Segment}.
 *
 * @param quantity the measured quantity
 * @param scope the kind of object that it is measured on
 * @param index index of the layer in {@link RunDescription#layers()} or of the parameter in {@link
 *     RunDescription#parameters()}; 0 for the whole run
 */
public record Series(Quantity quantity, Scope scope, int index) {

  /** The kind of object of a quantity. The names are stored and therefore never change. */
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
