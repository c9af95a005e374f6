package dev.traininghealth.validate;

import dev.traininghealth.guard.Guard;
import dev.traininghealth.network.Network;
import dev.traininghealth.network.ScoredOutputs;
import dev.traininghealth.numbers.ClassResults;
import dev.traininghealth.text.NumberText;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scores the network of one run on validation data, without training behavior such as dropout, and
 * counts right and wrong predictions by class, if the network is a classifier that {@link
 * ClassLabels} understands.
 *
 * <p>The forward passes are those that the score needs, and count as the user's. Counting has a
 * budget of its own: {@link #MAX_SHARE} of the run's time. An epoch beyond it has a score alone.
 *
 * @hidden
 */
public final class Validation {
  private static final Logger log = LoggerFactory.getLogger(Validation.class);

  /**
   * Largest share of the run's time that is spent on counting: as much as for trials. A validation
   * set as large as the training set takes about a tenth of it.
   */
  public static final double MAX_SHARE = 0.01;

  /** Time for counting at the start, before the share is worth it, nanoseconds. */
  private static final long START_NANOS = 1_000_000_000;

  private final LongSupplier clock;
  private final long startNanos;
  private final Guard counting =
      Guard.optional("Counting predictions by class", "validation has a score alone");
  private long countingNanos;
  private boolean isClassifier = true;
  private boolean loggedBudget;

  /**
   * The result of an epoch.
   *
   * @param score the mean score, weighted by the numbers of examples; empty if there are none
   * @param classes the results of each class; null if they were not counted
   */
  public record Result(OptionalDouble score, @Nullable ClassResults classes) {}

  /**
   * Creates the validation of a run that starts now.
   *
   * @param clock the time in nanoseconds
   */
  public Validation(LongSupplier clock) {
    this.clock = clock;
    startNanos = clock.getAsLong();
  }

  /**
   * Scores all minibatches of an iterator, which is reset first.
   *
   * @param network is scored, and not changed
   */
  public Result of(Network network, DataSetIterator data) {
    ClassCounts counts = mayCount() ? new ClassCounts() : null;
    double sum = 0;
    long examples = 0;
    data.reset();
    while (data.hasNext()) {
      DataSet batch = data.next();
      if (counts != null && !isCountable(network, batch)) {
        counts = null;
      }
      sum += score(network, batch, counts) * batch.numExamples();
      examples += batch.numExamples();
    }
    if (examples == 0) {
      return new Result(OptionalDouble.empty(), null);
    }
    double score = sum / (double) examples;
    // Without a finite output there is no prediction, though DL4J would count one.
    return new Result(
        OptionalDouble.of(score),
        counts == null || !Double.isFinite(score) || counting.isOff()
            ? null
            : counts.results(data, countingNanos / 1e9));
  }

  private boolean mayCount() {
    if (!isClassifier || counting.isOff()) {
      return false;
    }
    long runNanos = clock.getAsLong() - startNanos;
    if (countingNanos <= START_NANOS + MAX_SHARE * runNanos) {
      return true;
    }
    if (!loggedBudget) {
      loggedBudget = true;
      log.info(
          "Counting predictions by class has taken {} s, more than {} of the run's time: epochs are"
              + " left out until it is less.",
          NumberText.number(Math.round(countingNanos / 1e8) / 10.0),
          NumberText.percent(MAX_SHARE));
    }
    return false;
  }

  private boolean isCountable(Network network, DataSet batch) {
    if (!isClassifier || counting.isOff()) {
      return false;
    }
    String reason = ClassLabels.reasonAgainst(network, batch);
    if (reason != null) {
      isClassifier = false;
      log.info("Validation has no results by class: {}.", reason);
    }
    return isClassifier;
  }

  private double score(Network network, DataSet batch, @Nullable ClassCounts counts) {
    if (counts != null && !counting.isOff()) {
      try {
        return ScoredOutputs.score(
            network,
            batch,
            (labels, outputs) -> {
              long start = clock.getAsLong();
              counts.evaluation.eval(labels, outputs);
              countingNanos += clock.getAsLong() - start;
            });
      } catch (Throwable e) {
        counting.failed(e);
      }
    }
    return network.score(batch);
  }

  /** The predictions of one epoch. */
  private static final class ClassCounts {
    final Evaluation evaluation = new Evaluation();

    ClassResults results(DataSetIterator data, double seconds) {
      int classes =
          Math.min(ClassLabels.MAX_CLASSES, evaluation.getConfusionMatrix().getClasses().size());
      List<ClassResults.OfClass> results = IntStream.range(0, classes).mapToObj(this::of).toList();
      return new ClassResults(ClassLabels.names(data, classes), results, seconds);
    }

    private ClassResults.OfClass of(int number) {
      double precision = evaluation.precision(number, Double.NaN);
      double recall = evaluation.recall(number, Double.NaN);
      return new ClassResults.OfClass(
          precision, recall, f1(precision, recall), evaluation.classCount(number));
    }

    /** Without a right prediction it is 0, though one of both is then 0 / 0. */
    private static double f1(double precision, double recall) {
      if (Double.isNaN(precision) && Double.isNaN(recall)) {
        return Double.NaN;
      }
      return precision > 0 && recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
    }
  }
}
