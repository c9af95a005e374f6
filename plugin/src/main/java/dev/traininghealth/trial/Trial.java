package dev.traininghealth.trial;

import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.io.Serial;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The result of trying changes on copies of the network.
 *
 * @param question the purpose of the trial
 * @param iteration DL4J's iteration after which it ran, from 0
 * @param scoreBefore mean score before any change of the examples that no branch stepped on; may be
 *     NaN or infinite
 * @param branches the branches; the first changes nothing
 * @param winner index of the adopted branch; -1 if nothing is changed
 * @param message the reason for the decision, translatable to any language
 * @param examples number of scored examples
 * @param steps training steps of all branches together
 * @param millis duration of the trial, milliseconds
 */
public record Trial(
    TrialQuestion question,
    long iteration,
    double scoreBefore,
    List<TrialBranch> branches,
    int winner,
    Message message,
    int examples,
    int steps,
    double millis)
    implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** The cause of a problem that a trial has found. */
  public enum Cause {
    /** The learning rate: another one helps. */
    RATE,
    /** The network's state: an earlier one helps, at the same learning rate. */
    STATE,
    /** Examples of the minibatches: without them the problem does not occur. */
    ROWS,
    /**
     * A property that no learning rate repairs: loss function, output activation, layers or data.
     */
    STRUCTURE,
    /** No change helps, or none is needed. */
    UNKNOWN
  }

  /** Checks that no component is missing. */
  public Trial {
    Objects.requireNonNull(question, "question");
    Objects.requireNonNull(message, "message");
    branches = List.copyOf(branches);
    if (winner < -1 || winner >= branches.size()) {
      throw new IllegalArgumentException("winner must be a branch or -1, was " + winner);
    }
  }

  /**
   * Whether every branch lost the network, so that no learning rate helps.
   *
   * @return true if no branch ended with a finite score
   */
  public boolean isHopeless() {
    return !branches.isEmpty() && branches.stream().noneMatch(b -> Double.isFinite(b.score()));
  }

  /**
   * Derives the cause from the change that helps.
   *
   * @return the cause; {@link Cause#UNKNOWN} if no branch is adopted but some stay finite
   */
  public Cause cause() {
    if (question == TrialQuestion.LOOK_BACK || question == TrialQuestion.RAISE) {
      return Cause.UNKNOWN;
    }
    if (!isAdopted()) {
      return isHopeless() && hasBegunAnew() ? Cause.STRUCTURE : Cause.UNKNOWN;
    }
    if (adopted().leftOut() > 0) {
      return Cause.ROWS;
    }
    return adopted().factor() == 1 ? Cause.STATE : Cause.RATE;
  }

  /** {@return the reason for the decision, in English} */
  public String reason() {
    return message.english();
  }

  /**
   * Describes the trial completely.
   *
   * @return the decision and its reason, the branches with their scores, and the cause
   */
  public Message report() {
    Message report = decision();
    Argument tried =
        new Argument.Listing(branches.stream().map(b -> b.named()).collect(Collectors.toList()));
    report = report.then(Message.of("trial.tried", tried));
    Cause cause = cause();
    return cause == Cause.UNKNOWN ? report : report.then(Message.of("trial.cause." + cause.name()));
  }

  private Message decision() {
    if (question == TrialQuestion.LOOK_BACK) {
      return message; // it says whether the change was useful
    }
    return isAdopted()
        ? Message.of("trial.best", adopted().named()).then(message)
        : Message.of("trial.nothing").then(message);
  }

  /**
   * Whether a branch started from the initial network.
   *
   * @return true if a restart was tried
   */
  public boolean hasBegunAnew() {
    return branches.stream().anyMatch(b -> b.start() == TrialBranch.Start.BEGINNING);
  }

  /**
   * {@return the adopted branch}
   *
   * @throws IllegalStateException if none is adopted
   */
  public TrialBranch adopted() {
    if (winner < 0) {
      throw new IllegalStateException("nothing is adopted: " + reason());
    }
    return branches.get(winner);
  }

  /** {@return whether a branch is adopted; false if nothing is changed} */
  public boolean isAdopted() {
    return winner >= 0;
  }
}
