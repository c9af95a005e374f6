package dev.traininghealth.intervene;

import dev.traininghealth.detect.DiagnosedRun;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.intervene.model.EditedNetwork;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.SavedNumbers;
import org.jspecify.annotations.Nullable;

/** Takes snapshots of a run when they are due, with the statistics of the run. */
final class SnapshotKeeper {
  private static final String ITERATIONS_SINCE = "iterationsSince";

  private final EditedNetwork network;
  private final @Nullable SnapshotRing ring;
  private final SnapshotPace pace;
  private final DiagnosedRun diagnoses;
  private final Measurement measurement;

  /**
   * @param ring stores the snapshots; null if there is no memory for any
   */
  SnapshotKeeper(
      EditedNetwork network,
      @Nullable SnapshotRing ring,
      CostAccount account,
      DiagnosedRun diagnoses,
      Measurement measurement) {
    this.network = network;
    this.ring = ring;
    this.diagnoses = diagnoses;
    this.measurement = measurement;
    pace = new SnapshotPace(account, network.stateBytes());
  }

  /**
   * Discards all snapshots and starts from the present network, because the former one was
   * replaced.
   */
  void restart(long iteration) {
    if (ring != null) {
      ring.restart();
      if (network.isFinite()) {
        take(iteration);
      }
    }
  }

  /** Asks once for the memory of snapshots besides the initial one. */
  void claimMore() {
    if (ring != null) {
      ring.claimMore();
    }
  }

  /** Handles the end of an iteration without alarms: takes a snapshot if one is due. */
  void onHealthyIteration() {
    if (ring == null) {
      return;
    }
    ring.onHealthyIteration(measurement.iteration());
    if (!ring.hasCandidate() && pace.isDue()) {
      take(measurement.iteration());
    }
  }

  /** Handles the end of an iteration with an alarm. */
  void onUnhealthyIteration() {
    if (ring != null) {
      ring.discardCandidate();
    }
  }

  void take(long iteration) {
    if (ring != null) {
      pace.onStart();
      ring.take(
          iteration,
          diagnoses.history().usualScore(),
          network.learningRateFactor(),
          diagnoses.statistics());
      pace.onTaken();
    }
  }

  /** Saves what later rollbacks depend on, if there are snapshots. */
  void save(SavedNumbers to, boolean healthy) {
    if (ring != null) {
      ring.save(to, healthy);
      to.put(ITERATIONS_SINCE, pace.iterationsSince());
    }
  }

  /** Restores what {@link #save} wrote. */
  void restore(SavedNumbers from) {
    if (ring != null && !from.names().isEmpty()) {
      ring.restore(from);
      pace.continueFrom(from.getInt(ITERATIONS_SINCE, 0, Integer.MAX_VALUE - 1));
    }
  }

  /** Discards all snapshots and frees their memory. */
  void release() {
    if (ring != null) {
      ring.clear();
    }
  }
}
