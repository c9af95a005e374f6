package dev.traininghealth.detect;

import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;

/**
 * One thing to change.
 *
 * @param advice what to do and why, in plain words; where it names a learning rate also what came
 *     of trying it
 * @param code the same in DL4J's API, e.g. {@code .updater(new Adam(1e-3))}; empty where there is
 *     no code for it
 * @param learningRate the learning rate that it names, for all of the user's configuration; NaN
 *     where it names none
 * @param tried what came of trying that on copies of the network, or that it was not tried: the end
 *     of the advice; empty where it names none
 */
public record Remedy(String advice, String code, double learningRate, String tried)
    implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private static final String NOT_TRIED = "This was not tried.";

  /** Checks that nothing is missing. */
  public Remedy {
    Objects.requireNonNull(advice, "advice");
    Objects.requireNonNull(code, "code");
    if (!advice.endsWith(tried)) {
      throw new IllegalArgumentException("the advice must end with what came of trying it");
    }
  }

  /**
   * Creates one that names no learning rate, and is not tried.
   *
   * @param advice what to do and why, one sentence in plain words
   * @param code the same in DL4J's API; empty where there is no code for it
   */
  public Remedy(String advice, String code) {
    this(advice, code, Double.NaN, "");
  }

  /** One that names a learning rate, which nobody has tried yet. */
  static Remedy ofRate(String advice, String code, double rate) {
    return new Remedy(advice + " " + NOT_TRIED, code, rate, NOT_TRIED);
  }

  /** One that names a rate of some parameters alone, which trials do not change by itself. */
  static Remedy ofOneLayersRate(String advice, String code) {
    return new Remedy(advice + " " + NOT_TRIED, code);
  }

  /**
   * Tells whether copies of the network were trained to see what it leads to.
   *
   * @return whether {@link #tried} says what came of that
   */
  public boolean isTried() {
    return !tried.isEmpty() && !tried.equals(NOT_TRIED);
  }

  boolean namesRate() {
    return !Double.isNaN(learningRate);
  }

  /** The same advice, with what came of trying it. */
  Remedy tried(String what) {
    String base = advice.substring(0, advice.length() - tried.length());
    return new Remedy(base + what, code, learningRate, what);
  }
}
