package dev.traininghealth.intervene;

import dev.traininghealth.detect.DiagnosedRun;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.model.EditedNetwork;
import dev.traininghealth.intervene.workers.GroupMember;
import dev.traininghealth.intervene.workers.WorkerChange;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.Trial;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies changes to a network after the update, and records each.
 *
 * <p>If the network shares its updates with other workers, new learning rates and a stop are
 * requested of all of them, and made in {@link #makeSharedChanges}.
 */
final class NetworkChanges {
  private static final Logger log = LoggerFactory.getLogger(NetworkChanges.class);

  /** Maximum number of rollbacks to one snapshot before an older one is used. */
  private static final int MAX_ROLLBACKS_TO_ONE_SNAPSHOT = 4;

  private final ProtectionSettings settings;
  private final EditedNetwork network;
  private final @Nullable SnapshotRing snapshots;
  private final RunSituation situation;
  private final InterventionLog interventions;
  private final DiagnosedRun diagnoses;
  private final Measurement measurement;

  /** The workers that the network shares its updates with; null for none. */
  private final @Nullable GroupMember workers;

  private boolean rolledBack;
  private boolean stopReported;
  private @Nullable TrainingStoppedException pendingStop;

  NetworkChanges(
      ProtectionSettings settings,
      EditedNetwork network,
      @Nullable SnapshotRing snapshots,
      RunSituation situation,
      InterventionLog interventions,
      DiagnosedRun diagnoses,
      Measurement measurement,
      @Nullable GroupMember workers) {
    this.settings = settings;
    this.network = network;
    this.snapshots = snapshots;
    this.situation = situation;
    this.interventions = interventions;
    this.diagnoses = diagnoses;
    this.measurement = measurement;
    this.workers = workers;
  }

  /** {@return why a step is skipped; names the bad rows of this minibatch, if they are known} */
  Message reasonToSkip(Diagnosis reason) {
    Message rows = presentRows(reason);
    return rows == null ? reason.message() : reason.message().then(rows);
  }

  /**
   * {@return a message with the bad rows of this minibatch, because the diagnosis names those of
   * its first; null if there are none}
   */
  private @Nullable Message presentRows(Diagnosis reason) {
    NonFiniteOrigin origin = diagnoses.history().origin();
    if (origin == null
        || origin.examples().isEmpty()
        || !reason.problem().is(ProblemFamily.NON_FINITE)
        || reason.iteration() == measurement.iteration()) {
      return null;
    }
    int others = origin.exampleCount() - origin.examples().size();
    List<Argument> rows = new ArrayList<>();
    origin.examples().forEach(row -> rows.add(Argument.count(row)));
    if (others > 0) {
      rows.add(Argument.phrase("count.more", Argument.count(others)));
    }
    return Message.of(
        "reason.rowsNow", Argument.count(reason.iteration()), new Argument.Listing(rows));
  }

  /**
   * Lowers the learning rates from the present ones, or from those of a snapshot if they are lower.
   */
  void lower(Diagnosis diagnosis, double share, double maxFactor, Message reason) {
    network.detectUserChanges();
    double before = network.learningRateFactor();
    double wanted = Math.max(settings.minLearningRateFactor(), Math.min(before, maxFactor) * share);
    if (workers != null) {
      if (wanted < before && network.hasLearningRates()) {
        workers.requestRates(measurement.iteration(), wanted, diagnosis, reason);
      }
      return;
    }
    double after = lowerTo(wanted);
    if (after < before) {
      situation.onLowered(diagnosis, before, after);
      add(Kind.LOWER_LEARNING_RATE, diagnosis, before, after, reason);
    }
  }

  /**
   * Lowers the learning rates as a trial has decided.
   *
   * @param diagnosis the reason; null if the trial was to raise the rates
   */
  void lowerAfterTrial(@Nullable Diagnosis diagnosis, double share, Message reason) {
    network.detectUserChanges();
    double before = network.learningRateFactor();
    double after = lowerTo(before * share);
    if (after < before) {
      if (diagnosis != null) {
        situation.onLoweredAfterTrial(diagnosis, before, after);
      }
      add(Kind.LOWER_LEARNING_RATE, diagnosis, before, after, reason);
    }
  }

  private double lowerTo(double factor) {
    double after = Math.max(settings.minLearningRateFactor(), factor);
    if (after >= network.learningRateFactor() || !network.hasLearningRates()) {
      return Double.POSITIVE_INFINITY;
    }
    network.scaleLearningRates(after);
    return after;
  }

  /** Raises the learning rates, up to a maximum factor on the configured rates. */
  void raise(double factor, double maxFactor, Message reason) {
    network.detectUserChanges();
    double before = network.learningRateFactor();
    double after = Math.min(maxFactor, before * factor);
    if (after > before && network.hasLearningRates()) {
      if (workers != null) {
        workers.requestRates(measurement.iteration(), after, null, reason);
        return;
      }
      network.scaleLearningRates(after);
      situation.onRaised(before);
      add(Kind.RAISE_LEARNING_RATE, null, before, after, reason);
    }
  }

  /** Rolls back at once, without a trial. */
  void rollBack(AfterUpdate.RollBack back) {
    SnapshotRing ring = snapshots;
    if (ring == null || ring.isEmpty()) {
      return;
    }
    Snapshot snapshot = ring.rollbackTarget(MAX_ROLLBACKS_TO_ONE_SNAPSHOT, back.toInitialState());
    restore(snapshot, back.diagnosis(), back.diagnosis().message());
    lower(
        back.diagnosis(), back.factor(), snapshot.learningRateFactor(), back.diagnosis().message());
  }

  /** Rolls back to a snapshot, with its statistics. */
  void restore(Snapshot snapshot, Diagnosis diagnosis, Message reason) {
    network.restore(snapshot.state());
    if (!settings.dryRun()) {
      diagnoses.restore(snapshot.statistics());
      rolledBack = true;
    }
    if (snapshots != null) {
      snapshots.onRollback();
    }
    situation.onRollback();
    interventions.add(
        new InterventionLog.Entry(
            Kind.ROLLBACK,
            measurement.iteration(),
            measurement.epoch(),
            diagnosis,
            measurement.score(),
            snapshot.score(),
            snapshot.iteration(),
            reason));
  }

  /** Stops the run in the last good state, if stopping is allowed. */
  void stop(AfterUpdate.Stop stop) {
    if (workers != null && mayStop()) {
      workers.requestStop(measurement.iteration(), stop.diagnosis(), stop.reason());
      return;
    }
    SnapshotRing ring = snapshots;
    Snapshot last = null;
    if (ring != null
        && !ring.isEmpty()
        && isStopEffective()
        && situation.isDamaged(stop.diagnosis())
        && workers == null) {
      last = ring.rollbackTarget(MAX_ROLLBACKS_TO_ONE_SNAPSHOT, false);
    }
    stopInState(stop, last);
  }

  private boolean mayStop() {
    return settings.stop() && !settings.dryRun();
  }

  /** {@return whether a stop has an effect; one that is not allowed is logged once} */
  private boolean isStopEffective() {
    return mayStop() || !stopReported;
  }

  /** Stops the run in a state, null for the present one, if stopping is allowed. */
  void stopInState(AfterUpdate.Stop stop, @Nullable Snapshot state) {
    if (isStopEffective() && state != null) {
      restore(state, stop.diagnosis(), stop.diagnosis().message());
    }
    if (!stopReported) {
      stopReported = true;
      if (!settings.stop()) {
        log.warn(
            "Protection would stop this run ({}), but stopping is switched off; training continues,"
                + " protected as before",
            stop.reason());
        return;
      }
      add(Kind.STOP, stop.diagnosis(), measurement.score(), Double.NaN, stop.reason());
    }
    if (mayStop()) {
      network.clearMasks();
      pendingStop =
          new TrainingStoppedException(
              stop.diagnosis(), stop.reason().english(), measurement.iteration());
    }
  }

  /**
   * Makes the changes that workers which share their updates have requested, at the end of an
   * iteration. All of them make the same changes at the same iteration.
   */
  void makeSharedChanges() {
    GroupMember own = workers;
    if (own == null) {
      return;
    }
    double inherited = own.inheritedFactor();
    if (inherited != 1 && network.learningRateFactor() == 1) {
      network.adoptLearningRateFactor(inherited);
    }
    WorkerChange change = own.due(measurement.iteration());
    while (change != null) {
      make(change, own);
      change = own.due(measurement.iteration());
    }
  }

  private void make(WorkerChange change, GroupMember own) {
    boolean requested = change.requester() == own;
    // Each worker numbers its diagnoses itself.
    Diagnosis listed = requested ? change.diagnosis() : null;
    Message reason =
        requested ? change.reason() : change.reason().then(Message.of("reason.otherWorker"));
    Diagnosis diagnosis = change.diagnosis();
    if (change.isStop() && diagnosis != null) {
      raiseStop(diagnosis, listed, reason);
    } else {
      scale(change.factor(), diagnosis, listed, reason);
    }
  }

  private void scale(
      double after, @Nullable Diagnosis diagnosis, @Nullable Diagnosis listed, Message reason) {
    network.detectUserChanges();
    double before = network.learningRateFactor();
    if (after == before || !network.hasLearningRates()) {
      return;
    }
    network.scaleLearningRates(after);
    if (after > before) {
      situation.onRaised(before);
      add(Kind.RAISE_LEARNING_RATE, listed, before, after, reason);
      return;
    }
    if (diagnosis != null) {
      situation.onLowered(diagnosis, before, after);
    }
    add(Kind.LOWER_LEARNING_RATE, listed, before, after, reason);
  }

  private void raiseStop(Diagnosis diagnosis, @Nullable Diagnosis listed, Message reason) {
    if (!stopReported) {
      stopReported = true;
      add(Kind.STOP, listed, measurement.score(), Double.NaN, reason);
    }
    network.clearMasks();
    pendingStop =
        new TrainingStoppedException(diagnosis, reason.english(), measurement.iteration());
  }

  /** {@return whether there is a reason to stop the run that was not taken} */
  boolean isStopping() {
    return pendingStop != null;
  }

  /** {@return the reason to stop the run, only once; null to continue} */
  @Nullable TrainingStoppedException takeStop() {
    TrainingStoppedException stop = pendingStop;
    pendingStop = null;
    return stop;
  }

  void add(Kind kind, @Nullable Diagnosis diagnosis, double before, double after, Message reason) {
    interventions.add(
        new InterventionLog.Entry(
            kind,
            measurement.iteration(),
            measurement.epoch(),
            diagnosis,
            before,
            after,
            -1,
            reason));
  }

  /** Records a trial, which changes nothing by itself. */
  void addTrial(@Nullable Diagnosis diagnosis, Trial trial) {
    double after = trial.isAdopted() ? trial.adopted().score() : trial.branches().get(0).score();
    interventions.add(
        new InterventionLog.Entry(
            Kind.TRIAL,
            measurement.iteration(),
            measurement.epoch(),
            diagnosis,
            trial.scoreBefore(),
            after,
            -1,
            trial.report(),
            trial));
  }

  /** {@return whether the network was rolled back since the last call} */
  boolean hasRolledBack() {
    boolean back = rolledBack;
    rolledBack = false;
    return back;
  }
}
