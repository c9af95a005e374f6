package dev.traininghealth.measure;

import dev.traininghealth.array.MeasuredArray;
import dev.traininghealth.numbers.Histogram;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.Saturation;

/**
 * Elements of an array: all of them if there are few, otherwise a sample. The sample is evenly
 * spread and not periodic (multiples of the golden ratio), so that no unit of a layer is favored.
 */
final class Sampler {
  /**
   * Maximum of elements per sample: the share of a bin with a tenth of them is known to about 3 %.
   */
  static final int MAX_SAMPLES = 8192;

  private static final long GOLDEN_RATIO = 0x9E37_79B9_7F4A_7C15L;

  private final double[] sample = new double[MAX_SAMPLES];

  private int take(MeasuredArray array) {
    long length = array.length();
    if (length <= MAX_SAMPLES) {
      for (int i = 0; i < length; i++) {
        sample[i] = array.at(i);
      }
      return (int) length;
    }
    long position = 0;
    for (int i = 0; i < MAX_SAMPLES; i++) {
      sample[i] = array.at(Math.multiplyHigh(position >>> 1, length << 1));
      position += GOLDEN_RATIO;
    }
    return MAX_SAMPLES;
  }

  /** Share of elements that are exactly zero; 0 for an empty array. */
  double zeroFraction(MeasuredArray array) {
    int n = take(array);
    int zeros = 0;
    for (int i = 0; i < n; i++) {
      if (sample[i] == 0) {
        zeros++;
      }
    }
    return n == 0 ? 0 : (double) zeros / n;
  }

  /**
   * Share of elements at a limit of their activation function, 0 to 1; absent if no element counts.
   *
   * @param scale factor of each element
   * @param withZeros whether zeros count; they may be due to masks or dropout
   */
  double saturatedFraction(MeasuredArray array, Saturation rule, double scale, boolean withZeros) {
    int n = take(array);
    int counted = 0;
    int saturated = 0;
    for (int i = 0; i < n; i++) {
      if (withZeros || sample[i] != 0) {
        counted++;
        if (rule.isAtLimit(sample[i] * scale)) {
          saturated++;
        }
      }
    }
    return counted == 0 ? Measurement.absent() : (double) saturated / counted;
  }

  /** Counts finite elements in bins; if there are none, the histogram stays unmeasured. */
  void histogram(MeasuredArray array, Histogram histogram) {
    histogram.measure(sample, take(array));
  }
}
