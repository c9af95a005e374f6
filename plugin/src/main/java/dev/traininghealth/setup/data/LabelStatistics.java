package dev.traininghealth.setup.data;

import dev.traininghealth.numbers.DataSummary;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Statistics of one output's labels over the minibatches that were read. A label vector is the
 * labels of an example, or of one step or pixel.
 *
 * @hidden
 */
public final class LabelStatistics {
  private static final double SUM_TOLERANCE = DataSummary.LABEL_SUM_TOLERANCE;

  /** Number of distinct whole numbers above which a single column holds no classes. */
  private static final int MAX_CLASSES = 1000;

  /** Maximum of examples whose order is kept. */
  private static final int MAX_ORDERED = 100_000;

  private Spread[] columns = {};
  private boolean isComparable = true;
  private long vectors;
  private long distributions;
  private long binary;
  private long zeros;
  private long nonFinite;
  private int nonFiniteMinibatch = -1;
  private int nonFiniteRow = -1;
  private boolean isWhole = true;
  private boolean areColumnsEqual = true;
  private final Map<Integer, Long> classes = new HashMap<>();
  private int[] order = new int[256];
  private int ordered;
  private boolean hasPositions;

  LabelStatistics() {}

  void add(Elements y, int minibatch) {
    if (columns.length == 0) {
      columns = new Spread[y.columns()];
      Arrays.setAll(columns, c -> new Spread());
    }
    isComparable &= columns.length == y.columns();
    hasPositions |= y.positions() > 1;
    for (int example = 0; example < y.examples(); example++) {
      for (int position = 0; position < y.positions(); position++) {
        if (y.isPresent(example, position)) {
          addVector(y, example, position, minibatch);
        }
      }
    }
  }

  private void addVector(Elements y, int example, int position, int minibatch) {
    double sum = 0;
    boolean isPositive = true;
    boolean isBinary = true;
    int largest = 0;
    for (int column = 0; column < y.columns(); column++) {
      double value = y.at(example, column, position);
      if (!Double.isFinite(value)) {
        if (nonFinite++ == 0) {
          nonFiniteMinibatch = minibatch;
          nonFiniteRow = example;
        }
        return;
      }
      sum += value;
      isPositive &= value >= -SUM_TOLERANCE;
      isBinary &= value == 0 || value == 1;
      isWhole &= value == Math.rint(value);
      areColumnsEqual &= value == y.at(example, 0, position);
      largest = value > y.at(example, largest, position) ? column : largest;
    }
    for (int column = 0; isComparable && column < y.columns(); column++) {
      columns[column].add(y.at(example, column, position));
    }
    vectors++;
    boolean isDistribution = isPositive && Math.abs(sum - 1) <= SUM_TOLERANCE;
    distributions += isDistribution ? 1 : 0;
    binary += isBinary ? 1 : 0;
    zeros += isBinary && sum == 0 ? 1 : 0;
    double only = y.at(example, 0, position);
    int label = y.columns() > 1 ? largest : (int) only;
    if (y.columns() > 1 ? isDistribution : only == Math.rint(only)) {
      if (classes.containsKey(label) || classes.size() <= MAX_CLASSES) {
        classes.merge(label, 1L, Long::sum);
      }
      addToOrder(label);
    }
  }

  private void addToOrder(int label) {
    if (ordered == MAX_ORDERED) {
      return;
    }
    if (ordered == order.length) {
      order = Arrays.copyOf(order, Math.min(MAX_ORDERED, 2 * ordered));
    }
    order[ordered++] = label;
  }

  /** {@return each column; none if their number differs} */
  public Spread[] columns() {
    return isComparable ? columns.clone() : new Spread[0];
  }

  /** {@return number of finite label vectors} */
  public long vectors() {
    return vectors;
  }

  /** {@return share of the label vectors that are probabilities with the sum 1; NaN without any} */
  public double distributionShare() {
    return (double) distributions / vectors;
  }

  /** {@return share of the label vectors that are all 0; NaN without any} */
  public double zeroShare() {
    return (double) zeros / vectors;
  }

  /** {@return whether all of several columns are equal in each label vector} */
  public boolean areColumnsEqual() {
    return columns.length > 1 && vectors > 0 && areColumnsEqual;
  }

  /** {@return whether all labels are 0 or 1} */
  public boolean isBinary() {
    return vectors > 0 && binary == vectors;
  }

  /**
   * {@return whether each label vector is of one class: a distribution over several columns, or one
   * of few whole numbers in a single column}
   */
  public boolean hasClasses() {
    boolean all = columns.length > 1 ? distributions == vectors : isWhole;
    return vectors > 0 && all && classes.size() > 0 && classes.size() <= MAX_CLASSES;
  }

  /** {@return how many label vectors are of each class; see {@link #hasClasses}} */
  public Map<Integer, Long> classes() {
    return Map.copyOf(classes);
  }

  /** {@return number of examples whose class is not that of the example before} */
  public int classChanges() {
    int changes = 0;
    for (int i = 1; i < ordered; i++) {
      changes += order[i] == order[i - 1] ? 0 : 1;
    }
    return changes;
  }

  /** {@return number of examples among which {@link #classChanges} were counted} */
  public int orderedExamples() {
    return ordered;
  }

  /** {@return whether an example has several label vectors, as a series or an image} */
  public boolean hasPositions() {
    return hasPositions;
  }

  /** {@return number of NaN and infinite label vectors} */
  public long nonFinite() {
    return nonFinite;
  }

  /** {@return the minibatch of the first of them, from 0; -1 if there are none} */
  public int nonFiniteMinibatch() {
    return nonFiniteMinibatch;
  }

  /** {@return the row of the first of them in its minibatch, from 0; -1 if there are none} */
  public int nonFiniteRow() {
    return nonFiniteRow;
  }
}
