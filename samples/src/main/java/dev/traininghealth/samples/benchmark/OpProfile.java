package dev.traininghealth.samples.benchmark;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.profiler.OpProfiler;
import org.nd4j.linalg.profiler.ProfilerConfig;

/**
 * ND4J's own profiler, counting while this is open. It counts native operations, matrix products
 * among them; it does not see the vector routines of {@code Nd4j.getBlasWrapper()}, which show in
 * the bytes allocated instead.
 */
final class OpProfile implements AutoCloseable {
  private final OpProfiler profiler = OpProfiler.getInstance();
  private final ProfilerConfig before = profiler.getConfig();

  OpProfile() {
    profiler.reset();
    Nd4j.getExecutioner()
        .setProfilingConfig(ProfilerConfig.builder().checkElapsedTime(true).build());
  }

  /** Operations launched since it was opened, by any thread. */
  long operations() {
    return profiler.getInvocationsCount();
  }

  /** A gauge around the listener. */
  CallbackGauge around(TrainingListener listener) {
    return new CallbackGauge(listener, this::operations);
  }

  /**
   * Checks that one operation counts as one, on the very path by which listeners are measured: a
   * profiler that counts nothing would find every listener free.
   *
   * @throws IllegalStateException if it does not
   */
  void check(Contender contender) {
    INDArray planted = Nd4j.ones(8, 8);
    // In the order that BLAS writes; in the other, a copy would be the second operation.
    INDArray product = Nd4j.zeros(8, 8).dup('f');
    expect(contender, "an element-wise sum", () -> planted.addi(1));
    expect(contender, "a norm", planted::norm2Number);
    expect(contender, "a standard deviation", planted::stdNumber);
    expect(contender, "a matrix product", () -> planted.mmuli(planted, product));
  }

  private void expect(Contender contender, String what, Runnable operation) {
    CallbackGauge gauge = around(new Planted(operation));
    contender.watchThrough(gauge);
    contender.train(2);
    if (gauge.mean() != 1 || gauge.median() != 1) {
      throw new IllegalStateException(
          "ND4J's profiler counted "
              + gauge.mean()
              + " operations in an iteration that launches one ("
              + what
              + "): its counts prove nothing here");
    }
  }

  @Override
  public void close() {
    Nd4j.getExecutioner().setProfilingConfig(before);
    profiler.reset();
  }

  /** Launches one operation an iteration. */
  private static final class Planted extends BaseTrainingListener {
    private final Runnable operation;

    Planted(Runnable operation) {
      this.operation = operation;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      operation.run();
    }
  }
}
