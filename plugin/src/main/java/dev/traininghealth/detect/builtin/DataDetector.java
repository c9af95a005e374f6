package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PluginDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.detect.Progress;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.numbers.ActivationTraits;
import dev.traininghealth.numbers.DataSummary;
import dev.traininghealth.numbers.LossTraits;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Range;
import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.List;

/**
 * Detects features, labels, loss and output activation that do not fit each other.
 *
 * <ul>
 *   <li><b>Output</b>, from the configuration alone. WARNING for softmax over one unit, which is
 *       always 1. WARNING for a cross-entropy of outputs that are no probabilities, which is
 *       undefined.
 *   <li><b>Labels</b>, from the minibatches. WARNING if they are outside the range of the output
 *       activation, or outside that of the loss (0 … 1 for a cross-entropy).
 *   <li><b>Features</b>: their scale is the larger of |mean| and standard deviation. INFO above
 *       {@value #LARGE_SCALE} or below {@value #SMALL_SCALE}, because many networks learn
 *       nevertheless. WARNING with an alarm that the scale explains, with scores far worse than a
 *       constant prediction's, or in a {@linkplain History#isStagnant stagnant} network. WARNING if
 *       all features are constant.
 *   <li><b>Source</b>: the definitions of the losses. Features should be normalized to a scale of
 *       about 1.
 *   <li><b>Defaults</b>: labels may exceed their range by {@value #LABEL_TOLERANCE}, for rounding.
 *       Each of the first {@value #INITIAL_MINIBATCHES} minibatches is inspected, later only some.
 *   <li><b>When not to use</b>: losses that are deliberately used with other labels or outputs.
 * </ul>
 */
final class DataDetector implements PluginDetector, Restorable {
  /**
   * Scale of the features above which they are not normalized. Initialization assumes a scale of 1,
   * so that the first layer's outputs start ten times too large. Checked on the fault corpus.
   */
  private static final double LARGE_SCALE = 10;

  /**
   * Scale of the features below which they are not normalized. It is farther from 1, because
   * one-hot features with n columns have a scale of 1 / √n: 0.01 for 10,000 columns.
   */
  private static final double SMALL_SCALE = 0.01;

  /**
   * Iterations without a report: 6 evaluations, which keep a WARNING while alarms that the scale
   * explains come and go. Checked on the fault corpus.
   */
  private static final int EXPIRY_ITERATIONS = 100;

  /** Expiry of findings about the configuration, which are reported once and remain true. */
  private static final int NEVER_EXPIRES = Integer.MAX_VALUE;

  /**
   * Iterations before scores are compared with a constant prediction. Chosen on the fault corpus: a
   * shorter one reports networks that have not found the mean of the labels yet.
   */
  private static final int PATIENCE = 100;

  /**
   * Iterations before a network can be stagnant. Chosen on the fault corpus; the package describes
   * a shorter and a longer one.
   */
  private static final int STAGNATION_PATIENCE = 150;

  /**
   * Share by which the score of a recovering network has fallen since the start. Chosen on the
   * fault corpus: a larger one reports networks that overcome the scale slowly.
   */
  private static final double RECOVERING_SHARE = 0.3;

  /**
   * Standard errors by which the score must exceed twice that of a constant prediction. Chance
   * alone exceeds three in one of 740 cases, if noise is normal.
   */
  private static final double STANDARD_ERRORS = 3;

  /**
   * Distance from the range of labels that is allowed for rounding. It covers HALF, whose numbers
   * near 1 are 9.8e-4 apart.
   */
  private static final double LABEL_TOLERANCE = 1e-3;

  private static final List<ProblemFamily> EXPLAINED =
      List.of(
          ProblemFamily.EXPLODING,
          ProblemFamily.NON_FINITE,
          ProblemFamily.DEAD_UNITS,
          ProblemFamily.SATURATED,
          ProblemFamily.VANISHING,
          ProblemFamily.OSCILLATING,
          ProblemFamily.NOT_LEARNING);

  /**
   * Iterations in which the data are inspected each time, because every minibatch is new. As many
   * minibatches are read without a gap.
   */
  private static final int INITIAL_MINIBATCHES = 20;

