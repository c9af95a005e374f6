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
   * Scale above which, or below whose inverse, features are not normalized, and above which labels
   * are not. The scale should be about 1. A factor of ten is a decimal error; the advice
   * accompanies another problem.
   */
  static final double UNNORMALIZED_SCALE = 10;

  /**
   * Batch size below which the gradient is mostly noise. The standard error of a mean of 16 is a
   * quarter of the spread of single examples.
   */
  private static final int SMALL_MINIBATCH = 16;

  /**
   * Standard deviation of features or labels, as a share of their mean, below which they hardly
   * differ: as the detectors of such features and labels have it.
   */
  static final double MIN_RELATIVE_SPREAD = 0.05;

  /** Dimensions of images: examples, channels, height and width. */
  private static final int IMAGE_RANK = 4;

  /** Pixels of the smallest usual images, of 8 × 8. */
  private static final int MIN_PIXELS = 64;

  private static final String STANDARDIZE_CODE =
      "NormalizerStandardize n = new NormalizerStandardize(); n.fit(iterator);"
          + " iterator.setPreProcessor(n);";

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

  /**
   * {@return the remedy to find broken examples}
   *
   * @param isGraph whether a minibatch may be a MultiDataSet, which has several arrays of each
   */
  static Remedy repairExamples(Place place, boolean isGraph) {
    boolean features = place == Place.FEATURES;
    String arrays = features ? "getFeatures()" : "getLabels()";
    return new Remedy(
        Message.of(features ? "remedy.repairFeatures" : "remedy.repairLabels"),
        isGraph
            ? "for (INDArray array : dataSet.toMultiDataSet()."
                + arrays
                + ") { if (array.isNaN().any()) { /* repair or drop */ } }"
            : "if (dataSet." + arrays + ".isNaN().any()) { /* repair or drop */ }");
  }

  /**
   * {@return the remedy to normalize the features, or empty if their scale is near 1 or unknown}
   */
  static Optional<Remedy> normalize(DataSummary data) {
    double spread = data.featureStandardDeviation();
    double scale = Math.max(Math.abs(data.featureMean()), spread);
    boolean isNarrow = spread > 0 && spread < MIN_RELATIVE_SPREAD * scale;
    if (!(scale > UNNORMALIZED_SCALE
        || (scale > 0 && scale < 1 / UNNORMALIZED_SCALE)
        || isNarrow)) {
      return Optional.empty();
    }
    if (isNarrow) {
      return Optional.of(
          new Remedy(
              Message.of(
                  "remedy.normalizeSpread",
                  Argument.number(spread),
                  Argument.number(data.featureMean())),
              STANDARDIZE_CODE));
    }
    boolean image =
        hasFormOfImages(data)
            && data.featureMin() >= 0
            && data.featureMax() <= MAX_PIXEL
            && data.featureMax() > MIN_BRIGHTEST_PIXEL;
    return Optional.of(
        new Remedy(
            Message.of("remedy.normalize", Argument.number(scale)),
            image
                ? "iterator.setPreProcessor(new ImagePreProcessingScaler(0, 1));"
                : STANDARDIZE_CODE));
  }

  /** {@return whether features are images, or rows of as many columns as flattened images have} */
  private static boolean hasFormOfImages(DataSummary data) {
    return data.featureRank() >= IMAGE_RANK
        || (data.featureRank() == 2 && data.featureColumns() >= MIN_PIXELS);
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
}
