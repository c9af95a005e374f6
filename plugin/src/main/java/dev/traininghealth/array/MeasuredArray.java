package dev.traininghealth.array;

/**
 * The elements of one array as the kernels read them: bound once to the array's memory and read in
 * place at every call, so that what DL4J writes in between is seen.
 *
 * <p>All results are computed over the finite and the non-finite alike: a NaN gives NaN, an
 * Infinity gives Infinity (NaN where both occur), and an array of finite elements always gives a
 * finite norm, also where the squares of its elements overflow or vanish. So a finite norm proves
 * an array clean.
 *
 * @hidden
 */
public abstract class MeasuredArray {
  private final long length;

  MeasuredArray(long length) {
    this.length = length;
  }

  /** Number of elements. */
  public final long length() {
    return length;
  }

  /** Whether elements are read from memory: a read of one costs next to nothing. */
  public abstract boolean isReadFromMemory();

  /** L2 norm: the square root of the sum of squares; 0 for an empty array. */
  public abstract double norm2();

  /**
   * L2 norm and mean magnitude (mean of absolute values; 0 for an empty array) in one pass over the
   * memory.
   */
  public abstract void norms(double[] norm2, double[] meanMagnitude, int slot);

  /** Sum of the elements. */
  public abstract double sum();

  /** The element at this position of the memory, in whatever order the array is laid out. */
  public abstract double at(long index);

  /**
   * {@code y = A x}, or {@code y = Aᵀ x}, reading this array as a matrix.
   *
   * @param rows of {@code A}; {@code length() / rows} is the number of its columns
   * @param columnMajor whether elements of a column lie side by side (order {@code f})
   */
  public abstract void multiply(
      int rows, boolean columnMajor, boolean transposed, WorkVector x, WorkVector y);

  /** A vector for {@link #multiply}, of this array's element type. */
  public abstract WorkVector workVector(int length);

  /** A vector in the kernel's own memory. */
  public interface WorkVector {
    /** L2 norm. */
    double norm2();

    /** Multiplies each element. */
    void scale(double factor);

    /** Sets one element. */
    void set(int index, double value);

    /** Frees the memory; the vector is not to be used any more. */
    void release();
  }

  /**
   * Mean and sample standard deviation (n − 1, as ND4J's {@code stdNumber}); the deviation of fewer
   * than two elements is 0.
   */
  public final void moments(Moments moments) {
    if (length == 0) {
      moments.set(0, 0, 0, 0);
      return;
    }
    double mean = sum() / length;
    double norm2 = norm2();
    moments.set(length, mean, norm2, deviation(mean, norm2));
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
    double rms = norm2 / Math.sqrt((double) length);
    // (rms − |mean|)(rms + |mean|), not rms² − mean²: loses no digits and does not overflow.
    double variance = (rms - Math.abs(mean)) * (rms + Math.abs(mean));
    return Math.sqrt(Math.max(0, variance) * ((double) length / (length - 1)));
  }

  /**
   * Up to this length the deviation is summed element by element: exact also where the mean is far
   * larger, as with biases and batch norm's gains, and still cheap. Above it two BLAS passes serve.
   */
  private static final int TWO_PASS_LENGTH = 4096;

  /** Mean, norm and deviation of one array. */
  public static final class Moments {
    private double mean;
    private double rootMeanSquare;
    private double standardDeviation;

    /** Creates one, to be filled by {@link MeasuredArray#moments}. */
    public Moments() {}

    /** Mean of the elements. */
    public double mean() {
      return mean;
    }

    /** L2 norm divided by the square root of the number of elements. */
    public double rootMeanSquare() {
      return rootMeanSquare;
    }

    /** Sample standard deviation. */
    public double standardDeviation() {
      return standardDeviation;
    }

    private void set(long length, double mean, double norm2, double deviation) {
      this.mean = mean;
      this.rootMeanSquare = length == 0 ? 0 : norm2 / Math.sqrt((double) length);
      this.standardDeviation = deviation;
    }
  }
}
