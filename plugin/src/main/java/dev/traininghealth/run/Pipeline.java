package dev.traininghealth.run;

import dev.traininghealth.bundle.BundleWriter;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.diagnose.Diagnoser;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.intervene.TrainingStoppedException;
import dev.traininghealth.live.RunObservers;
import dev.traininghealth.measure.NetworkMeter;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.ProtectionStep;
import dev.traininghealth.numbers.StepRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * The stages of one run: DL4J's callbacks are measured, diagnosed, protected and recorded.
 *
 * <p>Each stage has its own guard, so that a failure affects only that stage. The only exception
 * that leaves the pipeline is the one by which protection stops a run. The pipeline charges the
 * cost of all stages.
 */
final class Pipeline implements AutoCloseable {
  /** Longest time that closing takes. Failure bundles need most of it, as each holds a network. */
  private static final Duration MAX_CLOSE_WAIT = Duration.ofSeconds(30);

  /** The record of a step that protection did not change. */
  static final ProtectionStep UNCHANGED_STEP = new StepRecord();

  private final RunGuards guards;
  private final CostAccount account;
  private final RunCost cost;
  private final NetworkMeter meter;
  private final RunRecorder recorder;
  private final RunReporter reporter;
  private final @Nullable BundleWriter bundles;
  private final @Nullable ProtectedRun protectedRun;
  private final RunDiagnoser runDiagnoser;
  private final OutsideChanges outside;

  /** Completed iterations; counted by the training thread, read by any thread. */
  private final AtomicLong iterations = new AtomicLong();

  /** Whether stops go through early stopping's condition, so that no exception is thrown. */
  private boolean stopsThroughEarlyStopping;

  private volatile boolean closed;

  /**
   * Whether measuring or diagnosing the gradient of this iteration failed. The measurement then
   * belongs to an earlier iteration and is not used.
   */
  private boolean gradientFailed;

  Pipeline(
      ListenerSettings settings, StatsStorageRouter storage, ModelRun run, RunObservers observers) {
    reporter = RunReporter.of(storage, run.workerId, observers);
    MemoryBudget memory = new MemoryBudget(settings.maxMemoryBytes());
    bundles = settings.bundleWriter(memory);
    account = new CostAccount(settings.costBudget(), settings.clock()::nanoTime);
    cost = new RunCost(account, memory, settings.memory());
    meter = new NetworkMeter(account, memory, settings.frozenBaseline());
    recorder = new RunRecorder(settings, storage, run.sessionId, run.workerId, meter, account);
    ProtectionSettings protection = settings.protection();
    guards = new RunGuards(protection != null && !protection.dryRun());
    protectedRun =
        protection == null ? null : new ProtectedRun(protection, account, memory, reporter);
    runDiagnoser = new RunDiagnoser(settings, meter, guards, protectedRun, this::diagnosed);
    outside = new OutsideChanges(meter, guards, runDiagnoser, protectedRun);
  }

  void onForwardPass(List<INDArray> activations) {
    cost.times.onForwardPass();
    try {
      meter.onForwardPass(activations);
    } catch (Throwable e) {
      guards.activations.failed(e);
    }
    account.chargeMandatory();
  }

  void onForwardPass(Map<String, INDArray> activations) {
    cost.times.onForwardPass();
    try {
      meter.onForwardPass(activations);
    } catch (Throwable e) {
      guards.activations.failed(e);
    }
    account.chargeMandatory();
  }

  void onBackwardPass(Model model) {
    cost.times.onBackwardPass();
    try {
      meter.onBackwardPass(model);
    } catch (Throwable e) {
      guards.labels.failed(e);
    }
    account.chargeMandatory();
  }

  /** Measures, diagnoses and protects before the update. */
  void onGradient(Model model) {
    cost.times.onBackwardPass();
    Diagnoser d = null;
    if (measureGradient(model)) {
      outside.onGradient(model);
      d = detectAtGradient(model);
    }
    gradientFailed = d == null;
    interveneBeforeUpdate(model, d);
    account.chargeMandatory();
  }

  private boolean measureGradient(Model model) {
    try {
      meter.onGradient(model);
      return true;
    } catch (Throwable e) {
      guards.gradient.failed(e);
      return false;
    }
  }

  /** {@return the diagnoser, which has processed the gradient, or null if it failed} */
  private @Nullable Diagnoser detectAtGradient(Model model) {
    Diagnoser d = runDiagnoser.get();
    if (d == null) {
      return null;
    }
    try {
      runDiagnoser.compareIfHigh(d, model);
      d.onGradient(origin(model, false));
      capture(model, false);
      if (d.shouldMeasureWeights()) {
        meter.measureNow();
      }
      return d;
    } catch (Throwable e) {
      guards.diagnosing.failed(e);
      return null;
    }
  }

  /** Clips the gradient or prepares to undo the step. */
  private void interveneBeforeUpdate(Model model, @Nullable Diagnoser d) {
    if (protectedRun != null) {
      if (d != null) {
        protectedRun.onGradient(model, meter, d);
      } else {
        protectedRun.onGradientFailure();
      }
    }
  }

  /** Undoes or keeps the update, then measures, diagnoses, protects and records. */
  void onIterationDone(Model model, int iteration, int epoch) {
    cost.times.onIterationDone();
    long step = cost.stepNanos();
    account.creditStep(step);
    iterations.incrementAndGet();
    if (protectedRun != null) {
      protectedRun.onStepDone();
    }
    if (!gradientFailed && measureUpdate(model, iteration, epoch)) {
      diagnoseAndRecord(model);
    }
    rememberGeneratorState();
    outside.onIterationEnd();
    account.chargeMandatory();
    cost.onIterationDone();
    stopIfRequested();
  }

