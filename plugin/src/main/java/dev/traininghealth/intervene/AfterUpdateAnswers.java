package dev.traininghealth.intervene;

import java.util.function.Consumer;

/**
 * Does what a policy asks for after the update. Each method returns whether the network may be kept
 * as a snapshot if it is healthy: not where it is changed or has a problem.
 */
final class AfterUpdateAnswers implements AfterUpdate.Visitor<Boolean> {
  private final AdoptedChanges adopted;
  private final TriedChanges tried;
  private final NetworkChanges changes;
  private final RunSituation situation;
  private final Consumer<String> objectiveMoves;

  /**
   * @param objectiveMoves takes the reason why the objective is seen to move
   */
  AfterUpdateAnswers(
      AdoptedChanges adopted,
      TriedChanges tried,
      NetworkChanges changes,
      RunSituation situation,
      Consumer<String> objectiveMoves) {
    this.adopted = adopted;
    this.tried = tried;
    this.changes = changes;
    this.situation = situation;
    this.objectiveMoves = objectiveMoves;
  }

  @Override
  public Boolean visitProceed(AfterUpdate.Proceed proceed) {
    return true;
  }

  @Override
  public Boolean visitTry(AfterUpdate.Try change) {
    adopted.tryOut(change);
    if (tried.hasObjectiveMoved()) {
      objectiveMoves.accept(
          "The same minibatch under the same weights has another score than before");
    }
    return false;
  }

  @Override
  public Boolean visitTryRaise(AfterUpdate.TryRaise raise) {
    adopted.tryRaise(raise);
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
