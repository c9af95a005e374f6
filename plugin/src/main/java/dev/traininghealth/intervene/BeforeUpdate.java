package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import java.util.Objects;

/** What a policy asks for when the gradient is known and nothing has been updated. */
public sealed interface BeforeUpdate {
  /** Leave the step alone. */
  BeforeUpdate PROCEED = new Proceed();

  /**
   * Calls the method of the visitor that is for this type.
   *
   * @param visitor handles each type
   * @param <R> what it returns
   * @return what the method returns
   */
  <R> R accept(Visitor<R> visitor);

  /**
   * Handles each type of {@link BeforeUpdate}, which the compiler checks: a new type needs a new
   * method.
   *
   * @param <R> what is returned
   */
  interface Visitor<R> {
    /**
     * Handles a step that is left alone.
     *
     * @param proceed what is asked for
     * @return the result
     */
    R visitProceed(Proceed proceed);

    /**
     * Handles a suspicious gradient.
     *
     * @param clip what is asked for
     * @return the result
     */
    R visitClip(Clip clip);

    /**
     * Handles a step to undo.
     *
     * @param skip what is asked for
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
   * Tells the clipping rule that the gradient is suspicious: rules that clip only then may clip.
   *
   * @param diagnosis what stands
   */
  record Clip(Diagnosis diagnosis) implements BeforeUpdate {
    /** Checks that there is a reason. */
    public Clip {
      Objects.requireNonNull(diagnosis, "diagnosis");
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visitClip(this);
    }
  }

  /**
   * Undoes the step: afterwards parameters, updater state, running statistics and, under truncated
   * backpropagation through time, the stored recurrent state are what they were.
   *
   * @param diagnosis what it is about
   */
  record Skip(Diagnosis diagnosis) implements BeforeUpdate {
    /** Checks that there is a reason. */
    public Skip {
      Objects.requireNonNull(diagnosis, "diagnosis");
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visitSkip(this);
    }
  }
}
