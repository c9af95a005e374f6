package dev.traininghealth.run;

import dev.traininghealth.compare.live.LiveComparison;
import dev.traininghealth.detect.Check;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.measure.NetworkMeter;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.ClassResults;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.publish.Recorder;
import dev.traininghealth.validate.Validation;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records a run in the storage from its first complete iteration on. A run that cannot be recorded
 * is still diagnosed and protected.
 */
final class RunRecorder {
  private static final Logger log = LoggerFactory.getLogger(RunRecorder.class);

  private final ListenerSettings settings;
  private StatsStorageRouter storage;
  private final String sessionId;
  private final String workerId;
  private final NetworkMeter meter;
  private final CostAccount account;
  private final Validation validation;
  private final Guard starting =
      Guard.switchingOff(
          "Starting to record the run",
          "the Health page and DL4J's own pages do not show it; diagnoses are logged");
  private final Guard recording =
      Guard.retrying(
          "Recording an iteration", "the pages do not show iterations at which it fails");
  private final Guard validating =
      Guard.switchingOff("Scoring the validation data", "no validation score is recorded any more");
  private volatile @Nullable Recorder recorder;

  /** Time of the recorder's thread that has been charged, nanoseconds. */
  private long chargedNanos;

  RunRecorder(
      ListenerSettings settings,
      StatsStorageRouter storage,
      String sessionId,
      String workerId,
      NetworkMeter meter,
      CostAccount account) {
    this.settings = settings;
    this.storage = storage;
    this.sessionId = sessionId;
    this.workerId = workerId;
    this.meter = meter;
    this.account = account;
    validation = new Validation(account::now);
  }

  /**
   * Starts at the first iteration. From then on, the reporter records diagnoses too.
   *
   * @param diagnoser knows what each check has looked at; a method reference would be a new object
   *     at each iteration. Its comparison with a baseline run sees what is recorded
   */
  void start(Model model, NetworkLayout layout, RunReporter reporter, RunDiagnoser diagnoser) {
    if (recorder != null || starting.isOff()) {
      return;
    }
    try {
      LiveComparison comparison = diagnoser.comparison();
      Recorder r = create(model, layout, comparison);
      if (comparison != null) {
        comparison.ofWorker(workerId);
        if (!r.observeRows(comparison)) {
          comparison.leaveOut();
        }
      }
      reporter.startRecording(r);
      r.recordChecks(checks(diagnoser));
      recorder = r;
    } catch (Throwable e) {
      starting.failed(e);
    }
  }

  /** The recorder's thread outlives a run that nobody closes, and must not hold its network. */
  private static Supplier<@Nullable List<Check>> checks(RunDiagnoser diagnoser) {
    WeakReference<RunDiagnoser> weak = new WeakReference<>(diagnoser);
    return () -> {
      RunDiagnoser present = weak.get();
      return present == null ? null : present.checks();
    };
  }

  /** Records into another storage from now on. */
  void continueTo(StatsStorageRouter other) {
    storage = other;
    Recorder r = recorder;
    if (r != null) {
      r.continueTo(other);
    }
  }

  /** Records the measured iteration. */
  void record(MeasurementWriter measurement) {
    Recorder r = recorder;
    if (r == null) {
      return;
    }
    try {
      r.record(measurement);
      long nanos = r.ownNanos();
      account.charge(settings.clock().charged(nanos - chargedNanos));
      chargedNanos = nanos;
    } catch (Throwable e) {
      recording.failed(e);
    }
  }

  /** Scores the network on the validation data and records the score. */
  void validate(Model model, DataSetIterator data) {
    if (validating.isOff()) {
      return;
    }
    try {
      Validation.Result result = validation.of(Network.of(model), data);
      if (result.score().isPresent()) {
        recordValidationScore(result.score().getAsDouble());
        recordClasses(result.classes());
      } else {
        log.warn("The validation iterator has no data: no validation score is recorded.");
      }
    } catch (Throwable e) {
      validating.failed(e);
    }
  }

  /** Records a validation score, and shows it to the detectors of the next iteration. */
  void recordValidationScore(double score) {
    MeasurementWriter measurement = meter.writer();
    if (measurement != null) {
      measurement.validationScore = score;
      measurement.validationIteration = measurement.iteration;
      measurement.validationCount++;
    }
    Recorder r = recorder;
    if (r != null) {
      r.recordValidationScore(score);
    }
  }

  private void recordClasses(@Nullable ClassResults classes) {
    Recorder r = recorder;
    MeasurementWriter measurement = meter.writer();
    if (r != null && measurement != null && classes != null) {
      r.recordClasses(measurement.epoch, measurement.iteration, classes);
    }
  }

  void flush() {
    Recorder r = recorder;
    if (r != null) {
      r.flush();
    }
  }

  void close() {
    Recorder r = recorder;
    if (r != null) {
      r.close();
    }
  }

  private Recorder create(Model model, NetworkLayout layout, @Nullable LiveComparison comparison) {
    if (!meter.isStochasticGradientDescent()) {
      log.info(
          "The network is trained by {}, which computes several gradients per iteration: only the"
              + " last one is shown, and no updates.",
          model.conf().getOptimizationAlgo());
    }
    if (layout.parameters().isEmpty()) {
      log.info(
          "The network has no parameters: only its score and activations are shown, no gradients.");
    }
    Map<String, String> text = settings.asText();
    text.put("frozenBaselineBytes", String.valueOf(meter.frozenBaselineBytes()));
    Supplier<String> configuration = Network.of(model).configurationJson();
    if (comparison != null) {
      comparison.ofConfiguration(configuration);
    }
    return new Recorder(
        layout,
        text,
        model.getClass().getName(),
        model.numParams(),
        configuration,
        storage,
        sessionId,
        workerId,
        new Recorder.Settings(
            settings.flushInterval(), settings.stockPages(), settings.jsonLines()));
  }
}
