package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.NonFiniteOrigin.Place;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Detects NaN or Infinity in the iteration in which it arises, before the update, with its origin.
 *
 * <ul>
 *   <li><b>What</b>: the score and all gradients at each iteration, weights and updates when they
 *       are measured. A finite L2 norm proves that all elements are finite, so nothing else is read
 *       in a healthy iteration.
 *   <li><b>Origin</b>: the {@link NonFiniteOrigin}, which is searched along the iteration from the
 *       data to the gradient.
 *   <li><b>Severity</b>: CRITICAL. DL4J's next update writes NaN into every weight that the
 *       gradient reaches, and later minibatches cannot repair it.
 *   <li><b>Source</b>: the floating-point standard IEEE 754, by which NaN and Infinity propagate.
 *   <li><b>Defaults</b>: consecutive non-finite iterations are one diagnosis, which ends with the
 *       second finite iteration.
 *   <li><b>False alarms</b>: none, because it is not a statistical test.
 *   <li><b>When not to use</b>: a network that uses Infinity deliberately.
 * </ul>
 */
final class NonFiniteDetector implements PluginDetector, Restorable {
  /**
   * Iterations without a report. Consecutive non-finite iterations are one diagnosis, which ends
   * with the second finite one.
   */
  private static final int EXPIRY_ITERATIONS = 1;

  /**
   * Iterations without a report of a weight. Weights are measured at least at every tenth
   * iteration, so that one measurement may be missing.
   */
  private static final int EXPIRY_ITERATIONS_OF_WEIGHTS = 20;

  /**
   * Maximum number of rows that a message lists, so that it remains one line of a log. The number
   * of further rows follows.
   */
  private static final int MAX_NAMED_EXAMPLES = 8;

  /**
   * Magnitude above which a message names the largest feature as a possible cause. Pixels up to 255
   * that were not normalized are below it.
   */
  private static final double LARGE_FEATURE = 1e3;

  private static final String GRADIENT = "say.non_finite.seen.gradient";
  private static final String SCORE = "say.non_finite.seen.score";
  private static final String WEIGHT = "say.non_finite.seen.weight";
  private static final String UPDATE = "say.non_finite.seen.update";

  /** Message keys of non-finite values. Their index is saved. */
  private static final List<String> SAVED = List.of(GRADIENT, SCORE, WEIGHT, UPDATE);

  /** The first non-finite value of consecutive non-finite iterations; null for none. */
  private @Nullable Seen current;

  private long reportedAt = Long.MIN_VALUE;

  /** A non-finite value with all that is needed to report it again. */
  private record Seen(
      int parameter, double value, String what, int expiry, @Nullable NonFiniteOrigin origin) {
    Finding finding(History history) {
      NetworkLayout layout = history.layout();
      int layer = parameter < 0 ? -1 : layout.parameters().get(parameter).layer();
      int at = parameter;
      if (origin != null && origin.layer() >= 0) {
        layer = origin.layer();
        at = origin.parameter();
      }
      Finding finding =
          Finding.saying(
                  Problem.NON_FINITE,
                  Severity.CRITICAL,
                  value,
                  Comparison.NOT_FINITE,
                  Double.MAX_VALUE,
                  () -> sentence(layout, origin, parameter, value, what))
              .at(layer, at)
              .expiresAfter(expiry)
              .withRemedies(() -> Advice.on(history).againstNonFinite(origin).remedies());
      return origin == null ? finding : finding.withOrigin(origin);
    }
  }

  private static final List<Place> PLACES = List.of(Place.values());

