package dev.traininghealth.array;

/**
 * {@link MeasuredArray} by BLAS on the array's own memory, block by block. The element types differ
 * in the BLAS calls over one block alone.
 */
abstract class BlasArray extends MeasuredArray {
  /**
   * Elements a block: few enough that it stays in the first-level cache for the second kernel over
   * it, that OpenBLAS stays on the calling thread, and that single precision rounds by less than
   * 1e-6 within it, while blocks are summed in double.
   */
  static final int BLOCK = 8192;

  /** Mean square below which squares of elements may have been lost to underflow. */
  private final double underflow;

  BlasArray(long length, double underflow) {
    super(length);
    this.underflow = underflow;
  }

  /** Sum of squares of a block; may overflow or underflow. */
  abstract double squares(long start, int n);

  /** Sum of absolute values of a block; may overflow. */
  abstract double magnitudes(long start, int n);

  /** L2 norm of a block with elements scaled on the way, so that only the result may overflow. */
  abstract double scaledNorm2(long start, int n);

  abstract double sum(long start, int n);

  @Override
  public boolean isReadFromMemory() {
    return true;
  }

  @Override
  public final double norm2() {
    double squares = 0;
    for (long start = 0; start < length(); start += BLOCK) {
      squares += squares(start, blockLength(start));
    }
    return norm2(squares);
  }

  @Override
  public final void norms(double[] norm2, double[] meanMagnitude, int slot) {
    double squares = 0;
    double magnitudes = 0;
    for (long start = 0; start < length(); start += BLOCK) {
      int n = blockLength(start);
      squares += squares(start, n);
      magnitudes += magnitudes(start, n);
    }
    norm2[slot] = norm2(squares);
    if (magnitudes == Double.POSITIVE_INFINITY) {
      magnitudes = magnitudesInDouble();
    }
    meanMagnitude[slot] = length() == 0 ? 0 : magnitudes / length();
  }

  @Override
  public final double sum() {
    double sum = 0;
    for (long start = 0; start < length(); start += BLOCK) {
      sum += sum(start, blockLength(start));
    }
    return sum;
  }

  private int blockLength(long start) {
    return (int) Math.min(BLOCK, length() - start);
  }

  private double norm2(double squares) {
    if (squares > underflow * length() && squares < Double.POSITIVE_INFINITY) {
      return Math.sqrt(squares);
    }
    return squares == 0 && isZero() ? 0 : scaledNorm2();
  }

  private boolean isZero() {
    for (long start = 0; start < length(); start += BLOCK) {
      if (magnitudes(start, blockLength(start)) != 0) {
        return false;
      }
    }
    return true;
  }

  private double scaledNorm2() {
    double norm = 0;
    for (long start = 0; start < length(); start += BLOCK) {
      int n = blockLength(start);
      double block = scaledNorm2(start, n);
      if (block == Double.POSITIVE_INFINITY) {
        // May be the result's overflow alone: 8,192 floats of 3e38 have a norm of 3e40.
        block = scaledNorm2InDouble(start, n);
      }
      if (Double.isNaN(block)) {
        return Double.NaN; // hypot would prefer an Infinity seen before
      }
      norm = Math.hypot(norm, block);
    }
    return norm;
  }

  private double scaledNorm2InDouble(long start, int n) {
    double largest = 0;
    for (long i = start; i < start + n; i++) {
      largest = Math.max(largest, Math.abs(at(i)));
    }
    if (!Double.isFinite(largest)) {
      return largest;
    }
    double squares = 0;
    for (long i = start; i < start + n; i++) {
      double scaled = at(i) / largest;
      squares += scaled * scaled;
    }
    return largest * Math.sqrt(squares);
  }

  private double magnitudesInDouble() {
    double magnitudes = 0;
    for (long i = 0; i < length(); i++) {
      magnitudes += Math.abs(at(i));
    }
    return magnitudes;
  }
}
