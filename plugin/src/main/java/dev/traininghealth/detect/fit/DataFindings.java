package dev.traininghealth.detect.fit;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.Advice;
import dev.traininghealth.detect.advice.DataRemedies;
import dev.traininghealth.numbers.ActivationTraits;
import dev.traininghealth.numbers.DataSummary;
import dev.traininghealth.numbers.LossTraits;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.Range;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.LayerText;
import dev.traininghealth.text.Message;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The findings on features, labels, loss and output activation that do not fit each other.
 *
 * @hidden
 */
public final class DataFindings {
  /**
   * Scale of the features above which they are not normalized. Initialization assumes a scale of 1,
   * so that the first layer's outputs start ten times too large. Checked on the fault corpus.
   */
  public static final double LARGE_SCALE = 10;

  /**
   * Scale of the features below which they are not normalized. It is farther from 1, because
   * one-hot features with n columns have a scale of 1 / √n: 0.01 for 10,000 columns.
   */
  public static final double SMALL_SCALE = 0.01;

  /**
   * Standard deviation of the features, as a share of their mean, below which they hardly differ. A
   * unit of the first layer then gets a constant that is 20 times as large as what differs.
   */
  private static final double MIN_RELATIVE_SPREAD = 0.05;

  /** Minibatches from which the spread is known: as many as are read without a gap. */
  private static final int MIN_MINIBATCHES_OF_SPREAD = 20;

  /**
   * Smallest usual probability to retain a unit, that of hidden layers (Srivastava et al. 2014).
   */
  public static final double MIN_RETAINED = 0.5;

  /**
   * Share of examples that may have labels with another sum under softmax, as a few wrong labels in
   * a data set.
   */
  private static final double MAX_OTHER_SUM_SHARE = 0.01;

  /** Chance alone exceeds three standard errors in one of 740 cases. */
  private static final double STANDARD_ERRORS = 3;

  private final NetworkLayout layout;
  private final Supplier<Advice> advice;

  /**
   * Prepares findings on a network.
   *
   * @param advice creates an empty collection of remedies for it
   */
  public DataFindings(NetworkLayout layout, Supplier<Advice> advice) {
    this.layout = layout;
    this.advice = advice;
  }

  /**
   * Inspects an output layer's activation, loss and number of units.
   *
   * @param index of the layer
   * @return a WARNING for softmax over one unit, which is always 1, for a cross-entropy of outputs
   *     that are no probabilities, which is undefined, or for one over classes of outputs that do
   *     not add up to 1, which DL4J lets all go to 1; otherwise empty
   */
  public Optional<Finding> output(int index) {
    NetworkLayout.Layer layer = layout.layers().get(index);
    String loss = layer.configuration().loss();
    ActivationTraits activation = layer.outputTraits();
    if (activation.isDistribution() && layer.configuration().units() == 1) {
      return Optional.of(
          finding(
                  Problem.UNSUITABLE_OUTPUT,
                  Severity.WARNING,
                  1,
                  Comparison.EQUAL,
                  1,
                  Message.of("say.unsuitable_output.softmax"),
                  index)
              .withRemedies(() -> advice.get().againstUnfitData().remedies()));
    }
    if (layer.configuration().lossTraits().wantsProbabilities()
        && !activation.givesProbabilities()) {
      long wanted = Math.max(1, layer.configuration().units());
      return Optional.of(
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
              .withRemedies(() -> advice.get().againstUnfitData().remedies()));
    }
    if (layer.configuration().lossTraits().rewardsTrueClassOnly() && !activation.isDistribution()) {
      return Optional.of(
          finding(
                  Problem.UNSUITABLE_OUTPUT,
                  Severity.WARNING,
                  (double) Math.max(1, layer.configuration().units()), // what they may add up to
                  Comparison.ABOVE,
                  1,
                  Message.of(
                      "say.unsuitable_output.noDistribution",
                      Argument.text(loss),
                      Argument.text(layer.outputActivation())),
                  index)
              .withRemedies(() -> advice.get().againstUnfitData().remedies()));
    }
    return Optional.empty();
  }

  /**
   * {@return whether a layer gives 1 for every example: softmax over one unit, at the output or
   * before it}
   */
  public static boolean isConstant(NetworkLayout.Layer layer) {
    return layer.activationTraits().isDistribution() && layer.configuration().units() == 1;
  }

  /**
   * Inspects a layer's dropout.
   *
   * @param index of the layer
   * @return an INFO if it retains less than {@value #MIN_RETAINED}; otherwise empty
   */
  public Optional<Finding> dropout(int index) {
    double retained = layout.layers().get(index).configuration().retainProbability();
    return retained > 0 && retained < MIN_RETAINED
        ? Optional.of(
            finding(
                    Problem.UNSUITABLE_NETWORK,
                    Severity.INFO,
                    retained,
                    Comparison.BELOW,
                    MIN_RETAINED,
                    Message.of(
                        "say.setup.dropout",
                        LayerText.layer(layout, index),
                        Argument.share(retained)),
                    index)
                .withRemedies(() -> DataRemedies.retainMore(retained)))
        : Optional.empty();
  }

