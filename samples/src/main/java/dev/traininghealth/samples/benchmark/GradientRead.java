package dev.traininghealth.samples.benchmark;

import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sdot;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures how long one read of the gradient takes, the limit below which no listener that looks at
 * every element can come.
 *
 * <p>It reads by the fastest loop at hand, a BLAS dot product in blocks. It does so once per
 * iteration between backward pass and update, with the caches as the training leaves them. It is
 * the only listener of its network.
 */
final class GradientRead extends BaseTrainingListener {
  /** OpenBLAS stays on the calling thread for blocks of this length. */
  private static final int BLOCK = 8192;

  private final List<Double> micros = new ArrayList<>();
  private @Nullable FloatPointer memory;
  private long first;
  private long length;

  /** The last result, so that the compiler cannot leave out the read. */
  private double squares;

  @Override
  public void onGradientCalculation(Model model) {
    FloatPointer bound = memory == null ? bind(model) : memory;
    long before = System.nanoTime();
    squares = read(bound);
    micros.add((System.nanoTime() - before) / 1e3);
  }

  private FloatPointer bind(Model model) {
    INDArray gradient = model.getGradientsViewArray();
    if (gradient.dataType() != DataType.FLOAT) {
      throw new IllegalStateException("Not FLOAT: " + gradient.dataType());
    }
    first = gradient.offset();
    length = gradient.length();
    FloatPointer bound = new FloatPointer(gradient.data().pointer());
    memory = bound;
    return bound;
  }

  private double read(FloatPointer bound) {
    double sum = 0;
    for (long start = 0; start < length; start += BLOCK) {
      bound.position(first + start);
      sum += cblas_sdot((int) Math.min(BLOCK, length - start), bound, 1, bound, 1);
    }
    return sum;
  }

  /**
   * Median time of a read, microseconds, without the first half of the reads, in which the code may
   * not be compiled; NaN before the first.
   */
  double medianMicros() {
    return Quantiles.of(micros.subList(micros.size() / 2, micros.size())).median();
  }

  /** Sum of squares of the latest gradient, not divided by the batch size. */
  double squares() {
    return squares;
  }
}
