package dev.traininghealth.trial;

import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One way to go on, and what came of it on a copy of the network.
 *
 * @param start where it began: at the network's present state, at a snapshot, or at the network as
 *     it was when the run began
 * @param snapshotIteration DL4J's iteration after which the snapshot was taken; -1 for the other
 *     two
 * @param factor what the present learning rates were multiplied by
 * @param leftOut rows of the minibatches that it did not step on, since they lie far outside the
 *     scale of the others; 0 for one that stepped on all
 * @param steps iterations that it was trained for; fewer than others where it was given up
 * @param scoreBefore the same as {@code score} before the first step; NaN where it was not scored
 * @param score mean score of the examples that no branch stepped on, without dropout and
 *     regularization, after these steps; NaN or infinite where the network was lost
 */
public record TrialBranch(
    Start start,
    long snapshotIteration,
    double factor,
    int leftOut,
    int steps,
    double scoreBefore,
    double score) {
  /** Where a branch begins. */
  public enum Start {
    /** The network as it is. */
    PRESENT,
    /** A snapshot that had proved healthy. */
    SNAPSHOT,
    /** The network as it was when the run began. */
    BEGINNING
  }

  /** Checks the values. */
  public TrialBranch {
    Objects.requireNonNull(start, "start");
    if (!(factor > 0)) {
      throw new IllegalArgumentException("factor must be > 0, was " + factor);
    }
  }

  /**
   * Names what it was, and what came of it.
   *
   * @return written e.g. {@code from iteration 320 with the learning rate × 0.1 (0.483)}
   */
  Argument named() {
    List<Argument> parts = new ArrayList<>();
    if (start == Start.SNAPSHOT) {
      parts.add(Argument.phrase("trial.fromSnapshot", Argument.count(snapshotIteration)));
    } else if (start == Start.BEGINNING) {
      parts.add(Argument.phrase("trial.fromBeginning"));
    }
    if (leftOut > 0) {
      parts.add(Argument.phrase("trial.withoutRows", Argument.count(leftOut)));
    } else if (factor != 1) {
      parts.add(Argument.phrase("trial.withRate", Argument.number(factor)));
    } else if (isNothing()) {
      parts.add(Argument.phrase("trial.asItIs"));
    }
    return Argument.phrase(
        "trial.branch",
        new Argument.Phrase(new Message("", parts)),
        Double.isFinite(score) ? Argument.number(score) : Argument.phrase("trial.lostNetwork"));
  }

  /**
   * Tells whether this is to go on as the training does.
   *
   * @return true for the present state with the present learning rates and all rows
   */
  public boolean isNothing() {
    return start == Start.PRESENT && factor == 1 && leftOut == 0;
  }
}
