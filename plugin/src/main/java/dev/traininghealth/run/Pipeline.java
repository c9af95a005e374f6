package dev.traininghealth.run;

import dev.traininghealth.bundle.BundleWriter;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.diagnose.Diagnoser;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.intervene.TrainingStoppedException;
import dev.traininghealth.measure.NetworkMeter;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.ProtectionStep;
import dev.traininghealth.numbers.StepRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * One run: what flows from DL4J's callbacks through measuring to the records, and what it costs.
 * Each step is guarded on its own, so that nothing that fails leaves it or takes more with it than
 * that step: what leaves it is the one exception by which protecting ends a training on purpose.
 */
final class Pipeline implements AutoCloseable {
  /** The longest that closing takes, most of it for failure bundles, which hold a network each. */
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(30);

  /** What is done to each step where nothing protects, or not yet. */
  static final ProtectionStep NOTHING_DONE = new StepRecord();

  private final RunGuards guards;
  private final CostAccount account;
  private final NetworkMeter meter;
  private final RunRecorder recorder;
  private final RunReporter reporter;
  private final @Nullable BundleWriter bundles;
  private final @Nullable ProtectedRun protectedRun;
  private final RunDiagnoser diagnosers;
  private final OutsideChanges outside;

  /** Iterations that are done; counted by the thread that trains, and read by any. */
  private final AtomicLong iterations = new AtomicLong();

  /** The share of the training time that the listener takes; read by any thread. */
  private volatile double recentCostShare;

  /** Whether early stopping asks, so that nothing is thrown. */
  private boolean stopsByCondition;

  /** When the last iteration was done, 0 before the first. */
  private long lastDone;

  /**
   * Whether measuring or diagnosing the gradient of this iteration has failed: what is known is of
   * an earlier one then, and nothing is concluded from it.
   */
  private boolean gradientFailed;

  Pipeline(
      ListenerSettings settings,
      StatsStorageRouter storage,
      String sessionId,
      String workerId,
      @Nullable Consumer<Diagnosis> onDiagnosis,
      @Nullable Consumer<Intervention> onIntervention) {
    reporter = new RunReporter(onDiagnosis, onIntervention);
    bundles =
        settings.bundleFolder().isEmpty()
            ? null
            : new BundleWriter(Path.of(settings.bundleFolder()), settings.maxFailureBundles());
    account = new CostAccount(settings.costBudget(), System::nanoTime);
    meter = new NetworkMeter(account, settings.frozenBaseline());
    recorder = new RunRecorder(settings, storage, sessionId, workerId, meter, account);
    ProtectionSettings protection = settings.protection();
    guards = new RunGuards(protection != null && !protection.dryRun());
    protectedRun =
        protection == null ? null : new ProtectedRun(protection, account, reporter::report);
    diagnosers = new RunDiagnoser(settings, meter, guards, protectedRun, this::diagnosed);
    outside = new OutsideChanges(meter, guards, diagnosers, protectedRun);
  }

  void onForwardPass(List<INDArray> activations) {
    account.begin();
    try {
      meter.onForwardPass(activations);
    } catch (Throwable e) {
      guards.activations.failed(e);
    }
    account.lap();
  }

  void onForwardPass(Map<String, INDArray> activations) {
    account.begin();
    try {
      meter.onForwardPass(activations);
    } catch (Throwable e) {
      guards.activations.failed(e);
    }
    account.lap();
  }

  void onBackwardPass(Model model) {
    account.begin();
    try {
      meter.onBackwardPass(model);
    } catch (Throwable e) {
      guards.labels.failed(e);
    }
    account.lap();
  }

