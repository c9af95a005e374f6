package dev.traininghealth;

import dev.traininghealth.detect.Diagnoser;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.intervene.ProtectionState;
import dev.traininghealth.intervene.TrainingStoppedException;
import dev.traininghealth.measure.CostAccount;
import dev.traininghealth.measure.Measurement;
import dev.traininghealth.measure.Meter;
import dev.traininghealth.measure.NetworkLayout;
import dev.traininghealth.measure.Origin;
import dev.traininghealth.publish.ModelDescription;
import dev.traininghealth.publish.Recorder;
import dev.traininghealth.publish.RunDescription;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run: what flows from DL4J's callbacks through measuring to the records, and what it costs. No
 * exception leaves it but the one by which protecting ends a training on purpose.
 */
final class Pipeline implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Pipeline.class);

  /** The longest wait for failure bundles, which hold a whole network, to be written. */
  private static final Duration BUNDLE_WAIT = Duration.ofSeconds(30);

  private final Settings settings;
  private final StatsStorageRouter storage;
  private final String sessionId;
  private final String workerId;
  private final Guard guard;
  private final CostAccount account;
  private final Meter meter;
  private final RunReporter reporter;
  private final @Nullable BundleWriter bundles;
  private @Nullable Recorder recorder;
  private @Nullable Diagnoser diagnoser;
  private @Nullable ListenerState saved;
  private final @Nullable ProtectedRun protectedRun;

  private long iterations;

  /** Whether early stopping asks, so that nothing is thrown. */
  private boolean stopsByCondition;

  /** When the last iteration was done, 0 before the first. */
  private long lastDone;

  /** How much of the recorder's time has been charged. */
  private long chargedNanos;

  Pipeline(
      Settings settings,
      StatsStorageRouter storage,
      String sessionId,
      String workerId,
      Guard guard,
      @Nullable Consumer<Diagnosis> onDiagnosis,
      @Nullable Consumer<Intervention> onIntervention) {
    reporter = new RunReporter(onDiagnosis, onIntervention);
    bundles =
        settings.bundleFolder().isEmpty()
            ? null
            : new BundleWriter(Path.of(settings.bundleFolder()), settings.mostBundles());
    this.settings = settings;
    this.storage = storage;
    this.sessionId = sessionId;
    this.workerId = workerId;
    this.guard = guard;
    account = new CostAccount(settings.costBudget(), System::nanoTime);
    meter = new Meter(account, settings.pairedControl());
    ProtectionSettings protection = settings.protection();
    protectedRun =
        protection == null ? null : new ProtectedRun(protection, guard, account, reporter::tell);
  }

  void forward(List<INDArray> activations) {
    account.begin();
    try {
      meter.forward(activations);
    } catch (RuntimeException | LinkageError e) {
      guard.failed("Measuring activations", e);
    }
    account.lap();
  }

  void forward(Map<String, INDArray> activations) {
    account.begin();
    try {
      meter.forward(activations);
    } catch (RuntimeException | LinkageError e) {
      guard.failed("Measuring activations", e);
    }
    account.lap();
  }

  void backward(Model model) {
    account.begin();
    try {
      meter.backward(model);
    } catch (RuntimeException | LinkageError e) {
      guard.failed("Reading the labels", e);
    }
    account.lap();
  }

  void gradient(Model model) {
    account.begin();
    try {
      meter.gradient(model);
      diagnoser().gradient(gradientOrigin(model));
      capture(model, false);
      if (diagnoser().wantsWeights()) {
        meter.measureWeightsNow();
      }
    } catch (RuntimeException | LinkageError e) {
      guard.failed("Measuring the gradient", e);
    }
    if (protectedRun != null && meter.layout() != null) {
      protectedRun.gradient(model, meter, diagnoser());
    }
    account.lap();
  }

  void iterationDone(Model model, int iteration, int epoch) {
    account.begin();
    long now = System.nanoTime();
    long step = lastDone == 0 ? 0 : now - lastDone;
    lastDone = now;
    account.elapse(step);
    iterations++;
    if (protectedRun != null) {
      protectedRun.stepDone(model);
    }
    try {
      meter.iteration(model, iteration, epoch, System.currentTimeMillis(), step);
      record(model);
    } catch (RuntimeException | LinkageError e) {
      guard.failed("Measuring weights and updates", e);
    }
    meter.iterationOver();
    account.lap();
    stopIfAsked();
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
      protectedRun.stopTold();
      throw stop;
    }
  }

  /** A condition of early stopping will ask: nothing is thrown. */
  void stopByCondition() {
    stopsByCondition = true;
  }

  @Nullable ProtectedRun protectedRun() {
    return protectedRun;
  }

  private void record(Model model) {
    NetworkLayout layout = meter.layout();
    Measurement measurement = meter.measurement();
    if (layout == null || measurement == null) {
      return; // added to the network in mid-iteration
    }
    Recorder r = recorder;
    if (r == null) {
      r = start(model, layout);
      recorder = r;
      reporter.record(r);
    }
    diagnoser().update(updateOrigin(model));
    capture(model, true);
    if (diagnoser().wantsAnotherCopy()) {
      meter.refreeze();
    }
    if (protectedRun != null && protectedRun.iterationDone(model)) {
      meter.refreeze();
    }
    r.record(measurement);
    long nanos = r.ownNanos();
    account.spend(nanos - chargedNanos);
    chargedNanos = nanos;
  }

  /** An alarm that cannot be searched is an alarm still: detectors go on without an origin. */
  private @Nullable Origin gradientOrigin(Model model) {
    try {
      return meter.gradientOrigin(model);
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      guard.failed("Searching the origin of a value that is not finite", e);
      return null;
    }
  }

  private @Nullable Origin updateOrigin(Model model) {
    try {
      return meter.updateOrigin(model);
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      guard.failed("Searching the origin of a weight that is not finite", e);
      return null;
    }
  }

  private Diagnoser diagnoser() {
    Diagnoser d = diagnoser;
    if (d == null) {
      NetworkLayout layout = Objects.requireNonNull(meter.layout());
      Measurement measurement = Objects.requireNonNull(meter.measurement());
      d =
          new Diagnoser(
              layout,
              measurement,
              settings.falseAlarmRate(),
              settings.newDetectors(),
              this::diagnosed);
      diagnoser = d;
      if (saved != null) {
        restore(d, saved);
        saved = null;
      }
    }
    return d;
  }

  /** What has been learned about the run; null before its first gradient. */
  @Nullable ListenerState state() {
    Diagnoser d = diagnoser;
    return d == null
        ? null
        : new ListenerState(d.statistics(), protectedRun == null ? null : protectedRun.state());
  }

  /** Goes on from what was learned about a run before; to be called before the first gradient. */
  void resume(ListenerState state) {
    saved = state;
  }

  private void restore(Diagnoser diagnoser, ListenerState saved) {
    try {
      diagnoser.restore(saved.statistics());
      ProtectionState protection = saved.protection();
      if (protectedRun != null && protection != null) {
        protectedRun.resume(protection);
      }
    } catch (IllegalArgumentException e) {
      log.warn("The saved state of another listener is not used: {}", e.getMessage());
    }
  }

  private void diagnosed(Diagnosis diagnosis) {
    reporter.tell(diagnosis);
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
  void epochStarts() {
    meter.iterationOver();
  }

  List<Diagnosis> diagnoses() {
    Diagnoser d = diagnoser;
    return d == null ? List.of() : d.diagnoses();
  }

  List<Intervention> interventions() {
    return protectedRun == null ? List.of() : protectedRun.interventions();
  }

  TrainingSummary summary() {
    ProtectedRun run = protectedRun;
    return reporter.summary(
        iterations,
        run == null ? Map.of() : run.counts(),
        run != null && run.rehearses(),
        account.share());
  }

  private Recorder start(Model model, NetworkLayout layout) {
    if (!meter.isStochasticGradientDescent()) {
      log.info(
          "The network is trained by {}, which computes several gradients an iteration: the last of"
              + " them is shown, and no updates.",
          model.conf().getOptimizationAlgo());
    }
    if (layout.parameters().isEmpty()) {
      log.info(
          "The network has no parameters: there are no gradients to show, only score and"
              + " activations.");
    }
    Map<String, String> text = settings.asText();
    text.put("pairedControlBytes", String.valueOf(meter.pairedControlBytes()));
    return new Recorder(
        RunDescription.of(layout, System.currentTimeMillis(), text),
        layout,
        new ModelDescription(
            model.getClass().getName(),
            layout.layers().size(),
            model.numParams(),
            () -> configurationJson(model)),
        storage,
        sessionId,
        workerId,
        new Recorder.Settings(settings.flushInterval(), settings.stockPages()));
  }

  private static String configurationJson(Model model) {
    return model instanceof MultiLayerNetwork net
        ? net.getLayerWiseConfigurations().toJson()
        : ((ComputationGraph) model).getConfiguration().toJson();
  }

  void validate(Model model, DataSetIterator data) {
    try {
      OptionalDouble score = ValidationScore.of(model, data);
      if (score.isPresent()) {
        validationScore(score.getAsDouble());
      } else {
        log.warn("The validation iterator has no data: no validation score is recorded.");
      }
    } catch (RuntimeException e) {
      guard.failed("Scoring the validation data", e);
    }
    if (lastDone != 0) {
      lastDone = System.nanoTime(); // scoring is no part of the next step
    }
  }

  void validationScore(double score) {
    Recorder r = recorder;
    if (r != null) {
      r.validationScore(score);
    }
  }

  void flush() {
    if (protectedRun != null) {
      protectedRun.settle();
    }
    Recorder r = recorder;
    if (r != null) {
      r.flush();
    }
    reporter.flush();
  }

  @Override
  public void close() {
    if (protectedRun != null) {
      protectedRun.settle();
    }
    Recorder r = recorder;
    if (r != null) {
      r.close();
    }
    reporter.close(summary());
    if (bundles != null) {
      bundles.close(BUNDLE_WAIT);
    }
  }
}
