package dev.traininghealth.samples.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Wraps a listener and sums up the growth of a monotonic quantity inside its callbacks, such as the
 * time, the bytes allocated by this thread, or the number of operations.
 *
 * <p>It allocates nothing itself, so that gauges can be nested.
 */
public final class CallbackGauge implements TrainingListener {
  /** Number of iterations that are kept individually. */
  private static final int KEPT = 1 << 16;

  private final TrainingListener listener;
  private final LongSupplier reading;
  private final long[] perIteration = new long[KEPT];
  private long iterations;
  private long thisIteration;
  private long total;
  private long calls;

  /** Wraps a listener; {@code reading} returns the quantity so far. */
  public CallbackGauge(TrainingListener listener, LongSupplier reading) {
    this.listener = listener;
    this.reading = reading;
  }

  /** Resets all sums. */
  void reset() {
    iterations = 0;
    thisIteration = 0;
    total = 0;
    calls = 0;
  }

  /** Number of callbacks within iterations. */
  long calls() {
    return calls;
  }

  /** Number of iterations seen. */
  long iterations() {
    return iterations;
  }

  /** Growth in all callbacks, including those at the start and the end of an epoch. */
  public long total() {
    return total;
  }

  /** Mean growth per iteration, of all callbacks. */
  double mean() {
    return iterations == 0 ? 0 : (double) total / iterations;
  }

  /** Growth in the median iteration, which excludes occasional work. */
  double median() {
    int kept = (int) Math.min(iterations, KEPT);
    return Quantiles.of(Arrays.stream(perIteration, 0, kept).asDoubleStream()).median();
  }

  @Override
  public void onForwardPass(Model model, List<INDArray> activations) {
    long before = reading.getAsLong();
    listener.onForwardPass(model, activations);
    grew(before);
  }

  @Override
  public void onForwardPass(Model model, Map<String, INDArray> activations) {
    long before = reading.getAsLong();
    listener.onForwardPass(model, activations);
    grew(before);
  }

  @Override
  public void onBackwardPass(Model model) {
    long before = reading.getAsLong();
    listener.onBackwardPass(model);
    grew(before);
  }

  @Override
  public void onGradientCalculation(Model model) {
    long before = reading.getAsLong();
    listener.onGradientCalculation(model);
    grew(before);
  }

  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    long before = reading.getAsLong();
    listener.iterationDone(model, iteration, epoch);
    grew(before);
    perIteration[(int) (iterations++ % KEPT)] = thisIteration;
    thisIteration = 0;
  }

  @Override
  public void onEpochStart(Model model) {
    long before = reading.getAsLong();
    listener.onEpochStart(model);
    total += reading.getAsLong() - before;
  }

  @Override
  public void onEpochEnd(Model model) {
    long before = reading.getAsLong();
    listener.onEpochEnd(model);
    total += reading.getAsLong() - before;
  }

  private void grew(long before) {
    long growth = reading.getAsLong() - before;
    thisIteration += growth;
    total += growth;
    calls++;
  }
}
