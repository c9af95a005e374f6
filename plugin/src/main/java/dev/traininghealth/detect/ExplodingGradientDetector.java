package dev.traininghealth.detect;

import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NumericLimits;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;

/**
 * Gradients that are far too large, for their layer and their run.
 *
 * <ul>
 *   <li><b>Spike</b>: log ‖g‖ of a layer above what its own history exceeds by chance (exponential
 *       upper tail, the rate split over layers), and at least {@value #SMALLEST_SPIKE} times its
 *       usual norm. WARNING where the score jumps with it or the factor is {@value #LARGE_SPIKE},
 *       else INFO: one large gradient that leaves the score where it is does no harm.
 *   <li><b>Growth</b>: the usual norm has grown {@value #GROWTH} times since the start, and the
 *       score has risen beyond doubt.
 *   <li><b>Overflow ahead</b>: a norm above {@link NumericLimits#overflowNorm} of the parameters'
 *       type (1e18 in FLOAT, 1e150 in DOUBLE) is CRITICAL at once, also in the first iteration:
 *       squares of such gradients may be infinite, and Adam, RmsProp, AdaGrad and AMSGrad keep
 *       squares in their state for ever.
 *   <li><b>Source</b>: Pascanu et al. 2013; log scale since the norms' tail is a power law.
 *   <li><b>When not to use</b>: losses that are rescaled on purpose while training.
 * </ul>
 */
final class ExplodingGradientDetector implements PluginDetector, Restorable {
  private static final double SMALLEST_SPIKE = 10;
  private static final double LARGE_SPIKE = 1000;
  private static final double GROWTH = 100;

  /** He initialisation gives a square matrix singular values up to 2.8. */
  private static final double AMPLIFIES = 3;

  private static final double LOG_SMALLEST_SPIKE = Math.log(SMALLEST_SPIKE);
  private static final double LOG_LARGE_SPIKE = Math.log(LARGE_SPIKE);
  private static final double LOG_GROWTH = Math.log(GROWTH);

  private double[] early = {};

  @Override
  public String name() {
    return "exploding-gradient";
  }

  @Override
  public void onGradient(History history, Findings findings) {
    int layers = history.layout().layers().size();
    double logLimit = Math.log(history.layout().limits().maxGradientNorm());
    for (int layer = 0; layer < layers; layer++) {
      double log = history.logGradientNorm(layer);
      if (!(log > Double.NEGATIVE_INFINITY && log < Double.POSITIVE_INFINITY)) {
        continue;
      }
      RobustLevel level = history.gradientLevel(layer);
      if (log > logLimit && Math.exp(log) > overflowNorm(history.layout(), layer)) {
        overflow(history, findings, layer, log);
      } else if (level.isWarm() && log > level.location() + LOG_SMALLEST_SPIKE) {
        spike(history, findings, layer, log, level);
      }
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

  private static void overflow(History history, Findings findings, int layer, double log) {
    double norm = Math.exp(log);
    double limit = overflowNorm(history.layout(), layer);
    Finding finding =
        Finding.of(
                Problem.EXPLODING,
                Severity.CRITICAL,
                norm,
                Comparison.ABOVE,
                limit,
                () ->
                    "The gradient of "
                        + Words.layer(history.layout(), layer)
                        + " has a norm of "
                        + Words.number(norm)
                        + ": its squares may overflow in the updater's state.")
            .at(layer, largestParameter(history, layer));
    findings.report(history.origin() == null ? finding : finding.from(history.origin()));
  }

  private static void spike(
      History history, Findings findings, int layer, double log, RobustLevel level) {
    double bound = level.upper(history.testRate());
    if (log <= bound) {
      return;
    }
    double score = history.scaled(history.now().score);
    boolean hurts =
        log > level.location() + LOG_LARGE_SPIKE
            || score > history.scoreLevel().upper(history.testRate());
    double norm = Math.exp(log);
    double usual = Math.exp(level.location());
    findings.report(
        Finding.of(
                Problem.EXPLODING,
                hurts ? Severity.WARNING : Severity.INFO,
                norm,
                Comparison.ABOVE,
                Math.exp(bound),
                () ->
                    "The gradient of "
                        + Words.layer(history.layout(), layer)
                        + " has a norm of "
                        + Words.number(norm)
                        + ", "
                        + Words.number(norm / usual)
                        + " times its usual "
                        + Words.number(usual)
                        + Words.largestSingularValue(history, AMPLIFIES)
                        + ".")
            .at(layer, largestParameter(history, layer)));
  }

  @Override
  public void onUpdate(History history, Findings findings) {
    long seen = history.seen();
    int layers = history.layout().layers().size();
    if (seen == StartScore.FIRST) {
      early = new double[layers];
      for (int layer = 0; layer < layers; layer++) {
        RobustLevel level = history.gradientLevel(layer);
        early[layer] = level.count() > 0 ? level.location() : Double.NaN;
      }
    }
    if (seen <= StartScore.FIRST || seen % History.EVERY != 0) {
      return;
    }
    Progress progress = history.progress();
    boolean hasRisen = progress.isKnown() && progress.gain() + 3 * progress.error() < 0;
    for (int layer = 0; layer < layers; layer++) {
      RobustLevel level = history.gradientLevel(layer);
      double growth = level.location() - early[layer];
      if (level.isWarm() && growth > LOG_GROWTH && hasRisen) {
        growth(history, findings, layer, growth);
      }
    }
  }

  private static void growth(History history, Findings findings, int layer, double growth) {
    double factor = Math.exp(growth);
    findings.report(
        Finding.of(
                Problem.EXPLODING,
                Severity.WARNING,
                factor,
                Comparison.ABOVE,
                GROWTH,
                () ->
                    "The gradient of "
                        + Words.layer(history.layout(), layer)
                        + " has grown "
                        + Words.number(factor)
                        + " times since the start, and the score with it"
                        + Words.largestSingularValue(history, AMPLIFIES)
                        + ".")
            .inLayer(layer));
  }

  /** The parameter of a layer with the largest gradient. */
  private static int largestParameter(History history, int layer) {
    double[] norms = history.now().gradientNorm;
    int first = history.layout().layers().get(layer).firstParameter();
    int count = history.layout().layers().get(layer).parameterCount();
    int largest = first;
    for (int p = first + 1; p < first + count; p++) {
      if (norms[p] > norms[largest]) {
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
