package dev.traininghealth.array;

/**
 * An array bound to its memory once and read in place at each call.
 *
 * <p>Each call therefore sees what DL4J has written meanwhile. All elements count: a NaN gives NaN,
 * and an Infinity gives Infinity, or NaN if both occur. Finite elements always give a finite norm,
 * even if their squares overflow or underflow. A finite norm therefore proves that all elements are
 * finite.
 *
 * @hidden
 */
public abstract class MeasuredArray {
  private final long length;

  MeasuredArray(long length) {
    this.length = length;
  }

  /** {@return the number of elements} */
  public final long length() {
    return length;
  }

  /** {@return whether elements are read from memory, so that reading one is cheap} */
  public abstract boolean isReadFromMemory();

  /** {@return the L2 norm (root of the sum of squares), or 0 for an empty array} */
  public abstract double norm2();

  /**
   * Computes the L2 norm and the mean magnitude (mean of absolute values) in one pass.
   *
   * @param norm2 receives the L2 norm; 0 for an empty array
   * @param meanMagnitude receives the mean magnitude; 0 for an empty array
   * @param slot index in both arrays
   */
  public abstract void norms(double[] norm2, double[] meanMagnitude, int slot);

  /**
   * As {@link #norms}, but estimated from a sample if the array is large and in memory, and its
   * elements are so alike that the norm's standard error is at most {@link
   * BlasArray#MAX_STANDARD_ERROR}. Non-finite elements outside the sample are not seen.
   *
   * @param norm2 receives the L2 norm
   * @param meanMagnitude receives the mean magnitude
   * @param slot index in both arrays
   */
  public void estimateNorms(double[] norm2, double[] meanMagnitude, int slot) {
    norms(norm2, meanMagnitude, slot);
  }

  /** {@return the sum of the elements, or 0 for an empty array} */
  public abstract double sum();

  /** {@return the element at this position in memory, in the array's own memory order} */
  public abstract double at(long index);

  /**
   * Computes {@code y = A x} or {@code y = Aᵀ x}, with this array as the matrix {@code A}.
   *
   * @param rows rows of {@code A}; it has {@code length() / rows} columns
   * @param columnMajor whether the elements of a column are contiguous (order {@code f})
   * @param transposed whether {@code Aᵀ} is used
   * @param x the factor
   * @param y receives the product
   */
  public abstract void multiply(
      int rows, boolean columnMajor, boolean transposed, WorkVector x, WorkVector y);

  /** {@return a new vector of this array's element type, for {@link #multiply}} */
  public abstract WorkVector workVector(int length);

  /** A vector in the memory of the kernel that uses it. */
  public interface WorkVector {
    /** L2 norm. */
    double norm2();

    /** Multiplies each element by a factor. */
    void scale(double factor);

    /** Sets one element. */
    void set(int index, double value);

    /** Frees the memory. The vector must not be used afterwards. */
    void release();
  }

  /**
   * Computes the mean, the root mean square and the sample standard deviation.
   *
   * <p>The deviation divides by n − 1, as ND4J's {@code stdNumber} does. It is 0 for fewer than two
   * elements, and NaN for a single non-finite one.
   *
   * <p>Large arrays in memory are sampled, see {@link BlasArray#sample}. Non-finite elements
   * outside the sample are not seen; norms see them.
   *
   * @param moments receives the results
   */
  public final void moments(Moments moments) {
    if (length == 0) {
      moments.set(0, 0, 0);
      return;
    }
    if (sample(moments)) {
      return;
    }
    double mean = sum() / length;
    double norm2 = norm2();
    moments.set(mean, norm2 / Math.sqrt((double) length), deviation(mean, norm2));
  }

  /**
   * Measures a sample, if the array is so large that a sample suffices.
   *
   * @return whether the moments are set
   */
  boolean sample(Moments moments) {
    return false;
  }

  private double deviation(double mean, double norm2) {
    if (length < 2) {
      return Double.isFinite(mean) ? 0 : Double.NaN;
    }
    if (length <= TWO_PASS_LENGTH) {
      double squares = 0;
      for (long i = 0; i < length; i++) {
        double d = at(i) - mean;
        squares += d * d;
      }
      return Math.sqrt(squares / (length - 1));
    }
    return deviation(mean, norm2 / Math.sqrt((double) length), (double) length);
  }

  /** {@return the deviation of n elements with this mean and root mean square} */
  static double deviation(double mean, double rms, double n) {
    // (rms − |mean|)(rms + |mean|) loses no digits and does not overflow, unlike rms² − mean².
    double variance = (rms - Math.abs(mean)) * (rms + Math.abs(mean));
    return Math.sqrt(Math.max(0, variance) * (n / (n - 1)));
  }

  /**
   * Elements up to which the deviation is summed element by element. It is then exact even if the
   * mean is far larger, as in biases and batch norm's gamma, and still cheap. Longer arrays use two
   * BLAS passes.
   */
  private static final int TWO_PASS_LENGTH = 4096;

  /** Mean, root mean square and standard deviation of one array. */
  public static final class Moments {
    private double mean;
    private double rootMeanSquare;
    private double standardDeviation;

    /** Creates an instance for {@link MeasuredArray#moments} to fill. */
    public Moments() {}

    /** {@return the mean of the elements, or 0 for an empty array} */
    public double mean() {
      return mean;
    }

    /** {@return the L2 norm divided by the square root of the number of elements, or 0 if empty} */
    public double rootMeanSquare() {
      return rootMeanSquare;
    }

    /** {@return the sample standard deviation, or 0 for fewer than two finite elements} */
    public double standardDeviation() {
      return standardDeviation;
    }

    void set(double mean, double rootMeanSquare, double standardDeviation) {
      this.mean = mean;
      this.rootMeanSquare = rootMeanSquare;
      this.standardDeviation = standardDeviation;
    }
  }
}
