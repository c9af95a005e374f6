package dev.traininghealth.intervene;

import dev.traininghealth.detect.DiagnosedRun;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.intervene.Intervention.Kind;
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
 * Has changes tried on copies, does to the network what wins, and looks back at it: what turns out
 * to have done harm, or no good, is taken back.
 */
final class AdoptedChanges {
  /** Trials that are listed. */
  static final int MAX_TRIALS = 200;

  /** Trials in which every branch lost the network, after which the training is given up. */
  private static final int HOPELESS_TRIALS = 2;

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

  /** Tries what may help, and does what is seen to. */
  void tryOut(AfterUpdate.Try wish) {
    Diagnosis d = wish.diagnosis();
    boolean lost = wish.question() == TrialQuestion.LOST;
    SnapshotRing ring = snapshots;
    if (lost && ring != null && ring.hasConfirmed() && ring.consecutiveRollbacks() == 0) {
      changes.rollBack(new AfterUpdate.RollBack(d, 1, false)); // nothing is lost by it
      return;
    }
    boolean dataAtFault = diagnoses.worstActive(ProblemFamily.DATA) != null;
    Trial trial = tried.against(wish, measurement.iteration(), dataAtFault);
    if (trial == null) {
      if (lost && (!tried.isPossible() || !situation.isNetworkFinite())) {
        // Exact, and nothing is lost by it but steps that are lost already.
        int before = ring == null ? 0 : ring.consecutiveRollbacks();
        changes.rollBack(new AfterUpdate.RollBack(d, Math.pow(0.5, before), false));
      }
      return;
    }
    listTrial(trial, d);
    if (trial.branches().stream().allMatch(b -> b.leftOut() == 0)) {
      situation.blameRows(false); // there are none any more
    }
    Diagnosis now = diagnoses.tried(d, RateTrial.of(trial, network.learningRateFactor()));
    if (!trial.isAdopted()) {
      if (tried.hopeless() >= HOPELESS_TRIALS && trial.cause() == Trial.Cause.STRUCTURE) {
        giveUp(now, trial);
      }
      return;
    }
    if (!settings.dryRun()) {
      adopt(wish, trial);
    }
  }

  /** Ends the training, in the best state that the trial has seen, if any is finite. */
  private void giveUp(Diagnosis d, Trial trial) {
    Message reason = Message.of("reason.hopeless");
    TrialBranch best =
        trial.branches().stream()
            .filter(b -> Double.isFinite(b.scoreBefore()))
            .min(Comparator.comparingDouble(TrialBranch::scoreBefore))
            .orElse(null);
    if (best == null) {
      changes.stop(new AfterUpdate.Stop(d, reason));
    } else {
      changes.stopIn(new AfterUpdate.Stop(d, reason), snapshotOf(best));
    }
  }

  private void adopt(AfterUpdate.Try wish, Trial trial) {
    Diagnosis d = wish.diagnosis();
    TrialBranch branch = trial.adopted();
    boolean rows = trial.cause() == Trial.Cause.ROWS;
    situation.blameRows(rows);
    if (wish.question() != TrialQuestion.LOST && !rows) {
      boolean ofRateAlone =
          branch.start() == TrialBranch.Start.PRESENT && wish.question() != TrialQuestion.HARM;
      tried.watch(snapshotOfNow(), d, ofRateAlone);
    }
    Message reason = Message.of("reason.adopted").then(trial.message());
    Snapshot snapshot = snapshotOf(branch);
    if (snapshot != null) {
      changes.restore(snapshot, d, reason);
    }
    if (branch.factor() < 1) {
      changes.lowerAsTried(d, branch.factor(), reason);
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
      return ring.target(0, true);
    }
    for (Snapshot s : ring.candidates()) {
      if (s.iteration() == branch.snapshotIteration()) {
        return s;
      }
    }
    return null;
  }

  private Snapshot snapshotOfNow() {
    return new Snapshot(
        network.copyState(null),
        measurement.iteration(),
        diagnoses.history().usualScore(),
        network.learningRateFactor(),
        diagnoses.statistics());
  }

  /** Tries other learning rates, after they were lowered. */
  void tryRaise(AfterUpdate.TryRaise wish) {
    double room = situation.maxLearningRateFactor() / network.learningRateFactor();
    if (room <= 1) {
      return;
    }
    Trial trial = tried.raise(wish.factor(), room, measurement.iteration());
    if (trial == null) {
      return;
    }
    listTrial(trial, null);
    if (trial.isAdopted() && !settings.dryRun()) {
      double factor = trial.adopted().factor();
      Message reason = wish.reason().then(trial.message());
      if (factor > 1) {
        changes.raise(factor, situation.maxLearningRateFactor(), reason);
      } else {
        changes.lowerAsTried(null, factor, reason);
      }
    }
  }

  /**
   * Looks back at the change that was adopted last, and takes it back where it did no good.
   *
   * @return whether the network was set back to what it was before the change
   */
  boolean lookBack() {
    TriedChanges.LookedBack found = tried.lookBack(measurement.iteration());
    if (found == null) {
      return false;
    }
    listTrial(found.trial(), found.diagnosis());
    Message reason = Message.of("reason.takenBack").then(found.trial().message());
    if (found.didHarm()) {
      changes.restore(found.before(), found.diagnosis(), reason);
    }
    if (found.didHarm() || found.gaveNothing()) {
      double before = found.before().learningRateFactor();
      changes.raise(before / network.learningRateFactor(), before, reason);
    }
    tried.watchNoMore();
    return found.didHarm();
  }

  private void listTrial(Trial trial, @Nullable Diagnosis diagnosis) {
    synchronized (trials) {
      trials.addLast(trial);
      if (trials.size() > MAX_TRIALS) {
        trials.removeFirst();
      }
    }
    double after = trial.isAdopted() ? trial.adopted().score() : trial.branches().get(0).score();
    changes.add(Kind.TRIAL, diagnosis, trial.scoreBefore(), after, trial.report());
  }

  /** The trials, oldest first. */
  List<Trial> trials() {
    synchronized (trials) {
      return List.copyOf(trials);
    }
  }
}
