package dev.traininghealth.trial;

import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One way to continue, and its result on a copy of the network.
 *
 * @param start the initial state of the branch: the present one, a snapshot, or the initial network
 * @param snapshotIteration DL4J's iteration after which the snapshot was taken; -1 for the other
 *     starts
 * @param factor on the present learning rates, above 0
 * @param leftOut number of examples that the branch did not step on, because they lie far outside
 *     the scale of the others; 0 if it stepped on all
 * @param steps number of its iterations; fewer than in others if it was stopped early
 * @param scoreBefore the same score before the first step; NaN if it was not scored
 * @param score mean score after these steps of the examples that no branch stepped on, without
 *     dropout and regularization; NaN or infinite if the network was lost
 * @param course the same score as it was measured during these steps, in their order; the last ones
 *     are averaged to {@code score}
 */
public record TrialBranch(
    Start start,
    long snapshotIteration,
    double factor,
    int leftOut,
    int steps,
    double scoreBefore,
    double score,
    List<Point> course)
    implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** The initial state of a branch. */
  public enum Start {
    /** The present network. */
    PRESENT,
    /** A confirmed snapshot. */
    SNAPSHOT,
    /** The initial network of the run. */
    BEGINNING
  }

  /**
   * A score during a branch.
   *
   * @param step number of training steps before it, from 0
   * @param score mean score of the examples; NaN or infinite if the network was lost
   */
  public record Point(int step, double score) implements Serializable {
    @Serial private static final long serialVersionUID = 1L;
  }

  /** Checks the values. */
  public TrialBranch {
    Objects.requireNonNull(start, "start");
    course = List.copyOf(course);
    if (!(factor > 0)) {
      throw new IllegalArgumentException("factor must be > 0, was " + factor);
    }
  }

  /**
   * Creates the result of a branch without the scores in between.
   *
   * @param start the initial state of the branch
   * @param snapshotIteration iteration after which the snapshot was taken, or -1
   * @param factor on the present learning rates, above 0
   * @param leftOut number of examples that the branch did not step on
   * @param steps number of its iterations
   * @param scoreBefore score before the first step
   * @param score score after these steps
   */
  public TrialBranch(
      Start start,
      long snapshotIteration,
      double factor,
      int leftOut,
      int steps,
      double scoreBefore,
      double score) {
    this(start, snapshotIteration, factor, leftOut, steps, scoreBefore, score, List.of());
  }

  /**
   * Describes the branch and its score.
   *
   * @return for example {@code from iteration 320 with the learning rate × 0.1 (0.483)}
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
   * Whether this branch changes nothing.
   *
   * @return true for the present state with the present learning rates and all examples
   */
  public boolean isNothing() {
    return start == Start.PRESENT && factor == 1 && leftOut == 0;
  }
}