  @Override
  public String name() {
    return "non-finite";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.SCORE, Evidence.GRADIENTS);
  }

  @Override
  public void onGradient(History history, FindingReporter findings) {
    Measurement m = history.current();
    int parameter = firstGradient(m);
    if (parameter >= 0) {
      report(history, findings, parameter, m.gradientNorm(parameter), GRADIENT, EXPIRY_ITERATIONS);
    } else if (!Double.isFinite(m.score())) {
      report(history, findings, -1, m.score(), SCORE, EXPIRY_ITERATIONS);
    }
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    Measurement m = history.current();
    if (m.weightIteration() != m.iteration()) {
      return;
    }
    int update = firstUpdate(m);
    int weight = firstWeight(m);
    if (weight >= 0) {
      report(history, findings, weight, m.weightNorm(weight), WEIGHT, EXPIRY_ITERATIONS_OF_WEIGHTS);
    } else if (update >= 0) {
      report(history, findings, update, m.updateNorm(update), UPDATE, EXPIRY_ITERATIONS);
    }
  }

  private void report(
      History history,
      FindingReporter findings,
      int parameter,
      double value,
      String what,
      int expiry) {
    long iteration = history.current().iteration();
    Seen seen = current;
    // After a restart from these statistics the iteration may be an earlier one.
    boolean continues =
        seen != null && iteration >= reportedAt && iteration - reportedAt <= seen.expiry;
    reportedAt = iteration;
    if (seen == null || !continues) {
      seen = new Seen(parameter, value, what, expiry, history.origin());
      current = seen;
    }
    findings.report(seen.finding(history));
  }

  private static Message sentence(
      NetworkLayout layout,
      @Nullable NonFiniteOrigin origin,
      int parameter,
      double value,
      String what) {
    Message seen =
        parameter < 0
            ? Message.of(what, Argument.number(value))
            : Message.of(
                what,
                Argument.number(value),
                LayerText.key(layout, parameter),
                LayerText.layerOf(layout, parameter));
    if (origin == null) {
      return seen;
    }
    List<Message> sentences = new ArrayList<>();
    sentences.add(first(layout, origin));
    boolean ofStep = origin.place() == Place.UPDATE || origin.place() == Place.WEIGHT;
    if (ofStep && layout.isEpsilonLost(origin.parameter())) {
      sentences.add(lostEpsilon(layout, origin.layer()));
    }
    if (origin.activationsUnseen()) {
      sentences.add(Message.of("say.non_finite.activationsUnseen"));
    } else if (origin.place() == Place.SCORE) {
      sentences.add(Message.of("say.non_finite.activationsFinite"));
    }
    if (origin.exampleCount() > 0) {
      sentences.add(Message.of("say.non_finite.rows", examples(origin)));
    }
    if (origin.place() == Place.ACTIVATION && origin.overflow()) {
      sentences.add(Message.of("origin.overflow"));
    }
    if (origin.largestFeature() > LARGE_FEATURE) {
      sentences.add(
          Message.of("say.non_finite.largestFeature", Argument.number(origin.largestFeature())));
    }
    boolean namedAlready =
        switch (origin.place()) {
          case FEATURES, LABELS, ACTIVATION -> false;
          case GRADIENT -> origin.count() > 0;
          case SCORE, WEIGHT, UPDATE -> true;
        };
    if (!namedAlready) {
      sentences.add(seen);
    }
    return Message.sentences(sentences);
  }

  /** {@return the message about the origin} */
  private static Message first(NetworkLayout layout, NonFiniteOrigin origin) {
    Argument count = Argument.count(origin.count());
    boolean tooLarge = origin.count() == 0;
    return switch (origin.place()) {
      case FEATURES ->
          tooLarge
              ? Message.of("say.non_finite.featuresTooLarge")
              : Message.of("say.non_finite.features", count);
      case LABELS ->
          tooLarge
              ? Message.of("say.non_finite.labelsTooLarge")
              : origin.layer() < 0
                  ? Message.of("say.non_finite.labels", count)
                  : Message.of(
                      "say.non_finite.labelsOf", count, LayerText.layer(layout, origin.layer()));
      case WEIGHT -> ofParameter("say.non_finite.weights", layout, origin);
      case ACTIVATION ->
          Message.of("say.non_finite.activations", LayerText.layer(layout, origin.layer()));
      case SCORE -> Message.of("say.non_finite.score");
      case GRADIENT ->
          ofParameter(
              tooLarge ? "say.non_finite.gradientTooLarge" : "say.non_finite.gradient",
              layout,
              origin);
      case UPDATE ->
          ofParameter(
              layout.isEpsilonLost(origin.parameter())
                  ? "say.non_finite.updateWithoutEpsilon"
                  : "say.non_finite.update",
              layout,
              origin);
    };
  }

  /** {@return the message that the number which an updater adds to its denominator is 0} */
  private static Message lostEpsilon(NetworkLayout layout, int layer) {
    NetworkLayout.Configuration configuration = layout.layers().get(layer).configuration();
    return Message.of(
        "say.non_finite.epsilon",
        Argument.text(configuration.updater()),
        Argument.number(configuration.epsilon()));
  }

  private static Message ofParameter(String key, NetworkLayout layout, NonFiniteOrigin origin) {
    return Message.of(
        key,
        LayerText.key(layout, origin.parameter()),
        LayerText.layerOf(layout, origin.parameter()),
        Argument.count(origin.count()));
  }

  private static Argument examples(NonFiniteOrigin origin) {
    List<Argument> named = new ArrayList<>();
    origin.examples().stream().limit(MAX_NAMED_EXAMPLES).forEach(e -> named.add(Argument.count(e)));
    int more = origin.exampleCount() - named.size();
    if (more > 0) {
      named.add(Argument.phrase("count.more", Argument.count(more)));
    }
    return new Argument.Listing(named);
  }

  // Three loops, because method references would allocate objects at every iteration.

  /** {@return the first parameter in forward order with a non-finite gradient, or -1} */
  private static int firstGradient(Measurement m) {
    for (int p = 0; p < m.parameters(); p++) {
      if (isNonFinite(m.gradientNorm(p))) {
        return p;
      }
    }
    return -1;
  }

  /** {@return the first parameter in forward order with a non-finite update, or -1} */
  private static int firstUpdate(Measurement m) {
    for (int p = 0; p < m.parameters(); p++) {
      if (isNonFinite(m.updateNorm(p))) {
        return p;
      }
    }
    return -1;
  }

  /** {@return the first parameter in forward order with a non-finite weight, or -1} */
  private static int firstWeight(Measurement m) {
    for (int p = 0; p < m.parameters(); p++) {
      if (isNonFinite(m.weightNorm(p))) {
        return p;
      }
    }
    return -1;
  }

  private static boolean isNonFinite(double norm) {
    return !(Math.abs(norm) <= Double.MAX_VALUE) && !Measurement.isAbsent(norm);
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("reportedAt", reportedAt);
    Seen seen = current;
    if (seen != null) {
      SavedNumbers numbers =
          new SavedNumbers()
              .put("parameter", seen.parameter)
              .put("value", seen.value)
              .put("what", SAVED.indexOf(seen.what))
              .put("expiry", seen.expiry);
      if (seen.origin != null) {
        numbers.put("origin", saved(seen.origin));
      }
      to.put("current", numbers);
    }
  }

  private static SavedNumbers saved(NonFiniteOrigin origin) {
    return new SavedNumbers()
        .put("place", PLACES.indexOf(origin.place()))
        .put("layer", origin.layer())
        .put("parameter", origin.parameter())
        .put("count", origin.count())
        .put("examples", origin.examples().stream().mapToInt(Integer::intValue).toArray())
        .put("exampleCount", origin.exampleCount())
        .put("overflow", origin.overflow())
        .put("largestFeature", origin.largestFeature())
        .put("activationsUnseen", origin.activationsUnseen());
  }

  @Override
  public void restore(SavedNumbers from) {
    Seen seen = null;
    if (from.has("current")) {
      SavedNumbers numbers = from.getSection("current");
      seen =
          new Seen(
              numbers.getInt("parameter", -1, Integer.MAX_VALUE),
              numbers.getDouble("value"),
              SAVED.get(numbers.getInt("what", 0, SAVED.size() - 1)),
              numbers.getInt("expiry", 0, EXPIRY_ITERATIONS_OF_WEIGHTS),
              numbers.has("origin") ? origin(numbers.getSection("origin")) : null);
    }
    reportedAt = from.getLong("reportedAt");
    current = seen;
  }

  private static NonFiniteOrigin origin(SavedNumbers numbers) {
    return new NonFiniteOrigin(
        PLACES.get(numbers.getInt("place", 0, PLACES.size() - 1)),
        numbers.getInt("layer", -1, Integer.MAX_VALUE),
        numbers.getInt("parameter", -1, Integer.MAX_VALUE),
        numbers.getLong("count"),
        Arrays.stream(numbers.getInts("examples")).boxed().toList(),
        numbers.getInt("exampleCount", 0, Integer.MAX_VALUE),
        numbers.getBoolean("overflow"),
        numbers.getDouble("largestFeature"),
        numbers.has("activationsUnseen") && numbers.getBoolean("activationsUnseen"));
  }
}
