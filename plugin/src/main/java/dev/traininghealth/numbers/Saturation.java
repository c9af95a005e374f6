package dev.traininghealth.numbers;

/**
 * Where an activation function has next to no slope: below {@value #MAX_FLAT_SLOPE} of its
 * steepest. There a unit's gradient is cut to a fiftieth, and two such layers in a row all but stop
 * it.
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
  /** Its lower limit is a zero, which is told by silent units. */
  RECTIFIED_TANH(1) {
    @Override
    public boolean isAtLimit(double a) {
      return TANH.isAtLimit(a);
    }
  },
  /** DL4J's approximation of 1.7159 tanh(2x/3): the slope falls to 0.02 of it at 0.986 · 1.7159. */
  RATIONAL_TANH(1.7159 * 2 / 3) {
    @Override
    public boolean isAtLimit(double a) {
      return Math.abs(a) > 1.692;
    }
  },
  /** x / (1 + |x|), whose slope is (1 − |a|)². */
  SOFT_SIGN(1) {
    @Override
    public boolean isAtLimit(double a) {
      double rest = 1 - Math.abs(a);
      return rest * rest < MAX_FLAT_SLOPE;
    }
  };

  /** Share of the steepest slope. */
  public static final double MAX_FLAT_SLOPE = 0.02;

  private final double steepestSlope;

  Saturation(double steepestSlope) {
    this.steepestSlope = steepestSlope;
  }

  /** The slope where it is steepest. */
  double steepestSlope() {
    return steepestSlope;
  }

  /**
   * Tells whether the function is at a limit.
   *
   * @param activation what it gives
   * @return whether it has next to no slope there; false for a NaN
   */
  public abstract boolean isAtLimit(double activation);
}
