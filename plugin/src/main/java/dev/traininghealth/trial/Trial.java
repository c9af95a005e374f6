package dev.traininghealth.trial;

import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What was tried on copies of the network, and what came of it.
 *
 * @param question what was to be found out
 * @param iteration DL4J's iteration after which it was tried, from 0
 * @param scoreBefore mean score of the examples that no branch stepped on, by the network as it was
 * @param branches what was tried; the first is to change nothing
 * @param winner index of the branch that is adopted; -1 where nothing is changed
 * @param message why it is adopted, or why nothing is, to be written in any language
 * @param examples how many examples the scores are of
 * @param steps training steps that all branches took together
 * @param millis time that the trial took
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
    double millis) {

  /** What a trial has found to be to blame. */
  public enum Cause {
    /** The learning rate: another one helps. */
    RATE,
    /** The state that the network is in: one from before helps, at the same rate. */
    STATE,
    /** Rows of the minibatches: without them it does not happen. */
    ROWS,
    /** What no learning rate repairs: loss, output activation, layers or data. */
    STRUCTURE,
    /** Nothing helps, or nothing has to. */
    UNKNOWN
  }

  /** Checks that nothing is missing. */
  public Trial {
    Objects.requireNonNull(question, "question");
    Objects.requireNonNull(message, "message");
    branches = List.copyOf(branches);
    if (winner < -1 || winner >= branches.size()) {
      throw new IllegalArgumentException("winner must be a branch or -1, was " + winner);
    }
  }

  /**
   * Tells whether every branch lost the network: no learning rate repairs this.
   *
   * @return true where no branch ended with a finite score
   */
  public boolean isHopeless() {
    return !branches.isEmpty() && branches.stream().noneMatch(b -> Double.isFinite(b.score()));
  }

  /**
   * Names what is to blame, by what helps.
   *
   * @return the cause; {@link Cause#UNKNOWN} where no branch is adopted but some stay finite
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

  /** {@return why it is adopted, or why nothing is, in English} */
  public String reason() {
    return message.english();
  }

  /**
   * Gives all that is to be said of it.
   *
   * @return what was decided and why, the branches with their scores, and the cause
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
      return message; // it says whether the change was worth it
    }
    return isAdopted()
        ? Message.of("trial.best", adopted().named()).then(message)
        : Message.of("trial.nothing").then(message);
  }

  /**
   * Tells whether a branch began at the network as it was when the run began.
   *
   * @return whether the whole way back was tried
   */
  public boolean hasBegunAnew() {
    return branches.stream().anyMatch(b -> b.start() == TrialBranch.Start.BEGINNING);
  }

  /**
   * Gives the branch that is adopted.
   *
   * @return the winner
   * @throws IllegalStateException if nothing is adopted
   */
  public TrialBranch adopted() {
    if (winner < 0) {
      throw new IllegalStateException("nothing is adopted: " + reason());
    }
    return branches.get(winner);
  }

  /**
   * Tells whether a branch is adopted.
   *
   * @return false where nothing is changed
   */
  public boolean isAdopted() {
    return winner >= 0;
  }
}