  /** Before the update: measure, detect, intervene. */
  void onGradient(Model model) {
    account.begin();
    Diagnoser d = null;
    if (measureGradient(model)) {
      outside.onGradient(model);
      d = detectAtGradient(model);
    }
    gradientFailed = d == null;
    interveneBeforeUpdate(model, d);
    account.lap();
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

  /** Gives the diagnoser that has seen the gradient; null where that has failed. */
  private @Nullable Diagnoser detectAtGradient(Model model) {
    Diagnoser d = diagnosers.get();
    if (d == null) {
      return null;
    }
    try {
      d.onGradient(origin(model, false));
      capture(model, false);
      if (d.shouldMeasureWeights()) {
        meter.measureWeightsNow();
      }
      return d;
    } catch (Throwable e) {
      guards.diagnosing.failed(e);
      return null;
    }
  }

  /** Clips the gradient, or prepares to undo the step. */
  private void interveneBeforeUpdate(Model model, @Nullable Diagnoser d) {
    if (protectedRun != null) {
      if (d != null) {
        protectedRun.onGradient(model, meter, d);
      } else {
        protectedRun.gradientUnknown();
      }
    }
  }

  /** After the update: undo it or let it stand, then measure, detect, intervene, record. */
  void onIterationDone(Model model, int iteration, int epoch) {
    account.begin();
    long step = stepNanos();
    account.creditStep(step);
    iterations.incrementAndGet();
    if (protectedRun != null) {
      protectedRun.onStepDone();
    }
    if (!gradientFailed && measureUpdate(model, iteration, epoch, step)) {
      finish(model);
    }
    rememberGeneratorState();
    outside.onIterationEnd();
    account.lap();
    recentCostShare = account.share();
    stopIfAsked();
  }

  /** Time since the iteration before was done, 0 for the first. */
  private long stepNanos() {
    long now = System.nanoTime();
    long step = lastDone == 0 ? 0 : now - lastDone;
    lastDone = now;
    return step;
  }

  private boolean measureUpdate(Model model, int iteration, int epoch, long stepNanos) {
    try {
      meter.onUpdate(
          model, iteration, epoch, System.currentTimeMillis(), stepNanos, protectionStep());
      return true;
    } catch (Throwable e) {
      guards.updates.failed(e);
      return false;
    }
  }

  private ProtectionStep protectionStep() {
    return protectedRun == null ? NOTHING_DONE : protectedRun.step();
  }

  /** Detects, intervenes and records, when the update has been measured. */
  private void finish(Model model) {
    NetworkLayout layout = meter.layout();
    MeasurementWriter measurement = meter.writer();
    if (layout == null || measurement == null) {
      return; // added to the network in mid-iteration
    }
    recorder.begin(model, layout, reporter);
    if (detectAtUpdate(model)) {
      interveneAfterUpdate();
    }
    recorder.record(measurement);
  }

  private boolean detectAtUpdate(Model model) {
    Diagnoser d = diagnosers.get();
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

  /** Learning rates, rollback, stop: what is compared with after a rollback is the new present. */
  private void interveneAfterUpdate() {
    if (protectedRun != null && protectedRun.iterationDone()) {
      refreeze();
    }
  }

  private void refreeze() {
    try {
      meter.refreeze();
    } catch (Throwable e) {
      guards.control.failed(e);
    }
  }

  private void rememberGeneratorState() {
    try {
      meter.rememberGeneratorState();
    } catch (Throwable e) {
      guards.generator.failed(e);
    }
  }

  /**
   * Ends the training, where nobody has a condition for it.
   *
   * @throws TrainingStoppedException if the training is to end
   */
  private void stopIfAsked() {
    TrainingStoppedException stop = protectedRun == null ? null : protectedRun.stop();
    if (protectedRun != null && stop != null && !stopsByCondition) {
      flush();
      protectedRun.clearStop();
      throw stop;
    }
  }

  /** From now on weights that somebody else writes between two iterations are noticed. */
  void watchForOutsideChanges() {
    meter.watchForOutsideChanges();
  }

  /** How often that has happened. */
  long outsideChanges() {
    return outside.count();
  }

  /** A condition of early stopping will ask: nothing is thrown. */
  void stopThroughEarlyStopping() {
    stopsByCondition = true;
  }

  @Nullable ProtectedRun protectedRun() {
    return protectedRun;
  }

  /** An alarm that cannot be searched is an alarm still: detectors go on without an origin. */
  private @Nullable NonFiniteOrigin origin(Model model, boolean updated) {
    try {
      return updated ? meter.updateOrigin(model) : meter.gradientOrigin(model);
    } catch (Throwable e) {
      guards.origin.failed(e);
      return null;
    }
  }

  /** What has been learned about the run; null before its first gradient. */
  @Nullable SavedState state() {
    return diagnosers.state();
  }

  /** Goes on from what was learned about a run before; to be called before the first gradient. */
  void resume(SavedState state) {
    diagnosers.resume(state);
  }

  private void diagnosed(Diagnosis diagnosis) {
    reporter.report(diagnosis);
    if (bundles != null) {
      bundles.diagnosed(diagnosis);
    }
  }

  private void capture(Model model, boolean updated) {
    if (bundles != null) {
      bundles.capture(model, meter, updated);
    }
  }

  /** Before an epoch: what the user's program has drawn since the last iteration is drawn. */
  void onEpochStart() {
    rememberGeneratorState();
  }

  List<Diagnosis> diagnoses() {
    return diagnosers.diagnoses();
  }

  TrainingSummary summary() {
    ProtectedRun run = protectedRun;
    return reporter.summary(
        iterations.get(),
        run == null ? Map.of() : run.counts(),
        run != null && run.isDryRun(),
        recentCostShare);
  }

  void validate(Model model, DataSetIterator data) {
    recorder.validate(model, data);
    if (lastDone != 0) {
      lastDone = System.nanoTime(); // scoring is no part of the next step
    }
  }

  void recordValidationScore(double score) {
    recorder.recordValidationScore(score);
  }

  void flush() {
    settle();
    guards.atTheEnd(recorder::flush);
    guards.atTheEnd(reporter::flush);
  }

  private void settle() {
    if (protectedRun != null) {
      guards.atTheEnd(protectedRun::settle);
    }
  }

  @Override
  public void close() {
    long start = System.nanoTime();
    guards.release(meter, protectedRun);
    settle();
    guards.atTheEnd(recorder::close);
    guards.atTheEnd(() -> reporter.close(summary()));
    BundleWriter writer = bundles;
    if (writer != null) {
      guards.atTheEnd(() -> writer.close(CLOSE_WAIT.minusNanos(System.nanoTime() - start)));
    }
  }
}
