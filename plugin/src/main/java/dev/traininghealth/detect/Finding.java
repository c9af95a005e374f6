package dev.traininghealth.detect;

import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.text.Message;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a detector sees at one iteration.
 *
 * <p>Message and remedies are only evaluated when a diagnosis starts.
 *
 * @param problem the problem
 * @param severity how much harm the problem does
 * @param layer index of the layer; -1 for the whole network
 * @param parameter index of the parameter; -1 for none
 * @param observed the observed value; may be NaN or infinite
 * @param comparison how the value compares with the threshold
 * @param threshold the value that {@code observed} is compared with
 * @param message supplies the finding as a sentence with its numbers
 * @param expiryIterations iterations without another report after which the diagnosis ends, at
 *     least 1
 * @param remedies supplies what to change; empty for the plugin's usual remedies for the problem
 * @param origin the origin of a non-finite value; null for none
 * @param aspect distinguishes findings of one detector, problem and place, each of which is its own
 *     diagnosis; empty if there is only one
 */
public record Finding(
    Problem problem,
    Severity severity,
    int layer,
    int parameter,
    double observed,
    Comparison comparison,
    double threshold,
    Supplier<Message> message,
    int expiryIterations,
    Supplier<List<Remedy>> remedies,
    @Nullable NonFiniteOrigin origin,
    String aspect) {

  /**
   * Default of {@link #expiryIterations()}, in iterations. It covers three evaluations ({@link
   * History#EVALUATION_INTERVAL}), so that two without a report do not end a diagnosis.
   */
  public static final int DEFAULT_EXPIRY_ITERATIONS = 50;

  /** Checks the values. */
  public Finding {
    Objects.requireNonNull(problem, "problem");
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(comparison, "comparison");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(aspect, "aspect");
    if (layer < -1 || parameter < -1) {
      throw new IllegalArgumentException(
          "layer and parameter must be an index or -1, were " + layer + " and " + parameter);
    }
    if (expiryIterations <= 0) {
      throw new IllegalArgumentException("expiryIterations must be > 0, was " + expiryIterations);
    }
    Objects.requireNonNull(remedies, "remedies");
  }

  /**
   * Creates a finding on the whole network with a message for any language. Refine it with the
   * methods below.
   *
   * @param problem the problem
   * @param severity how much harm the problem does
   * @param observed the observed value; may be NaN or infinite
   * @param comparison how the value compares with the threshold
   * @param threshold the value that {@code observed} is compared with
   * @param message supplies the finding as a sentence with its numbers, when a diagnosis starts
   * @return the finding
   */
  public static Finding saying(
      Problem problem,
      Severity severity,
      double observed,
      Comparison comparison,
      double threshold,
      Supplier<Message> message) {
    return new Finding(
        problem,
        severity,
        -1,
        -1,
        observed,
        comparison,
        threshold,
        message,
        DEFAULT_EXPIRY_ITERATIONS,
        List::of,
        null,
        "");
  }

  /**
   * Creates a finding on the whole network with a sentence that is the same in every language.
   * Refine it with the methods below.
   *
   * @param problem the problem
   * @param severity how much harm the problem does
   * @param observed the observed value; may be NaN or infinite
   * @param comparison how the value compares with the threshold
   * @param threshold the value that {@code observed} is compared with
   * @param sentence supplies the finding as a sentence with its numbers, when a diagnosis starts
   * @return the finding
   */
  public static Finding of(
      Problem problem,
      Severity severity,
      double observed,
      Comparison comparison,
      double threshold,
      Supplier<String> sentence) {
    Objects.requireNonNull(sentence, "sentence");
    return saying(
        problem,
        severity,
        observed,
        comparison,
        threshold,
        () -> Message.literal(Objects.requireNonNull(sentence.get(), "the sentence")));
  }

  /**
   * {@return the finding at a layer}
   *
   * @param layer index of the layer
   */
  public Finding inLayer(int layer) {
    return at(layer, -1);
  }

  /**
   * {@return the finding at a parameter}
   *
   * @param layer index of the layer
   * @param parameter index of the parameter; -1 for none
   */
  public Finding at(int layer, int parameter) {
    return with(layer, parameter, expiryIterations, remedies, origin, aspect);
  }

  /**
   * {@return the finding with another expiry}
   *
   * @param iterations iterations without another report after which the diagnosis ends, at least 1
   */
  public Finding expiresAfter(int iterations) {
    return with(layer, parameter, iterations, remedies, origin, aspect);
  }

  /**
   * {@return the finding with its own remedies}
   *
   * @param own what to change, the most promising first
   */
  public Finding withRemedies(List<Remedy> own) {
    List<Remedy> copy = List.copyOf(own);
    return withRemedies(() -> copy);
  }

  /**
   * {@return the finding with its own remedies, created when a diagnosis starts}
   *
   * @param own supplies what to change, the most promising first
   */
  public Finding withRemedies(Supplier<List<Remedy>> own) {
    return with(layer, parameter, expiryIterations, own, origin, aspect);
  }

  /**
   * {@return the finding with the origin of a non-finite value}
   *
   * @param where the origin
   */
  public Finding withOrigin(NonFiniteOrigin where) {
    return with(layer, parameter, expiryIterations, remedies, where, aspect);
  }

  /**
   * Distinguishes this finding from others of the same detector, problem and place.
   *
   * @param which a word that the detector chooses
   * @return the finding with this aspect
   */
  public Finding aspect(String which) {
    return with(layer, parameter, expiryIterations, remedies, origin, which);
  }

  private Finding with(
      int layer,
      int parameter,
      int expiryIterations,
      Supplier<List<Remedy>> remedies,
      @Nullable NonFiniteOrigin origin,
      String aspect) {
    return new Finding(
        problem,
        severity,
        layer,
        parameter,
        observed,
        comparison,
        threshold,
        message,
        expiryIterations,
        remedies,
        origin,
        aspect);
  }
}
