package dev.traininghealth;

import dev.traininghealth.guard.RunClock;
import java.io.Serial;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/**
 * A clock by which every iteration takes a millisecond and the listener well below the budget,
 * however busy the machine is. What depends on time, such as trials, is then the same in each run
 * of a test. It must be a listener of the network too.
 */
public final class IterationClock extends BaseTrainingListener implements RunClock {
  @Serial private static final long serialVersionUID = 1L;

  private static final long STEP_NANOS = 1_000_000;

  /** Time from one call to the next: the listener asks about thirty times per iteration. */
  private static final long CALL_NANOS = 200;

  private long nanos = STEP_NANOS; // 0 would mean that no iteration has ended yet

  /** {@return a builder of a listener that this clock times} */
  public TrainingHealthListenerBuilder builder(StatsStorageRouter storage) {
    return TrainingHealthListener.builder(storage).clock(this);
  }

  /** Builds a listener that uses this clock. */
  public TrainingHealthListener build(TrainingHealthListenerBuilder builder) {
    return builder.clock(this).build();
  }

  @Override
  public synchronized long nanoTime() {
    nanos += CALL_NANOS;
    return nanos;
  }

  @Override
  public long charged(long threadNanos) {
    return 0;
  }

  @Override
  public synchronized void iterationDone(Model model, int iteration, int epoch) {
    nanos += STEP_NANOS;
  }
}