  private boolean measureUpdate(Model model, int iteration, int epoch) {
    ProtectionStep done = protectedRun == null ? UNCHANGED_STEP : protectedRun.step();
    try {
      meter.onUpdate(model, iteration, epoch, System.currentTimeMillis(), cost.times, done);
      return true;
    } catch (Throwable e) {
      guards.updates.failed(e);
      return false;
    }
  }

  /** Diagnoses, protects and records, after the update has been measured. */
  private void diagnoseAndRecord(Model model) {
    NetworkLayout layout = meter.layout();
    MeasurementWriter measurement = meter.writer();
    if (layout == null || measurement == null) {
      return; // the listener was added during an iteration
    }
    recorder.start(model, layout, reporter, runDiagnoser);
    if (detectAtUpdate(model)) {
      interveneAfterUpdate();
    }
    recorder.record(measurement);
    reporter.onIterationDone(layout, measurement);
  }

  private boolean detectAtUpdate(Model model) {
    Diagnoser d = runDiagnoser.get();
    if (d == null) {
      return false;
    }
    try {
      d.onUpdate(origin(model, true));
      capture(model, true);
      if (d.shouldRefreezeBaseline()) {
        refreeze();
      }
      return true;
    } catch (Throwable e) {
      guards.diagnosing.failed(e);
      return false;
    }
  }

  /**
   * Changes learning rates, rolls back or stops. After a rollback, the baseline is frozen again
   * from the restored network.
   */
  private void interveneAfterUpdate() {
    if (protectedRun != null && protectedRun.onIterationDone()) {
      refreeze();
    }
  }

  private void refreeze() {
    try {
      meter.refreeze();
    } catch (Throwable e) {
      guards.baseline.failed(e);
    }
  }

  /**
   * Called at the end of an iteration, and before an epoch, as other code may have drawn numbers.
   */
  void rememberGeneratorState() {
    try {
      meter.rememberGeneratorState();
    } catch (Throwable e) {
      guards.generator.failed(e);
    }
  }

  /**
   * Stops the run by an exception, unless early stopping has a condition for that.
   *
   * @throws TrainingStoppedException if protection stops the run
   */
  private void stopIfRequested() {
    TrainingStoppedException stop = protectedRun == null ? null : protectedRun.stop();
    if (protectedRun != null && stop != null && !stopsThroughEarlyStopping) {
      flush();
      protectedRun.clearStop();
      throw stop;
    }
  }

  /** From now on, weights that other code changes between two iterations are detected. */
  void watchForOutsideChanges() {
    meter.watchForOutsideChanges();
  }

  /** {@return how often other code has changed the weights} */
  long outsideChanges() {
    return outside.count();
  }

  /** From now on, the run stops through early stopping's condition, without an exception. */
  void stopThroughEarlyStopping() {
    stopsThroughEarlyStopping = true;
  }

  @Nullable ProtectedRun protectedRun() {
    return protectedRun;
  }

  /** {@return the origin of a non-finite value, or null if there is none or the search failed} */
  private @Nullable NonFiniteOrigin origin(Model model, boolean afterUpdate) {
    try {
      return afterUpdate ? meter.updateOrigin(model) : meter.gradientOrigin(model);
    } catch (Throwable e) {
      guards.origin.failed(e);
      return null;
    }
  }

  /** {@return what the run has learned, or null before its first gradient} */
  @Nullable SavedState state() {
    return runDiagnoser.state();
  }

  /** Continues from a saved state. Must be called before the first gradient. */
  void resume(SavedState state) {
    runDiagnoser.resume(state);
  }

  /**
   * Continues with another object and storage, as in the next round of a Spark worker.
   *
   * @return false, without any change, unless it is the same network at a later iteration
   */
  boolean continueWith(Model model, StatsStorageRouter storage) {
    if (closed || !meter.isContinuedBy(model)) {
      return false;
    }
    cost.restartStep();
    gradientFailed = false;
    recorder.continueTo(storage);
    if (protectedRun != null) {
      protectedRun.onNextRound();
    }
    return true;
  }

  /** {@return when the last iteration ended, by the run's clock; 0 before the first} */
  long lastDoneNanos() {
    return cost.lastDoneNanos();
  }

  private void diagnosed(Diagnosis diagnosis) {
    reporter.report(diagnosis);
    if (bundles != null) {
      bundles.diagnosed(diagnosis);
    }
  }

  private void capture(Model model, boolean afterUpdate) {
    if (bundles != null) {
      bundles.capture(model, meter, afterUpdate);
    }
  }

  List<Diagnosis> diagnoses() {
    return runDiagnoser.diagnoses();
  }

  TrainingSummary summary() {
    ProtectedRun run = protectedRun;
    return reporter.summary(
        iterations.get(),
        run == null ? Map.of() : run.counts(),
        run != null && run.isDryRun(),
        cost.total(),
        runDiagnoser.checks());
  }

  void validate(Model model, DataSetIterator data) {
    recorder.validate(model, data);
    cost.restartStep();
  }

  void recordValidationScore(double score) {
    recorder.recordValidationScore(score);
  }

  void flush() {
    reportPending();
    guards.runAtEnd(recorder::flush);
    guards.runAtEnd(reporter::flush);
  }

  private void reportPending() {
    if (protectedRun != null) {
      guards.runAtEnd(protectedRun::reportPending);
    }
  }

  @Override
  public void close() {
    closed = true;
    long start = System.nanoTime();
    guards.release(meter, protectedRun);
    reportPending();
    guards.runAtEnd(recorder::close);
    guards.runAtEnd(() -> reporter.close(summary()));
    BundleWriter writer = bundles;
    if (writer != null) {
      guards.runAtEnd(() -> writer.close(MAX_CLOSE_WAIT.minusNanos(System.nanoTime() - start)));
    }
  }
}
