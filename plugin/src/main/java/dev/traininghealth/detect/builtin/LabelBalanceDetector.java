package dev.traininghealth.detect.builtin;

import dev.traininghealth.detect.Comparison;
import dev.traininghealth.detect.Evidence;
import dev.traininghealth.detect.Finding;
import dev.traininghealth.detect.FindingReporter;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.PeriodicDetector;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Requirement;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.detect.advice.DataRemedies;
import dev.traininghealth.detect.fit.ClassBalance;
import dev.traininghealth.numbers.DataSummary;
import dev.traininghealth.numbers.LossTraits;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;

/**
 * Detects classes that are far from balanced, and examples that come in the order of their classes.
 *
 * <ul>
 *   <li><b>Balance</b>: the share of the most frequent class among the labels that were read, above
 *       {@value ClassBalance#MAX_SHARE} by more than chance. INFO: a network may learn
 *       nevertheless, but its accuracy says little.
 *   <li><b>Order</b>: half of the minibatches or more hold examples of one class each, in runs.
 *       Each class then overwrites what was learned of the others. INFO; WARNING with an alarm that
 *       the order explains, or in a {@linkplain History#isStagnant stagnant} network.
 *   <li><b>Source</b>: stochastic gradient descent assumes examples in random order (Bottou 2012).
 *   <li><b>Defaults</b>: minibatches of one class count if they are not to be expected by chance,
 *       and if the class rarely changes from one to the next. Networks that are trained on two
 *       kinds of minibatches in turn, as a discriminator, are not meant.
 *   <li><b>When not to use</b>: with several output layers, or labels with time steps. Nothing is
 *       found then.
 * </ul>
 */
final class LabelBalanceDetector implements PeriodicDetector {
  /** Tolerance of the sum of a one-hot label, for rounding. */
  private static final double TOLERANCE = 1e-3;

  /** Iterations before the balance is judged, in which samples beyond the first are read. */
  private static final int PATIENCE = 100;

  /**
   * Share of the compared minibatches that hold one class, from which examples are sorted. Where
   * one class ends and the next begins, a minibatch holds both: about every second one if a class
   * fills two minibatches. Shuffled examples have at most {@value #MAX_CHANCE}.
   */
  private static final double SORTED_SHARE = 0.5;

  /** Minimum number of compared minibatches. */
  private static final int MIN_MINIBATCHES = 20;

  /** Maximum changes of the class among the first 20 minibatches. By turns there are 19. */
  private static final int MAX_CHANGES = 5;

  /** Maximum probability that a minibatch holds one class by chance. */
  private static final double MAX_CHANCE = 0.05;

  /** Iterations before a network can be stagnant, as for features. */
  private static final int STAGNATION_PATIENCE = 150;

  /** Iterations without a report: the data are what they are. */
  private static final int EXPIRY_ITERATIONS = 1000;

  @Override
  public String name() {
    return "label-balance";
  }

  @Override
  public Requirement requirement(NetworkLayout layout) {
    return Requirement.of(Evidence.DATA).atLeast(MIN_MINIBATCHES);
  }

  @Override
  public void evaluate(History history, FindingReporter findings) {
    DataSummary data = history.current().data();
    if (data.comparedLabelMinibatches() < MIN_MINIBATCHES
        || !(data.largestLabelShare() > 0 && data.labelVariance() > 0)) {
      return;
    }
    double share = data.largestLabelShare();
    if (data.uniformLabelMinibatches() >= SORTED_SHARE * data.comparedLabelMinibatches()) {
      boolean isChance = Math.pow(share, history.current().batchSize()) > MAX_CHANCE;
      if (!isChance && data.labelChanges() <= MAX_CHANGES) {
        sorted(history, findings);
      }
    } else if (history.iterationsSeen() >= PATIENCE
        && hasClasses(history.layout(), data)
        && ClassBalance.isImbalanced(share, data.labelVectors())) {
      imbalanced(share, findings);
    }
  }

  /** {@return whether each label is a class: one of several columns, or 0 or 1 in a single one} */
  private static boolean hasClasses(NetworkLayout layout, DataSummary data) {
    int output = layout.onlyOutput();
    LossTraits loss =
        LossTraits.of(output < 0 ? "" : layout.layers().get(output).configuration().loss());
    return data.labelMin() >= -TOLERANCE
        && data.labelMax() <= 1 + TOLERANCE
        && (data.labelColumns() == 1
            ? loss.wantsProbabilities() && !loss.hasClassNumbers()
            : loss.wantsDistribution()
                && Math.abs(data.labelMean() * data.labelColumns() - 1) < TOLERANCE);
  }

  private static void imbalanced(double share, FindingReporter findings) {
    findings.report(
        Finding.saying(
                Problem.IMBALANCED_LABELS,
                Severity.INFO,
                share,
                Comparison.ABOVE,
                ClassBalance.MAX_SHARE,
                () -> Message.of("say.imbalanced_classes", Argument.share(share)))
            .expiresAfter(EXPIRY_ITERATIONS)
            .withRemedies(DataRemedies::balanceClasses));
  }

  private static void sorted(History history, FindingReporter findings) {
    DataSummary data = history.current().data();
    boolean isHarmful =
        DataHarm.hasExplainedAlarm(history) || history.isStagnant(STAGNATION_PATIENCE);
    int uniform = data.uniformLabelMinibatches();
    int compared = data.comparedLabelMinibatches();
    findings.report(
        Finding.saying(
                Problem.UNSHUFFLED_EXAMPLES,
                isHarmful ? Severity.WARNING : Severity.INFO,
                uniform / (double) compared,
                Comparison.ABOVE,
                SORTED_SHARE,
                () ->
                    Message.of(
                        "say.sorted_examples", Argument.count(uniform), Argument.count(compared)))
            .expiresAfter(EXPIRY_ITERATIONS)
            .withRemedies(DataRemedies::shuffle));
  }
}
