package dev.traininghealth.array;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasColMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sasum;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sdot;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemv;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_snrm2;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sscal;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.indexer.FloatIndexer;
import org.nd4j.linalg.api.buffer.DataBuffer;

/** A {@link BlasArray} of FLOAT elements. */
final class BlasFloatArray extends BlasArray {
  private static final FloatPointer ONES = ones();

  /** Moved to the current block before each call, so that calls create no pointer. */
  private final FloatPointer memory;

  private final long first;
  private final FloatIndexer elements;

  /**
   * Binds an array.
   *
   * @param buffer the buffer that holds the array
   * @param offset index of the array's first element in the buffer
   * @param length number of elements
   */
  BlasFloatArray(DataBuffer buffer, long offset, long length) {
    super(length, 1e-30);
    memory = new BufferPointer(buffer);
    first = offset;
    elements = FloatIndexer.create(memory.capacity(offset + length));
  }

  @Override
  double squares(long start, int n) {
    memory.position(first + start);
    return cblas_sdot(n, memory, 1, memory, 1);
  }

  @Override
  public double magnitudes(long start, int n) {
    memory.position(first + start);
    return cblas_sasum(n, memory, 1);
  }

  @Override
  public double scaledNorm2(long start, int n) {
    memory.position(first + start);
    return cblas_snrm2(n, memory, 1);
  }

  @Override
  double sum(long start, int n) {
    memory.position(first + start);
    return cblas_sdot(n, memory, 1, ONES, 1);
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
    cblas_sgemv(
        columnMajor ? CblasColMajor : CblasRowMajor,
        transposed ? CblasTrans : CblasNoTrans,
        rows,
        columns,
        1f,
        memory,
        columnMajor ? rows : columns,
        ((Vector) x).memory,
        1,
        0f,
        ((Vector) y).memory,
        1);
  }

  @Override
  public WorkVector workVector(int length) {
    return new Vector(new FloatPointer(length));
  }

  /** ND4J frees the memory that this points to once nothing holds the buffer. */
  private static final class BufferPointer extends FloatPointer {
    @SuppressWarnings("unused") // held, not read
    private final DataBuffer buffer;

    BufferPointer(DataBuffer buffer) {
      super(buffer.pointer());
      this.buffer = buffer;
    }
  }

  private record Vector(FloatPointer memory) implements WorkVector {
    @Override
    public double norm2() {
      return cblas_snrm2((int) memory.capacity(), memory, 1);
    }

    @Override
    public void scale(double factor) {
      cblas_sscal((int) memory.capacity(), (float) factor, memory, 1);
    }

    @Override
    public void set(int index, double value) {
      memory.put(index, (float) value);
    }

    @Override
    public void release() {
      memory.deallocate();
    }
  }

  private static FloatPointer ones() {
    float[] ones = new float[BLOCK_ELEMENTS];
    Arrays.fill(ones, 1f);
    return new FloatPointer(ones);
  }
}
