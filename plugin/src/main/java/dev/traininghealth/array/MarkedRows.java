package dev.traininghealth.array;

import dev.traininghealth.array.MeasuredArray.Moments;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Marks rows of a matrix, and measures it in these rows only. The results are those of the whole
 * matrix if all other rows are 0.
 *
 * <p>Nothing is allocated after the construction, and no ND4J operation is launched.
 *
 * @hidden
 */
public final class MarkedRows {
  /** Elements below which the whole matrix is read in about 10 µs. */
  private static final int MIN_ELEMENTS = 1 << 16;

  /**
   * Rows per marked row from which on it is faster to read only these. DL4J stores a column
   * together, so that each element of a marked row is in another page of memory. It takes about a
   * hundred times as long as an element that is read in the order of memory.
   */
  private static final int MIN_ROWS_PER_MARKED = 128;

  /** Rows per index from which on marking takes little time. Most indices may repeat others. */
  private static final int MIN_ROWS_PER_INDEX = 16;

  /** Sum of squares below which a square may have underflowed. */
  private static final double UNDERFLOW = 1e-290;

  private final MeasuredArray matrix;
  private final int rows;
  private final int columns;
  private final long rowStride;
  private final long columnStride;

  /** One bit per row; all 0 between calls. */
  private final long[] marks;

  /** The marked rows, ascending. */
  private final int[] marked;

  private int count;

  private MarkedRows(MeasuredArray matrix, INDArray shape) {
    this.matrix = matrix;
    rows = (int) shape.size(0);
    columns = (int) shape.size(1);
    rowStride = shape.stride(0);
    columnStride = shape.stride(1);
    marks = new long[(rows + Long.SIZE - 1) / Long.SIZE];
    marked = new int[rows / MIN_ROWS_PER_MARKED];
  }

  /**
   * Creates an instance for a matrix.
   *
   * @param matrix the matrix, bound to its memory
   * @param shape the array that it was bound from
   * @return null if reading rows would not be faster, or if it is no matrix in main memory
   */
  public static @Nullable MarkedRows of(MeasuredArray matrix, INDArray shape) {
    boolean suits =
        matrix.isReadFromMemory()
            && shape.rank() == 2
            && shape.length() >= MIN_ELEMENTS
            && shape.size(0) >= MIN_ROWS_PER_MARKED
            && shape.size(0) <= Integer.MAX_VALUE;
    return suits ? new MarkedRows(matrix, shape) : null;
  }

  /**
   * Marks the rows of these indices instead of those marked before. Each element is rounded toward
   * 0, as DL4J's embedding layers round it.
   *
   * @param indices an array in main memory of any real type and up to three dimensions
   * @return whether all indices were read; false if there are too many, one is outside of the
   *     matrix, or the array has another form
   */
  public boolean mark(INDArray indices) {
    count = 0;
    int rank = indices.rank();
    if (rank > 3
        || indices.length() > rows / MIN_ROWS_PER_INDEX
        || indices.isCompressed()
        || !(indices.dataType().isFPType() || indices.dataType().isIntType())) {
      return false;
    }
    boolean read = markAll(indices, rank);
    return collect() && read;
  }

  private boolean markAll(INDArray indices, int rank) {
    DataBuffer data = indices.data();
    long sheets = rank > 0 ? indices.size(0) : 1;
    long lines = rank > 1 ? indices.size(1) : 1;
    long places = rank > 2 ? indices.size(2) : 1;
    long sheetStride = rank > 0 ? indices.stride(0) : 0;
    long lineStride = rank > 1 ? indices.stride(1) : 0;
    long placeStride = rank > 2 ? indices.stride(2) : 0;
    for (long s = 0; s < sheets; s++) {
      for (long l = 0; l < lines; l++) {
        long at = s * sheetStride + l * lineStride; // DL4J's buffer of a view adds its offset
        for (long p = 0; p < places; p++) {
          int row = data.getInt(at + p * placeStride);
          if (row < 0 || row >= rows) {
            return false;
          }
          marks[row / Long.SIZE] |= 1L << row;
        }
      }
    }
    return true;
  }

  /**
   * Moves the marks into {@link #marked}, in ascending order, so that memory is read forward.
   *
   * @return whether they are few enough
   */
  private boolean collect() {
    boolean few = true;
    for (int word = 0; word < marks.length; word++) {
      for (long bits = marks[word]; bits != 0 && few; bits &= bits - 1) {
        few = count < marked.length;
        if (few) {
          marked[count++] = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
        }
      }
      marks[word] = 0;
    }
    return few;
  }

  /** {@return the L2 norm of the matrix, as {@link MeasuredArray#norm2} defines it} */
  public double norm2() {
    double squares = 0;
    for (int column = 0; column < columns; column++) {
      long top = column * columnStride;
      for (int i = 0; i < count; i++) {
        double x = matrix.at(top + marked[i] * rowStride);
        squares += x * x;
      }
    }
    if (squares > UNDERFLOW && squares < Double.POSITIVE_INFINITY) {
      return Math.sqrt(squares);
    }
    return squares == 0 && isZero() ? 0 : matrix.norm2();
  }

  private boolean isZero() {
    for (int column = 0; column < columns; column++) {
      long top = column * columnStride;
      for (int i = 0; i < count; i++) {
        if (matrix.at(top + marked[i] * rowStride) != 0) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Computes the same as {@link MeasuredArray#moments}, but without sampling.
   *
   * @param moments receives the results
   */
  public void moments(Moments moments) {
    double sum = 0;
    double squares = 0;
    for (int column = 0; column < columns; column++) {
      long top = column * columnStride;
      for (int i = 0; i < count; i++) {
        double x = matrix.at(top + marked[i] * rowStride);
        sum += x;
        squares += x * x;
      }
    }
    if (!(squares > UNDERFLOW && squares < Double.POSITIVE_INFINITY)) {
      matrix.moments(moments);
      return;
    }
    double n = (double) matrix.length();
    double mean = sum / n;
    double rms = Math.sqrt(squares / n);
    moments.set(mean, rms, MeasuredArray.deviation(mean, rms, n));
  }
}
