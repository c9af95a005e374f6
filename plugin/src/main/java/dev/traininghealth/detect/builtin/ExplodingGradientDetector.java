package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Progress;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.UsualLevel;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NumericLimits;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;
import java.util.List;

/**
 * Detects gradients that are far too large for their layer and their run.
 *
 * <ul>
 *   <li><b>Spike</b>: log ‖g‖ of a layer exceeds the quantile of its {@linkplain
 *       History#gradientLevel usual level} for the false-alarm rate per test, and ‖g‖ is at least
 *       {@value #MIN_SPIKE_FACTOR} times its usual value. WARNING if the score jumps too or the
 *       factor is {@value #HARMFUL_SPIKE_FACTOR}. Else INFO, because a large gradient that does not
 *       change the score does no harm.
 *   <li><b>Growth</b>: WARNING if the usual norm has grown {@value #GROWTH_FACTOR} times since the
 *       start, and the score has risen by three standard errors, but not because the {@linkplain
 *       History#hasObjectiveRisen objective has moved}.
 *   <li><b>Overflow</b>: CRITICAL if the norm exceeds {@link NumericLimits#overflowNorm} of the
 *       parameters' type (1e18 in FLOAT, 1e150 in DOUBLE), even in the first iteration. Squares of
 *       such gradients may be infinite, and Adam, RmsProp, AdaGrad and AMSGrad keep squares in
 *       their state forever. Of several such layers the one nearest to the output is reported,
 *       where the gradient comes from.
 *   <li><b>Source</b>: Pascanu et al. 2013. The scale is logarithmic because the norms have a
 *       power-law tail.
 *   <li><b>Defaults</b>: the quantile has an exponential upper tail, and the false-alarm rate is
 *       split over the layers.
 *   <li><b>When not to use</b>: losses that are deliberately rescaled during the run.
 * </ul>
 */
final class ExplodingGradientDetector implements PluginDetector, Restorable {
  /**
   * Minimum multiple of the usual norm that is a spike. With SGD and the usual update:parameter
   * ratio of 1e-3, the update then has the largest usual ratio, 1e-2. It also keeps small
   * deviations of quiet runs from being a spike.
   */
  private static final double MIN_SPIKE_FACTOR = 10;

  /**
   * Multiple of the usual norm that is harmful whatever the score is. With SGD and the usual ratio
   * of 1e-3, the update is then as large as the weights.
   */
  private static final double HARMFUL_SPIKE_FACTOR = 1000;

  /**
   * Growth of the usual norm since the start. With SGD and the usual ratio of 1e-3 at the start,
   * the mean ratio is then 0.1, which {@link LargeUpdatesDetector} reports.
   */
  private static final double GROWTH_FACTOR = 100;

  /**
   * Standard errors by which the score must have risen. Chance alone exceeds three in one of 740
   * cases, if noise is normal, and the norm must have grown as well.
   */
  private static final double STANDARD_ERRORS = 3;

  /**
   * Singular value above which a matrix is named. He initialization gives a square matrix values up
   * to 2.8.
   */
  private static final double AMPLIFYING_SINGULAR_VALUE = 3;

  private static final double LOG_MIN_SPIKE_FACTOR = Math.log(MIN_SPIKE_FACTOR);
  private static final double LOG_HARMFUL_SPIKE_FACTOR = Math.log(HARMFUL_SPIKE_FACTOR);
  private static final double LOG_GROWTH_FACTOR = Math.log(GROWTH_FACTOR);

  /** Usual log-norm of each layer after the first iterations; NaN for a layer without gradient. */
  private double[] early = {};

