package dev.traininghealth.numbers;

/**
 * How often each class occurs in labels that are the numbers of classes.
 *
 * @hidden
 */
public final class ClassNumbers {
  /** Number of classes that are counted, as many as label columns are. */
  private static final int MAX_CLASSES = 10_000;

  private long[] counts = {};
  private long total;
  private boolean areNumbers = true;

  /**
   * Adds a label.
   *
   * @param label the number of a class, or anything else
   */
  public void add(double label) {
    if (!(label >= 0 && label < MAX_CLASSES && label == Math.rint(label))) {
      areNumbers = false;
      return;
    }
    int number = (int) label;
    if (number >= counts.length) {
      long[] more = new long[Math.min(MAX_CLASSES, 2 * (number + 1))];
      System.arraycopy(counts, 0, more, 0, counts.length);
      counts = more;
    }
    counts[number]++;
    total++;
  }

  /** {@return the entropy of the classes in nats; NaN without labels, or if one was no class} */
  public double entropy() {
    if (!areNumbers || total == 0) {
      return Double.NaN;
    }
    double entropy = 0;
    for (long count : counts) {
      double p = (double) count / (double) total;
      entropy -= count > 0 ? p * Math.log(p) : 0;
    }
    return entropy;
  }
}
