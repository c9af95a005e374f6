package dev.traininghealth.trial;

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
 * @param reason why it is adopted, or why nothing is, in words
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
    String reason,
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
    Objects.requireNonNull(reason, "reason");
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

  private static String inWords(Cause cause) {
    return switch (cause) {
      case RATE -> " The learning rate is to blame.";
      case STATE -> " The learning rate is not to blame.";
      case ROWS ->
          " These rows are to blame, and no learning rate is changed for them: repair or drop them.";
      case STRUCTURE ->
          " No learning rate repairs this: look at the loss, the output activation and the data.";
      case UNKNOWN -> "";
    };
  }

  /**
   * Tells what was decided, why, and what was tried.
   *
   * @return a sentence and a list of the branches with their scores
   */
  public String inWords() {
    return decision()
        + reason
        + ". Tried: "
        + branches.stream().map(TrialBranch::inWords).collect(Collectors.joining("; "))
        + "."
        + inWords(cause());
  }

  private String decision() {
    if (question == TrialQuestion.LOOK_BACK) {
      return ""; // the reason says whether it was worth it
    }
    return isAdopted() ? "Best " + adopted().inWords() + ", since: " : "Nothing is changed: ";
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
      throw new IllegalStateException("nothing is adopted: " + reason);
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
