package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import java.util.Objects;

/** The request of a policy after the gradient is computed and before the update. */
public sealed interface BeforeUpdate {
  /** Leaves the step alone. */
  BeforeUpdate PROCEED = new Proceed();

  /**
   * Calls the visitor's method for this type.
   *
   * @param visitor handles each type
   * @param <R> the type of the result
   * @return the result of the method
   */
  <R> R accept(Visitor<R> visitor);

  /**
   * Handles each type of {@link BeforeUpdate}.
   *
   * <p>The compiler checks that none is missing: a new type requires a new method.
   *
   * @param <R> the type of the result
   */
  interface Visitor<R> {
    /**
     * Handles a step that is left alone.
     *
     * @param proceed the request
     * @return the result
     */
    R visitProceed(Proceed proceed);

    /**
     * Handles a suspicious gradient.
     *
     * @param clip the request
     * @return the result
     */
    R visitClip(Clip clip);

    /**
     * Handles a step to undo.
     *
     * @param skip the request
     * @return the result
     */
    R visitSkip(Skip skip);
  }

  /** Leaves the step alone. */
  record Proceed() implements BeforeUpdate {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visitProceed(this);
    }
  }

  /**
   * Informs the clipping rule that the gradient is suspicious, which lets rules on alarm clip it.
   *
   * @param diagnosis the active diagnosis
   */
  record Clip(Diagnosis diagnosis) implements BeforeUpdate {
    /** Checks that there is a diagnosis. */
    public Clip {
      Objects.requireNonNull(diagnosis, "diagnosis");
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visitClip(this);
    }
  }

  /**
   * Undoes the step, so that the network is as before it.
   *
   * <p>Parameters, updater state and running statistics are restored, and under truncated
   * backpropagation through time the stored recurrent state.
   *
   * @param diagnosis the reason
   */
  record Skip(Diagnosis diagnosis) implements BeforeUpdate {
    /** Checks that there is a diagnosis. */
    public Skip {
      Objects.requireNonNull(diagnosis, "diagnosis");
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visitSkip(this);
    }
  }
}
