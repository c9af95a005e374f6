package dev.traininghealth.samples.benchmark;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.profiler.OpProfiler;
import org.nd4j.linalg.profiler.ProfilerConfig;

/**
 * Counts native operations, including matrix products, with ND4J's own profiler while this is open.
 * It does not see the vector routines of {@code Nd4j.getBlasWrapper()}, which appear in the
 * allocated bytes instead.
 */
final class OpProfile implements AutoCloseable {
  private final OpProfiler profiler = OpProfiler.getInstance();
  private final ProfilerConfig before = profiler.getConfig();

  OpProfile() {
    profiler.reset();
    Nd4j.getExecutioner()
        .setProfilingConfig(ProfilerConfig.builder().checkElapsedTime(true).build());
  }

  /** Operations launched since opening, by any thread. */
  long operations() {
    return profiler.getInvocationsCount();
  }

  /** A gauge around the listener. */
  CallbackGauge around(TrainingListener listener) {
    return new CallbackGauge(listener, this::operations);
  }

  /**
   * Checks that one operation counts as one, on the same path as the listeners. A profiler that
   * counts nothing would report that every listener is free.
   *
   * @throws IllegalStateException if it counts another number
   */
  void check(Contender contender) {
    INDArray planted = Nd4j.ones(8, 8);
    // In the order that BLAS writes; in the other order, a copy would be the second operation.
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
              + "): its counts are not valid here");
    }
  }

  @Override
  public void close() {
    Nd4j.getExecutioner().setProfilingConfig(before);
    profiler.reset();
  }

  /** Launches one operation per iteration. */
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
