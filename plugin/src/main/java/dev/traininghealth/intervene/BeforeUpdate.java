package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import java.util.Objects;

/** What a policy asks for when the gradient is known and nothing has been updated. */
public sealed interface BeforeUpdate {
  /** Leave the step alone. */
  BeforeUpdate PROCEED = new Proceed();

  /** Leaves the step alone. */
  record Proceed() implements BeforeUpdate {}

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
  }
}
