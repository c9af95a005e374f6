package dev.traininghealth;

import dev.traininghealth.compare.live.BaselineSource;
import dev.traininghealth.detect.Detector;
import dev.traininghealth.detect.DetectorFactory;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.guard.OneAtATime;
import dev.traininghealth.guard.RunClock;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.InterventionPolicy;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.intervene.TrialPolicy;
import dev.traininghealth.intervene.clip.GradientClipping;
import dev.traininghealth.lines.JsonLinesRouter;
import dev.traininghealth.measure.conditions.MemorySource;
import dev.traininghealth.run.ListenerSettings;
import dev.traininghealth.run.RunRouter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Settings of a {@link TrainingHealthListener}; each has a default. */
public final class TrainingHealthListenerBuilder {
  /**
   * Default of {@link #costBudget}: small enough that there is no reason to turn the listener off.
   */
  public static final double DEFAULT_COST_BUDGET = 0.02;

  /**
   * Default of {@link #flushInterval}: shorter than the two seconds between the page's requests.
   */
  public static final Duration DEFAULT_FLUSH_INTERVAL = Duration.ofSeconds(1);

  /** Default of {@link #falseAlarmRate}: one in a million healthy iterations. */
  public static final double DEFAULT_FALSE_ALARM_RATE = 1e-6;

  /** Default of {@link #failureBundles(Path, int)}: enough to see whether failures are alike. */
  public static final int DEFAULT_FAILURE_BUNDLES = 5;

  private final @Nullable StatsStorageRouter storage;
  private @Nullable String sessionId;
  private @Nullable String workerId;
  private double costBudget = DEFAULT_COST_BUDGET;
  private Duration flushInterval = DEFAULT_FLUSH_INTERVAL;
  private boolean stockPages = true;
  private double falseAlarmRate = DEFAULT_FALSE_ALARM_RATE;
  private boolean frozenBaseline = true;
  private long maxMemoryBytes;
  private final Set<String> withoutDetectors = new LinkedHashSet<>();
  private final List<DetectorFactory> detectors = new ArrayList<>();
  private @Nullable Path jsonLines;
  private @Nullable BaselineSource baseline;
  private @Nullable Path bundleFolder;
  private int maxFailureBundles = DEFAULT_FAILURE_BUNDLES;
  private @Nullable DataSetIterator validation;
  private @Nullable Consumer<Diagnosis> onDiagnosis;
  private @Nullable Consumer<Intervention> onIntervention;
  private @Nullable ProtectionSettings protection;
  private RunClock clock = RunClock.SYSTEM;
  private @Nullable MemorySource memory;

  TrainingHealthListenerBuilder(@Nullable StatsStorageRouter storage) {
    this.storage = storage;
  }

  /**
   * Sets the session under which the UI lists the run; default a random UUID for each listener that
   * is built. Two listeners of one network, such as this one and a {@code StatsListener}, share a
   * session if they have the same id.
   *
   * @throws IllegalArgumentException if it is null or blank
   */
  public TrainingHealthListenerBuilder sessionId(String sessionId) {
    this.sessionId = RoutedListener.notBlank("sessionId", sessionId);
    return this;
  }

  /**
   * Sets the worker within the session; default an id of this JVM and a number, different for each
   * listener that is built. Two listeners with the same session and worker overwrite each other's
   * records.
   *
   * @throws IllegalArgumentException if it is null or blank
   */
  public TrainingHealthListenerBuilder workerId(String workerId) {
    this.workerId = RoutedListener.notBlank("workerId", workerId);
    return this;
  }

  /**
   * Sets the share of the training time for measurements that can wait, including the listener's
   * own threads; default {@value #DEFAULT_COST_BUDGET}. Gradient norms are measured at every
   * iteration and weight norms at least at every tenth, whatever they cost. Validation, snapshots
   * and trials are outside of the budget.
   *
   * @param share above 0 and at most 1
   */
  public TrainingHealthListenerBuilder costBudget(double share) {
    this.costBudget = share;
    return this;
  }

  /**
   * Sets the time between two hand-overs of records to the storage; default one second. A longer
   * time relieves a slow storage, a shorter one makes the page more current.
   *
   * @param interval longer than zero
   */
  public TrainingHealthListenerBuilder flushInterval(Duration interval) {
    this.flushInterval = interval;
    return this;
  }

  /**
   * Sets a file to which the run is written as text, beside the storage or instead of one; default
   * none. It has one JSON object per line, for {@code jq}, a log collector or {@link HealthReport}.
   * New lines are appended every {@link #flushInterval}. Their types are {@code run}, {@code
   * iteration}, {@code diagnosis}, {@code intervention} and {@code end}. Each iteration has the
   * values of the whole network. The first 200 have those of layers and parameters as well, later
   * ones ever more rarely: about a thousand of a million. Workers on Spark write no file; the
   * driver does if this is set instead of a storage.
   *
   * @param file is created, or appended to; null for none
   */
  public TrainingHealthListenerBuilder jsonLines(@Nullable Path file) {
    this.jsonLines = file;
    return this;
  }

