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

  /**
   * Creates one that names a learning rate, which nobody has tried yet.
   *
   * @param advice what to do and why, one sentence in plain words
   * @param code the same in DL4J's API
   * @param rate the learning rate, for all of the user's configuration
   * @return the remedy, which says that it was not tried
   */
  public static Remedy ofRate(String advice, String code, double rate) {
    return new Remedy(advice + " " + NOT_TRIED, code, rate, NOT_TRIED);
  }

  /**
   * Creates one that names the learning rate of some parameters alone, which trials do not change
   * by itself.
   *
   * @param advice what to do and why, one sentence in plain words
   * @param code the same in DL4J's API
   * @return the remedy, which says that it was not tried
   */
  public static Remedy ofOneLayersRate(String advice, String code) {
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

  /**
   * Tells whether it names a learning rate for the whole network.
   *
   * @return whether {@link #learningRate} is one
   */
  public boolean namesRate() {
    return !Double.isNaN(learningRate);
  }

  /**
   * Gives the same advice with what came of trying it.
   *
   * @param what a sentence
   * @return another remedy
   */
  public Remedy tried(String what) {
    String base = advice.substring(0, advice.length() - tried.length());
    return new Remedy(base + what, code, learningRate, what);
  }
}
