package dev.traininghealth.array;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasColMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dasum;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_ddot;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dgemv;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dnrm2;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_dscal;

import java.util.Arrays;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.indexer.DoubleIndexer;
import org.nd4j.linalg.api.buffer.DataBuffer;

/** A {@link BlasArray} of DOUBLE elements. */
final class BlasDoubleArray extends BlasArray {
  private static final DoublePointer ONES = ones();

  /** Moved to the current block before each call, so that calls create no pointer. */
  private final DoublePointer memory;

  private final long first;
  private final DoubleIndexer elements;

  /**
   * Binds an array.
   *
   * @param buffer the buffer that holds the array
   * @param offset index of the array's first element in the buffer
   * @param length number of elements
   */
  BlasDoubleArray(DataBuffer buffer, long offset, long length) {
    super(length, 1e-280);
    memory = new BufferPointer(buffer);
    first = offset;
    elements = DoubleIndexer.create(memory.capacity(offset + length));
  }

  @Override
  double squares(long start, int n) {
    memory.position(first + start);
    return cblas_ddot(n, memory, 1, memory, 1);
  }

  @Override
  public double magnitudes(long start, int n) {
    memory.position(first + start);
    return cblas_dasum(n, memory, 1);
  }

  @Override
  public double scaledNorm2(long start, int n) {
    memory.position(first + start);
    return cblas_dnrm2(n, memory, 1);
  }

  @Override
  double sum(long start, int n) {
    memory.position(first + start);
    return cblas_ddot(n, memory, 1, ONES, 1);
  }

  @Override
  public double at(long index) {
    return elements.get(first + index);
  }

  @Override
  public void multiply(
      int rows, boolean columnMajor, boolean transposed, WorkVector x, WorkVector y) {
    int columns = (int) (length() / rows);
    memory.position(first);
    cblas_dgemv(
        columnMajor ? CblasColMajor : CblasRowMajor,
        transposed ? CblasTrans : CblasNoTrans,
        rows,
        columns,
        1.0,
        memory,
        columnMajor ? rows : columns,
        ((Vector) x).memory,
        1,
        0.0,
        ((Vector) y).memory,
        1);
  }

  @Override
  public WorkVector workVector(int length) {
    return new Vector(new DoublePointer(length));
  }

  /** ND4J frees the memory that this points to once nothing holds the buffer. */
  private static final class BufferPointer extends DoublePointer {
    @SuppressWarnings("unused") // held, not read
    private final DataBuffer buffer;

    BufferPointer(DataBuffer buffer) {
      super(buffer.pointer());
      this.buffer = buffer;
    }
  }

  private record Vector(DoublePointer memory) implements WorkVector {
    @Override
    public double norm2() {
      return cblas_dnrm2((int) memory.capacity(), memory, 1);
    }

    @Override
    public void scale(double factor) {
      cblas_dscal((int) memory.capacity(), factor, memory, 1);
    }

    @Override
    public void set(int index, double value) {
      memory.put(index, value);
    }

    @Override
    public void release() {
      memory.deallocate();
    }
  }

  private static DoublePointer ones() {
    double[] ones = new double[BLOCK_ELEMENTS];
    Arrays.fill(ones, 1.0);
    return new DoublePointer(ones);
  }
}
