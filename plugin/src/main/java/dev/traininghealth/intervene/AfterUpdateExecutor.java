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
 * its weights would differ from theirs for good. Its learning rates are not changed either, because
 * this worker alone would then learn at another rate. A stop leaves it as it is.
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
   * Whether a change must be left out because the network shares its updates; logs the first one.
   *
   * @param change what protection would do
   * @param reason the diagnosis for which it would
   */
  private boolean mustStayAlike(String change, Diagnosis reason) {
    if (!network.sharesUpdates()) {
      return false;
    }
    if (!sharingLogged) {
      sharingLogged = true;
      log.warn(
          "Protection would {} ({}), but this network shares its gradients with other workers, whose"
              + " weights and learning rates it must have too. Neither is changed; bad steps are"
              + " skipped and gradients clipped as before. Follow the remedies of the diagnosis, or"
              + " train with one worker.",
          change,
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
        mustStayAlike("roll back", change.diagnosis());
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
    if (!mustStayAlike("lower the learning rates", lower.diagnosis())) {
      changes.lower(lower.diagnosis(), lower.factor(), 1, lower.diagnosis().message());
    }
    return false;
  }

  @Override
  public Boolean visitRaiseLearningRate(AfterUpdate.RaiseLearningRate raise) {
    if (!network.sharesUpdates()) { // rates that were not lowered have no need of it
      changes.raise(raise.factor(), situation.maxLearningRateFactor(), raise.reason());
    }
    return false;
  }

  @Override
  public Boolean visitRollBack(AfterUpdate.RollBack back) {
    if (!mustStayAlike("roll back", back.diagnosis())) {
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