  /**
   * Index of the only output layer; -1 if there are several, because their labels are not
   * distinguished.
   */
  private int output = -1;

  /** Smallest valid label. */
  private double lowestLabel = Double.NEGATIVE_INFINITY;

  /** Largest valid label. */
  private double highestLabel = Double.POSITIVE_INFINITY;

  @Override
  public String name() {
    return "data";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.DATA);
  }

  @Override
  public void onGradient(History history, FindingReporter findings) {
    if (history.iterationsSeen() == 0) {
      List<NetworkLayout.Layer> layers = history.layout().layers();
      int outputs = 0;
      for (int layer = 0; layer < layers.size(); layer++) {
        if (layers.get(layer).configuration().isOutput()) {
          output(history, layer, findings);
          output = outputs++ == 0 ? layer : -1;
        }
      }
      Range labels = output < 0 ? Range.ALL : labelRange(layers.get(output));
      lowestLabel = labels.low();
      highestLabel = labels.high();
    }
  }

  @Override
  public void onUpdate(History history, FindingReporter findings) {
    DataSummary data = history.current().data();
    boolean early = history.iterationsSeen() < INITIAL_MINIBATCHES;
    if (data.minibatches == 0
        || !(early || history.iterationsSeen() % History.EVALUATION_INTERVAL == 0)) {
      return;
    }
    if (data.labelMin < lowestLabel - LABEL_TOLERANCE
        || data.labelMax > highestLabel + LABEL_TOLERANCE) {
      labels(history, data, findings);
    }
    features(history, data, findings);
  }

  private static void output(History history, int index, FindingReporter findings) {
    NetworkLayout.Layer layer = history.layout().layers().get(index);
    String loss = layer.configuration().loss();
    ActivationTraits activation = layer.outputTraits();
    if (activation.isDistribution() && layer.configuration().units() == 1) {
      findings.report(
          finding(
                  Problem.UNSUITABLE_OUTPUT,
                  Severity.WARNING,
                  1,
                  Comparison.EQUAL,
                  1,
                  Message.of("say.unsuitable_output.softmax"),
                  index)
              .withRemedies(() -> Advice.on(history).againstUnfitData().remedies())
              .expiresAfter(NEVER_EXPIRES));
    } else if (layer.configuration().lossTraits().wantsProbabilities()
        && !activation.givesProbabilities()) {
      long wanted = Math.max(1, layer.configuration().units());
      findings.report(
          finding(
                  Problem.UNSUITABLE_OUTPUT,
                  Severity.WARNING,
                  0,
                  Comparison.BELOW,
                  (double) wanted,
                  Message.of(
                      "say.unsuitable_output.noProbability",
                      Argument.text(loss),
                      Argument.text(layer.outputActivation())),
                  index)
              .withRemedies(() -> Advice.on(history).againstUnfitData().remedies())
              .expiresAfter(NEVER_EXPIRES));
    }
  }

  /** {@return the labels that the output activation can reach and for which the loss is defined} */
  private static Range labelRange(NetworkLayout.Layer layer) {
    Range valid = labelsOfLoss(layer);
    return layer.configuration().lossTraits().comparesWithLabels()
        ? layer.outputTraits().range().intersect(valid)
        : valid;
  }

  private static Range labelsOfLoss(NetworkLayout.Layer layer) {
    LossTraits loss = layer.configuration().lossTraits();
    long units = layer.configuration().units();
    return loss.hasClassNumbers() && units > 0 ? new Range(0, units - 1.0) : loss.labels();
  }

  private void labels(History history, DataSummary data, FindingReporter findings) {
    NetworkLayout.Layer layer = history.layout().layers().get(output);
    int at = output;
    boolean above = data.labelMax > highestLabel + LABEL_TOLERANCE;
    Range valid = labelsOfLoss(layer);
    boolean isValidForLoss =
        data.labelMin >= valid.low() - LABEL_TOLERANCE
            && data.labelMax <= valid.high() + LABEL_TOLERANCE;
    findings.report(
        finding(
                Problem.UNSUITABLE_LABELS,
                Severity.WARNING,
                above ? data.labelMax : data.labelMin,
                above ? Comparison.ABOVE : Comparison.BELOW,
                above ? highestLabel : lowestLabel,
                isValidForLoss
                    ? Message.of(
                        "say.unsuitable_labels.activation",
                        Argument.number(data.labelMin),
                        Argument.number(data.labelMax),
                        Argument.text(layer.outputActivation()))
                    : outsideLoss(layer.configuration().loss(), valid, data),
                at)
            .withRemedies(() -> Advice.on(history).againstUnfitData().fitLabels(at).remedies()));
  }

  private static Message outsideLoss(String loss, Range valid, DataSummary data) {
    boolean open = valid.high() == Double.POSITIVE_INFINITY;
    return Message.of(
        open ? "say.unsuitable_labels.lossFrom" : "say.unsuitable_labels.loss",
        Argument.number(data.labelMin),
        Argument.number(data.labelMax),
        Argument.text(loss),
        Argument.number(valid.low()),
        Argument.number(valid.high()));
  }

  private static void features(History history, DataSummary data, FindingReporter findings) {
    double scale = Math.max(Math.abs(data.featureMean), data.featureStandardDeviation);
    if (!areIndices(history) && (scale > LARGE_SCALE || (scale < SMALL_SCALE && scale > 0))) {
      boolean large = scale > LARGE_SCALE;
      findings.report(
          finding(
                  Problem.UNNORMALIZED_FEATURES,
                  isHarmful(history) ? Severity.WARNING : Severity.INFO,
                  scale,
                  large ? Comparison.ABOVE : Comparison.BELOW,
                  large ? LARGE_SCALE : SMALL_SCALE,
                  Message.of(
                      "say.unnormalized_features",
                      Argument.number(data.featureMean),
                      Argument.number(data.featureStandardDeviation),
                      Argument.number(data.featureMin),
                      Argument.number(data.featureMax)),
                  -1)
              .withRemedies(() -> Advice.on(history).againstUnfitData().remedies()));
    }
    if (data.featureColumns > 0 && data.constantFeatureColumns == data.featureColumns) {
      findings.report(
          finding(
                  Problem.CONSTANT_FEATURES,
                  Severity.WARNING,
                  1,
                  Comparison.EQUAL,
                  1,
                  Message.of("say.constant_features"),
                  0)
              .withRemedies(() -> Advice.on(history).lookAtFeatures().remedies()));
    }
  }

  /** {@return whether an embedding reads the features, which are then indices without a scale} */
  private static boolean areIndices(History history) {
    return history.layout().layers().get(0).type().startsWith("Embedding");
  }

  private static boolean isHarmful(History history) {
    return EXPLAINED.stream().anyMatch(history::hasActiveAlarm)
        || isWorseThanConstant(history)
        || history.isStagnant(STAGNATION_PATIENCE);
  }

  /**
   * {@return whether the score is still more than twice that of a constant prediction, which any
   * network passes early}
   */
  private static boolean isWorseThanConstant(History history) {
    Progress progress = history.progress();
    return history.iterationsSeen() >= PATIENCE
        && progress.isKnown()
        && !progress.hasFallenBy(RECOVERING_SHARE)
        && progress.recent() - STANDARD_ERRORS * progress.error()
            > 2 * history.constantPredictionScore();
  }

  private static Finding finding(
      Problem problem,
      Severity severity,
      double observed,
      Comparison comparison,
      double threshold,
      Message sentence,
      int layer) {
    return Finding.saying(problem, severity, observed, comparison, threshold, () -> sentence)
        .inLayer(layer)
        .expiresAfter(EXPIRY_ITERATIONS);
  }

  @Override
  public void save(SavedNumbers to) {
    to.put("output", output).put("lowestLabel", lowestLabel).put("highestLabel", highestLabel);
  }

  @Override
  public void restore(SavedNumbers from) {
    output = from.getInt("output", -1, Integer.MAX_VALUE);
    lowestLabel = from.getDouble("lowestLabel");
    highestLabel = from.getDouble("highestLabel");
  }
}
