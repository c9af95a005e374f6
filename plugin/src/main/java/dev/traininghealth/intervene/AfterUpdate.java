package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.TrialQuestion;
import java.util.Objects;

/** What a policy asks for when the update has been applied and the iteration is done. */
public sealed interface AfterUpdate {
  /** Go on. */
  AfterUpdate PROCEED = new Proceed();

  /**
   * Calls the method of the visitor that is for this type.
   *
   * @param visitor handles each type
   * @param <R> what it returns
   * @return what the method returns
   */
  <R> R accept(Visitor<R> visitor);

  /**
   * Handles each type of {@link AfterUpdate}, which the compiler checks: a new type needs a new
   * method.
   *
   * @param <R> what is returned
   */
  interface Visitor<R> {
    /**
     * Handles going on.
     *
     * @param proceed what is asked for
     * @return the result
     */
    R visitProceed(Proceed proceed);

    /**
     * Handles a trial about a diagnosis.
     *
     * @param change what is asked for
     * @return the result
     */
    R visitTry(Try change);

    /**
     * Handles a trial of higher learning rates.
     *
     * @param raise what is asked for
     * @return the result
     */
    R visitTryRaise(TryRaise raise);

    /**
     * Handles lower learning rates.
     *
     * @param lower what is asked for
     * @return the result
     */
    R visitLowerLearningRate(LowerLearningRate lower);

    /**
     * Handles higher learning rates.
     *
     * @param raise what is asked for
     * @return the result
     */
    R visitRaiseLearningRate(RaiseLearningRate raise);

    /**
     * Handles a rollback.
     *
     * @param back what is asked for
     * @return the result
     */
    R visitRollBack(RollBack back);

    /**
     * Handles a stop.
     *
     * @param stop what is asked for
     * @return the result
     */
    R visitStop(Stop stop);
  }

  /** Goes on. */
  record Proceed() implements AfterUpdate {
    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.visitProceed(this);
    }
  }

  /**
   * Tries on copies of the network what could be done: lower learning rates, and the snapshots that
   * there are, beside doing nothing. Only a branch that is seen to be better is adopted.
   *
   * @param diagnosis what it is about
   * @param question what the trial is to find out; not {@link TrialQuestion#LOOK_BACK}
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
   * Tries on a copy of the network whether all learning rates may rise again, up to what the user
   * chose; and whether lower ones are better.
   *
   * @param factor on the present rates, above 1; its reciprocal is tried as well
   * @param reason why, to be written in any language
   */
  record TryRaise(double factor, Message reason) implements AfterUpdate {
    /**
     * Gives the reason in your own words.
     *
     * @param factor on the present rates, above 1
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
   * Lowers all learning rates, schedules included, at once: it is not tried first.
   *
   * @param diagnosis what it is about
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
   * Raises all learning rates again, up to what the user chose, at once.
   *
   * @param factor on the present rates, above 1
   * @param reason why, to be written in any language
   */
  record RaiseLearningRate(double factor, Message reason) implements AfterUpdate {
    /**
     * Gives the reason in your own words.
     *
     * @param factor on the present rates, above 1
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
   * Sets the network back to a snapshot, and lowers all learning rates, at once.
   *
   * @param diagnosis what it is about
   * @param factor on the lower of the present rates and those of the snapshot, above 0 and at most
   *     1
   * @param toInitialState whether to begin anew, since no snapshot is any better; else it is set
   *     back to the latest that proved healthy, if there is one, or to one whose score was notably
   *     lower
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
   * @param diagnosis what it is about
   * @param reason why nothing else is left, to be written in any language
   */
  record Stop(Diagnosis diagnosis, Message reason) implements AfterUpdate {
    /**
     * Gives the reason in your own words.
     *
     * @param diagnosis what it is about
     * @param reason a sentence, the same in every language
     */
    public Stop(Diagnosis diagnosis, String reason) {
      this(diagnosis, Message.literal(reason));
    }

    /** Checks that there is a reason. */
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
