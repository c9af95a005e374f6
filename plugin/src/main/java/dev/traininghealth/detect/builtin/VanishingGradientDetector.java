package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PeriodicDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Progress;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.UsualLevel;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.detect.fit.GradientFall;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Detects a gradient that becomes ever smaller from the output to the first layers.
 *
 * <ul>
 *   <li><b>What</b>: the depth profile, the usual log-norm of each hidden layer's weight gradient
 *       per element, and the mean of layers of equal {@linkplain NetworkLayout.Layer#depth depth}.
 *       It must fall from the deepest to the first layers by {@value GradientFall#MIN_FACTOR}, and
 *       its least-squares line by {@value #MIN_LINE_SHARE} times that logarithm. Output layers are
 *       left out, because their loss determines their scale.
 *   <li><b>Severity</b>: WARNING if the network is {@linkplain History#isStagnant stagnant} after
 *       {@value #PATIENCE} iterations, or after {@value #SHORT_PATIENCE} if the fall exceeds
 *       {@value #SEVERE_FALL_FACTOR}. WARNING also if noise hides whether it is stagnant, but the
 *       score is that of a constant prediction and the update:parameter ratio of the first layer is
 *       below {@value #FROZEN_RATIO}, because it cannot learn at that pace. INFO if it learns
 *       nevertheless, as with Adam, which compensates for small gradients.
 *   <li><b>Zero gradient</b>: WARNING if the gradient of a layer is exactly 0 over {@value
 *       ZeroGradients#MIN_EXAMPLES} examples and {@value ZeroGradients#MIN_ITERATIONS} consecutive
 *       iterations. Before rectified units, {@link DeadReluDetector} reports it instead, and from a
 *       bounded output on, {@link SaturationDetector}.
 *   <li><b>Source</b>: Hochreiter 1991; Glorot and Bengio 2010.
 *   <li><b>Defaults</b>: hidden layers of at least {@value GradientFall#MIN_LAYERS} depths. A
 *       converged network has small gradients in all layers, which is no fall with depth.
 *   <li><b>When not to use</b>: networks whose first layers are not meant to learn.
 * </ul>
 */
final class VanishingGradientDetector implements PeriodicDetector, Restorable {
  private static final double LOG_FALL_FACTOR = Math.log(GradientFall.MIN_FACTOR);

  /**
   * Share of the logarithm of the fall that the least-squares line must have. If only the first of
   * n layers is low, the line has 6 (n − 1) / (n² + n) of its fall: 0.58 for 8.
   */
  private static final double MIN_LINE_SHARE = 0.6;

  /**
   * Factor that needs less patience. If the last layer's update:parameter ratio is the usual 1e-3,
   * SGD gives the first layer 1e-7. FLOAT numbers are 1.2e-7 apart, so that most of its updates are
   * lost.
   */
  private static final double SEVERE_FALL_FACTOR = 1e4;

  private static final double LOG_SEVERE_FALL_FACTOR = Math.log(SEVERE_FALL_FACTOR);

  /**
   * Iterations before a severe fall is a WARNING. The next evaluation is the first after the start
   * score is final. Chosen on the fault corpus: a larger one delays the alarm.
   */
  private static final int SHORT_PATIENCE = 30;

  /**
   * Iterations before a fall is a WARNING. Checked on the fault corpus; the package describes a
   * shorter and a longer one.
   */
  private static final int PATIENCE = 150;

  /**
   * Update:parameter ratio below which a layer hardly changes, a tenth of the smallest usual one: a
   * thousand such updates change its weights by at most 1 %.
   */
  private static final double FROZEN_RATIO = 1e-5;

  /**
   * Iterations without a report: 12 evaluations, in which most of the usual level of {@link
   * History#gradientLevel} is replaced. Checked on the fault corpus.
   */
  private static final int EXPIRY_ITERATIONS = 200;

  private final ZeroGradients zeros = new ZeroGradients();

  /** Null before the first evaluation. */
  private @Nullable DepthProfile profile;

  @Override
  public String name() {
    return "vanishing-gradient";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    long depths =
        layout.layers().stream()
            .filter(layer -> layer.parameterCount() > 0 && !layer.configuration().isOutput())
            .mapToInt(NetworkLayout.Layer::depth)
            .distinct()
            .count();
    return depths >= GradientFall.MIN_LAYERS
        ? Requirement.of(Evidence.GRADIENTS).atLeast(PATIENCE)
        : Requirement.notApplicable(
            Message.of("say.check.shallow", Argument.count(GradientFall.MIN_LAYERS)));
  }

  @Override
  public void onGradient(History history, FindingReporter findings) {
    NetworkLayout layout = history.layout();
    if (zeros.observe(history)
        && !zeros.isBehindRectified(layout)
        && !zeros.isBehindSaturatedOutput(layout)) {
      int first = zeros.first();
      boolean wasLost = zeros.wasLost(history);
      findings.report(
          zeros
              .finding(layout, Problem.VANISHING_GRADIENT, "")
              .inLayer(first)
              .withRemedies(
                  () ->
                      wasLost
                          ? Advice.on(history).againstLostGradient(first).remedies()
                          : remedies(history, first)));
    }
  }

  @Override
  public void evaluate(History history, FindingReporter findings) {
    if (history.iterationsSeen() < History.WARM_UP) {
      return;
    }
    DepthProfile profile = profile(history);
    double fall = profile.fall();
    if (profile.depths() >= GradientFall.MIN_LAYERS
        && fall > LOG_FALL_FACTOR
        && profile.slope() * (profile.depths() - 1) > MIN_LINE_SHARE * LOG_FALL_FACTOR) {
      report(history, findings, profile);
    }
  }

  private DepthProfile profile(History history) {
    NetworkLayout layout = history.layout();
    DepthProfile p = profile;
    if (p == null) {
      p = new DepthProfile(layout);
      profile = p;
    }
    p.clear();
    for (int l = 0; l < layout.layers().size(); l++) {
      if (!layout.layers().get(l).configuration().isOutput()) {
        p.add(l, typicalLog(history, l));
      }
    }
    return p;
  }

  private static void report(History history, FindingReporter findings, DepthProfile profile) {
    int first = profile.first();
    int last = profile.last();
    double slope = profile.slope();
    double fall = profile.fall();
    boolean isHarmful =
        history.isStagnant(fall > LOG_SEVERE_FALL_FACTOR ? SHORT_PATIENCE : PATIENCE)
            || isStuck(history, first);
    double share = Math.exp(-fall);
    findings.report(
        Finding.saying(
                Problem.VANISHING_GRADIENT,
                isHarmful ? Severity.WARNING : Severity.INFO,
                share,
                Comparison.BELOW,
                1 / GradientFall.MIN_FACTOR,
                () -> {
                  Message fades =
                      withSingularValue(
                          history,
                          Message.of(
                              "say.vanishing_gradient.fades",
                              Argument.number(Math.exp(slope)),
                              LayerText.layer(history.layout(), first),
                              Argument.number(share),
                              LayerText.layer(history.layout(), last)));
                  return isHarmful ? fades.then(Message.of("say.stagnant")) : fades;
                })
            .inLayer(first)
            .expiresAfter(EXPIRY_ITERATIONS)
            .withRemedies(() -> remedies(history, first)));
  }

  /**
   * {@return whether a layer hardly changes, and the network is as good as a constant prediction
   * without a trend}
   */
  private static boolean isStuck(History history, int layer) {
    Progress progress = history.progress();
    return history.iterationsSeen() >= PATIENCE
        && progress.isKnown()
        && !progress.hasTrend()
        && progress.recent() > (1 - History.MIN_RELATIVE_GAIN) * history.constantPredictionScore()
        && ratio(history, layer) < FROZEN_RATIO;
  }

  /** {@return the largest update:parameter ratio of a layer's matrices; NaN if it is unknown} */
  private static double ratio(History history, int layer) {
    NetworkLayout layout = history.layout();
    NetworkLayout.Layer l = layout.layers().get(layer);
    double largest = Double.NaN;
    for (int p = l.firstParameter(); p < l.firstParameter() + l.parameterCount(); p++) {
      double ratio = history.current().updateNorm(p) / history.current().weightNorm(p);
      if (layout.parameters().get(p).role().isMatrix() && !(ratio <= largest)) {
        largest = ratio;
      }
    }
    return largest;
  }

  private static List<Remedy> remedies(History history, int layer) {
    return Advice.on(history).againstVanishing(layer).remedies();
  }

  /**
   * Adds the matrix whose largest singular value is smallest, if it is below 1 and thus attenuates
   * the signal.
   */
  private static Message withSingularValue(History history, Message message) {
    Measurement m = history.current();
    int smallest = -1;
    for (int p = 0; p < m.parameters(); p++) {
      double value = m.largestSingularValue(p);
      if (value < 1 && (smallest < 0 || value < m.largestSingularValue(smallest))) {
        smallest = p;
      }
    }
    return smallest < 0
        ? message
        : message.then(
            Message.of(
                "say.singularValue",
                LayerText.key(history.layout(), smallest),
                Argument.number(m.largestSingularValue(smallest))));
  }

  /**
   * {@return the usual log-norm of a layer's gradient per weight, or NaN for a layer without
   * weights}
   */
  private static double typicalLog(History history, int layer) {
    NetworkLayout layout = history.layout();
    NetworkLayout.Layer l = layout.layers().get(layer);
    UsualLevel level = history.gradientLevel(layer);
    if (l.frozen() || level.count() == 0) {
      return Double.NaN;
    }
    long weights = 0;
    for (int p = l.firstParameter(); p < l.firstParameter() + l.parameterCount(); p++) {
      if (layout.parameters().get(p).role().isMatrix()) {
        weights += layout.parameters().get(p).length();
      }
    }
    return weights == 0 ? Double.NaN : level.location() - 0.5 * Math.log((double) weights);
  }

  @Override
  public void save(SavedNumbers to) {
    zeros.save(to);
  }

  @Override
  public void restore(SavedNumbers from) {
    zeros.restore(from);
  }
}
