package dev.traininghealth.intervene;

import dev.traininghealth.detect.CurrentDiagnoses;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.model.EditedNetwork;
import dev.traininghealth.numbers.SavedNumbers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The situation of one run, updated at each moment of an iteration. */
final class RunSituation implements Situation {
  /** Share of a failed rate above which the rates do not rise again. */
  private static final double FAILED_RATE_SHARE = 0.1;

  private final ProtectionSettings settings;
  private final CurrentDiagnoses diagnoses;
  private final InterventionLog interventions;
  private final EditedNetwork network;
  private final @Nullable SnapshotRing snapshots;

  private @Nullable Boolean networkFinite;
  private int consecutiveSkips;
  private boolean alarmAtGradient;
  private boolean exploding;
  private boolean healthy = true;
  private long latestAlarmIteration;

  /** One bit per iteration, the latest lowest: whether an exploding step was applied. */
  private long spikes;

  private double maxLearningRateFactor = 1;
  private double raisedFrom;
  private boolean objectiveMoving;
  private boolean outlierRows;

  RunSituation(
      ProtectionSettings settings,
      CurrentDiagnoses diagnoses,
      InterventionLog interventions,
      EditedNetwork network,
      @Nullable SnapshotRing snapshots) {
    this.settings = settings;
    this.diagnoses = diagnoses;
    this.interventions = interventions;
    this.network = network;
    this.snapshots = snapshots;
    objectiveMoving = settings.movingObjective();
    latestAlarmIteration = now() - 1; // a resumed network has earlier iterations
  }

  void onGradient() {
    networkFinite = null;
    alarmAtGradient = isAnyUnstable();
    spikes <<= 1;
    exploding = alarmAtGradient && isAnyExploding();
  }

  void onStepApplied() {
    consecutiveSkips = 0;
    spikes |= exploding ? 1 : 0;
  }

  void onStepSkipped() {
    consecutiveSkips++;
  }

  void onUpdate() {
    networkFinite = null;
    healthy = !alarmAtGradient && !isAnyUnstable();
    if (!healthy) {
      latestAlarmIteration = now();
    }
  }

  /**
   * {@return whether neither moment of this iteration has an alarm that makes the network unstable}
   */
  boolean isHealthy() {
    return healthy;
  }

  /**
   * {@return whether the problem that stops the run has damaged the network, so that a snapshot is
   * better}
   */
  boolean isDamaged(Diagnosis reason) {
    return !isNetworkFinite()
        || (reason.problem().is(ProblemFamily.EXPLODING) && consecutiveSkips == 0);
  }

  private boolean isAnyExploding() {
    for (Diagnosis d : diagnoses.reported()) {
      if (d.problem().is(ProblemFamily.EXPLODING) && d.isAlarm()) {
        return true;
      }
    }
    return false;
  }

  private boolean isAnyUnstable() {
    if (diagnoses.reported().isEmpty()) {
      return false; // the usual case, without creating an iterator
    }
    for (Diagnosis d : diagnoses.reported()) {
      boolean unsettles =
          d.problem().family().isUnsettling()
              && !(d.problem().is(ProblemFamily.NON_FINITE) && TrialPolicy.isBadData(d));
      if (unsettles && d.isAlarm()) {
        return true;
      }
    }
    return false;
  }

  /** Adapts the maximum factor to lowered learning rates; must be called before they are listed. */
  void onLowered(Diagnosis diagnosis, double before, double after) {
    if (!isInstability(diagnosis)) {
      maxLearningRateFactor =
          Math.min(maxLearningRateFactor, after); // the rate itself was too high
    } else if (iterationsSince(Kind.RAISE_LEARNING_RATE)
        < 2L * settings.healthyIterationsBeforeRaise()) {
      maxLearningRateFactor =
          Math.min(maxLearningRateFactor, raisedFrom); // a rate that failed is not tried again
    } else if (before > maxConfirmedFactor()) {
      maxLearningRateFactor =
          Math.min(maxLearningRateFactor, after); // the run was never healthy at that rate
    }
  }

