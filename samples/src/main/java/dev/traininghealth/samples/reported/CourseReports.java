package dev.traininghealth.samples.reported;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.detect.Remedy;
import dev.traininghealth.detect.Severity;
import dev.traininghealth.samples.noharm.Draws;
import dev.traininghealth.samples.noharm.GaussianClasses;
import dev.traininghealth.samples.noharm.Networks;
import dev.traininghealth.samples.reported.ObservedRun.Wanted;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** Runs that go on for too long, and a listener that outlives its first network. */
final class CourseReports {
  private static final int MINIBATCH = 32;
  private static final int CLASSES = 10;

  /** The second network's rate, from which a remedy may differ by a power of ten. */
  private static final double SECOND_RATE = 4e-4;

  private static final Pattern ITERATION = Pattern.compile("iteration ([\\d,]+)");

  private CourseReports() {}

  static List<ReportedSetup> setups() {
    return List.of(
        ObservedRun.followed(
            "random-labels",
            "labels without any rule, learned by heart, with a validation set",
            new Wanted(Problem.OVERFITTING, Severity.WARNING, 400, "EarlyStopping", 0.8),
            seed -> byHeart(seed, 20, 128, true, 100),
            (seed, said) -> byHeart(seed, 20, 128, true, bestEpoch(said, 4))),
        ObservedRun.followed(
            "few-rows",
            "140 rows for a wide network, with a validation set",
            new Wanted(Problem.OVERFITTING, Severity.INFO, 500, "EarlyStopping", 0.9),
            seed -> byHeart(seed, 40, 140, false, 100),
            (seed, said) -> byHeart(seed, 40, 140, false, bestEpoch(said, 5))),
        ObservedRun.healthy(
            "unfreezing",
            "a network at a rate of almost 0, then one with its weights, under one listener",
            CourseReports::unfreezing,
            CourseReports::namesTheFirstRate));
  }

  /** The epoch of which the remedy says that its validation score was lowest. */
  private static int bestEpoch(Remedy said, int minibatches) {
    Matcher matcher = ITERATION.matcher(said.advice());
    if (!matcher.find()) {
      throw new IllegalStateException("No iteration is named: " + said.advice());
    }
    return (Integer.parseInt(matcher.group(1).replace(",", "")) + 1) / minibatches;
  }

  private static Trainee byHeart(int seed, int columns, int rows, boolean isRandom, int epochs) {
    Random random = Draws.ofTraining(seed);
    DataSet training = examples(random, columns, rows, isRandom);
    DataSet validation = examples(random, columns, 400, isRandom);
    MultiLayerNetwork network =
        Networks.classifier(
            Networks.settings(seed, Activation.RELU, new Adam(3e-3)), columns, CLASSES, 128, 128);
    return new CustomTrainee(
        network,
        () -> network.fit(new ListDataSetIterator<>(training.asList(), MINIBATCH), epochs),
        () -> network.score(validation),
        listener -> listener.validationData(new ListDataSetIterator<>(validation.asList(), 400)));
  }

  private static DataSet examples(Random random, int columns, int rows, boolean isRandom) {
    DataSet examples = new GaussianClasses(columns, 0.4).examples(random, rows, 1);
    return isRandom
        ? new DataSet(examples.getFeatures(), Draws.labels(random, rows, CLASSES))
        : examples;
  }

  private static boolean namesTheFirstRate(Diagnosis diagnosis) {
    return diagnosis.remedies().stream()
        .anyMatch(r -> r.namesRate() && r.learningRate() < 0.1 * SECOND_RATE);
  }

  /** One cycle up to 0.01 and down to 1e-6, then the same weights in a new network. */
  private static Trainee unfreezing(int seed) {
    int iterations = 800;
    Map<Integer, Double> rates = new HashMap<>();
    for (int i = 0; i < iterations; i++) {
      double height =
          i < 240 ? i / 240.0 : (1 + Math.cos(Math.PI * (i - 240) / (iterations - 240.0))) / 2;
      rates.put(i, 1e-6 + 1e-2 * height);
    }
    GaussianClasses classes = new GaussianClasses(30, 0.5);
    Random random = Draws.ofTraining(seed);
    DataSet test = classes.examples(Draws.ofTest(), 1000, 1);
    MultiLayerNetwork first =
        classifier(seed, new Adam(new MapSchedule(ScheduleType.ITERATION, rates)));
    MultiLayerNetwork second = classifier(seed, new Adam(SECOND_RATE));
    return new CustomTrainee(
        first,
        () -> {
          for (int i = 0; i < iterations; i++) {
            first.fit(classes.examples(random, MINIBATCH, 1));
          }
          INDArray weights = first.params().dup();
          second.setParams(weights);
          second.setListeners(first.getListeners());
          for (int i = 0; i < 700; i++) {
            second.fit(classes.examples(random, MINIBATCH, 1));
          }
        },
        () -> Scene.wrongShare(second, test),
        listener -> {});
  }

  private static MultiLayerNetwork classifier(int seed, IUpdater updater) {
    return Networks.classifier(
        Networks.settings(seed, Activation.RELU, updater), 30, CLASSES, 64, 64);
  }
}
