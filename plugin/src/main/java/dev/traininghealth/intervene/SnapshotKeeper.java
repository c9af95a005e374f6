package dev.traininghealth.intervene;

import dev.traininghealth.detect.DiagnosedRun;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.intervene.model.EditedNetwork;
import dev.traininghealth.numbers.Measurement;
import org.jspecify.annotations.Nullable;

/** Takes snapshots of a run at the right moments, with the statistics of the run up to then. */
final class SnapshotKeeper {
  private final EditedNetwork network;
  private final @Nullable SnapshotRing ring;
  private final SnapshotPace pace;
  private final DiagnosedRun diagnoses;
  private final Measurement measurement;

  /**
   * @param ring keeps them; null where there is no memory for any
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

  /** Begins with the network as it is: what was saved before is of another. */
  void beginAnew(long iteration) {
    if (ring != null) {
      ring.beginAnew();
      if (network.isFinite()) {
        take(iteration);
      }
    }
  }

  /** At the end of an iteration in which nothing was wrong: takes one if it is time. */
  void healthy() {
    if (ring == null) {
      return;
    }
    ring.healthy(measurement.iteration());
    if (!ring.hasCandidate() && pace.isDue()) {
      take(measurement.iteration());
    }
  }

  /** At the end of an iteration in which something was wrong. */
  void unhealthy() {
    if (ring != null) {
      ring.discardCandidate();
    }
  }

  void take(long iteration) {
    if (ring != null) {
      pace.begin();
      ring.take(
          iteration,
          diagnoses.history().usualScore(),
          network.learningRateFactor(),
          diagnoses.statistics());
      pace.taken();
    }
  }

  /** Gives all up and frees their memory. */
  void release() {
    if (ring != null) {
      ring.clear();
    }
  }
}
