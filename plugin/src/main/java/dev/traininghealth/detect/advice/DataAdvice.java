package dev.traininghealth.detect.advice;

import dev.traininghealth.detect.Remedy;
import dev.traininghealth.numbers.DataSummary;
import dev.traininghealth.numbers.NonFiniteOrigin.Place;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import java.util.Optional;

/** Remedies that change the data. */
final class DataAdvice {
  /**
   * Feature scale above which, or below whose inverse, features are not normalized. The scale
   * should be about 1. A factor of ten is a decimal error; the advice accompanies another problem.
   */
  private static final double UNNORMALIZED_SCALE = 10;

  /**
   * Batch size below which the gradient is mostly noise. The standard error of a mean of 16 is a
   * quarter of the spread of single examples.
   */
  private static final int SMALL_MINIBATCH = 16;

  /** Largest value of a pixel with 8 bits. */
  private static final int MAX_PIXEL = 255;

  /**
   * Images with 8 bits have a pixel brighter than this. Other features that are never negative,
   * such as ages, usually remain below.
   */
  private static final int MIN_BRIGHTEST_PIXEL = 200;

  /** How DL4J's early stopping keeps the model with the best score. */
  static final String BEST_MODEL_CODE =
      "new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>().modelSaver(new"
          + " LocalFileModelSaver(folder))";

  private DataAdvice() {}

  /** {@return the remedy to find broken examples} */
  static Remedy repairExamples(Place place) {
    boolean features = place == Place.FEATURES;
    return new Remedy(
        Message.of(features ? "remedy.repairFeatures" : "remedy.repairLabels"),
        "if (dataSet.get"
            + (features ? "Features" : "Labels")
            + "().isNaN().any()) { /* repair or drop */ }");
  }

  /** {@return the remedy to inspect features that never change} */
  static Remedy lookAtFeatures() {
    return new Remedy(
        Message.of("remedy.lookAtFeatures"), "System.out.println(iterator.next().getFeatures());");
  }

  /**
   * {@return the remedy to normalize the features, or empty if their scale is near 1 or unknown}
   */
  static Optional<Remedy> normalize(DataSummary data) {
    double scale = Math.max(Math.abs(data.featureMean), data.featureStandardDeviation);
    if (!(scale > UNNORMALIZED_SCALE || (scale > 0 && scale < 1 / UNNORMALIZED_SCALE))) {
      return Optional.empty();
    }
    boolean image =
        data.featureMin >= 0
            && data.featureMax <= MAX_PIXEL
            && data.featureMax > MIN_BRIGHTEST_PIXEL;
    return Optional.of(
        new Remedy(
            Message.of("remedy.normalize", Argument.number(scale)),
            image
                ? "iterator.setPreProcessor(new ImagePreProcessingScaler(0, 1));"
                : "NormalizerStandardize n = new NormalizerStandardize(); n.fit(iterator);"
                    + " iterator.setPreProcessor(n);"));
  }

  /** {@return the remedy to use larger minibatches, or empty if they are not small} */
  static Optional<Remedy> enlargeMinibatches(int batchSize) {
    return batchSize > 0 && batchSize < SMALL_MINIBATCH
        ? Optional.of(
            new Remedy(
                Message.of("remedy.largerMinibatches", Argument.count(batchSize)),
                // 32 is a good default (Bengio 2012)
                "new ListDataSetIterator<>(examples, 32)"))
        : Optional.empty();
  }

  /** {@return the remedy to number classes as the loss expects} */
  static Remedy numberClasses() {
    return new Remedy(Message.of("remedy.numberClasses"), ".nOut(numberOfClasses)");
  }

  /** {@return the remedy to bring labels and output into one range} */
  static Remedy scaleLabels() {
    return new Remedy(
        Message.of("remedy.scaleLabels"),
        ".lossFunction(LossFunctions.LossFunction.MSE).activation(Activation.IDENTITY)");
  }
}
