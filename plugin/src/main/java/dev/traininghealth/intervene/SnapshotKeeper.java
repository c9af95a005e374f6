package dev.traininghealth.intervene;

import dev.traininghealth.detect.DiagnosedRun;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.intervene.model.LearningRates;
import dev.traininghealth.intervene.model.NetworkState;
import dev.traininghealth.numbers.Measurement;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/** Takes snapshots of a run at the right moments, with the statistics of the run up to then. */
final class SnapshotKeeper {
  private final @Nullable SnapshotRing ring;
  private final SnapshotPace pace;
  private final LearningRates rates;
  private final DiagnosedRun diagnoses;
  private final Measurement measurement;

  /**
   * @param ring keeps them; null where there is no memory for any
   */
  SnapshotKeeper(
      Model model,
      @Nullable SnapshotRing ring,
      CostAccount account,
      LearningRates rates,
      DiagnosedRun diagnoses,
      Measurement measurement) {
    this.ring = ring;
    this.rates = rates;
    this.diagnoses = diagnoses;
    this.measurement = measurement;
    pace = new SnapshotPace(account, NetworkState.bytes(model));
  }

  /** Begins with the network as it is: what was saved before is of another. */
  void beginAnew(Model model, long iteration) {
    if (ring != null) {
      ring.beginAnew();
      if (NetworkState.isFinite(model)) {
        take(model, iteration);
      }
    }
  }

  /** At the end of an iteration in which nothing was wrong: takes one if it is time. */
  void healthy(Model model) {
    if (ring == null) {
      return;
    }
    ring.healthy(measurement.iteration());
    if (!ring.hasCandidate() && pace.isDue()) {
      take(model, measurement.iteration());
    }
  }

  /** At the end of an iteration in which something was wrong. */
  void unhealthy() {
    if (ring != null) {
      ring.discardCandidate();
    }
  }

  void take(Model model, long iteration) {
    if (ring != null) {
      pace.begin();
      ring.take(
          model,
          iteration,
          diagnoses.history().usualScore(),
          rates.factor(),
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
