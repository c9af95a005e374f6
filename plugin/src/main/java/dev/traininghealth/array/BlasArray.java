package dev.traininghealth.array;

/**
 * A {@link MeasuredArray} that BLAS reads in place, block by block. Subclasses differ only in the
 * BLAS calls for their element type.
 */
abstract class BlasArray extends MeasuredArray {
  /**
   * Elements per block. A block stays in the first-level cache for a second kernel, and OpenBLAS
   * stays on the calling thread. Single precision rounds by less than 1e-6 within a block, and
   * blocks are summed in double precision.
   */
  static final int BLOCK_ELEMENTS = 8192;

  /** Maximum standard error of an estimated norm, relative to it. */
  static final double MAX_STANDARD_ERROR = 0.01;

  /** Elements up to which all are read in any case, which takes about 0.1 ms for FLOAT. */
  private static final int EXACT_LENGTH = 1 << 18;

  private static final int SAMPLED_BLOCKS = 256;

  /** Elements per sampled block: few, because neighbors often belong to the same unit. */
  private static final int SAMPLED_BLOCK = 256;

  /** Mean square below which squares of elements may have underflowed. */
  private final double underflow;

  BlasArray(long length, double underflow) {
    super(length);
    this.underflow = underflow;
  }

  /** {@return the sum of absolute values of a block, which may overflow} */
  abstract double magnitudes(long start, int n);

  /**
   * {@return the L2 norm of a block, from scaled elements, so that only the result may overflow}
   */
  abstract double scaledNorm2(long start, int n);

  /** {@return the sum of squares of a block, which may overflow or underflow} */
  abstract double squares(long start, int n);

  abstract double sum(long start, int n);

  @Override
  public boolean isReadFromMemory() {
    return true;
  }

  @Override
  public final double norm2() {
    double squares = 0;
    for (long start = 0; start < length(); start += BLOCK_ELEMENTS) {
      squares += squares(start, blockLength(start));
    }
    return norm2(squares);
  }

  @Override
  public final void norms(double[] norm2, double[] meanMagnitude, int slot) {
    double squares = 0;
    double magnitudes = 0;
    for (long start = 0; start < length(); start += BLOCK_ELEMENTS) {
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
    for (long start = 0; start < length(); start += BLOCK_ELEMENTS) {
      sum += sum(start, blockLength(start));
    }
    return sum;
  }

  /**
   * Measures {@value #SAMPLED_BLOCKS} blocks of {@value #SAMPLED_BLOCK} elements, evenly spread, of
   * an array of more than {@value #EXACT_LENGTH}.
   *
   * <p>The standard error of the deviation is 0.28 % if elements are independent. It is a 32nd of
   * the spread of the blocks' mean squares if these differ.
   */
  @Override
  final boolean sample(Moments moments) {
    if (length() <= EXACT_LENGTH) {
      return false;
    }
    double sum = 0;
    double squares = 0;
    for (int block = 0; block < SAMPLED_BLOCKS; block++) {
      long start = sampledBlock(block);
      sum += sum(start, SAMPLED_BLOCK);
      squares += squares(start, SAMPLED_BLOCK);
    }
    double n = (double) SAMPLED_BLOCKS * SAMPLED_BLOCK;
    if (!(squares > underflow * n && squares < Double.POSITIVE_INFINITY)) {
      return false; // all elements are read, and may be scaled; NaN as well
    }
    double mean = sum / n;
    double rms = Math.sqrt(squares / n);
    moments.set(mean, rms, deviation(mean, rms, n));
    return true;
  }

  /**
   * Estimates from the same blocks as {@link #sample}, a quarter of them at a time until the
   * estimate is precise. The standard error comes from the spread of the blocks' sums of squares,
   * so that rows of which only some are not 0, as in an embedding, are all read.
   */
  @Override
  public final void estimateNorms(double[] norm2, double[] meanMagnitude, int slot) {
    if (length() <= EXACT_LENGTH) {
      norms(norm2, meanMagnitude, slot);
      return;
    }
    int blocks = 0;
    double squares = 0;
    double fourthPowers = 0;
    double magnitudes = 0;
    for (int quarter = 0; quarter < 4; quarter++) {
      for (int block = quarter; block < SAMPLED_BLOCKS; block += 4) {
        long start = sampledBlock(block);
        double ofBlock = squares(start, SAMPLED_BLOCK);
        blocks++;
        squares += ofBlock;
        fourthPowers += ofBlock * ofBlock;
        magnitudes += magnitudes(start, SAMPLED_BLOCK);
      }
      double n = (double) blocks * SAMPLED_BLOCK;
      if (isPrecise(squares, fourthPowers, blocks) && squares > underflow * n) {
        norm2[slot] = Math.sqrt(squares / n * length());
        meanMagnitude[slot] = magnitudes / n;
        return;
      }
    }
    norms(norm2, meanMagnitude, slot);
  }

  /**
   * Whether the root of a sum of squares has a relative standard error of at most {@link
   * #MAX_STANDARD_ERROR}; false if an element is not finite.
   */
  private static boolean isPrecise(double squares, double fourthPowers, int blocks) {
    double mean = squares / blocks;
    double deviation = Math.sqrt(Math.max(0, fourthPowers / blocks - mean * mean));
    // A root has half the relative error of its square.
    return deviation / mean / 2 <= MAX_STANDARD_ERROR * Math.sqrt(blocks);
  }

  /** {@return the first element of a sampled block} */
  private long sampledBlock(int block) {
    return block * (length() - SAMPLED_BLOCK) / (SAMPLED_BLOCKS - 1);
  }

  private int blockLength(long start) {
    return (int) Math.min(BLOCK_ELEMENTS, length() - start);
  }

  private double norm2(double squares) {
    if (squares > underflow * length() && squares < Double.POSITIVE_INFINITY) {
      return Math.sqrt(squares);
    }
    return squares == 0 && isZero() ? 0 : scaledNorm2();
  }

  private boolean isZero() {
    for (long start = 0; start < length(); start += BLOCK_ELEMENTS) {
      if (magnitudes(start, blockLength(start)) != 0) {
        return false;
      }
    }
    return true;
  }

  private double scaledNorm2() {
    double norm = 0;
    for (long start = 0; start < length(); start += BLOCK_ELEMENTS) {
      int n = blockLength(start);
      double block = scaledNorm2(start, n);
      if (block == Double.POSITIVE_INFINITY) {
        // The elements may be finite: 8,192 floats of 3e38 have a norm of 3e40.
        block = scaledNorm2InDouble(start, n);
      }
      if (Double.isNaN(block)) {
        return Double.NaN; // hypot(Infinity, NaN) would be Infinity
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
