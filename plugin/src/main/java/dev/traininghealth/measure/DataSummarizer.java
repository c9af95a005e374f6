package dev.traininghealth.measure;

import dev.traininghealth.array.ArrayBinding;
import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.numbers.ClassNumbers;
import dev.traininghealth.numbers.DataRecord;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads some minibatches into a {@link DataRecord}. It reads the first {@value
 * #INITIAL_MINIBATCHES}, and {@value #INITIAL_SMALL_MINIBATCHES} if they are small, because most
 * problems of the data are present from the start, then ever fewer, because data may change, and
 * those that are requested because something is unusual.
 *
 * <p>The intervals grow with the run and are irregular. With a constant one, the same minibatch
 * might be read in each epoch, and of data in order only one part.
 *
 * <p>If a network has several inputs or outputs, the first of each is read. Steps and examples that
 * the labels' mask excludes are skipped. So are those of the features' mask if DL4J keeps it. A
 * MultiLayerNetwork does not, so there the padding of a series counts as its numeric values.
 *
 * @hidden
 */
public final class DataSummarizer {
  private static final int INITIAL_MINIBATCHES = 20;

  /**
   * Number of first minibatches that are read if they are small. An outlier among them may occur
   * once in an epoch, and need not show in gradient and score.
   */
  private static final int INITIAL_SMALL_MINIBATCHES = 100;

  /** Maximum of elements of a small minibatch's features, and of its labels. */
  private static final int SMALL_ELEMENTS = 5_000;

  /** Maximum interval between two minibatches that are read. */
  private static final int MAX_INTERVAL = 500;

  /** Interval as a share of the iterations so far, before {@link #MAX_INTERVAL}: about 35 reads. */
  private static final double INTERVAL_SHARE = 0.1;

  /** Multiples of the golden ratio, modulo 1, are spread evenly and hit no period. */
  private static final double GOLDEN_RATIO = 0.6180339887498949;

  /** Minimum number of examples whose labels are compared: two may be equal by chance. */
  private static final int MIN_COMPARED_EXAMPLES = 8;

  /** Minimum number of minibatches that an outlier is compared with. */
  private static final int MIN_USUAL_MINIBATCHES = 3;

  /** Maximum share of outliers in a minibatch; with more of them, the data have changed. */
  private static final double MAX_OUTLIER_SHARE = 0.1;

  /** Maximum of elements read per minibatch of the features, and of the labels: about 0.3 ms. */
  private static final int MAX_ELEMENTS = 100_000;

  /** The same maximum if each read is an ND4J operation. */
  private static final int MAX_SLOW_ELEMENTS = 5_000;

  /**
   * Minimum of distinct examples before a column is called constant. It is also the minimum of
   * examples read per minibatch, however many columns they have.
   */
  private static final int MIN_EXAMPLES = 10;

  /**
   * Minimum of minibatches, with {@value #MIN_EXAMPLES} examples in total, before identical
   * examples are reported. The first minibatches of a series may hold nothing but padding.
   */
  private static final int MINIBATCHES_OF_ONE_EXAMPLE = 5;

  private final DataRecord summary;
  private final ArrayBinding binding;
  private final RunningSpread features = new RunningSpread();
  private final RunningSpread labels = new RunningSpread();
  private final ColumnRanges featureColumns = new ColumnRanges();
  private final LabelMeans labelMeans = new LabelMeans();
  private final ClassNumbers classNumbers = new ClassNumbers();

  /** Hashes of distinct examples. */
  private final long[] distinct = new long[MIN_EXAMPLES];

  private int distinctExamples;
  private int iterations;

  /** The next iteration that is read, after the initial ones. */
  private long dueIteration = INITIAL_MINIBATCHES;

  private int reads;
  private boolean requested;

  /** Whether this iteration's minibatch was read. */
  private boolean wasRead;

  /** Whether the latest minibatch that was read is small. */
  private boolean isSmall;

  private long examples;
  private double labelMin = Double.POSITIVE_INFINITY;
  private double labelMax = Double.NEGATIVE_INFINITY;

  /** -1 before the first minibatch, 0 after two minibatches with different numbers of columns. */
  private int labelColumns = -1;

  /** Hash of the labels of the first example. */
  private long firstLabels;

  /** Hash of the labels of the latest minibatch's first example. */
  private long latestLabels;

  private boolean hasFirstLabels;
  private boolean labelsDiffer;

  /** Whether there are other inputs than the one that is read. */
  private boolean severalInputs;

  /**
   * Creates a summarizer that has read nothing.
   *
   * @param summary is filled at each minibatch
   */
  public DataSummarizer(DataRecord summary, ArrayBinding binding) {
    this.summary = summary;
    this.binding = binding;
  }

  /** Whether to read this iteration's minibatch; must be called once per iteration. */
  boolean isDue() {
    int iteration = iterations++;
    requested = false;
    wasRead = false;
    if (iteration < INITIAL_MINIBATCHES || (isSmall && iteration < INITIAL_SMALL_MINIBATCHES)) {
      return true;
    }
    if (iteration < dueIteration) {
      return false;
    }
    double spread = 0.5 + GOLDEN_RATIO * reads++ % 1; // 0.5 to 1.5
    double interval = Math.min(MAX_INTERVAL, INTERVAL_SHARE * iteration);
    dueIteration = iteration + Math.max(1, Math.round(spread * interval));
    return true;
  }

  /** Requests that the minibatch of this iteration is read at its end, unless it was read. */
  void request() {
    requested = iterations > INITIAL_MINIBATCHES && !wasRead;
  }

  /** Whether this iteration's minibatch was requested; must be called once, at its end. */
  boolean isRequested() {
    boolean due = requested;
    requested = false;
    return due;
  }

  /**
   * Reads a minibatch.
   *
   * @param featuresLast whether a series has its features in the last dimension
   * @param labelsLast whether labels with steps or positions have their classes in the last
   *     dimension
   */
  public void minibatch(Minibatch minibatch, boolean featuresLast, boolean labelsLast) {
    wasRead = true;
    INDArray x = minibatch.firstFeatures();
    INDArray y = minibatch.firstLabels();
    isSmall = isSmall(x) && isSmall(y);
    severalInputs |= minibatch.features().size() > 1;
    if (x != null && isReadable(x)) {
      // Each pixel of an image is a column, as in a flattened image.
      int dimension = x.rank() != 3 ? 0 : featuresLast ? 2 : 1;
      ExampleGrid grid = grid(x, dimension);
      summary.featureRank = x.rank();
      features(grid, mask(grid, x, minibatch.firstFeatureMask()));
      summary.minibatches++;
      examples += grid.examples();
    }
    if (y != null && isReadable(y)) {
      ExampleGrid grid = grid(y, labelsLast ? y.rank() - 1 : 1);
      labels(grid, mask(grid, y, minibatch.firstLabelMask()));
    }
    updateSummary();
  }

  private boolean isSmall(@Nullable INDArray array) {
    return array == null
        || (array.length() <= SMALL_ELEMENTS && binding.window(array).isReadFromMemory());
  }

  private static boolean isReadable(INDArray array) {
    return (array.isR() || array.isZ()) && !array.isEmpty() && array.rank() >= 2;
  }

  private ExampleGrid grid(INDArray array, int columnDimension) {
    MeasuredArray values = binding.window(array);
    int max = values.isReadFromMemory() ? MAX_ELEMENTS : MAX_SLOW_ELEMENTS;
    return ExampleGrid.of(array, values, columnDimension, max / MIN_EXAMPLES, max);
  }

  private @Nullable ExampleGrid mask(ExampleGrid grid, INDArray array, @Nullable INDArray mask) {
    return mask == null ? null : grid.mask(array.shape(), mask, binding.window(mask));
  }

  private void features(ExampleGrid grid, @Nullable ExampleGrid mask) {
    featureColumns.begin(grid.columns());
    double usual =
        summary.minibatches < MIN_USUAL_MINIBATCHES ? Double.NaN : features.rootMeanSquare();
    int outliers = 0;
    int outlier = -1;
    double largest = 0;
    boolean counts = distinctExamples < MIN_EXAMPLES;
    for (int example = 0; example < grid.examples(); example++) {
      long hash = 0;
      double squares = 0;
      int values = 0;
      for (int column = 0; column < grid.columns(); column++) {
        for (int position = 0; position < grid.positions(); position++) {
          double value = grid.at(example, column, position);
          if (counts) {
            hash = hash * 31 + Double.doubleToLongBits(value);
          }
          if (Double.isFinite(value) && (mask == null || mask.at(example, column, position) != 0)) {
            features.add(value);
            featureColumns.add(column, value);
            squares += value * value;
            values++;
          }
        }
      }
      if (counts) {
        countDistinct(hash);
      }
      double scale = Math.sqrt(squares / values) / usual;
      if (scale > DataRecord.OUTLIER_FACTOR) {
        outliers++;
        outlier = scale > largest ? grid.example(example) : outlier;
        largest = Math.max(largest, scale);
      }
    }
    features.endGroup();
    if (outliers > 0 && outliers <= Math.max(1, MAX_OUTLIER_SHARE * grid.examples())) {
      summary.outlierExamples += outliers;
      summary.outlierExample = outlier;
      summary.outlierScale = largest;
    }
  }

  private void countDistinct(long hash) {
    if (distinctExamples == MIN_EXAMPLES) {
      return;
    }
    for (int i = 0; i < distinctExamples; i++) {
      if (distinct[i] == hash) {
        return;
      }
    }
    distinct[distinctExamples++] = hash;
  }

  private void labels(ExampleGrid grid, @Nullable ExampleGrid mask) {
    labelColumns = labelColumns < 0 || labelColumns == grid.columns() ? grid.columns() : 0;
    labelMeans.begin(grid.columns(), grid.hasAllColumns() && grid.positions() == 1);
    hasFirstLabels &= grid.positions() == 1; // segments of one series differ
    boolean isUniform = true;
    long first = 0;
    for (int example = 0; example < grid.examples(); example++) {
      long hash = 0;
      for (int position = 0; position < grid.positions(); position++) {
        for (int column = 0; column < grid.columns(); column++) {
          double value =
              mask == null || mask.at(example, column, position) != 0
                  ? grid.at(example, column, position)
                  : Double.NaN;
          hash = hash * 31 + Double.doubleToLongBits(value);
          if (Double.isFinite(value)) {
            labelMin = Math.min(labelMin, value);
            labelMax = Math.max(labelMax, value);
            labels.add(value);
            labelMeans.add(column, value);
            if (grid.columns() == 1) {
              classNumbers.add(value);
            }
          }
        }
        labelMeans.endVector();
      }
      compareLabels(hash);
      first = example == 0 ? hash : first;
      isUniform &= hash == first;
    }
    labels.endGroup();
    if (grid.positions() == 1 && grid.examples() >= MIN_COMPARED_EXAMPLES) {
      countUniform(isUniform, first);
    }
  }

  private void countUniform(boolean isUniform, long first) {
    boolean isAfterAnother = summary.comparedLabelMinibatches > 0;
    summary.comparedLabelMinibatches++;
    summary.uniformLabelMinibatches += isUniform ? 1 : 0;
    if (iterations <= INITIAL_MINIBATCHES && isAfterAnother && first != latestLabels) {
      summary.labelChanges++;
    }
    latestLabels = first;
  }

  private void compareLabels(long hash) {
    labelsDiffer |= hasFirstLabels && hash != firstLabels;
    firstLabels = hasFirstLabels ? firstLabels : hash;
    hasFirstLabels = true;
  }

  /**
   * Whether all examples have the same features but different labels. Different labels exclude that
   * one example is trained repeatedly on purpose.
   */
  private boolean isOneExampleWithManyLabels() {
    return distinctExamples == 1
        && !severalInputs
        && examples >= MIN_EXAMPLES
        && summary.minibatches >= MINIBATCHES_OF_ONE_EXAMPLE
        && labelsDiffer;
  }

  private void updateSummary() {
    summary.featureMin = features.min();
    summary.featureMax = features.max();
    summary.featureMean = features.mean();
    summary.featureStandardDeviation = features.standardDeviation();
    summary.featureColumns = featureColumns.columns();
    boolean comparable = distinctExamples == MIN_EXAMPLES && !severalInputs;
    summary.constantFeatureColumns =
        comparable || isOneExampleWithManyLabels() ? featureColumns.constant() : 0;
    summary.labelMean = labels.mean();
    summary.labelStandardDeviation = labels.standardDeviation();
    summary.areLabelColumnsEqual = labelMeans.areColumnsEqual();
    summary.labelVectors = labelMeans.vectors();
    summary.largestLabelShare = labelMeans.largestShare();
    summary.labelMin = labelMin <= labelMax ? labelMin : Double.NaN;
    summary.labelMax = labelMin <= labelMax ? labelMax : Double.NaN;
    summary.labelColumns = Math.max(0, labelColumns);
    summary.labelVariance = labelMeans.variance();
    summary.otherLabelSumShare = labelMeans.otherSumShare();
    summary.labelEntropy = labelMeans.entropy();
    summary.labelClassEntropy = labelColumns == 1 ? classNumbers.entropy() : Double.NaN;
    summary.labelBinaryEntropy = labelMeans.binaryEntropy();
  }
}
