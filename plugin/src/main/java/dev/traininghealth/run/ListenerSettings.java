package dev.traininghealth.run;

import dev.traininghealth.bundle.BundleWriter;
import dev.traininghealth.compare.live.BaselineSource;
import dev.traininghealth.compare.live.LiveComparison;
import dev.traininghealth.detect.BaselineRun;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.DetectorFactory;
import dev.traininghealth.detect.diagnose.Detectors;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.guard.RunClock;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.measure.conditions.MemorySource;
import java.io.Serial;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a listener.
 *
 * @param costBudget share of the training time that the listener may take, above 0 and at most 1
 * @param flushInterval time between two hand-overs of records to the storage
 * @param stockPages whether DL4J's Overview, Model and System pages are filled as well
 * @param falseAlarmRate expected number of false alarms per healthy iteration, over all tests for
 *     spikes of gradients and score
 * @param frozenBaseline whether the network is compared with a frozen copy of its earlier state
 * @param maxMemoryBytes maximum memory of a run outside the Java heap, bytes; 0 for half of what is
 *     left when it starts
 * @param withoutDetectors names of the detectors that are switched off
 * @param detectors factories of the user's detectors
 * @param jsonLines file to which records are written as JSON lines; empty for none
 * @param bundleFolder folder for failure bundles; empty for none
 * @param maxFailureBundles maximum number of failure bundles per run, above 0
 * @param baseline a recorded run that was good, with which runs are compared; null for none
 * @param protection limits of protection, or null if runs are only observed
 * @param clock the clock of the runs
 * @param memory where garbage collection and memory are read; null for this JVM
 * @hidden
 */
public record ListenerSettings(
    double costBudget,
    Duration flushInterval,
    boolean stockPages,
    double falseAlarmRate,
    boolean frozenBaseline,
    long maxMemoryBytes,
    Set<String> withoutDetectors,
    List<DetectorFactory> detectors,
    String jsonLines,
    String bundleFolder,
    int maxFailureBundles,
    @Nullable BaselineSource baseline,
    @Nullable ProtectionSettings protection,
    RunClock clock,
    @Nullable MemorySource memory)
    implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** Checks the values. */
  public ListenerSettings {
    if (!(costBudget > 0 && costBudget <= 1)) {
      throw new IllegalArgumentException(
          "costBudget must be above 0 and at most 1 (0.02 is two percent of the step), was "
              + costBudget);
    }
    Objects.requireNonNull(flushInterval, "flushInterval");
    if (flushInterval.isZero() || flushInterval.isNegative()) {
      throw new IllegalArgumentException(
          "flushInterval must be longer than zero, was " + flushInterval);
    }
    if (!(falseAlarmRate > 0 && falseAlarmRate <= 0.01)) {
      throw new IllegalArgumentException(
          "falseAlarmRate must be above 0 and at most 0.01 (1e-6 is one in a million iterations),"
              + " was "
              + falseAlarmRate);
    }
    if (maxMemoryBytes < 0) {
      throw new IllegalArgumentException(
          "maxMemoryBytes must be > 0 (1L << 30 is one GiB), or 0 for half of what is left, was "
              + maxMemoryBytes);
    }
    if (maxFailureBundles <= 0) {
      throw new IllegalArgumentException(
          "the number of failure bundles must be > 0, was " + maxFailureBundles);
    }
    withoutDetectors = Set.copyOf(withoutDetectors);
    detectors = List.copyOf(detectors);
    Detectors.of(
        withoutDetectors, detectors); // fails here, so that build() reports an unknown name
  }

  /**
   * {@return these settings for a worker, without trials} A worker's network is averaged with those
   * of other workers, so a trial on it shows nothing.
   */
  ListenerSettings forWorker() {
    ProtectionSettings p = protection;
    return p == null
        ? this
        : new ListenerSettings(
            costBudget,
            flushInterval,
            stockPages,
            falseAlarmRate,
            frozenBaseline,
            maxMemoryBytes,
            withoutDetectors,
            detectors,
            jsonLines,
            bundleFolder,
            maxFailureBundles,
            baseline,
            p.toBuilder().maxTrialShare(0).build(),
            clock,
            memory);
  }

  /**
   * {@return new detectors for a run}
   *
   * @param comparison of the run with its baseline run; null for none
   */
  List<Detector> newDetectors(@Nullable BaselineRun comparison) {
    return Detectors.forRun(withoutDetectors, detectors, comparison);
  }

  /** {@return a new comparison of a run with its baseline run; null if there is none} */
  @Nullable LiveComparison newComparison() {
    return baseline == null ? null : new LiveComparison(baseline);
  }

  /** {@return a new writer of failure bundles for a run; null if there is no folder for them} */
  @Nullable BundleWriter bundleWriter(MemoryBudget memory) {
    return bundleFolder.isEmpty()
        ? null
        : new BundleWriter(Path.of(bundleFolder), maxFailureBundles, memory);
  }

  /** {@return the settings by name, as they are recorded} */
  Map<String, String> asText() {
    Map<String, String> text = new LinkedHashMap<>();
    text.put("mode", mode());
    text.put("costBudget", String.valueOf(costBudget));
    text.put("flushInterval", flushInterval.toString());
    text.put("stockPages", String.valueOf(stockPages));
    text.put("falseAlarmRate", String.valueOf(falseAlarmRate));
    text.put("frozenBaseline", String.valueOf(frozenBaseline));
    text.put("maxMemoryBytes", String.valueOf(maxMemoryBytes));
    if (!withoutDetectors.isEmpty()) {
      text.put("withoutDetectors", String.join(", ", withoutDetectors));
    }
    if (baseline != null) {
      text.putAll(baseline.asText());
    }
    if (protection != null) {
      text.putAll(protection.asText());
    }
    return text;
  }

  private String mode() {
    return protection == null ? "observing" : protection.dryRun() ? "dryRun" : "protecting";
  }
}
