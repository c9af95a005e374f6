package dev.traininghealth;

import org.deeplearning4j.core.storage.StatsStorage;

/** Moments at which a UI is started and stopped. */
final class UiFaults {
  private static final int HALF = FaultRun.ITERATIONS / 2;

  private UiFaults() {}

  static void before(FaultRun run) {
    StatsStorage storage = FaultRun.inMemory();
    FaultRun.serve(storage);
    try {
      run.attach(storage);
      run.until(HALF);
      run.flush();
      run.shouldShow(HALF);
      run.until(FaultRun.ITERATIONS);
      run.close();
      run.shouldShow(FaultRun.ITERATIONS);
    } finally {
      FaultRun.stopServing();
    }
  }

  static void during(FaultRun run) {
    StatsStorage storage = FaultRun.inMemory();
    run.attach(storage);
    run.until(HALF);
    run.flush();
    FaultRun.serve(storage);
    try {
      run.shouldShow(HALF);
    } finally {
      FaultRun.stopServing();
    }
    run.until(FaultRun.ITERATIONS);
    run.close();
    run.shouldShowTheWholeRun(storage);
  }

  static void after(FaultRun run) {
    StatsStorage storage = FaultRun.inMemory();
    run.train(storage);
    run.shouldShowTheWholeRun(storage);
  }
}
