package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.TrialQuestion;
import java.util.Objects;

/** What a policy asks for when the update has been applied and the iteration is done. */
public sealed interface AfterUpdate {
  /** Go on. */
  AfterUpdate PROCEED = new Proceed();

  /** Goes on. */
  record Proceed() implements AfterUpdate {}

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
  }

  private static void checkFactor(double factor) {
    if (!(factor > 0 && factor < 1)) {
      throw new IllegalArgumentException("factor must be above 0 and below 1, was " + factor);
    }
  }
}