  /**
   * Adapts the maximum factor to learning rates that a trial has lowered.
   *
   * <p>They may rise again, but not to a rate that failed twice, or at which the run was never
   * healthy.
   */
  void onLoweredAfterTrial(Diagnosis diagnosis, double before, double after) {
    if (diagnosis.problem().is(ProblemFamily.PLATEAU)) {
      return; // a useless change is taken back
    }
    if (diagnosis.problem().is(ProblemFamily.OSCILLATING)) {
      maxLearningRateFactor =
          Math.min(
              maxLearningRateFactor,
              after); // the effect of a raise on oscillation shows too late for a trial
      return;
    }
    boolean mayPass =
        diagnosis.problem().is(ProblemFamily.EXPLODING) && before <= maxConfirmedFactor();
    if (iterationsSince(Kind.RAISE_LEARNING_RATE) < 2L * settings.healthyIterationsBeforeRaise()) {
      maxLearningRateFactor = Math.min(maxLearningRateFactor, raisedFrom);
    } else if (!mayPass) {
      maxLearningRateFactor =
          Math.min(maxLearningRateFactor, Math.max(after, FAILED_RATE_SHARE * before));
    }
  }

  /** Continues from the maximum factor of another run. */
  void resume(double maximum) {
    maxLearningRateFactor = maximum;
  }

  /** Saves what later decisions depend on. */
  void save(SavedNumbers to) {
    to.put("latestAlarmIteration", latestAlarmIteration)
        .put("consecutiveSkips", consecutiveSkips)
        .put("spikes", spikes)
        .put("raisedFrom", raisedFrom)
        .put("objectiveMoves", objectiveMoving)
        .put("outlierRows", outlierRows);
  }

  /** Restores what {@link #save} wrote. */
  void restore(SavedNumbers from) {
    latestAlarmIteration = Math.min(from.getLong("latestAlarmIteration"), now() - 1);
    consecutiveSkips = from.getInt("consecutiveSkips", 0, Integer.MAX_VALUE);
    spikes = from.getLong("spikes");
    raisedFrom = from.getDouble("raisedFrom");
    objectiveMoving |= from.getBoolean("objectiveMoves");
    outlierRows = from.getBoolean("outlierRows");
  }

  private double maxConfirmedFactor() {
    return snapshots == null ? 0 : snapshots.maxConfirmedFactor();
  }

  private static boolean isInstability(Diagnosis d) {
    return !d.problem().is(ProblemFamily.PLATEAU) && !d.problem().is(ProblemFamily.OSCILLATING);
  }

  /** Remembers the factor from which the learning rates were raised. */
  void onRaised(double before) {
    raisedFrom = before;
  }

  /** Remembers that the objective moves. */
  void setObjectiveMoving() {
    objectiveMoving = true;
  }

  /** Sets whether the latest adopted trial found outlier rows as the cause. */
  void setOutlierRows(boolean rows) {
    outlierRows = rows;
  }

  /** Resets counts after a rollback. */
  void onRollback() {
    spikes = 0;
    consecutiveSkips = 0;
    networkFinite = null;
  }

  private long now() {
    return diagnoses.history().current().iteration();
  }

  @Override
  public List<Diagnosis> reported() {
    return diagnoses.reported();
  }

  @Override
  public @Nullable Diagnosis worstActive(ProblemFamily family) {
    return diagnoses.worstActive(family);
  }

  @Override
  public History history() {
    return diagnoses.history();
  }

  @Override
  public ProtectionSettings settings() {
    return settings;
  }

  @Override
  public boolean isNetworkFinite() {
    Boolean known = networkFinite;
    if (known == null) {
      known = network.isFinite();
      networkFinite = known;
    }
    return known;
  }

  @Override
  public boolean isObjectiveMoving() {
    return objectiveMoving;
  }

  @Override
  public double learningRateFactor() {
    return network.learningRateFactor();
  }

  @Override
  public boolean hasLearningRateSchedule() {
    return network.hasLearningRateSchedule();
  }

  @Override
  public long iterationsSince(Kind kind) {
    return interventions.iterationsSince(kind, now());
  }

  @Override
  public int count(Kind kind, long window) {
    return interventions.count(kind, window, now());
  }

  @Override
  public int consecutiveSkips() {
    return consecutiveSkips;
  }

  @Override
  public int consecutiveRollbacks() {
    return snapshots == null ? 0 : snapshots.consecutiveRollbacks();
  }

  @Override
  public boolean canRollBack() {
    return snapshots != null && !snapshots.isEmpty();
  }

  @Override
  public long iterationsSinceAlarm() {
    return now() - latestAlarmIteration;
  }

  @Override
  public int spikeCount(int window) {
    long mask = window >= Long.SIZE ? -1L : (1L << window) - 1;
    return Long.bitCount(spikes & mask);
  }

  @Override
  public boolean hasOutlierRows() {
    return outlierRows;
  }

  @Override
  public double maxLearningRateFactor() {
    return maxLearningRateFactor;
  }
}
