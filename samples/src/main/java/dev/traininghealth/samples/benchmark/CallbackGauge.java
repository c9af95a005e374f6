package dev.traininghealth.samples.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Stands between DL4J and a listener, and sums up by how much something that only grows (the time,
 * the bytes that this thread has allocated, the count of operations) grows inside its callbacks.
 *
 * <p>It allocates nothing itself, so that gauges can be put around one another.
 */
final class CallbackGauge implements TrainingListener {
  /** Iterations that are kept one by one. */
  private static final int KEPT = 1 << 16;

  private final TrainingListener listener;
  private final LongSupplier reading;
  private final long[] perIteration = new long[KEPT];
  private long iterations;
  private long thisIteration;
  private long total;

  CallbackGauge(TrainingListener listener, LongSupplier reading) {
    this.listener = listener;
    this.reading = reading;
  }

  /** Forgets what has been seen so far. */
  void reset() {
    iterations = 0;
    thisIteration = 0;
    total = 0;
  }

  /** Iterations seen. */
  long iterations() {
    return iterations;
  }

  /** Growth in all callbacks, those at the begin and the end of an epoch included. */
  long total() {
    return total;
  }

  /** Growth an iteration, everything included. */
  double mean() {
    return iterations == 0 ? 0 : (double) total / iterations;
  }

  /**
   * Growth in the median iteration: that of an ordinary one, where what is done now and then is
   * not.
   */
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
  }
}
