package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.TrialQuestion;
import java.util.Objects;

/** The request of a policy after the update has been applied and the iteration is done. */
public sealed interface AfterUpdate {
  /** Requests nothing. */
  AfterUpdate PROCEED = new Proceed();

  /**
   * Calls the visitor's method for this type.
   *
   * @param visitor handles each type
   * @param <R> the type of the result
   * @return the result of the method
   */
  <R> R accept(Visitor<R> visitor);

  /**
   * Handles each type of {@link AfterUpdate}.
   *
   * <p>The compiler checks that none is missing: a new type requires a new method.
   *
   * @param <R> the type of the result
   */
  interface Visitor<R> {
    /**
     * Handles a request for nothing.
     *
     * @param proceed the request
     * @return the result
     */
    R visitProceed(Proceed proceed);

    /**
     * Handles a trial about a diagnosis.
     *
     * @param change the request
     * @return the result
     */
    R visitTry(Try change);

    /**
     * Handles a trial of higher learning rates.
     *
     * @param raise the request
     * @return the result
     */
    R visitTryRaise(TryRaise raise);

    /**
     * Handles lower learning rates.
     *
     * @param lower the request
     * @return the result
     */
    R visitLowerLearningRate(LowerLearningRate lower);

    /**
     * Handles higher learning rates.
     *
     * @param raise the request
     * @return the result
     */
    R visitRaiseLearningRate(RaiseLearningRate raise);

    /**
     * Handles a rollback.
     *
     * @param back the request
     * @return the result
     */
    R visitRollBack(RollBack back);

    /**
     * Handles a stop.
     *
     * @param stop the request
     * @return the result
     */
    R visitStop(Stop stop);
  }

  /** Requests nothing. */
  record Proceed() implements AfterUpdate {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visitProceed(this);
    }
  }

  /**
   * Tries changes on copies of the network before any is applied.
   *
   * <p>The branches are lower learning rates, the available snapshots, and no change. A branch is
   * adopted only if it is measurably better.
   *
   * @param diagnosis the reason
   * @param question the purpose of the trial; neither {@link TrialQuestion#LOOK_BACK} nor {@link
   *     TrialQuestion#RAISE}
   */
  record Try(Diagnosis diagnosis, TrialQuestion question) implements AfterUpdate {
    /** Checks the values. */
    public Try {
      Objects.requireNonNull(diagnosis, "diagnosis");
      Objects.requireNonNull(question, "question");
      if (question == TrialQuestion.LOOK_BACK || question == TrialQuestion.RAISE) {
        throw new IllegalArgumentException("question must be about a diagnosis, was " + question);
      }
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visitTry(this);
    }
  }

  /**
   * Tries on a copy of the network whether all learning rates can rise again, up to the configured
   * ones.
   *
   * <p>Lower rates are tried too.
   *
   * @param factor on the present rates, above 1 and finite; its reciprocal is tried as well
   * @param reason the reason, translatable to any language
   */
  record TryRaise(double factor, Message reason) implements AfterUpdate {
    /**
     * Creates a request with a literal reason.
     *
     * @param factor on the present rates, above 1 and finite
     * @param reason a sentence, the same in every language
     */
    public TryRaise(double factor, String reason) {
      this(factor, Message.literal(reason));
    }

    /** Checks the values. */
    public TryRaise {
      Objects.requireNonNull(reason, "reason");
      if (!(factor > 1 && factor <= Double.MAX_VALUE)) {
        throw new IllegalArgumentException("factor must be above 1 and finite, was " + factor);
      }
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visitTryRaise(this);
    }
  }

  /**
   * Lowers all learning rates at once, including schedules, without a trial.
   *
   * <p>If workers share their gradients, those of all workers are lowered at the end of the next
   * iteration.
   *
   * @param diagnosis the reason
   * @param factor on the present rates, above 0 and below 1
   */
  record LowerLearningRate(Diagnosis diagnosis, double factor) implements AfterUpdate {
    /** Checks the values. */
    public LowerLearningRate {
      Objects.requireNonNull(diagnosis, "diagnosis");
      checkFactor(factor);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visitLowerLearningRate(this);
    }
  }

  /**
   * Raises all learning rates at once, up to the configured ones, without a trial.
   *
   * <p>If workers share their gradients, those of all workers are raised at the end of the next
   * iteration.
   *
   * @param factor on the present rates, above 1 and finite
   * @param reason the reason, translatable to any language
   */
  record RaiseLearningRate(double factor, Message reason) implements AfterUpdate {
    /**
     * Creates a request with a literal reason.
     *
     * @param factor on the present rates, above 1 and finite
     * @param reason a sentence, the same in every language
     */
    public RaiseLearningRate(double factor, String reason) {
      this(factor, Message.literal(reason));
    }

    /** Checks the values. */
    public RaiseLearningRate {
      Objects.requireNonNull(reason, "reason");
      if (!(factor > 1 && factor <= Double.MAX_VALUE)) {
        throw new IllegalArgumentException("factor must be above 1 and finite, was " + factor);
      }
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visitRaiseLearningRate(this);
    }
  }

  /**
   * Rolls back to a snapshot and lowers all learning rates at once, without a trial.
   *
   * <p>Workers that share their gradients are not rolled back: nothing is changed.
   *
   * <p>The target is the latest confirmed snapshot, or an earlier one if its score was notably
   * lower. If none is confirmed, it is the initial snapshot.
   *
   * @param diagnosis the reason
   * @param factor on the lower of the present rates and those of the snapshot, above 0 and at most
   *     1
   * @param toInitialState whether to roll back to the initial snapshot in any case, because no
   *     other is better
   */
  record RollBack(Diagnosis diagnosis, double factor, boolean toInitialState)
      implements AfterUpdate {
    /** Checks the values. */
    public RollBack {
      Objects.requireNonNull(diagnosis, "diagnosis");
      if (!(factor > 0 && factor <= 1)) {
        throw new IllegalArgumentException("factor must be above 0 and at most 1, was " + factor);
      }
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visitRollBack(this);
    }
  }

  /**
   * Stops the run, after a rollback if the network is damaged and a snapshot exists.
   *
   * <p>If workers share their gradients, all of them stop at the end of the next iteration, and
   * keep their weights.
   *
   * @param diagnosis the reason
   * @param reason why no other intervention is left, translatable to any language
   */
  record Stop(Diagnosis diagnosis, Message reason) implements AfterUpdate {
    /**
     * Creates a request with a literal reason.
     *
     * @param diagnosis the diagnosis that protection cannot repair
     * @param reason a sentence, the same in every language
     */
    public Stop(Diagnosis diagnosis, String reason) {
      this(diagnosis, Message.literal(reason));
    }

    /** Checks that no component is missing. */
    public Stop {
      Objects.requireNonNull(diagnosis, "diagnosis");
      Objects.requireNonNull(reason, "reason");
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visitStop(this);
    }
  }

  private static void checkFactor(double factor) {
    if (!(factor > 0 && factor < 1)) {
      throw new IllegalArgumentException("factor must be above 0 and below 1, was " + factor);
    }
  }
}