  @Override
  public String name() {
    return "exploding-gradient";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.GRADIENTS).atLeast(History.WARM_UP);
  }

  @Override
  public void onGradient(History history, FindingReporter findings) {
    int layers = history.layout().layers().size();
    double logLimit = Math.log(history.layout().limits().maxGradientNorm());
    int overflowing = -1;
    for (int layer = 0; layer < layers; layer++) {
      double log = history.logGradientNorm(layer);
      if (!(log > Double.NEGATIVE_INFINITY && log < Double.POSITIVE_INFINITY)) {
        continue;
      }
      UsualLevel level = history.gradientLevel(layer);
      if (log > logLimit && Math.exp(log) > overflowNorm(history.layout(), layer)) {
        overflowing = layer;
      } else if (level.isWarm() && log > level.location() + LOG_MIN_SPIKE_FACTOR) {
        spike(history, findings, layer, log, level);
      }
    }
    if (overflowing >= 0) {
      // The gradient flows from the output: that of the layers before follows from this one.
      overflow(history, findings, overflowing, history.logGradientNorm(overflowing));
    }
  }

  private static double overflowNorm(NetworkLayout layout, int layer) {
    NetworkLayout.Layer l = layout.layers().get(layer);
    long elements = 0;
    for (int p = l.firstParameter(); p < l.firstParameter() + l.parameterCount(); p++) {
      NetworkLayout.Parameter parameter = layout.parameters().get(p);
      elements += parameter.isTrained() ? parameter.length() : 0;
    }
    return layout.limits().overflowNorm(elements);
  }

  private static void overflow(History history, FindingReporter findings, int layer, double log) {
    double norm = Math.exp(log);
    double limit = overflowNorm(history.layout(), layer);
    Finding finding =
        Finding.saying(
                Problem.EXPLODING_GRADIENT,
                Severity.CRITICAL,
                norm,
                Comparison.ABOVE,
                limit,
                () ->
                    Message.of(
                        "say.exploding_gradient.overflow",
                        LayerText.layer(history.layout(), layer),
                        Argument.number(norm)))
            .at(layer, largestParameter(history, layer))
            .withRemedies(() -> remedies(history));
    findings.report(history.origin() == null ? finding : finding.withOrigin(history.origin()));
  }

  private static void spike(
      History history, FindingReporter findings, int layer, double log, UsualLevel level) {
    double threshold = level.upperQuantile(history.falseAlarmRatePerTest());
    if (log <= threshold) {
      return;
    }
    double score = history.scaled(history.current().score());
    boolean isHarmful =
        log > level.location() + LOG_HARMFUL_SPIKE_FACTOR
            || score > history.scoreLevel().upperQuantile(history.falseAlarmRatePerTest());
    double norm = Math.exp(log);
    double usual = Math.exp(level.location());
    findings.report(
        Finding.saying(
                Problem.EXPLODING_GRADIENT,
                isHarmful ? Severity.WARNING : Severity.INFO,
                norm,
                Comparison.ABOVE,
                Math.exp(threshold),
                () ->
                    withSingularValue(
                        history,
                        Message.of(
                            "say.exploding_gradient.spike",
                            LayerText.layer(history.layout(), layer),
                            Argument.number(norm),
                            Argument.number(norm / usual),
                            Argument.number(usual))))
            .at(layer, largestParameter(history, layer))
            .withRemedies(() -> remedies(history)));
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    long seen = history.iterationsSeen();
    int layers = history.layout().layers().size();
    if (seen == History.START_ITERATIONS) {
      early = new double[layers];
      for (int layer = 0; layer < layers; layer++) {
        UsualLevel level = history.gradientLevel(layer);
        early[layer] = level.count() > 0 ? level.location() : Double.NaN;
      }
    }
    if (seen <= History.START_ITERATIONS || seen % History.EVALUATION_INTERVAL != 0) {
      return;
    }
    Progress progress = history.progress();
    boolean hasRisen =
        progress.isKnown()
            && progress.gain() + STANDARD_ERRORS * progress.gainError() < 0
            && !history.hasObjectiveRisen(progress.start(), progress.recent());
    for (int layer = 0; layer < layers; layer++) {
      UsualLevel level = history.gradientLevel(layer);
      double growth = level.location() - early[layer];
      if (level.isWarm() && growth > LOG_GROWTH_FACTOR && hasRisen) {
        growth(history, findings, layer, growth);
      }
    }
  }

  private static void growth(History history, FindingReporter findings, int layer, double growth) {
    double factor = Math.exp(growth);
    findings.report(
        Finding.saying(
                Problem.EXPLODING_GRADIENT,
                Severity.WARNING,
                factor,
                Comparison.ABOVE,
                GROWTH_FACTOR,
                () ->
                    withSingularValue(
                        history,
                        Message.of(
                            "say.exploding_gradient.growth",
                            LayerText.layer(history.layout(), layer),
                            Argument.number(factor))))
            .inLayer(layer)
            .withRemedies(() -> remedies(history)));
  }

  private static List<Remedy> remedies(History history) {
    return Advice.on(history).againstExplosion().remedies();
  }

  /** Adds the matrix with the largest amplifying singular value, if there is one. */
  private static Message withSingularValue(History history, Message message) {
    Measurement m = history.current();
    int largest = -1;
    for (int p = 0; p < m.parameters(); p++) {
      if (m.largestSingularValue(p) > AMPLIFYING_SINGULAR_VALUE
          && (largest < 0 || m.largestSingularValue(p) > m.largestSingularValue(largest))) {
        largest = p;
      }
    }
    return largest < 0
        ? message
        : message.then(
            Message.of(
                "say.singularValue",
                LayerText.key(history.layout(), largest),
                Argument.number(m.largestSingularValue(largest))));
  }

  /** {@return the parameter of a layer with the largest gradient} */
  private static int largestParameter(History history, int layer) {
    Measurement m = history.current();
    int first = history.layout().layers().get(layer).firstParameter();
    int count = history.layout().layers().get(layer).parameterCount();
    int largest = first;
    for (int p = first + 1; p < first + count; p++) {
      if (m.gradientNorm(p) > m.gradientNorm(largest)) {
        largest = p;
      }
    }
    return largest;
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("early", early);
  }

  @Override
  public void restore(SavedNumbers from) {
    early = from.getDoubles("early");
  }
}
