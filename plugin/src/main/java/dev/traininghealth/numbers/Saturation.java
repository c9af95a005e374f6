package dev.traininghealth.numbers;

/**
 * How to detect that a squashing activation function is saturated: at a limit, with a slope near 0.
 *
 * <p>That is a slope below {@value #MAX_FLAT_SLOPE} of its steepest. There a unit's gradient is
 * reduced to a fiftieth, and two such layers in sequence almost stop it.
 */
public enum Saturation {
  /** {@code sigmoid}. */
  SIGMOID(0.25) {
    @Override
    public boolean isAtLimit(double a) {
      return a * (1 - a) < MAX_FLAT_SLOPE / 4;
    }
  },
  /** {@code hardsigmoid}. */
  HARD_SIGMOID(0.2) {
    @Override
    public boolean isAtLimit(double a) {
      return a <= 0 || a >= 1;
    }
  },
  /** {@code tanh}. */
  TANH(1) {
    @Override
    public boolean isAtLimit(double a) {
      return 1 - a * a < MAX_FLAT_SLOPE;
    }
  },
  /** {@code hardtanh}. */
  HARD_TANH(1) {
    @Override
    public boolean isAtLimit(double a) {
      return Math.abs(a) >= 1;
    }
  },
  /** {@code rectifiedtanh}. Its lower limit is exactly 0, which silent units count. */
  RECTIFIED_TANH(1) {
    @Override
    public boolean isAtLimit(double a) {
      return TANH.isAtLimit(a);
    }
  },
  /**
   * {@code rationaltanh}, DL4J's approximation of 1.7159 tanh(2x/3). The slope falls to 0.02 of its
   * steepest at 0.986 · 1.7159.
   */
  RATIONAL_TANH(1.7159 * 2 / 3) {
    @Override
    public boolean isAtLimit(double a) {
      return Math.abs(a) > 1.692;
    }
  },
  /** {@code softsign}, x / (1 + |x|), whose slope is (1 − |a|)². */
  SOFT_SIGN(1) {
    @Override
    public boolean isAtLimit(double a) {
      double rest = 1 - Math.abs(a);
      return rest * rest < MAX_FLAT_SLOPE;
    }
  };

  /** Slope below which a function counts as saturated, as a share of its steepest slope. */
  public static final double MAX_FLAT_SLOPE = 0.02;

  private final double steepestSlope;

  Saturation(double steepestSlope) {
    this.steepestSlope = steepestSlope;
  }

  /** {@return the steepest slope of the function} */
  double steepestSlope() {
    return steepestSlope;
  }

  /**
   * {@return whether the function is saturated at this activation, which is false for NaN}
   *
   * @param activation a value of the function
   */
  public abstract boolean isAtLimit(double activation);
}
