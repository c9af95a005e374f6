package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.UsualLevel;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;
import java.util.List;

/**
 * A gradient that fades on its way from the output to the first layers.
 *
 * <ul>
 *   <li><b>What</b>: the depth profile, the typical log-norm of each layer's weight gradient per
 *       element. What counts is its slope (least squares, factor a layer) and the fall from the
 *       last hidden layer to the first; the output layer is left out, since its loss sets its
 *       scale.
 *   <li><b>Severity</b>: WARNING where the first layers get less than 1 / {@value #FALL_FACTOR} of
 *       the last ones' gradient and the score stands still after {@value #PATIENCE} iterations, or
 *       {@value #SHORT_PATIENCE} where the fall is beyond 1 / {@value #SEVERE_FALL_FACTOR}; INFO
 *       where the network learns all the same, as with Adam, which makes up for small gradients. A
 *       network that has converged has small gradients everywhere, and its score has fallen:
 *       neither is said of it.
 *   <li><b>Cut off</b>: a gradient of exactly 0 in a layer, over {@value
 *       ZeroGradients#MIN_EXAMPLES} examples and {@value ZeroGradients#MIN_ITERATIONS} iterations
 *       in a row: WARNING. Behind a layer of rectified units it is {@link DeadReluDetector}'s
 *       alone.
 *   <li><b>Source</b>: Hochreiter 1991; Glorot and Bengio 2010.
 *   <li><b>When not to use</b>: networks whose first layers are meant to rest.
 * </ul>
 */
final class VanishingGradientDetector implements PluginDetector, Restorable {
  private static final double FALL_FACTOR = 300;
  private static final double LOG_FALL_FACTOR = Math.log(FALL_FACTOR);
  private static final double SEVERE_FALL_FACTOR = 1e4;
  private static final double LOG_SEVERE_FALL_FACTOR = Math.log(SEVERE_FALL_FACTOR);
  private static final int SHORT_PATIENCE = 30;
  private static final int MIN_LAYERS = 3;
  private static final int PATIENCE = 150;
  private static final int EXPIRY_ITERATIONS = 200;

  private final ZeroGradients zeros = new ZeroGradients();

  @Override
  public String name() {
    return "vanishing-gradient";
  }

  @Override
  public void onGradient(History history, FindingReporter findings) {
    NetworkLayout layout = history.layout();
    if (zeros.observe(history) && !zeros.isBehindRectified(layout)) {
      int first = zeros.first();
      findings.report(
          zeros
              .finding(layout, Problem.VANISHING_GRADIENT, false)
              .inLayer(first)
              .withRemedies(() -> remedies(history, first)));
    }
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    if (history.iterationsSeen() < History.WARM_UP
        || history.iterationsSeen() % History.EVALUATION_INTERVAL != 0) {
      return;
    }
    NetworkLayout layout = history.layout();
    int first = -1;
    int last = -1;
    int n = 0;
    double sumX = 0;
    double sumY = 0;
    double sumXx = 0;
    double sumXy = 0;
    double firstLog = 0;
    double lastLog = 0;
    for (int l = 0; l < layout.layers().size(); l++) {
      double log = typicalLog(history, l);
      if (Double.isNaN(log) || layout.layers().get(l).configuration().isOutput()) {
        continue;
      }
      if (first < 0) {
        first = l;
        firstLog = log;
      }
      last = l;
      lastLog = log;
      sumX += n;
      sumXx += (double) n * n;
      sumY += log;
      sumXy += n * log;
      n++;
    }
    if (n < MIN_LAYERS) {
      return;
    }
    double slope = (n * sumXy - sumX * sumY) / (n * sumXx - sumX * sumX);
    double fall = lastLog - firstLog;
    if (slope > 0 && fall > LOG_FALL_FACTOR && slope * (n - 1) > 0.6 * LOG_FALL_FACTOR) {
      report(history, findings, first, last, slope, fall);
    }
  }

  private static void report(
      History history, FindingReporter findings, int first, int last, double slope, double fall) {
    boolean harm = history.isStagnant(fall > LOG_SEVERE_FALL_FACTOR ? SHORT_PATIENCE : PATIENCE);
    double share = Math.exp(-fall);
    findings.report(
        Finding.saying(
                Problem.VANISHING_GRADIENT,
                harm ? Severity.WARNING : Severity.INFO,
                share,
                Comparison.BELOW,
                1 / FALL_FACTOR,
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
                  return harm ? fades.then(Message.of("say.stagnant")) : fades;
                })
            .inLayer(first)
            .expiresAfter(EXPIRY_ITERATIONS)
            .withRemedies(() -> remedies(history, first)));
  }

  private static List<Remedy> remedies(History history, int layer) {
    return Advice.on(history).againstVanishing(layer).remedies();
  }

  /** Adds the matrix that passes the least of the signal, if one passes less than all. */
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

  /** Typical log-norm of a layer's gradient per weight, or NaN for a layer without weights. */
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
