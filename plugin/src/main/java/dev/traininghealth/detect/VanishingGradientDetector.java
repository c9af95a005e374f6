package dev.traininghealth.detect;

import dev.traininghealth.measure.Measurement;
import dev.traininghealth.measure.NetworkLayout;
import java.io.Serial;
import java.io.Serializable;

/**
 * A gradient that fades on its way from the output to the first layers.
 *
 * <ul>
 *   <li><b>What</b>: the depth profile, the typical log-norm of each layer's weight gradient per
 *       element. What counts is its slope (least squares, factor a layer) and the fall from the
 *       last hidden layer to the first; the output layer is left out, since its loss sets its
 *       scale.
 *   <li><b>Severity</b>: WARNING where the first layers get less than 1 / {@value #FALL} of the
 *       last ones' gradient and the score stands still after {@value #PATIENCE} iterations, or
 *       {@value #SHORT_PATIENCE} where the fall is beyond 1 / {@value #SEVERE_FALL}; INFO where the
 *       network learns all the same, as with Adam, which makes up for small gradients. A network
 *       that has converged has small gradients everywhere, and its score has fallen: neither is
 *       said of it.
 *   <li><b>Cut off</b>: a gradient of exactly 0 in a layer, over {@value #FEWEST_ZERO_EXAMPLES}
 *       examples and {@value #FEWEST_ZERO_ITERATIONS} iterations in a row: WARNING. Behind a
 *       rectified layer it is told as dead units, for that is what stops the gradient.
 *   <li><b>Source</b>: Hochreiter 1991; Glorot and Bengio 2010.
 *   <li><b>When not to use</b>: networks whose first layers are meant to rest.
 * </ul>
 */
final class VanishingGradientDetector implements Detector, Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private static final double FALL = 300;
  private static final double LOG_FALL = Math.log(FALL);
  private static final double SEVERE_FALL = 1e4;
  private static final double LOG_SEVERE_FALL = Math.log(SEVERE_FALL);
  private static final int SHORT_PATIENCE = 30;
  private static final int FEWEST_LAYERS = 3;
  private static final int PATIENCE = 150;
  private static final int LASTING = 200;

  /**
   * One example may well pass no gradient: it takes so many in a row, in two minibatches at least.
   */
  private static final int FEWEST_ZERO_EXAMPLES = 64;

  private static final int FEWEST_ZERO_ITERATIONS = 2;

  /** A score that has fallen by so much is that of a network that has learned. */
  private static final double CONVERGED = 0.5;

  private static final double LOG_NEXT_TO_NOTHING = -15;

  private int zeroIterations;
  private long zeroExamples;

  @Override
  public String name() {
    return "vanishing-gradient";
  }

  @Override
  public void onGradient(History history, Findings findings) {
    int layers = history.layout().layers().size();
    for (int layer = 0; layer < layers; layer++) {
      if (history.logGradientNorm(layer) == Double.NEGATIVE_INFINITY) {
        zeroIterations++;
        zeroExamples += history.now().batchSize;
        if (zeroIterations >= FEWEST_ZERO_ITERATIONS && zeroExamples >= FEWEST_ZERO_EXAMPLES) {
          zero(history, findings, layer);
        }
        return;
      }
    }
    zeroIterations = 0;
    zeroExamples = 0;
  }

  private static void zero(History history, Findings findings, int layer) {
    int last = layer;
    int layers = history.layout().layers().size();
    boolean someFlows = false;
    for (int l = layer + 1; l < layers; l++) {
      double log = history.logGradientNorm(l);
      if (log == Double.NEGATIVE_INFINITY) {
        last = l;
      } else if (!Double.isNaN(log)) {
        someFlows = true;
      }
    }
    RobustLevel level = history.gradientLevel(layer);
    boolean fadedAway = level.isWarm() && level.location() < LOG_NEXT_TO_NOTHING;
    if (!someFlows && (fadedAway || history.progress().hasFallenBy(CONVERGED))) {
      return; // the loss itself has no slope any more: the network is right about every example
    }
    int from = layer;
    int to = last;
    boolean dead = DeadReluDetector.isRectified(history.layout().layers().get(last));
    findings.report(
        Finding.of(
                dead ? Problem.DEAD_RELU : Problem.VANISHING,
                Severity.WARNING,
                0,
                Comparison.EQUAL,
                0,
                () ->
                    to > from
                        ? "The gradients of "
                            + Words.layers(history.layout(), from, to)
                            + " are exactly 0"
                            + (dead ? ", since all units after them are at zero" : "")
                            + ": these layers learn nothing."
                        : "The gradient of "
                            + Words.layer(history.layout(), from)
                            + " is exactly 0"
                            + (dead ? ", since all units after it are at zero" : "")
                            + ": this layer learns nothing.")
            .inLayer(dead ? last : layer));
  }

  @Override
  public void onUpdate(History history, Findings findings) {
    if (history.seen() < RobustLevel.WARM_UP || history.seen() % History.EVERY != 0) {
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
    if (n < FEWEST_LAYERS) {
      return;
    }
    double slope = (n * sumXy - sumX * sumY) / (n * sumXx - sumX * sumX);
    double fall = lastLog - firstLog;
    if (slope > 0 && fall > LOG_FALL && slope * (n - 1) > 0.6 * LOG_FALL) {
      report(history, findings, first, last, slope, fall);
    }
  }

  private static void report(
      History history, Findings findings, int first, int last, double slope, double fall) {
    boolean harm = history.standsStill(fall > LOG_SEVERE_FALL ? SHORT_PATIENCE : PATIENCE);
    double share = Math.exp(-fall);
    findings.report(
        Finding.of(
                Problem.VANISHING,
                harm ? Severity.WARNING : Severity.INFO,
                share,
                Comparison.BELOW,
                1 / FALL,
                () ->
                    "The gradient fades by a factor of "
                        + Words.number(Math.exp(slope))
                        + " from layer to layer on its way back: "
                        + Words.layer(history.layout(), first)
                        + " gets "
                        + Words.number(share)
                        + " of what "
                        + Words.layer(history.layout(), last)
                        + " gets"
                        + singularValues(history)
                        + (harm ? ", and the score stands still." : "."))
            .inLayer(first)
            .lasting(LASTING));
  }

  private static String singularValues(History history) {
    Measurement m = history.now();
    int smallest = -1;
    for (int p = 0; p < m.largestSingularValue.length; p++) {
      double value = m.largestSingularValue[p];
      if (value < 1 && (smallest < 0 || value < m.largestSingularValue[smallest])) {
        smallest = p;
      }
    }
    return smallest < 0
        ? ""
        : "; the largest singular value of "
            + history.layout().parameters().get(smallest).key()
            + " is "
            + Words.number(m.largestSingularValue[smallest]);
  }

  /** Typical log-norm of a layer's gradient per weight, or NaN for a layer without weights. */
  private static double typicalLog(History history, int layer) {
    NetworkLayout layout = history.layout();
    NetworkLayout.Layer l = layout.layers().get(layer);
    RobustLevel level = history.gradientLevel(layer);
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
}
