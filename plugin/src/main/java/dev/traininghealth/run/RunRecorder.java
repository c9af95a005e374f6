package dev.traininghealth.run;

import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.measure.NetworkMeter;
import dev.traininghealth.network.Network;
import dev.traininghealth.numbers.MeasurementWriter;
import dev.traininghealth.numbers.NetworkLayout;
import dev.traininghealth.publish.Recorder;
import java.util.Map;
import java.util.OptionalDouble;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a run's measurements into the storage, from its first whole iteration on. A run that
 * cannot be recorded is diagnosed and protected all the same.
 */
final class RunRecorder {
  private static final Logger log = LoggerFactory.getLogger(RunRecorder.class);

  private final ListenerSettings settings;
  private final StatsStorageRouter storage;
  private final String sessionId;
  private final String workerId;
  private final NetworkMeter meter;
  private final CostAccount account;
  private final Guard beginning =
      Guard.switchingOff(
          "Beginning to record the run",
          "the Health page and DL4J's own pages do not show it; diagnoses are logged");
  private final Guard recording =
      Guard.retrying(
          "Recording an iteration", "the pages do not show the iterations at which it fails");
  private final Guard validating =
      Guard.switchingOff("Scoring the validation data", "no validation score is recorded any more");
  private volatile @Nullable Recorder recorder;

  /** How much of the recorder's time has been charged, nanoseconds. */
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
  }

  /** Begins at the first iteration, and has the reporter record what it reports from then on. */
  void begin(Model model, NetworkLayout layout, RunReporter reporter) {
    if (recorder != null || beginning.isOff()) {
      return;
    }
    try {
      Recorder r = start(model, layout);
      reporter.record(r);
      recorder = r;
    } catch (Throwable e) {
      beginning.failed(e);
    }
  }

  /** Records the iteration that has been measured. */
  void record(MeasurementWriter measurement) {
    Recorder r = recorder;
    if (r == null) {
      return;
    }
    try {
      r.record(measurement);
      long nanos = r.ownNanos();
      account.spend(nanos - chargedNanos);
      chargedNanos = nanos;
    } catch (Throwable e) {
      recording.failed(e);
    }
  }

  /** Scores the validation data, and records the score. */
  void validate(Model model, DataSetIterator data) {
    if (validating.isOff()) {
      return;
    }
    try {
      OptionalDouble score = ValidationScore.of(Network.of(model), data);
      if (score.isPresent()) {
        recordValidationScore(score.getAsDouble());
      } else {
        log.warn("The validation iterator has no data: no validation score is recorded.");
      }
    } catch (Throwable e) {
      validating.failed(e);
    }
  }

  void recordValidationScore(double score) {
    Recorder r = recorder;
    if (r != null) {
      r.recordValidationScore(score);
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
    text.put("frozenBaselineBytes", String.valueOf(meter.frozenBaselineBytes()));
    return new Recorder(
        layout,
        text,
        model.getClass().getName(),
        model.numParams(),
        Network.of(model).configurationJson(),
        storage,
        sessionId,
        workerId,
        new Recorder.Settings(settings.flushInterval(), settings.stockPages()));
  }
}
