package dev.traininghealth.run;

import dev.traininghealth.text.NumberText;
import java.io.Serial;
import java.io.Serializable;

/**
 * The time that the listener took from a run.
 *
 * @param recentShare share of the training time in about the last ten seconds, 0 to 1, without the
 *     work of {@code protectionSeconds}; NaN in the first six seconds of training
 * @param startSeconds time in the first five seconds of training, seconds: in a new JVM mostly
 *     loading and compiling classes
 * @param protectionSeconds time for snapshots and trials so far, seconds; they have limits of their
 *     own
 */
public record TrainingCost(double recentShare, double startSeconds, double protectionSeconds)
    implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** The cost of a run without iterations. */
  static final TrainingCost NONE = new TrainingCost(Double.NaN, 0, 0);

  /** Time below which the work of protection is not worth mentioning, seconds. */
  private static final double MIN_SHOWN_SECONDS = 0.005;

  /** {@return the larger share, and the sum of all times} */
  TrainingCost plus(TrainingCost other) {
    double share =
        Double.isNaN(recentShare)
            ? other.recentShare
            : Double.isNaN(other.recentShare)
                ? recentShare
                : Math.max(recentShare, other.recentShare);
    return new TrainingCost(
        share, startSeconds + other.startSeconds, protectionSeconds + other.protectionSeconds);
  }

  /**
   * {@return e.g. "lately 1.2 % of the training time (start 0.4 s, snapshots and trials 2.1 s)"}
   */
  @Override
  public String toString() {
    String start = "start " + NumberText.number(rounded(startSeconds)) + " s";
    String apart =
        protectionSeconds < MIN_SHOWN_SECONDS
            ? start
            : start
                + ", snapshots and trials "
                + NumberText.number(rounded(protectionSeconds))
                + " s";
    return Double.isNaN(recentShare)
        ? apart
        : "lately " + NumberText.percent(recentShare) + " of the training time (" + apart + ")";
  }

  private static double rounded(double seconds) {
    return Math.round(seconds * 100) / 100.0;
  }
}