  /**
   * Sets whether DL4J's own pages (Overview, Model, System) are filled as well; default true.
   * Switch it off if a {@code StatsListener} of the same session fills them.
   */
  public TrainingHealthListenerBuilder stockPages(boolean fill) {
    this.stockPages = fill;
    return this;
  }

  /**
   * Sets the data on which the network is scored at the end of each epoch of {@code fit(iterator)};
   * default none. It is scored with {@code training = false}, outside of the cost budget. If labels
   * are classes, precision, recall and F1 of each are counted too, in at most 1 % of the time.
   */
  public TrainingHealthListenerBuilder validationData(@Nullable DataSetIterator data) {
    this.validation = data;
    return this;
  }

  /**
   * Compares the run, while it trains, with a recorded one that was good, and reports where it
   * departs from it; default none.
   *
   * @throws IllegalArgumentException if the storage has no such session of this plugin
   */
  public TrainingHealthListenerBuilder baseline(StatsStorage storage, String session) {
    this.baseline = BaselineSource.of(storage, session);
    return this;
  }

  /**
   * Compares the run with the latest session of a file, that of a {@code FileStatsStorage} or of
   * {@link #jsonLines}, as the other method does.
   */
  public TrainingHealthListenerBuilder baseline(Path file) {
    this.baseline = BaselineSource.of(file);
    return this;
  }

  /**
   * Sets the expected number of false alarms per healthy iteration; default {@value
   * #DEFAULT_FALSE_ALARM_RATE}. It applies to the tests for spikes of gradient and score, over all
   * layers together, and in the same way to those for drifts. A larger rate lowers their
   * thresholds. Other detectors have fixed thresholds.
   *
   * @param rate above 0 and at most 0.01
   */
  public TrainingHealthListenerBuilder falseAlarmRate(double rate) {
    this.falseAlarmRate = rate;
    return this;
  }

  /**
   * Adds a user detector to the plugin's. Each run gets a new instance.
   *
   * @param factory creates the detector; must be serializable if the listener is sent to workers
   */
  public TrainingHealthListenerBuilder detector(DetectorFactory factory) {
    if (factory == null) {
      throw new IllegalArgumentException(
          "factory must not be null: pass the detector's constructor, MyDetector::new");
    }
    detectors.add(factory);
    return this;
  }

  /**
   * Switches a detector off; default none. A problem that a detector is named after ({@code
   * dead-relu}, {@code not-learning}, {@code non-finite}, {@code data}, {@code plateau}) is then
   * reported by no other detector of the plugin either. Problems that are detected in several ways
   * are switched off one by one. {@code exploding-gradient}, {@code diverging-score}, {@code
   * large-updates} and {@code update-ratio} report problems of the family {@code exploding}; {@code
   * vanishing-gradient} and {@code collapsing-weights} those of {@code vanishing}.
   *
   * @param name its {@link Detector#name()}; {@link #build} reports a name that no detector has
   */
  public TrainingHealthListenerBuilder withoutDetector(String name) {
    withoutDetectors.add(RoutedListener.notBlank("name", name));
    return this;
  }

  /**
   * Sets a callback that receives each diagnosis when it starts, when its cause becomes known, when
   * its remedies were tried, and when it ends; default none. It is called on a thread of the
   * listener, one call at a time even if several workers train. What it throws is logged.
   */
  public TrainingHealthListenerBuilder onDiagnosis(@Nullable Consumer<Diagnosis> callback) {
    this.onDiagnosis = OneAtATime.of(callback);
    return this;
  }

  /**
   * Sets whether the network is compared now and then with a frozen copy of its earlier state;
   * default true. Both are scored on the current minibatch. This distinguishes slow progress from
   * none. The copies take twice the memory of the parameters and that of one forward pass.
   */
  public TrainingHealthListenerBuilder frozenBaseline(boolean enabled) {
    this.frozenBaseline = enabled;
    return this;
  }

  /**
   * Sets the maximum memory of each run outside the Java heap: snapshots, frozen baseline, copies
   * of minibatches, and copies of the network for trials, for finding the origin of a non-finite
   * value and for failure bundles. The default, 0, is half of what the process may still take when
   * the run starts, by the limits of JavaCPP ({@code -Dorg.bytedeco.javacpp.maxPhysicalBytes}, by
   * default four times {@code -Xmx}) and the memory of the machine. If it is too small for all, the
   * first of this list have it; what is left out is logged. A worker has a limit of its own.
   * Results of forward passes and the records are not counted.
   *
   * @param bytes above 0, or 0 for the default
   */
  public TrainingHealthListenerBuilder maxMemoryBytes(long bytes) {
    this.maxMemoryBytes = bytes;
    return this;
  }

