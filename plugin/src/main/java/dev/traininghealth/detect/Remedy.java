package dev.traininghealth.detect;

import dev.traininghealth.text.Message;
import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One change that may solve a problem.
 *
 * @param message what to do and why, for any language
 * @param code the change in DL4J's API, e.g. {@code .updater(new Adam(1e-3))}; empty for none
 * @param learningRate the learning rate that it names for the whole configuration; NaN for none
 * @param outcome result of trying it on copies of the network, or that it was not tried; null if it
 *     cannot be tried
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
   * Creates a remedy in your own words, which are the same in every language. It names no learning
   * rate and is not tried.
   *
   * @param advice what to do and why, as one sentence
   * @param code the change in DL4J's API; empty for none
   */
  public Remedy(String advice, String code) {
    this(Message.literal(advice), code);
  }

  /**
   * Creates a remedy that names no learning rate and is not tried.
   *
   * @param message what to do and why
   * @param code the change in DL4J's API; empty for none
   */
  public Remedy(Message message, String code) {
    this(message, code, Double.NaN, null);
  }

  /**
   * Creates a remedy with a learning rate that has not been tried yet.
   *
   * @param message what to do and why
   * @param code the change in DL4J's API
   * @param rate the learning rate for the whole configuration
   * @return the remedy, marked as not tried
   */
  public static Remedy ofRate(Message message, String code, double rate) {
    return new Remedy(message, code, rate, NOT_TRIED);
  }

  /**
   * Creates a remedy with a learning rate for some parameters only, which trials do not change
   * separately.
   *
   * @param message what to do and why
   * @param code the change in DL4J's API
   * @return the remedy, marked as not tried
   */
  public static Remedy ofOneLayersRate(Message message, String code) {
    return new Remedy(message, code, Double.NaN, NOT_TRIED);
  }

  /** {@return what to do and why, with the result of trying it, for any language} */
  public Message whole() {
    Message tried = outcome;
    return tried == null ? message : message.then(tried);
  }

  /** {@return what to do and why, with the result of trying it, in English} */
  public String advice() {
    return whole().english();
  }

  /**
   * {@return whether it was tried on copies of the network, with the result in {@link #outcome}}
   */
  public boolean isTried() {
    return outcome != null && !outcome.equals(NOT_TRIED);
  }

  /** {@return whether {@link #learningRate} is a learning rate for the whole network} */
  public boolean namesRate() {
    return !Double.isNaN(learningRate);
  }

  /**
   * {@return the same remedy with the result of trying it}
   *
   * @param what one or more sentences
   */
  public Remedy tried(Message what) {
    return new Remedy(message, code, learningRate, what);
  }
}
