package dev.traininghealth.intervene;

import dev.traininghealth.detect.DiagnosedRun;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.intervene.model.EditedNetwork;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.Trial;
import dev.traininghealth.trial.TrialBranch;
import dev.traininghealth.trial.TrialQuestion;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs trials, applies the changes that win them, and reviews these changes later.
 *
 * <p>A change that turns out harmful or useless is taken back.
 */
final class AdoptedChanges {
  /** Maximum number of listed trials; older ones are dropped. */
  static final int MAX_TRIALS = 200;

  /** Consecutive trials in which every branch lost the network, after which the run is stopped. */
  private static final int MAX_HOPELESS_TRIALS = 2;

  private final ProtectionSettings settings;
  private final TriedChanges tried;
  private final NetworkChanges changes;
  private final EditedNetwork network;
  private final @Nullable SnapshotRing snapshots;
  private final RunSituation situation;
  private final DiagnosedRun diagnoses;
  private final Measurement measurement;
  private final ArrayDeque<Trial> trials = new ArrayDeque<>();

  AdoptedChanges(
      ProtectionSettings settings,
      TriedChanges tried,
      NetworkChanges changes,
      EditedNetwork network,
      @Nullable SnapshotRing snapshots,
      RunSituation situation,
      DiagnosedRun diagnoses,
      Measurement measurement) {
    this.settings = settings;
    this.tried = tried;
    this.changes = changes;
    this.network = network;
    this.snapshots = snapshots;
    this.situation = situation;
    this.diagnoses = diagnoses;
    this.measurement = measurement;
  }

  /** Runs a trial about a diagnosis, and applies its result. */
  void runTrial(AfterUpdate.Try request) {
    Diagnosis d = request.diagnosis();
    boolean lost = request.question() == TrialQuestion.LOST;
    SnapshotRing ring = snapshots;
    if (lost && ring != null && ring.hasConfirmed() && ring.consecutiveRollbacks() == 0) {
      changes.rollBack(new AfterUpdate.RollBack(d, 1, false)); // no learning is lost
      return;
    }
    boolean dataAtFault = diagnoses.worstActive(ProblemFamily.DATA) != null;
    Trial trial = tried.run(request, measurement.iteration(), dataAtFault);
    if (trial == null) {
      if (lost && (!tried.isPossible() || !situation.isNetworkFinite())) {
        // No learning is lost, because the network is lost already.
        int before = ring == null ? 0 : ring.consecutiveRollbacks();
        changes.rollBack(new AfterUpdate.RollBack(d, Math.pow(0.5, before), false));
      }
      return;
    }
    listTrial(trial, d);
    if (trial.branches().stream().allMatch(b -> b.leftOut() == 0)) {
      situation.setOutlierRows(false); // no kept minibatch has outlier rows
    }
    Diagnosis updated =
        diagnoses.tried(d, TriedRatesConversion.of(trial, network.learningRateFactor()));
    if (!trial.isAdopted()) {
      if (tried.consecutiveHopelessTrials() >= MAX_HOPELESS_TRIALS
          && trial.cause() == Trial.Cause.STRUCTURE) {
        stopRun(updated, trial);
      }
      return;
    }
    if (!settings.dryRun()) {
      adopt(request, trial);
    }
  }

  /** Stops the run, in the best state of the trial if any of its states is finite. */
  private void stopRun(Diagnosis d, Trial trial) {
    Message reason = Message.of("reason.hopeless");
    TrialBranch best =
        trial.branches().stream()
            .filter(b -> Double.isFinite(b.scoreBefore()))
            .min(Comparator.comparingDouble(TrialBranch::scoreBefore))
            .orElse(null);
    if (best == null) {
      changes.stop(new AfterUpdate.Stop(d, reason));
    } else {
      changes.stopInState(new AfterUpdate.Stop(d, reason), snapshotOf(best));
    }
  }

  private void adopt(AfterUpdate.Try request, Trial trial) {
    Diagnosis d = request.diagnosis();
    TrialBranch branch = trial.adopted();
    boolean rows = trial.cause() == Trial.Cause.ROWS;
    situation.setOutlierRows(rows);
    if (request.question() != TrialQuestion.LOST && !rows && tried.canWatch()) {
      boolean changesRateOnly =
          branch.start() == TrialBranch.Start.PRESENT && request.question() != TrialQuestion.HARM;
      tried.watch(presentSnapshot(), d, changesRateOnly);
    }
    Message reason = Message.of("reason.adopted").then(trial.message());
    Snapshot snapshot = snapshotOf(branch);
    if (snapshot != null) {
      changes.restore(snapshot, d, reason);
    }
    if (branch.factor() < 1) {
      changes.lowerAfterTrial(d, branch.factor(), reason);
    } else if (branch.factor() > 1) {
      changes.raise(branch.factor(), 1, reason);
    }
  }

  private @Nullable Snapshot snapshotOf(TrialBranch branch) {
    SnapshotRing ring = snapshots;
    if (ring == null || branch.start() == TrialBranch.Start.PRESENT) {
      return null;
    }
    if (branch.start() == TrialBranch.Start.BEGINNING) {
      return ring.rollbackTarget(0, true);
    }
    for (Snapshot s : ring.trialSnapshots()) {
      if (s.iteration() == branch.snapshotIteration()) {
        return s;
      }
    }
    return null;
  }

  private Snapshot presentSnapshot() {
    return new Snapshot(
        network.copyState(null),
        measurement.iteration(),
        diagnoses.history().usualScore(),
        network.learningRateFactor(),
        diagnoses.statistics());
  }

  /** Runs a trial of other learning rates, after they were lowered. */
  void runRaiseTrial(AfterUpdate.TryRaise request) {
    double room = situation.maxLearningRateFactor() / network.learningRateFactor();
    if (room <= 1) {
      return;
    }
    Trial trial = tried.runRaise(request.factor(), room, measurement.iteration());
    if (trial == null) {
      return;
    }
    listTrial(trial, null);
    if (trial.isAdopted() && !settings.dryRun()) {
      double factor = trial.adopted().factor();
      Message reason = request.reason().then(trial.message());
      if (factor > 1) {
        changes.raise(factor, situation.maxLearningRateFactor(), reason);
      } else {
        changes.lowerAfterTrial(null, factor, reason);
      }
    }
  }

  /**
   * Reviews the change that was adopted last, and takes it back if it was harmful or useless.
   *
   * @return whether the network was rolled back to its state before the change
   */
  boolean review() {
    TriedChanges.Review review = tried.review(measurement.iteration());
    if (review == null) {
      return false;
    }
    listTrial(review.trial(), review.diagnosis());
    Message reason = Message.of("reason.takenBack").then(review.trial().message());
    if (review.wasHarmful()) {
      changes.restore(review.before(), review.diagnosis(), reason);
    }
    if (review.wasHarmful() || review.wasUseless()) {
      double before = review.before().learningRateFactor();
      changes.raise(before / network.learningRateFactor(), before, reason);
    }
    tried.stopWatching();
    return review.wasHarmful();
  }

  private void listTrial(Trial trial, @Nullable Diagnosis diagnosis) {
    synchronized (trials) {
      trials.addLast(trial);
      if (trials.size() > MAX_TRIALS) {
        trials.removeFirst();
      }
    }
    changes.addTrial(diagnosis, trial);
  }

  /** {@return the latest trials, oldest first} */
  List<Trial> trials() {
    synchronized (trials) {
      return List.copyOf(trials);
    }
  }
}