  /**
   * {@return the labels that an output layer's activation can reach and for which its loss is
   * defined}
   *
   * @param layer an output layer
   */
  public static Range validLabels(NetworkLayout.Layer layer) {
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

  /**
   * {@return the finding on labels that are outside of an output layer's range}
   *
   * @param index of the layer
   * @param data statistics of its labels, which are outside of {@link #validLabels}
   */
  public Finding labels(int index, DataSummary data) {
    NetworkLayout.Layer layer = layout.layers().get(index);
    Range reachable = validLabels(layer);
    boolean above = data.areLabelsAbove(reachable);
    Range valid = labelsOfLoss(layer);
    boolean isValidForLoss = !data.areLabelsOutside(valid);
    return finding(
            Problem.UNSUITABLE_LABELS,
            Severity.WARNING,
            above ? data.labelMax() : data.labelMin(),
            above ? Comparison.ABOVE : Comparison.BELOW,
            above ? reachable.high() : reachable.low(),
            isValidForLoss
                ? Message.of(
                    "say.unsuitable_labels.activation",
                    Argument.number(data.labelMin()),
                    Argument.number(data.labelMax()),
                    Argument.text(layer.outputActivation()))
                : outsideLoss(layer.configuration().loss(), valid, data),
            index)
        .withRemedies(() -> advice.get().againstUnfitLabels(index).remedies());
  }

  /**
   * Whether labels of a softmax do not add up to 1, in more than {@value #MAX_OTHER_SUM_SHARE} of
   * the examples by three standard errors. Labels that are all 0 are ignored by the loss and do not
   * count.
   *
   * @param layer an output layer
   * @param share of the label vectors whose sum is neither 1 nor 0; NaN if unknown
   * @param vectors number of label vectors
   * @return false for other outputs
   */
  public static boolean haveOtherSums(NetworkLayout.Layer layer, double share, long vectors) {
    LossTraits loss = layer.configuration().lossTraits();
    return layer.outputTraits().isDistribution()
        && layer.configuration().units() > 1
        && !loss.hasClassNumbers()
        && loss.comparesWithLabels()
        && share - STANDARD_ERRORS * Math.sqrt(share * (1 - share) / vectors) > MAX_OTHER_SUM_SHARE;
  }

  /**
   * {@return the finding on labels that do not add up to 1, a WARNING}
   *
   * @param index of the output layer
   * @param share of the label vectors, for which {@link #haveOtherSums} is true
   * @param areColumnsEqual whether each has the same label in all columns
   */
  public Finding labelSums(int index, double share, boolean areColumnsEqual) {
    return finding(
            Problem.UNSUITABLE_LABELS,
            Severity.WARNING,
            share,
            Comparison.ABOVE,
            MAX_OTHER_SUM_SHARE,
            Message.of(
                "say.setup.labelSums",
                Argument.share(share),
                Argument.text(layout.layers().get(index).outputActivation())),
            index)
        .withRemedies(() -> DataRemedies.fitLabelSums(areColumnsEqual));
  }

  private static Message outsideLoss(String loss, Range valid, DataSummary data) {
    boolean open = valid.high() == Double.POSITIVE_INFINITY;
    return Message.of(
        open ? "say.unsuitable_labels.lossFrom" : "say.unsuitable_labels.loss",
        Argument.number(data.labelMin()),
        Argument.number(data.labelMax()),
        Argument.text(loss),
        Argument.number(valid.low()),
        Argument.number(valid.high()));
  }

  /**
   * {@return whether an embedding reads an input, whose features are then indices without a scale}
   */
  public static boolean areIndices(NetworkLayout layout) {
    return layout.readsIndices();
  }

  /**
   * {@return whether the scale of the features, the larger of |mean| and standard deviation, is far
   * from 1, or the standard deviation is small beside the mean}
   */
  public static boolean isUnnormalized(DataSummary data) {
    double scale = scale(data);
    return scale > LARGE_SCALE || (scale < SMALL_SCALE && scale > 0) || isNarrow(data);
  }

  private static boolean isNarrow(DataSummary data) {
    double spread = data.featureStandardDeviation();
    return spread > 0
        && spread < MIN_RELATIVE_SPREAD * Math.abs(data.featureMean())
        && data.minibatches() >= MIN_MINIBATCHES_OF_SPREAD;
  }

  private static double scale(DataSummary data) {
    return Math.max(Math.abs(data.featureMean()), data.featureStandardDeviation());
  }

  /**
   * {@return the finding on features that are not normalized}
   *
   * @param data statistics of the features, for which {@link #isUnnormalized} is true
   * @param severity how much harm the scale does
   */
  public Finding features(DataSummary data, Severity severity) {
    double scale = scale(data);
    boolean large = scale > LARGE_SCALE;
    boolean narrow = !large && scale >= SMALL_SCALE;
    return finding(
            Problem.UNNORMALIZED_FEATURES,
            severity,
            narrow ? data.featureStandardDeviation() : scale,
            large ? Comparison.ABOVE : Comparison.BELOW,
            large ? LARGE_SCALE : narrow ? MIN_RELATIVE_SPREAD * scale : SMALL_SCALE,
            Message.of(
                "say.unnormalized_features",
                Argument.number(data.featureMean()),
                Argument.number(data.featureStandardDeviation()),
                Argument.number(data.featureMin()),
                Argument.number(data.featureMax())),
            -1)
        .withRemedies(() -> advice.get().againstUnfitData().remedies());
  }

  /** {@return whether all features are the same in each example} */
  public static boolean areConstant(DataSummary data) {
    return data.featureColumns() > 0 && data.constantFeatureColumns() == data.featureColumns();
  }

  /** {@return the finding on features that are all constant, a WARNING} */
  public Finding constantFeatures() {
    return finding(
            Problem.CONSTANT_FEATURES,
            Severity.WARNING,
            1,
            Comparison.EQUAL,
            1,
            Message.of("say.constant_features"),
            0)
        .withRemedies(DataRemedies::lookAtFeatures);
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
        .inLayer(layer);
  }
}
