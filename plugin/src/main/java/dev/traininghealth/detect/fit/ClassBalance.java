package dev.traininghealth.detect.fit;

/**
 * Whether classes are far from balanced.
 *
 * @hidden
 */
public final class ClassBalance {
  /**
   * Share of the most frequent class that is far from balance. From four in five on, an accuracy
   * that many networks have may be that of a constant prediction.
   */
  public static final double MAX_SHARE = 0.8;

  /** Chance alone exceeds three standard errors in one of 740 cases. */
  private static final double STANDARD_ERRORS = 3;

  private ClassBalance() {}

  /**
   * {@return whether a class is so frequent that chance does not explain it}
   *
   * @param share of the most frequent class among the labels that were read, from 0 to 1
   * @param labels number of labels that were read, above 0
   */
  public static boolean isImbalanced(double share, long labels) {
    double error = Math.sqrt(share * (1 - share) / labels);
    return share - STANDARD_ERRORS * error > MAX_SHARE;
  }
}
