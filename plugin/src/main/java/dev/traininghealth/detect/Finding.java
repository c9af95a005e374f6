package dev.traininghealth.detect;

import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.text.Message;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a detector sees at one iteration. The sentence is only asked for when a diagnosis starts.
 *
 * @param problem what is wrong
 * @param severity how much harm it does
 * @param layer index of the layer, or -1 for the whole network
 * @param parameter index of the parameter, or -1
 * @param observed the value that shows it
 * @param comparison how the value stands to the threshold
 * @param threshold what the value is compared with
 * @param message the finding in words, with its numbers; asked for when a diagnosis starts
 * @param expiryIterations iterations without another report after which the diagnosis ends
 * @param remedies what to change, asked for when a diagnosis starts; empty for those that the
 *     plugin knows for the problem
 * @param origin where the first non-finite value was found, or null
 * @param aspect tells findings of one detector, problem and place apart, each of which is a
 *     diagnosis of its own; empty for the only one
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

  /** Default of {@link #expiryIterations()}: what is not seen for so many iterations is over. */
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
   * Creates a finding on the whole network that is written in any language, to be refined by the
   * methods below.
   *
   * @param problem what is wrong
   * @param severity how much harm it does
   * @param observed the value that shows it
   * @param comparison how the value stands to the threshold
   * @param threshold what the value is compared with
   * @param message the finding in words, with its numbers; asked for when a diagnosis starts
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
   * Creates a finding on the whole network with a sentence of your own, to be refined by the
   * methods below. The sentence is the same in every language.
   *
   * @param problem what is wrong
   * @param severity how much harm it does
   * @param observed the value that shows it
   * @param comparison how the value stands to the threshold
   * @param threshold what the value is compared with
   * @param sentence the finding in words, with its numbers; asked for when a diagnosis starts
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
   * Places it in a layer.
   *
   * @param layer index of the layer
   * @return the finding, placed
   */
  public Finding inLayer(int layer) {
    return at(layer, -1);
  }

  /**
   * Places it in a parameter.
   *
   * @param layer index of the layer
   * @param parameter index of the parameter
   * @return the finding, placed
   */
  public Finding at(int layer, int parameter) {
    return with(layer, parameter, expiryIterations, remedies, origin, aspect);
  }

  /**
   * Says when it is over.
   *
   * @param iterations without another report
   * @return the finding, expiring then
   */
  public Finding expiresAfter(int iterations) {
    return with(layer, parameter, iterations, remedies, origin, aspect);
  }

  /**
   * Brings remedies of its own.
   *
   * @param own what to change, the most promising first
   * @return the finding with these remedies
   */
  public Finding withRemedies(List<Remedy> own) {
    List<Remedy> copy = List.copyOf(own);
    return withRemedies(() -> copy);
  }

  /**
   * Brings remedies of its own, made when a diagnosis starts.
   *
   * @param own gives what to change, the most promising first
   * @return the finding with these remedies
   */
  public Finding withRemedies(Supplier<List<Remedy>> own) {
    return with(layer, parameter, expiryIterations, own, origin, aspect);
  }

  /**
   * Says where the first non-finite value was found.
   *
   * @param where it was found
   * @return the finding with this origin
   */
  public Finding withOrigin(NonFiniteOrigin where) {
    return with(layer, parameter, expiryIterations, remedies, where, aspect);
  }

  /**
   * Says which of several findings of this detector about this problem at this place it is.
   *
   * @param which a word of the detector's own
   * @return the finding, told apart
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
