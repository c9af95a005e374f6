package dev.traininghealth.detect;

/** How an observed value compares with its threshold when a problem is found. */
public enum Comparison {
  /** The value is larger than the threshold. */
  ABOVE(">"),
  /** The value is smaller than the threshold. */
  BELOW("<"),
  /** The value equals the threshold. */
  EQUAL("="),
  /** The value is NaN or infinite, but must be finite. */
  NOT_FINITE("is not finite");

  private final String symbol;

  Comparison(String symbol) {
    this.symbol = symbol;
  }

  /**
   * {@return the sign between value and threshold: {@code >}, {@code <}, {@code =} or {@code is not
   * finite}}
   */
  public String symbol() {
    return symbol;
  }
}
