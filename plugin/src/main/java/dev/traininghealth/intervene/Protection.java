package dev.traininghealth.intervene;

import dev.traininghealth.detect.Diagnoser;
import dev.traininghealth.detect.Diagnosis;
import dev.traininghealth.detect.Problem;
import dev.traininghealth.intervene.Intervention.Kind;
import dev.traininghealth.measure.CostAccount;
import dev.traininghealth.measure.Measurement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Protects one run: asks the policy at both moments of an iteration and does what it asks for. As
 * long as it asks for nothing, nothing is written to the network.
 *
 * <p>Not thread-safe, but for {@link #interventions} and {@link #counts}: to be called by the
 * thread that trains.
 */
public final class Protection {
  private static final Logger log = LoggerFactory.getLogger(Protection.class);

  /** How often the network is set back to one snapshot before an older one is tried. */
  private static final int MOST_TO_ONE_SNAPSHOT = 4;

  private final ProtectionSettings settings;
  private final ModelEditor editor;
  private final StepUndo undo;
  private final InterventionLog interventions;
  private final RunSituation situation;
  private final SnapshotPace pace;
  private final GuardedPolicy policy;
  private final GradientClipper clipper;
  private final Diagnoser diagnoser;
  private final Measurement measurement;
  private final double mostGradient;
  private final LearningRates rates;
  private final @Nullable SnapshotRing snapshots;

  /** Why the step that is under way is skipped, or null. */
  private @Nullable Diagnosis skipping;

  private boolean rolledBack;
  private boolean toldOfStop;

  /**
   * Begins to protect a run, at its first gradient: the network as it began is copied.
   *
   * @param model a network that is trained by stochastic gradient descent
   * @param diagnoser of the run, which has seen the gradient
   * @param measurement the object that holds each iteration's numbers
   * @param account what the steps take
   * @param sink takes each intervention, and again when more of it was done
   */
  public Protection(
      ProtectionSettings settings,
      Model model,
      Diagnoser diagnoser,
      Measurement measurement,
      CostAccount account,
      Consumer<Intervention> sink) {
    this.settings = settings;
    this.diagnoser = diagnoser;
    this.measurement = measurement;
    measurement.leastLearningRateFactor = settings.minimumFactor();
    editor = new ModelEditor(settings.rehearse());
    undo = new StepUndo(editor);
    interventions = new InterventionLog(!settings.rehearse(), sink);
    rates = LearningRates.of(model);
    for (String name : rates.withoutRate()) {
      log.info("{} has no learning rate: it is not lowered with the others", name);
    }
    policy = new GuardedPolicy(settings.policy(), settings.rehearse());
    clipper = new GradientClipper(settings, model, editor, diagnoser, measurement, interventions);
    pace = new SnapshotPace(account, NetworkState.bytes(model));
    mostGradient = diagnoser.history().layout().limits().maxGradientNorm();
    snapshots = SnapshotRing.of(model, settings.snapshots(), settings.snapshotBytes());
    situation = new RunSituation(settings, diagnoser, interventions, rates, snapshots);
    snapshot(model, -1);
  }

  /** Somebody else has written other weights: what was saved is of a network that is gone. */
  public void changedOutside(Model model) {
    if (snapshots != null) {
      snapshots.beginAnew();
      if (NetworkState.isFinite(model)) {
        snapshot(model, measurement.iteration - 1);
      }
    }
  }

  /** When the gradient is known and diagnosed, and nothing has been updated. */
  public void gradient(Model model) {
    measurement.skipped = false;
    measurement.clippedAsCure = false;
    measurement.learningRateFactor = rates.factor();
    measurement.globalGradientNorm = Measurement.absent();
    measurement.clipThreshold = Measurement.absent();
    measurement.clippedGradientNorm = Measurement.absent();
    skipping = null;
    undo.disarm(); // whatever became of the step before
    if (policy.isOff()) {
      return;
    }
    situation.atGradient(model);
    BeforeUpdate wish = policy.beforeUpdate(situation);
    if (policy.isOff()) {
      release();
      return;
    }
    if (wish instanceof BeforeUpdate.Skip skip) {
      skipping = skip.diagnosis();
      undo.arm(model);
      editor.clearGradient(model); // what other listeners see is what is done
      return;
    }
    if (isSuspect()) {
      undo.arm(model);
    }
    if (isGradientFinite()) {
      clipper.clip(model, wish instanceof BeforeUpdate.Clip clip ? clip.diagnosis() : null);
    }
  }

  /** Frees the memory of all that could be put back: nothing is, from here on. */
  public void release() {
    undo.forget();
    clipper.release();
    if (snapshots != null) {
      snapshots.clear();
    }
  }

  /** When nothing is known of a gradient: what becomes of its step is not undone. */
  public void letStepStand() {
    skipping = null;
    undo.disarm();
  }

  private boolean isGradientFinite() {
    for (double norm : measurement.gradientNorm) {
      if (!Double.isFinite(norm) && !Measurement.isAbsent(norm)) {
        return false;
      }
    }
    return Double.isFinite(measurement.score);
  }

  /** Whether the updater may make something that is not finite of a finite gradient. */
  private boolean isSuspect() {
    for (double norm : measurement.gradientNorm) {
      if (norm > mostGradient) {
        return true;
      }
    }
    return false;
  }

  /** When the update has been applied, before anything of it is measured. */
  public void stepDone(Model model) {
    if (!undo.isArmed()) {
      situation.stepMade();
      return;
    }
    Diagnosis reason = skipping;
    if (reason == null && !NetworkState.isFinite(model)) {
      reason = diagnoser.standing(Problem.EXPLODING);
      if (reason == null) {
        reason = diagnoser.standing(Problem.NON_FINITE);
      }
      skipped(model, reason, "The updater made values that are not finite of a finite gradient.");
    } else if (reason != null) {
      skipped(model, reason, reason.sentence());
    } else {
      undo.disarm();
      situation.stepMade();
    }
  }

  private void skipped(Model model, @Nullable Diagnosis diagnosis, String reason) {
    undo.undo(model);
    measurement.skipped = !settings.rehearse();
    situation.stepSkipped();
    add(Kind.SKIP, diagnosis, gradientNorm(), 0, reason);
  }

  /** L2 norm of all gradients together, as they were measured. */
  private double gradientNorm() {
    double[] measured =
        Arrays.stream(measurement.gradientNorm).filter(n -> !Measurement.isAbsent(n)).toArray();
    return Arrays.stream(measured).allMatch(Double::isFinite) ? Norms.join(measured) : Double.NaN;
  }

  /**
   * When the iteration has been measured and diagnosed.
   *
   * @return why the training is to end, if the policy asks for it and it is allowed; else null
   */
  public @Nullable TrainingStoppedException iterationDone(Model model) {
    if (policy.isOff()) {
      return null;
    }
    situation.atUpdate(model);
    final boolean healthy = situation.isHealthy();
    AfterUpdate wish = policy.afterUpdate(situation);
    TrainingStoppedException end = null;
    if (policy.isOff()) {
      release();
      return null;
    }
    if (wish instanceof AfterUpdate.LowerLearningRate lower) {
      lower(model, lower.diagnosis(), lower.factor(), 1);
    } else if (wish instanceof AfterUpdate.RaiseLearningRate raise) {
      raise(model, raise);
    } else if (wish instanceof AfterUpdate.RollBack back) {
      rollBack(model, back);
    } else if (wish instanceof AfterUpdate.Stop stop) {
      end = stop(model, stop);
    } else if (healthy) {
      watchSnapshots(model);
    }
    if (!healthy && snapshots != null) {
      snapshots.giveUpTrial();
    }
    return end;
  }

  private void lower(Model model, Diagnosis diagnosis, double share, double most) {
    editor.refresh(rates, model);
    double wanted = Math.min(rates.factor(), most) * share;
    double before = rates.factor();
    double after = Math.max(settings.minimumFactor(), wanted);
    if (after >= before) {
      return;
    }
    editor.scaleLearningRates(rates, after);
    situation.lowered(diagnosis, before, after);
    add(Kind.LOWER_LEARNING_RATE, diagnosis, before, after, diagnosis.sentence());
  }

  private void raise(Model model, AfterUpdate.RaiseLearningRate raise) {
    editor.refresh(rates, model);
    double before = rates.factor();
    double after = Math.min(situation.ceiling(), before * raise.factor());
    if (after > before) {
      editor.scaleLearningRates(rates, after);
      situation.raised(before);
      add(Kind.RAISE_LEARNING_RATE, null, before, after, raise.reason());
    }
  }

  private void rollBack(Model model, AfterUpdate.RollBack back) {
    SnapshotRing ring = snapshots;
    if (ring == null || ring.isEmpty()) {
      return;
    }
    Snapshot snapshot = restore(model, ring, back.diagnosis(), back.toTheStart());
    lower(model, back.diagnosis(), back.factor(), snapshot.learningRateFactor());
  }

  private Snapshot restore(
      Model model, SnapshotRing ring, Diagnosis diagnosis, boolean toTheStart) {
    Snapshot snapshot = ring.target(MOST_TO_ONE_SNAPSHOT, toTheStart);
    editor.restore(model, snapshot.state());
    RecurrentStates.undoSegmentOrForget(model, editor);
    if (!settings.rehearse()) {
      diagnoser.restore(snapshot.statistics());
      rolledBack = true;
    }
    ring.wentBack();
    situation.wentBack();
    interventions.add(
        new InterventionLog.Entry(
            Kind.ROLLBACK,
            measurement.iteration,
            measurement.epoch,
            diagnosis,
            measurement.score,
            snapshot.score(),
            snapshot.iteration(),
            diagnosis.sentence()));
    return snapshot;
  }

  private @Nullable TrainingStoppedException stop(Model model, AfterUpdate.Stop stop) {
    SnapshotRing ring = snapshots;
    boolean ends = settings.stop() && !settings.rehearse();
    if ((ends || !toldOfStop) && situation.isWrecked(stop.diagnosis()) && ring != null) {
      restore(model, ring, stop.diagnosis(), false);
    }
    if (!toldOfStop) {
      toldOfStop = true;
      if (!settings.stop()) {
        log.warn(
            "Every means to protect the training has run out ({}); it goes on unprotected, since"
                + " stopping is switched off",
            stop.reason());
        return null;
      }
      add(Kind.STOP, stop.diagnosis(), measurement.score, Double.NaN, stop.reason());
    }
    return ends
        ? new TrainingStoppedException(stop.diagnosis(), stop.reason(), measurement.iteration)
        : null;
  }

  private void watchSnapshots(Model model) {
    SnapshotRing ring = snapshots;
    if (ring == null) {
      return;
    }
    ring.healthy(measurement.iteration);
    if (!ring.isTrying() && pace.isDue()) {
      snapshot(model, measurement.iteration);
    }
  }

  private void snapshot(Model model, long iteration) {
    if (snapshots != null) {
      pace.begin();
      snapshots.take(
          model,
          iteration,
          diagnoser.history().usualScore(),
          rates.factor(),
          diagnoser.statistics());
      pace.taken();
    }
  }

  private void add(
      Kind kind, @Nullable Diagnosis diagnosis, double before, double after, String reason) {
    interventions.add(
        new InterventionLog.Entry(
            kind, measurement.iteration, measurement.epoch, diagnosis, before, after, -1, reason));
  }

  /** Whether the network was set back at this iteration; asked once. */
  public boolean hasRolledBack() {
    boolean back = rolledBack;
    rolledBack = false;
    return back;
  }

  /**
   * Copies what a training that goes on later needs beside the network: the factor on the learning
   * rates, up to where it may be raised, and what the clipping rule remembers.
   */
  public ProtectionState state() {
    return ProtectionState.of(rates.factor(), situation.ceiling(), clipper.rule().asked());
  }

  /**
   * Goes on with a network that was saved, and loaded, with its learning rates as they were then.
   *
   * @param state of when it was saved; the clipping rule goes on where it has the same name
   */
  public void resume(ProtectionState state) {
    if (rates.factor() == 1 && state.learningRateFactor() != 1) {
      rates.assume(state.learningRateFactor());
    }
    situation.resume(state.ceiling());
    state.restoreTo(clipper.rule().asked());
  }

  /** Tells what has not been told yet of what goes on. */
  public void settle() {
    interventions.settle();
  }

  /**
   * Lists what was done, oldest first; the latest {@value InterventionLog#MOST}.
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