  /**
   * Writes a failure bundle when a value is non-finite, at most {@value #DEFAULT_FAILURE_BUNDLES}
   * per run; default off. It holds what is needed to run the failing iteration again: data, network
   * before the step, state of the random generator. See {@link FailureBundle}.
   *
   * @param folder the target folder; created if it does not exist
   */
  public TrainingHealthListenerBuilder failureBundles(Path folder) {
    return failureBundles(folder, DEFAULT_FAILURE_BUNDLES);
  }

  /**
   * Writes failure bundles as {@link #failureBundles(Path)} does, with another limit.
   *
   * @param folder the target folder; created if it does not exist
   * @param max bundles per run, above 0
   */
  public TrainingHealthListenerBuilder failureBundles(Path folder, int max) {
    if (folder == null) {
      throw new IllegalArgumentException("folder must not be null: name a folder for the bundles");
    }
    this.bundleFolder = folder;
    this.maxFailureBundles = max;
    return this;
  }

  /**
   * Lets the listener intervene, with default settings; off by default. Replaces protection
   * settings made before. The run is bit-identical to an observed one until the first intervention.
   */
  public TrainingHealthListenerBuilder protecting() {
    return protecting(ProtectionSettings.defaults());
  }

  /**
   * Lets the listener intervene, with the given settings.
   *
   * @param protection what it may do
   */
  public TrainingHealthListenerBuilder protecting(ProtectionSettings protection) {
    if (protection == null) {
      throw new IllegalArgumentException(
          "protection must not be null: pass ProtectionSettings.defaults(), or leave protecting out"
              + " to observe only");
    }
    this.protection = protection;
    return this;
  }

  /** Decides and records every intervention but applies none, to show what protecting would do. */
  public TrainingHealthListenerBuilder dryRun() {
    return protecting(settingsOrDefaults().toBuilder().dryRun(true).build());
  }

  /** Protects, but never stops a training run. */
  public TrainingHealthListenerBuilder withoutStop() {
    return protecting(settingsOrDefaults().toBuilder().stop(false).build());
  }

  /**
   * Protects, and clips gradients by another rule; default {@link GradientClipping#onAlarm()}.
   *
   * @param rule must be serializable, because each run has its own copy
   * @throws IllegalArgumentException if it cannot be serialized
   */
  public TrainingHealthListenerBuilder clipping(GradientClipping rule) {
    return protecting(settingsOrDefaults().toBuilder().clipping(rule).build());
  }

  /**
   * Protects, by another policy; default {@link TrialPolicy}.
   *
   * @param policy decides on interventions for diagnoses
   */
  public TrainingHealthListenerBuilder policy(InterventionPolicy policy) {
    return protecting(settingsOrDefaults().toBuilder().policy(policy).build());
  }

  /**
   * Protects a run whose objective is known to move, such as that of a GAN's networks or of a
   * reinforcement learner. A rising score is then no problem and causes no intervention. Non-finite
   * values and spikes of the gradient still cause interventions.
   */
  public TrainingHealthListenerBuilder movingObjective() {
    return protecting(settingsOrDefaults().toBuilder().movingObjective(true).build());
  }

  private ProtectionSettings settingsOrDefaults() {
    ProtectionSettings chosen = protection;
    return chosen == null ? ProtectionSettings.defaults() : chosen;
  }

  /**
   * Sets a callback that receives each intervention when it is made, and again when it was repeated
   * (clipping); default none. It is called on a thread of the listener, one call at a time even if
   * several workers train. Exceptions that it throws are logged.
   */
  public TrainingHealthListenerBuilder onIntervention(@Nullable Consumer<Intervention> callback) {
    this.onIntervention = OneAtATime.of(callback);
    return this;
  }

  /** Sets another clock, with which a test can repeat a run exactly. */
  TrainingHealthListenerBuilder clock(RunClock clock) {
    this.clock = clock;
    return this;
  }

  /** Sets another source of memory, for the same reason. */
  TrainingHealthListenerBuilder memory(MemorySource memory) {
    this.memory = memory;
    return this;
  }

  /**
   * Builds the listener, to be added with {@code net.addListeners(...)}.
   *
   * @throws IllegalArgumentException if a setting is outside its range
   */
  public TrainingHealthListener build() {
    ListenerSettings settings =
        new ListenerSettings(
            costBudget,
            flushInterval,
            stockPages,
            falseAlarmRate,
            frozenBaseline,
            maxMemoryBytes,
            withoutDetectors,
            detectors,
            storage == null || jsonLines == null ? "" : jsonLines.toString(),
            bundleFolder == null ? "" : bundleFolder.toString(),
            maxFailureBundles,
            baseline,
            protection,
            clock,
            memory);
    return new TrainingHealthListener(
        new RunRouter(settings, onDiagnosis, onIntervention),
        storage == null && jsonLines != null ? new JsonLinesRouter(jsonLines) : storage,
        sessionId != null ? sessionId : UUID.randomUUID().toString(),
        workerId != null ? workerId : TrainingHealthListener.newWorkerId(),
        validation);
  }
}
