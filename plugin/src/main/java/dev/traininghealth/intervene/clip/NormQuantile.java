package dev.traininghealth.intervene.clip;

import dev.traininghealth.numbers.Restorable;
import dev.traininghealth.numbers.SavedNumbers;
import java.io.Serial;
import java.io.Serializable;
import java.util.Arrays;

/**
 * A quantile of all norms of a run, in fixed memory.
 *
 * <p>It is a histogram of the logarithms in bins of 1.1 %, from 2⁻¹⁶⁰ to 2¹⁶⁰. FLOAT has no values
 * beyond, and the outer bins count the other values of DOUBLE. Adding a norm moves the quantile by
 * at most one rank, so that no search is needed.
 */
final class NormQuantile implements Restorable, Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private static final int BINS_PER_OCTAVE = 64;
  private static final int OCTAVES = 160;
  private static final int BINS = 2 * OCTAVES * BINS_PER_OCTAVE;

  private final double quantile;
  private final int[] counts = new int[BINS];
  private long count;

  /** Index of the bin that contains the quantile. */
  private int bin;

  /** Number of norms in the bins before it. */
  private long below;

  /**
   * Creates a quantile without norms.
   *
   * @param quantile above 0 and below 1
   */
  NormQuantile(double quantile) {
    this.quantile = quantile;
  }

  /** {@return the number of norms} */
  long count() {
    return count;
  }

  /**
   * Adds a norm.
   *
   * @param norm above 0 and finite
   */
  void add(double norm) {
    double position = (Math.log(norm) / Math.log(2) + OCTAVES) * BINS_PER_OCTAVE;
    int added = (int) Math.max(0, Math.min(BINS - 1, position));
    counts[added]++;
    count++;
    if (added < bin) {
      below++;
    }
    findQuantile();
  }

  private void findQuantile() {
    long rank = (long) (quantile * (count - 1));
    while (rank >= below + counts[bin]) {
      below += counts[bin];
      bin++;
    }
    while (rank < below) {
      bin--;
      below -= counts[bin];
    }
  }

  /**
   * {@return the upper bound of the bin that contains the quantile; valid only after a norm was
   * added}
   */
  double quantile() {
    return Math.pow(2, (bin + 1.0) / BINS_PER_OCTAVE - OCTAVES);
  }

  /** Saves the counts from the first bin that is not empty to the last. */
  @Override
  public void save(SavedNumbers to) {
    int from = 0;
    int end = BINS;
    while (from < end && counts[from] == 0) {
      from++;
    }
    while (end > from && counts[end - 1] == 0) {
      end--;
    }
    to.put("firstBin", from).put("counts", Arrays.copyOfRange(counts, from, end));
  }

  @Override
  public void restore(SavedNumbers from) {
    int[] saved = from.getInts("counts");
    int first = from.getInt("firstBin", 0, BINS - saved.length);
    long total = 0;
    for (int each : saved) {
      if (each < 0) {
        throw new IllegalArgumentException("a bin holds " + each + " norms");
      }
      total += each;
    }
    Arrays.fill(counts, 0);
    System.arraycopy(saved, 0, counts, first, saved.length);
    count = total;
    bin = 0;
    below = 0;
    if (count > 0) {
      findQuantile();
    }
  }
}
