package dev.traininghealth.detect;

/** How an observed value stands to its threshold when a problem is found. */
public enum Comparison {
  /** The value is larger than the threshold. */
  ABOVE(">"),
  /** The value is smaller than the threshold. */
  BELOW("<"),
  /** The value equals the threshold. */
  EQUAL("="),
  /** The value is no finite number, and should be. */
  NOT_FINITE("is not finite");

  private final String symbol;

  Comparison(String symbol) {
    this.symbol = symbol;
  }

  /**
   * Gives the sign between value and threshold.
   *
   * @return {@code >}, {@code <}, {@code =}, or {@code is not finite}
   */
  public String symbol() {
    return symbol;
  }
}
