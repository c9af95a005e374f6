package dev.traininghealth.intervene;

import dev.traininghealth.detect.DiagnosedRun;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.ProblemFamily;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.intervene.model.EditedNetwork;
import dev.traininghealth.network.Minibatch;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.NonFiniteOrigin;
import dev.traininghealth.numbers.ProtectionStep;
import dev.traininghealth.numbers.StepRecord;
import dev.traininghealth.text.Argument;
import dev.traininghealth.text.Message;
import dev.traininghealth.trial.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Protects one run: asks the policy at both moments of an iteration and does what it asks for. As
 * long as it asks for nothing, nothing is written to the network.
 *
 * <p>Not thread-safe, but for {@link #interventions}, {@link #counts} and {@link #trials}: to be
 * called by the thread that trains.
 *
 * @hidden
 */
public final class Protection {
  private static final Logger log = LoggerFactory.getLogger(Protection.class);

  /** Changes from outside after which the objective is taken to move: one may be a loaded model. */
  private static final int MOVING = 3;

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
  private final AfterUpdateAnswers answers;

  /** Why the step that is under way is skipped, or null. */
  private @Nullable Diagnosis skipping;

  private double lastFiniteScore = Double.NaN;
  private int outsideChanges;

  /**
   * Begins to protect a run, at its first gradient: the network as it began is copied.
   *
   * @param model a network that is trained by stochastic gradient descent
   * @param diagnoses of the run, which has seen the gradient
   * @param measurement the object that holds each iteration's numbers
   * @param account what the steps take
   * @param minibatch reads what the network is being trained on
   * @param sink takes each intervention, and again when more of it was done
   */
  public Protection(
      ProtectionSettings settings,
      Model model,
      DiagnosedRun diagnoses,
      Measurement measurement,
      CostAccount account,
      Function<Model, Minibatch> minibatch,
      Consumer<Intervention> sink) {
    this.settings = settings;
    this.diagnoses = diagnoses;
    this.measurement = measurement;
    step.allow(settings.minLearningRateFactor());
    network = new EditedNetwork(model, settings.dryRun());
    interventions = new InterventionLog(!settings.dryRun(), sink);
    for (String name : network.updatersWithoutRate()) {
      log.info("{} has no learning rate: it is not lowered with the others", name);
    }
    policy = new GuardedPolicy(settings.policy(), settings.dryRun());
    clipper = new GradientClipper(settings, network, diagnoses, measurement, step, interventions);
    gradient =
        new MeasuredGradient(measurement, diagnoses.history().layout().limits().maxGradientNorm());
    SnapshotRing ring =
        SnapshotRing.of(network, settings.maxSnapshots(), settings.maxSnapshotBytes());
    snapshots = new SnapshotKeeper(network, ring, account, diagnoses, measurement);
    situation = new RunSituation(settings, diagnoses, interventions, network, ring);
    changes =
        new NetworkChanges(
            settings, network, ring, situation, interventions, diagnoses, measurement);
    tried = new TriedChanges(settings, account, model, network, ring, minibatch);
    adopted =
        new AdoptedChanges(
            settings, tried, changes, network, ring, situation, diagnoses, measurement);
    answers = new AfterUpdateAnswers(adopted, tried, changes, situation, this::objectiveMoves);
    snapshots.take(-1);
  }

  /** Somebody else has written other weights: what was saved is of a network that is gone. */
  public void changedOutside() {
    outsideChanges++;
    if (outsideChanges == MOVING) {
      objectiveMoves();
    }
    tried.beginAnew();
    snapshots.beginAnew(measurement.iteration() - 1);
  }

  /** Weights are changed from outside so often that the objective cannot be what it was. */
  public void objectiveMoves() {
    objectiveMoves(
        "Weights are changed from outside again and again, as where two networks are trained"
            + " against each other");
  }

  private void objectiveMoves(String reason) {
    if (!situation.isObjectiveMoving()) {
      situation.objectiveMoves();
      log.info(
          "{}: the objective moves, so nothing is tried or changed any more for the course of the"
              + " score.",
          reason);
    }
  }

  /** When the gradient is known and diagnosed, and nothing has been updated. */
  public void onGradient() {
    step.begin(network.learningRateFactor());
    skipping = null;
    network.disarmUndo(); // whatever became of the step before
    if (policy.isOff()) {
      return;
    }
    situation.atGradient();
    noteJumps();
    BeforeUpdate wish = policy.beforeUpdate(situation);
    if (policy.isOff()) {
      release();
      return;
    }
    AskedStep asked = wish.accept(AskedStep.OF);
    Diagnosis skip = asked.skip();
    if (policy.tries()) {
      boolean badData = skip != null && TrialPolicy.isBadData(skip);
      tried.onGradient(measurement.iteration(), badData);
    }
    if (skip != null) {
      skipping = skip;
      network.armUndo();
      network.clearGradient(); // what other listeners see is what is done
      return;
    }
    if (gradient.mayOverflow()) {
      network.armUndo();
    }
    if (gradient.isFinite()) {
      clipper.clip(asked.clip());
    }
  }

  /** Frees the memory of all that could be put back: nothing is, from here on. */
  public void release() {
    network.release();
    tried.close();
    snapshots.release();
  }

  /** When nothing is known of a gradient: what becomes of its step is not undone. */
  public void letStepStand() {
    skipping = null;
    network.disarmUndo();
  }

  /** When the update has been applied, before anything of it is measured. */
  public void onStepDone() {
    if (!network.isUndoArmed()) {
      situation.stepMade();
      return;
    }
    Diagnosis reason = skipping;
    if (reason == null && !network.isFinite()) {
      reason = diagnoses.worstActive(ProblemFamily.EXPLODING);
      if (reason == null) {
        reason = diagnoses.worstActive(ProblemFamily.NON_FINITE);
      }
      skipped(reason, Message.of("reason.updaterOverflow"));
    } else if (reason != null) {
      Message now = rowsOfNow(reason);
      skipped(reason, now == null ? reason.message() : reason.message().then(now));
    } else {
      network.disarmUndo();
      situation.stepMade();
    }
  }

  /** A diagnosis names the rows of the minibatch that it was first seen with. */
  private @Nullable Message rowsOfNow(Diagnosis reason) {
    NonFiniteOrigin origin = diagnoses.history().origin();
    if (origin == null
        || origin.examples().isEmpty()
        || !reason.problem().is(ProblemFamily.NON_FINITE)
        || reason.iteration() == measurement.iteration()) {
      return null;
    }
    int others = origin.exampleCount() - origin.examples().size();
    List<Argument> rows = new ArrayList<>();
    origin.examples().forEach(row -> rows.add(Argument.count(row)));
    if (others > 0) {
      rows.add(Argument.phrase("count.more", Argument.count(others)));
    }
    return Message.of(
        "reason.rowsNow", Argument.count(reason.iteration()), new Argument.Listing(rows));
  }

  private void skipped(@Nullable Diagnosis diagnosis, Message reason) {
    network.undoStep();
    if (!settings.dryRun()) {
      step.skip();
    }
    situation.stepSkipped();
    changes.add(Kind.SKIP, diagnosis, gradient.norm(), 0, reason);
  }

  /**
   * When the iteration has been measured and diagnosed.
   *
   * @return why the training is to end, if the policy asks for it and it is allowed; else null
   */
  public @Nullable TrainingStoppedException iterationDone() {
    if (policy.isOff()) {
      return null;
    }
    situation.atUpdate();
    putScoreBack();
    // A network that does not learn may be calm: nothing is worth going back for there.
    final boolean healthy = situation.isHealthy() && TrialPolicy.standstill(situation) == null;
    noteJumps();
    if (!adopted.lookBack()) {
      AfterUpdate wish = policy.afterUpdate(situation);
      if (policy.isOff()) {
        release();
        return null;
      }
      boolean keepsState = wish.accept(answers);
      if (healthy && keepsState) {
        snapshots.healthy();
      }
    }
    if (!healthy) {
      snapshots.unhealthy();
    }
    return changes.takeStop();
  }

  /** A skipped step leaves no trace: DL4J's early stopping would end for its score. */
  private void putScoreBack() {
    if (Double.isFinite(measurement.score())) {
      lastFiniteScore = measurement.score();
    } else if (step.isSkipped() && Double.isFinite(lastFiniteScore)) {
      network.setScore(lastFiniteScore);
    }
  }

  private void noteJumps() {
    if (diagnoses.reported().isEmpty()) {
      return; // as a rule: no iterator is made
    }
    for (Diagnosis d : diagnoses.reported()) {
      if (TriedChanges.isJump(d)) {
        tried.jumped(d.iteration());
      }
    }
  }

  /**
   * Lists the trials, oldest first; the latest {@value AdoptedChanges#MAX_TRIALS}.
   *
   * @return what was tried, and what came of it
   */
  public List<Trial> trials() {
    return adopted.trials();
  }

  /**
   * Gives what was done to the step of this iteration.
   *
   * @return the same object every time
   */
  public ProtectionStep step() {
    return step;
  }

  /** Whether the network was set back at this iteration; asked once. */
  public boolean hasRolledBack() {
    return changes.hasRolledBack();
  }

  /**
   * Copies what a training that goes on later needs beside the network: the factor on the learning
   * rates, up to where it may be raised, and what the clipping rule remembers.
   */
  public ProtectionState state() {
    return ProtectionState.of(
        network.learningRateFactor(), situation.maxLearningRateFactor(), clipper.rule().active());
  }

  /**
   * Goes on with a network that was saved, and loaded, with its learning rates as they were then.
   *
   * @param state of when it was saved; the clipping rule goes on where it has the same name
   */
  public void resume(ProtectionState state) {
    if (network.learningRateFactor() == 1 && state.learningRateFactor() != 1) {
      network.adoptLearningRateFactor(state.learningRateFactor());
    }
    situation.resume(state.maxLearningRateFactor());
    state.restoreTo(clipper.rule().active());
  }

  /** Tells what has not been told yet of what goes on. */
  public void settle() {
    interventions.settle();
  }

  /**
   * Lists what was done, oldest first; the latest {@value InterventionLog#MAX_LISTED}.
   *
   * @return the interventions as they are now
   */
  public List<Intervention> interventions() {
    return interventions.interventions();
  }

  /**
   * Counts what was done.
   *
   * @return how often each was done
   */
  public Map<Kind, Long> counts() {
    return interventions.counts();
  }
}
