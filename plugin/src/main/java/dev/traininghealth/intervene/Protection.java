package dev.traininghealth.intervene;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.DiagnosedRun;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.model.EditedNetwork;
import dev.traininghealth.intervene.model.NetworkState;
import dev.traininghealth.intervene.workers.GroupMember;
import dev.traininghealth.intervene.workers.WorkerGroups;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.ProtectionStep;
import dev.traininghealth.numbers.SavedNumbers;
import dev.traininghealth.numbers.StepRecord;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.Trial;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Protects one run: asks the policy at two moments of each iteration and carries out its requests.
 *
 * <p>Before the first request nothing is written to the network.
 *
 * <p>Not thread-safe, except {@link #interventions}, {@link #counts} and {@link #trials}: only the
 * training thread may call it.
 *
 * @hidden
 */
public final class Protection {
  private static final Logger log = LoggerFactory.getLogger(Protection.class);

  /**
   * Number of external changes after which the objective counts as moving. One or two may be loaded
   * models.
   */
  private static final int MOVING_OBJECTIVE_CHANGES = 3;

  private final ProtectionSettings settings;
  private final EditedNetwork network;
  private final InterventionLog interventions;
  private final RunSituation situation;
  private final GuardedPolicy policy;
  private final GradientClipper clipper;
  private final DiagnosedRun diagnoses;
  private final Measurement measurement;
  private final StepRecord step = new StepRecord();
  private final MeasuredGradient gradient;
  private final SnapshotKeeper snapshots;
  private final NetworkChanges changes;
  private final TriedChanges tried;
  private final AdoptedChanges adopted;
  private final AfterUpdateExecutor executor;

  /** The reason for skipping the step under way, or null. */
  private @Nullable Diagnosis skipReason;

  /** DL4J's score of a network before its first iteration is 0. */
  private double lastFiniteScore;

  private int externalChanges;

  /**
   * Starts to protect a run, at its first gradient, and takes the initial snapshot.
   *
   * @param settings the limits of protection
   * @param model a network that is trained by stochastic gradient descent
   * @param diagnoses of the run, which include this gradient
   * @param measurement the object that holds each iteration's values
   * @param account provides the duration of the training's steps
   * @param memory is asked for the memory of each copy
   * @param minibatch reads the minibatch of the iteration
   * @param sink receives each new intervention, and repeated ones with their counts
   * @param before the protection of the same run with earlier arrays, whose interventions are
   *     continued; null for none
   * @param groups the groups of workers that make changes together, one of which this run joins if
   *     its network shares its updates
   */
  public Protection(
      ProtectionSettings settings,
      Model model,
      DiagnosedRun diagnoses,
      Measurement measurement,
      CostAccount account,
      MemoryBudget memory,
      Function<Model, Minibatch> minibatch,
      Consumer<Intervention> sink,
      @Nullable Protection before,
      WorkerGroups groups) {
    this.settings = settings;
    this.diagnoses = diagnoses;
    this.measurement = measurement;
    step.allow(settings.dryRun() ? Measurement.absent() : settings.minLearningRateFactor());
    network = new EditedNetwork(model, settings.dryRun());
    interventions =
        before == null ? new InterventionLog(!settings.dryRun(), sink) : before.interventions;
    if (before == null) {
      for (String name : network.updatersWithoutRate()) {
        log.info("{} has no learning rate: it is not lowered with the others", name);
      }
    }
    policy = new GuardedPolicy(settings.policy(), settings.dryRun());
    clipper = new GradientClipper(settings, network, diagnoses, measurement, step, interventions);
    gradient =
        new MeasuredGradient(measurement, diagnoses.history().layout().limits().maxGradientNorm());
    SnapshotRing ring =
        SnapshotRing.of(
            network, settings.maxSnapshots(), settings.maxSnapshotBytes(), memory, before == null);
    snapshots = new SnapshotKeeper(network, ring, account, diagnoses, measurement);
    situation = new RunSituation(settings, diagnoses, interventions, network, ring);
    Object shared = network.sharedAccumulator();
    GroupMember workers =
        shared == null
            ? null
            : groups.of(shared).join(measurement.iteration(), network.learningRateFactor());
    changes =
        new NetworkChanges(
            settings, network, ring, situation, interventions, diagnoses, measurement, workers);
    tried = new TriedChanges(settings, account, memory, model, network, ring, minibatch);
    if (before == null) {
      tried.logMissingTrials();
    }
    adopted =
        new AdoptedChanges(
            settings, tried, changes, network, ring, situation, diagnoses, measurement);
    executor =
        new AfterUpdateExecutor(
            network, adopted, tried, changes, situation, this::onMovingObjective);
    snapshots.take(measurement.iteration() - 1); // a loaded network has earlier iterations
  }

  /**
   * Names what is not finite in a network. A run that starts from it cannot be protected: neither a
   * rollback nor another learning rate makes it finite.
   *
   * @return keys of parameters and {@code updater state}; empty if everything is finite
   */
  public static List<String> nonFinite(Model model) {
    return NetworkState.nonFinite(model);
  }

  /** Starts again after weights were replaced from outside: earlier snapshots are useless. */
  public void onExternalChange() {
    externalChanges++;
    if (externalChanges == MOVING_OBJECTIVE_CHANGES) {
      onMovingObjective();
    }
    tried.restart();
    snapshots.restart(measurement.iteration() - 1);
  }

  /** Handles weights that are changed from outside so often that the objective must move. */
  public void onMovingObjective() {
    onMovingObjective(
        "Weights are changed from outside repeatedly, for example because two networks are"
            + " trained against each other");
  }

  private void onMovingObjective(String reason) {
    if (!situation.isObjectiveMoving()) {
      situation.setObjectiveMoving();
      log.info(
          "{}: the objective moves, so that the score causes no more trials or changes.", reason);
    }
  }

  /** Protects the step, after the gradient is diagnosed and before anything is updated. */
  public void onGradient() {
    step.begin(network.learningRateFactor());
    skipReason = null;
    network.disarmUndo(); // of the step before, whatever its result
    if (policy.isOff()) {
      return;
    }
    situation.onGradient();
    recordJumps();
    BeforeUpdate decision = policy.beforeUpdate(situation);
    if (policy.isOff()) {
      release();
      return;
    }
    RequestedStep requested = decision.accept(RequestedStep.VISITOR);
    Diagnosis skip = requested.skip();
    if (policy.usesTrials()) {
      boolean badData = skip != null && TrialPolicy.isBadData(skip);
      tried.onGradient(measurement.iteration(), badData);
    }
    if (skip != null) {
      skipReason = skip;
      network.armSkip();
      return;
    }
    if (gradient.mayOverflow()) {
      network.armUndo();
    }
    if (gradient.isFinite()) {
      clipper.clip(requested.clip());
    }
  }

  /** Frees the memory of everything that could be restored; protection ends. */
  public void release() {
    network.release();
    tried.close();
    snapshots.release();
  }

  /** Keeps the step under way, because its gradient is unknown. */
  public void keepStep() {
    skipReason = null;
    network.disarmUndo();
  }

  /** Undoes the step if necessary, after the update and before it is measured. */
  public void onStepDone() {
    if (!network.isUndoArmed()) {
      situation.onStepApplied();
      return;
    }
    Diagnosis reason = skipReason;
    if (reason == null && network.isStepBad()) {
      reason = diagnoses.worstActive(ProblemFamily.EXPLODING);
      if (reason == null) {
        reason = diagnoses.worstActive(ProblemFamily.NON_FINITE);
      }
      skipStep(reason, Message.of("reason.updaterOverflow"));
    } else if (reason != null) {
      skipStep(reason, changes.reasonToSkip(reason));
    } else {
      network.disarmUndo();
      situation.onStepApplied();
    }
  }

  private void skipStep(@Nullable Diagnosis diagnosis, Message reason) {
    network.undoStep();
    if (!settings.dryRun()) {
      step.skip();
    }
    situation.onStepSkipped();
    changes.add(Kind.SKIP, diagnosis, gradient.norm(), 0, reason);
  }

  /**
   * Protects the network, after the iteration is measured and diagnosed.
   *
   * @return the reason to stop the run, if the policy requests it and stopping is allowed; else
   *     null
   */
  public @Nullable TrainingStoppedException onIterationDone() {
    restoreScore();
    changes.makeSharedChanges();
    if (policy.isOff() || changes.isStopping()) {
      return changes.takeStop();
    }
    snapshots.claimMore();
    situation.onUpdate();
    // A network that does not learn may have no alarm, but its state is not worth a rollback.
    final boolean healthy = situation.isHealthy() && TrialPolicy.standstill(situation) == null;
    recordJumps();
    if (!adopted.review()) {
      AfterUpdate decision = policy.afterUpdate(situation);
      if (policy.isOff()) {
        release();
        return null;
      }
      boolean keepsState = decision.accept(executor);
      if (healthy && keepsState) {
        snapshots.onHealthyIteration();
      }
    }
    if (!healthy) {
      snapshots.onUnhealthyIteration();
    }
    return changes.takeStop();
  }

  /**
   * Restores the last finite score after a skipped step, or that of a network before its first
   * iteration, so that DL4J's early stopping does not end because of it.
   */
  private void restoreScore() {
    if (Double.isFinite(measurement.score())) {
      lastFiniteScore = measurement.score();
    } else if (step.isSkipped()) {
      network.setScore(lastFiniteScore);
    }
  }

  private void recordJumps() {
    if (diagnoses.reported().isEmpty()) {
      return; // the usual case, without creating an iterator
    }
    for (Diagnosis d : diagnoses.reported()) {
      if (TriedChanges.isJump(d)) {
        tried.onJump(d.iteration());
      }
    }
  }

  /** {@return the latest {@value AdoptedChanges#MAX_TRIALS} trials, oldest first} */
  public List<Trial> trials() {
    return adopted.trials();
  }

  /** {@return the effect of protection on this iteration's step; always the same object} */
  public ProtectionStep step() {
    return step;
  }

  /** {@return whether the network was rolled back since the last call} */
  public boolean hasRolledBack() {
    return changes.hasRolledBack();
  }

  /**
   * Copies the state that a resumed training needs besides the network.
   *
   * @return the learning-rate factor, its maximum, the state of the clipping rule, and what later
   *     decisions depend on
   */
  public ProtectionState state() {
    return ProtectionState.of(
        network.learningRateFactor(),
        situation.maxLearningRateFactor(),
        clipper.rule().active(),
        decisions());
  }

  /**
   * Continues with a network that was saved and loaded with its scaled learning rates.
   *
   * @param state the state when it was saved; the clipping rule continues if it has the same name
   */
  public void resume(ProtectionState state) {
    if (network.learningRateFactor() == 1 && state.learningRateFactor() != 1) {
      network.adoptLearningRateFactor(state.learningRateFactor());
    }
    situation.resume(state.maxLearningRateFactor());
    state.restoreTo(clipper.rule().active());
    if (state.decisions().names().isEmpty()) {
      return;
    }
    try {
      restoreDecisions(state.decisions());
    } catch (IllegalArgumentException e) {
      log.warn("The times of earlier trials and rollbacks are forgotten: {}", e.getMessage());
    }
  }

  /** {@return the trials, as a check that is not made, with the reason; empty if they are made} */
  public List<Check> notChecked() {
    return tried.notChecked(situation.isObjectiveMoving());
  }

  private SavedNumbers decisions() {
    SavedNumbers all = new SavedNumbers().put("externalChanges", externalChanges);
    interventions.save(all.newSection("interventions"));
    situation.save(all.newSection("situation"));
    tried.save(all.newSection("trials"));
    snapshots.save(all.newSection("snapshots"), situation.isHealthy());
    return all;
  }

  private void restoreDecisions(SavedNumbers from) {
    long now = measurement.iteration();
    interventions.restore(from.getSection("interventions"), now);
    situation.restore(from.getSection("situation"));
    tried.restore(from.getSection("trials"), now);
    snapshots.restore(from.getSection("snapshots"));
    externalChanges = from.getInt("externalChanges", 0, Integer.MAX_VALUE);
  }

  /** Reports the count of a clipping that continues, unless it is reported already. */
  public void reportPending() {
    interventions.reportPending();
  }

  /** {@return the latest {@value InterventionLog#MAX_LISTED} interventions, oldest first} */
  public List<Intervention> interventions() {
    return interventions.interventions();
  }

  /** {@return how many times each kind was done} */
  public Map<Kind, Long> counts() {
    return interventions.counts();
  }
}
