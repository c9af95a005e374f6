package dev.traininghealth.trial;

import java.util.Locale;
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
   * Tells what it was, and what came of it.
   *
   * @return e.g. {@code from iteration 320 with the learning rate × 0.100: 0.4830}
   */
  public String inWords() {
    String from =
        switch (start) {
          case PRESENT -> isNothing() ? "as it is" : "";
          case SNAPSHOT -> "from iteration " + snapshotIteration;
          case BEGINNING -> "from the beginning";
        };
    String with =
        leftOut > 0
            ? rows()
            : factor == 1
                ? ""
                : String.format(Locale.ROOT, "with the learning rate × %.3g", factor);
    String space = from.isEmpty() || with.isEmpty() ? "" : " ";
    String came = Double.isFinite(score) ? String.format(Locale.ROOT, "%.4g", score) : "lost";
    return from + space + with + ": " + came;
  }

  private String rows() {
    return "without " + leftOut + (leftOut == 1 ? " row" : " rows");
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
