package dev.traininghealth.measure;

import org.jspecify.annotations.Nullable;

/**
 * Where an activation function has next to no slope: below {@value #LEAST_SLOPE} of its steepest.
 * There a unit's gradient is cut to a fiftieth, and two such layers in a row all but stop it.
 */
enum Saturation {
  SIGMOID {
    @Override
    boolean isAtLimit(double a) {
      return a * (1 - a) < LEAST_SLOPE / 4;
    }
  },
  HARD_SIGMOID {
    @Override
    boolean isAtLimit(double a) {
      return a <= 0 || a >= 1;
    }
  },
  TANH {
    @Override
    boolean isAtLimit(double a) {
      return 1 - a * a < LEAST_SLOPE;
    }
  },
  HARD_TANH {
    @Override
    boolean isAtLimit(double a) {
      return Math.abs(a) >= 1;
    }
  },
  /** Its lower limit is a zero, which is told by silent units. */
  RECTIFIED_TANH {
    @Override
    boolean isAtLimit(double a) {
      return TANH.isAtLimit(a);
    }
  },
  /** DL4J's approximation of 1.7159 tanh(2x/3): the slope falls to 0.02 of it at 0.986 · 1.7159. */
  RATIONAL_TANH {
    @Override
    boolean isAtLimit(double a) {
      return Math.abs(a) > 1.692;
    }
  },
  /** x / (1 + |x|), whose slope is (1 − |a|)². */
  SOFT_SIGN {
    @Override
    boolean isAtLimit(double a) {
      double rest = 1 - Math.abs(a);
      return rest * rest < LEAST_SLOPE;
    }
  };

  /** Share of the steepest slope. */
  static final double LEAST_SLOPE = 0.02;

  /** Whether the function is at a limit where it gives this activation; false for a NaN. */
  abstract boolean isAtLimit(double activation);

  /**
   * The rule for an activation function, or null where it has no limits.
   *
   * @param activation the function's name, as its {@code toString()} has it
   */
  static @Nullable Saturation of(String activation) {
    return switch (activation) {
      case "sigmoid" -> SIGMOID;
      case "hardsigmoid" -> HARD_SIGMOID;
      case "tanh" -> TANH;
      case "hardtanh" -> HARD_TANH;
      case "rectifiedtanh" -> RECTIFIED_TANH;
      case "rationaltanh" -> RATIONAL_TANH;
      case "softsign" -> SOFT_SIGN;
      default -> null;
    };
  }
}
