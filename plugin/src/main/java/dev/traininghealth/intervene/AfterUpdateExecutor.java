package dev.traininghealth.intervene;

import java.util.function.Consumer;

/**
 * Carries out the requests of a policy after the update.
 *
 * <p>Each method returns whether the network may become a snapshot if it is healthy. It may not if
 * it was changed or has a problem.
 */
final class AfterUpdateExecutor implements AfterUpdate.Visitor<Boolean> {
  private final AdoptedChanges adopted;
  private final TriedChanges tried;
  private final NetworkChanges changes;
  private final RunSituation situation;
  private final Consumer<String> onMovingObjective;

  /**
   * @param onMovingObjective receives the reason why the objective is known to move
   */
  AfterUpdateExecutor(
      AdoptedChanges adopted,
      TriedChanges tried,
      NetworkChanges changes,
      RunSituation situation,
      Consumer<String> onMovingObjective) {
    this.adopted = adopted;
    this.tried = tried;
    this.changes = changes;
    this.situation = situation;
    this.onMovingObjective = onMovingObjective;
  }

  @Override
  public Boolean visitProceed(AfterUpdate.Proceed proceed) {
    return true;
  }

  @Override
  public Boolean visitTry(AfterUpdate.Try change) {
    adopted.runTrial(change);
    if (tried.hasObjectiveMoved()) {
      onMovingObjective.accept("The same minibatch and weights now give another score");
    }
    return false;
  }

  @Override
  public Boolean visitTryRaise(AfterUpdate.TryRaise raise) {
    adopted.runRaiseTrial(raise);
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
    changes.rollBack(back);
    return false;
  }

  @Override
  public Boolean visitStop(AfterUpdate.Stop stop) {
    changes.stop(stop);
    return false;
  }
}
