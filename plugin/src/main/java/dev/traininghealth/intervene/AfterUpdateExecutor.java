package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.intervene.model.EditedNetwork;
import dev.traininghealth.trial.TrialQuestion;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the requests of a policy after the update.
 *
 * <p>Each method returns whether the network may become a snapshot if it is healthy. It may not if
 * it was changed or has a problem.
 *
 * <p>A network that shares its updates with replicas of other workers is not rolled back, because
 * its weights would differ from theirs for good. Its learning rates change, and it stops, together
 * with all of them, one iteration later; a stop leaves the weights as they are.
 */
final class AfterUpdateExecutor implements AfterUpdate.Visitor<Boolean> {
  private static final Logger log = LoggerFactory.getLogger(AfterUpdateExecutor.class);

  private final EditedNetwork network;
  private final AdoptedChanges adopted;
  private final TriedChanges tried;
  private final NetworkChanges changes;
  private final RunSituation situation;
  private final Consumer<String> onMovingObjective;
  private boolean sharingLogged;

  /**
   * @param onMovingObjective receives the reason why the objective is known to move
   */
  AfterUpdateExecutor(
      EditedNetwork network,
      AdoptedChanges adopted,
      TriedChanges tried,
      NetworkChanges changes,
      RunSituation situation,
      Consumer<String> onMovingObjective) {
    this.network = network;
    this.adopted = adopted;
    this.tried = tried;
    this.changes = changes;
    this.situation = situation;
    this.onMovingObjective = onMovingObjective;
  }

  /**
   * Whether a rollback must be left out because the network shares its updates; logs the first one.
   *
   * @param reason the diagnosis for which protection would roll back
   */
  private boolean mustKeepWeights(Diagnosis reason) {
    if (!network.sharesUpdates()) {
      return false;
    }
    if (!sharingLogged) {
      sharingLogged = true;
      log.warn(
          "Protection would roll back ({}), but this network shares its gradients with other"
              + " workers, whose weights it must have too. Nothing is changed; bad steps are skipped"
              + " and gradients clipped as before. Follow the remedies of the diagnosis, let your"
              + " policy lower the learning rates, or train with one worker.",
          reason.sentence());
    }
    return true;
  }

  @Override
  public Boolean visitProceed(AfterUpdate.Proceed proceed) {
    return true;
  }

  @Override
  public Boolean visitTry(AfterUpdate.Try change) {
    if (network.sharesUpdates()) {
      if (change.question() == TrialQuestion.LOST) {
        mustKeepWeights(change.diagnosis());
      }
      return false;
    }
    adopted.runTrial(change);
    if (tried.hasObjectiveMoved()) {
      onMovingObjective.accept("The same minibatch and weights now give another score");
    }
    return false;
  }

  @Override
  public Boolean visitTryRaise(AfterUpdate.TryRaise raise) {
    if (!network.sharesUpdates()) {
      adopted.runRaiseTrial(raise);
    }
    return true;
  }

  @Override
  public Boolean visitLowerLearningRate(AfterUpdate.LowerLearningRate lower) {
    changes.lower(lower.diagnosis(), lower.factor(), 1, lower.diagnosis().message());
    return false;
  }

  @Override
  public Boolean visitRaiseLearningRate(AfterUpdate.RaiseLearningRate raise) {
    changes.raise(raise.factor(), situation.maxLearningRateFactor(), raise.reason());
    return false;
  }

  @Override
  public Boolean visitRollBack(AfterUpdate.RollBack back) {
    if (!mustKeepWeights(back.diagnosis())) {
      changes.rollBack(back);
    }
    return false;
  }

  @Override
  public Boolean visitStop(AfterUpdate.Stop stop) {
    changes.stop(stop);
    return false;
  }
}
