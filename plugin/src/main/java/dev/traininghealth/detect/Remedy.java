package dev.traininghealth.detect;

import dev.traininghealth.text.Message;
import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing to change.
 *
 * @param message what to do and why, to be written in any language
 * @param code the same in DL4J's API, e.g. {@code .updater(new Adam(1e-3))}; empty where there is
 *     no code for it
 * @param learningRate the learning rate that it names, for all of the user's configuration; NaN if
 *     it names none
 * @param outcome what came of trying that on copies of the network, or that it was not tried; null
 *     if there is nothing to try
 */
public record Remedy(Message message, String code, double learningRate, @Nullable Message outcome)
    implements Serializable {
  @Serial private static final long serialVersionUID = 2L;

  private static final Message NOT_TRIED = Message.of("remedy.notTried");

  /** Checks that nothing is missing. */
  public Remedy {
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(code, "code");
  }

  /**
   * Creates one in your own words, which are the same in every language. It names no learning rate,
   * and is not tried.
   *
   * @param advice what to do and why, one sentence in plain words
   * @param code the same in DL4J's API; empty where there is no code for it
   */
  public Remedy(String advice, String code) {
    this(Message.literal(advice), code);
  }

  /**
   * Creates one that names no learning rate, and is not tried.
   *
   * @param message what to do and why
   * @param code the same in DL4J's API; empty where there is no code for it
   */
  public Remedy(Message message, String code) {
    this(message, code, Double.NaN, null);
  }

  /**
   * Creates one that names a learning rate, which has not been tried yet.
   *
   * @param message what to do and why
   * @param code the same in DL4J's API
   * @param rate the learning rate, for all of the user's configuration
   * @return the remedy, which says that it was not tried
   */
  public static Remedy ofRate(Message message, String code, double rate) {
    return new Remedy(message, code, rate, NOT_TRIED);
  }

  /**
   * Creates one that names the learning rate of some parameters alone, which trials do not change
   * by itself.
   *
   * @param message what to do and why
   * @param code the same in DL4J's API
   * @return the remedy, which says that it was not tried
   */
  public static Remedy ofOneLayersRate(Message message, String code) {
    return new Remedy(message, code, Double.NaN, NOT_TRIED);
  }

  /** {@return what to do and why, and what came of trying it, to be written in any language} */
  public Message whole() {
    Message tried = outcome;
    return tried == null ? message : message.then(tried);
  }

  /** {@return what to do and why, and what came of trying it, in English} */
  public String advice() {
    return whole().english();
  }

  /**
   * Tells whether copies of the network were trained to see what it leads to.
   *
   * @return whether {@link #outcome} says what came of that
   */
  public boolean isTried() {
    return outcome != null && !outcome.equals(NOT_TRIED);
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
   * @param what one or more sentences
   * @return another remedy
   */
  public Remedy tried(Message what) {
    return new Remedy(message, code, learningRate, what);
  }
}
