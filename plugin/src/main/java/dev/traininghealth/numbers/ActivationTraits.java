package dev.traininghealth.numbers;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Properties of DL4J's activation functions, found by name. */
public final class ActivationTraits {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  /** Traits of a function that is not DL4J's. */
  private static final ActivationTraits UNKNOWN = new ActivationTraits(Range.ALL, Kind.OTHER, null);

  /** By the start of the function's {@code toString()}, which its parameters follow in brackets. */
  private static final Map<String, ActivationTraits> ROWS =
      Map.ofEntries(
          row("cube", -INFINITY, INFINITY, Kind.OTHER),
          row("elu", -1, INFINITY, Kind.OTHER), // at alpha = 1
          row("gelu", -0.17, INFINITY, Kind.OTHER),
          squashing("hardsigmoid", 0, 1, Kind.PROBABILITY, Saturation.HARD_SIGMOID),
          squashing("hardtanh", -1, 1, Kind.OTHER, Saturation.HARD_TANH),
          row("identity", -INFINITY, INFINITY, Kind.OTHER),
          row("leakyrelu", -INFINITY, INFINITY, Kind.LEAKY),
          row("mish", -0.30885, INFINITY, Kind.OTHER),
          row("prelu", -INFINITY, INFINITY, Kind.LEAKY),
          squashing("rationaltanh", -1.7159, 1.7159, Kind.OTHER, Saturation.RATIONAL_TANH),
          squashing("rectifiedtanh", 0, 1, Kind.RECTIFIED, Saturation.RECTIFIED_TANH),
          row("relu", 0, INFINITY, Kind.RECTIFIED_LINEAR),
          row("relu6", 0, 6, Kind.RECTIFIED_LINEAR),
          row("rrelu", -INFINITY, INFINITY, Kind.LEAKY),
          row("selu", -1.75810, INFINITY, Kind.OTHER),
          squashing("sigmoid", 0, 1, Kind.PROBABILITY, Saturation.SIGMOID),
          row("softmax", 0, 1, Kind.DISTRIBUTION),
          row("softplus", 0, INFINITY, Kind.OTHER),
          squashing("softsign", -1, 1, Kind.OTHER, Saturation.SOFT_SIGN),
          row("swish", -0.27847, INFINITY, Kind.OTHER),
          squashing("tanh", -1, 1, Kind.OTHER, Saturation.TANH),
          row("thresholdedrelu", 0, INFINITY, Kind.RECTIFIED_LINEAR));

  private final Range range;
  private final Kind kind;
  private final @Nullable Saturation saturation;

  private enum Kind {
    /** Exactly 0 below 0, or below a threshold, and bent above it. */
    RECTIFIED,
    /** Exactly 0 below 0, or below a threshold, and linear above it. */
    RECTIFIED_LINEAR,
    /** Linear on both sides of 0, with a smaller slope below it. */
    LEAKY,
    /** A probability for each unit. */
    PROBABILITY,
    /** Probabilities of the units, which add up to 1. */
    DISTRIBUTION,
    OTHER
  }

  private ActivationTraits(Range range, Kind kind, @Nullable Saturation saturation) {
    this.range = range;
    this.kind = kind;
    this.saturation = saturation;
  }

  private static Map.Entry<String, ActivationTraits> row(
      String name, double low, double high, Kind kind) {
    return Map.entry(name, new ActivationTraits(new Range(low, high), kind, null));
  }

  private static Map.Entry<String, ActivationTraits> squashing(
      String name, double low, double high, Kind kind, Saturation saturation) {
    return Map.entry(name, new ActivationTraits(new Range(low, high), kind, saturation));
  }

  /**
   * {@return the traits of a function, or those of one that can be anything if it is not DL4J's}
   *
   * @param name the function's {@code toString()}, e.g. {@code leakyrelu(a=0.01)}; empty for none
   */
  public static ActivationTraits of(String name) {
    int bracket = name.indexOf('(');
    String key = (bracket < 0 ? name : name.substring(0, bracket)).toLowerCase(Locale.ROOT);
    ActivationTraits known = ROWS.getOrDefault(key, UNKNOWN);
    return bracket >= 0 && key.equals("elu") ? known.scaledBelow(alpha(name, bracket)) : known;
  }

  /** {@return the alpha of {@code elu(alpha=0.5)}, or infinity if it cannot be read} */
  private static double alpha(String name, int bracket) {
    try {
      double alpha =
          Double.parseDouble(name.substring(name.indexOf('=', bracket) + 1, name.length() - 1));
      return alpha >= 0 ? alpha : INFINITY;
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      return INFINITY;
    }
  }

  private ActivationTraits scaledBelow(double alpha) {
    Range scaled = new Range(Math.min(0, alpha * range.low()), range.high());
    return new ActivationTraits(scaled, kind, saturation);
  }

  /** {@return whether it is one of DL4J's functions} */
  boolean isKnown() {
    return this != UNKNOWN;
  }

  /** {@return the range of its values, including limits that they only approach} */
  public Range range() {
    return range;
  }

  /** {@return whether it is exactly 0, with a slope of 0, for all negative inputs} */
  public boolean isRectified() {
    return kind == Kind.RECTIFIED || kind == Kind.RECTIFIED_LINEAR;
  }

  /**
   * Whether He initialization is designed for it.
   *
   * <p>This holds for a function of two straight lines, the lower with a slope of 0 or a small one.
   * It loses about half of the signal's variance, and He initialization compensates for that.
   *
   * @return whether its layers should use He initialization
   */
  public boolean suitsHeInitialization() {
    return kind == Kind.RECTIFIED_LINEAR || kind == Kind.LEAKY;
  }

  /**
   * {@return whether its values are probabilities, per unit or as a distribution over the units}
   */
  public boolean givesProbabilities() {
    return kind == Kind.PROBABILITY || kind == Kind.DISTRIBUTION;
  }

  /** {@return whether its values add up to 1 over the units, as those of softmax do} */
  public boolean isDistribution() {
    return kind == Kind.DISTRIBUTION;
  }

  /** {@return whether it has a lower and an upper limit that each unit can reach on its own} */
  public boolean isSquashing() {
    return saturation != null;
  }

  /** {@return its steepest slope, or NaN if it is not squashing} */
  public double steepestSlope() {
    return saturation == null ? Double.NaN : saturation.steepestSlope();
  }

  /** {@return the rule for values at a limit, or null if the function is not squashing} */
  public @Nullable Saturation saturation() {
    return saturation;
  }
}
