package dev.traininghealth.intervene;

import dev.traininghealth.detect.DiagnosedRun;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.model.EditedNetwork;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.text.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what is done to a network after the update, and records each change. */
final class NetworkChanges {
  private static final Logger log = LoggerFactory.getLogger(NetworkChanges.class);

  /** How often the network is set back to one snapshot before an older one is tried. */
  private static final int MAX_TO_ONE_SNAPSHOT = 4;

  private final ProtectionSettings settings;
  private final EditedNetwork network;
  private final @Nullable SnapshotRing snapshots;
  private final RunSituation situation;
  private final InterventionLog interventions;
  private final DiagnosedRun diagnoses;
  private final Measurement measurement;
  private boolean rolledBack;
  private boolean toldOfStop;
  private @Nullable TrainingStoppedException end;

  NetworkChanges(
      ProtectionSettings settings,
      EditedNetwork network,
      @Nullable SnapshotRing snapshots,
      RunSituation situation,
      InterventionLog interventions,
      DiagnosedRun diagnoses,
      Measurement measurement) {
    this.settings = settings;
    this.network = network;
    this.snapshots = snapshots;
    this.situation = situation;
    this.interventions = interventions;
    this.diagnoses = diagnoses;
    this.measurement = measurement;
  }

  /** Lowers the rates, or takes those of a snapshot where they are lower still. */
  void lower(Diagnosis diagnosis, double share, double most, Message reason) {
    network.detectUserChanges();
    double before = network.learningRateFactor();
    double after = lowerTo(Math.min(before, most) * share);
    if (after < before) {
      situation.lowered(diagnosis, before, after);
      add(Kind.LOWER_LEARNING_RATE, diagnosis, before, after, reason);
    }
  }

  /** Lowers the rates as a trial has found; without a diagnosis where it looked for higher ones. */
  void lowerAsTried(@Nullable Diagnosis diagnosis, double share, Message reason) {
    network.detectUserChanges();
    double before = network.learningRateFactor();
    double after = lowerTo(before * share);
    if (after < before) {
      if (diagnosis != null) {
        situation.loweredAsTried(diagnosis, before, after);
      }
      add(Kind.LOWER_LEARNING_RATE, diagnosis, before, after, reason);
    }
  }

  private double lowerTo(double wanted) {
    double after = Math.max(settings.minLearningRateFactor(), wanted);
    if (after >= network.learningRateFactor() || !network.hasLearningRates()) {
      return Double.POSITIVE_INFINITY;
    }
    network.scaleLearningRates(after);
    return after;
  }

  /** Raises the rates, to what the user chose at most. */
  void raise(double factor, double most, Message reason) {
    network.detectUserChanges();
    double before = network.learningRateFactor();
    double after = Math.min(most, before * factor);
    if (after > before && network.hasLearningRates()) {
      network.scaleLearningRates(after);
      situation.raised(before);
      add(Kind.RAISE_LEARNING_RATE, null, before, after, reason);
    }
  }

  /** Sets the network back at once, without a trial. */
  void rollBack(AfterUpdate.RollBack back) {
    SnapshotRing ring = snapshots;
    if (ring == null || ring.isEmpty()) {
      return;
    }
    Snapshot snapshot = ring.target(MAX_TO_ONE_SNAPSHOT, back.toInitialState());
    restore(snapshot, back.diagnosis(), back.diagnosis().message());
    lower(
        back.diagnosis(), back.factor(), snapshot.learningRateFactor(), back.diagnosis().message());
  }

  /** Sets the network back to a snapshot, with the statistics of then. */
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

  /** Ends the training, in the last good state, if that is allowed. */
  void stop(AfterUpdate.Stop stop) {
    SnapshotRing ring = snapshots;
    Snapshot last = null;
    if (ring != null && isNews() && situation.isWrecked(stop.diagnosis())) {
      last = ring.target(MAX_TO_ONE_SNAPSHOT, false);
    }
    stopIn(stop, last);
  }

  private boolean ends() {
    return settings.stop() && !settings.dryRun();
  }

  /** Whether a stop does anything: one that is not allowed is told once. */
  private boolean isNews() {
    return ends() || !toldOfStop;
  }

  /** Ends the training in this state, null for the present one, if that is allowed. */
  void stopIn(AfterUpdate.Stop stop, @Nullable Snapshot state) {
    if (isNews() && state != null) {
      restore(state, stop.diagnosis(), stop.diagnosis().message());
    }
    if (!toldOfStop) {
      toldOfStop = true;
      if (!settings.stop()) {
        log.warn(
            "The training would be stopped ({}); it goes on, protected as before, since stopping is"
                + " switched off",
            stop.reason());
        return;
      }
      add(Kind.STOP, stop.diagnosis(), measurement.score(), Double.NaN, stop.reason());
    }
    if (ends()) {
      network.clearMasks();
      end =
          new TrainingStoppedException(
              stop.diagnosis(), stop.reason().english(), measurement.iteration());
    }
  }

  /** Why the training is to end, once; null where it is to go on. */
  @Nullable TrainingStoppedException takeStop() {
    TrainingStoppedException stop = end;
    end = null;
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

  /** Whether the network was set back at this iteration; asked once. */
  boolean hasRolledBack() {
    boolean back = rolledBack;
    rolledBack = false;
    return back;
  }
}
