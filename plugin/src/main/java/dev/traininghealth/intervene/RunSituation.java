package dev.traininghealth.intervene;

import dev.traininghealth.detect.CurrentDiagnoses;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.History;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.model.EditedNetwork;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what a policy may want to know of a run. */
final class RunSituation implements Situation {
  /** Share of a rate that has failed above which the rates do not rise again. */
  private static final double FAILED = 0.1;

  private final ProtectionSettings settings;
  private final CurrentDiagnoses diagnoses;
  private final InterventionLog interventions;
  private final EditedNetwork network;
  private final @Nullable SnapshotRing snapshots;

  private @Nullable Boolean networkFinite;
  private int consecutiveSkips;
  private boolean alarmAtGradient;
  private boolean explodes;
  private boolean healthy = true;
  private long alarmAt;

  /** One bit an iteration, the latest first: whether its step was made although it exploded. */
  private long spikes;

  private double maxLearningRateFactor = 1;
  private double raisedFrom;
  private boolean objectiveMoves;
  private boolean rowsToBlame;

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
    objectiveMoves = settings.movingObjective();
    alarmAt = now() - 1; // a network that goes on has its iterations behind it
  }

  void atGradient() {
    networkFinite = null;
    alarmAtGradient = isAnyUnstable();
    spikes <<= 1;
    explodes = alarmAtGradient && isAnyExploding();
  }

  void stepMade() {
    consecutiveSkips = 0;
    spikes |= explodes ? 1 : 0;
  }

  void stepSkipped() {
    consecutiveSkips++;
  }

  void atUpdate() {
    networkFinite = null;
    healthy = !alarmAtGradient && !isAnyUnstable();
    if (!healthy) {
      alarmAt = now();
    }
  }

  /** Whether neither moment of this iteration saw anything that unsettles the network. */
  boolean isHealthy() {
    return healthy;
  }

  /** Whether what a training ends for has spoilt the network: the last good state is another. */
  boolean isWrecked(Diagnosis end) {
    return !isNetworkFinite()
        || (end.problem().is(ProblemFamily.EXPLODING) && consecutiveSkips == 0);
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
      return false; // as a rule: no iterator is made
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

  /** The learning rate was lowered; to be told before it is listed. */
  void lowered(Diagnosis diagnosis, double before, double after) {
    if (!isInstability(diagnosis)) {
      maxLearningRateFactor =
          Math.min(maxLearningRateFactor, after); // it is the rate itself that was too high
    } else if (iterationsSince(Kind.RAISE_LEARNING_RATE)
        < 2L * settings.healthyIterationsBeforeRaise()) {
      maxLearningRateFactor =
          Math.min(maxLearningRateFactor, raisedFrom); // what was too much once is not tried again
    } else if (before > maxConfirmedFactor()) {
      maxLearningRateFactor =
          Math.min(maxLearningRateFactor, after); // it never was healthy at that rate
    }
  }

  /**
   * The learning rate was lowered since a trial found that better. It may rise again, but not to a
   * rate that has failed twice, or at which the run never was healthy.
   */
  void loweredAsTried(Diagnosis diagnosis, double before, double after) {
    if (diagnosis.problem().is(ProblemFamily.PLATEAU)) {
      return; // it is taken back where it gains nothing
    }
    if (diagnosis.problem().is(ProblemFamily.OSCILLATING)) {
      maxLearningRateFactor =
          Math.min(
              maxLearningRateFactor,
              after); // what a raise does to swings shows too late for a trial
      return;
    }
    boolean mayPass =
        diagnosis.problem().is(ProblemFamily.EXPLODING) && before <= maxConfirmedFactor();
    if (iterationsSince(Kind.RAISE_LEARNING_RATE) < 2L * settings.healthyIterationsBeforeRaise()) {
      maxLearningRateFactor = Math.min(maxLearningRateFactor, raisedFrom);
    } else if (!mayPass) {
      maxLearningRateFactor = Math.min(maxLearningRateFactor, Math.max(after, FAILED * before));
    }
  }

  /** Goes on where another run ended. */
  void resume(double lastCeiling) {
    maxLearningRateFactor = lastCeiling;
  }

  private double maxConfirmedFactor() {
    return snapshots == null ? 0 : snapshots.maxConfirmedFactor();
  }

  private static boolean isInstability(Diagnosis d) {
    return !d.problem().is(ProblemFamily.PLATEAU) && !d.problem().is(ProblemFamily.OSCILLATING);
  }

  /** The learning rate was raised. */
  void raised(double before) {
    raisedFrom = before;
  }

  /** The objective has been found to move. */
  void objectiveMoves() {
    objectiveMoves = true;
  }

  /** A trial has found what is to blame: rows far outside the scale of the others, or not. */
  void blameRows(boolean rows) {
    rowsToBlame = rows;
  }

  /** The network was set back. */
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
    return objectiveMoves;
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
    return now() - alarmAt;
  }

  @Override
  public int spikeCount(int window) {
    long mask = window >= Long.SIZE ? -1L : (1L << window) - 1;
    return Long.bitCount(spikes & mask);
  }

  @Override
  public boolean areRowsToBlame() {
    return rowsToBlame;
  }

  @Override
  public double maxLearningRateFactor() {
    return maxLearningRateFactor;
  }
}
