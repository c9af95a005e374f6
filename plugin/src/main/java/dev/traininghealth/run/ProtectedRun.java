package dev.traininghealth.run;

import dev.traininghealth.detect.Check;
import dev.traininghealth.detect.diagnose.Diagnoser;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.guard.MemoryBudget;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Protection;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.intervene.ProtectionState;
import dev.traininghealth.intervene.TrainingStoppedException;
import dev.traininghealth.intervene.workers.WorkerGroups;
import dev.traininghealth.measure.MemoryLease;
import dev.traininghealth.measure.NetworkMeter;
import dev.traininghealth.numbers.Measurement;
import dev.traininghealth.numbers.ProtectionStep;
import dev.traininghealth.trial.Trial;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guards the {@link Protection} of one run, which starts at the first gradient.
 *
 * <p>No exception leaves it. A run that cannot be protected is only observed. A stop is kept until
 * {@link #stop()} or early stopping reads it.
 */
final class ProtectedRun {
  private static final Logger log = LoggerFactory.getLogger(ProtectedRun.class);

  private final ProtectionSettings settings;
  private final CostAccount account;
  private final MemoryBudget budget;
  private final Consumer<Intervention> sink;
  private final Guard starting;
  private final Guard beforeUpdate =
      Guard.retrying(
          "Protecting the run before the update",
          "the steps at which it fails are applied without protection");
  private final Guard undoing =
      Guard.retrying("Undoing a step", "the step is kept and may have left non-finite weights");
  private final Guard afterUpdate =
      Guard.retrying(
          "Protecting the run after the update",
          "iterations at which it fails neither change learning rates nor roll back");
  private volatile @Nullable Protection protection;

  /**
   * Protection that another listener has taken over, or that of a Spark worker's earlier round. It
   * only knows what it has done.
   */
  private volatile @Nullable Protection ended;

  private final MemoryLease memory = new MemoryLease(this::free);

  /** Whether the network has no gradient or several per iteration, or starting has failed. */
  private boolean unsupported;

  /** The claim to be the only listener that protects the network; null in a dry run. */
  private @Nullable Protector protector;

  /** Whether the network was not finite when protection was to start. */
  private boolean damagedStart;

  private volatile @Nullable TrainingStoppedException stop;
  private volatile boolean epochEnded;
  private @Nullable ProtectionState saved;
  private WorkerGroups workers = new WorkerGroups();

  ProtectedRun(
      ProtectionSettings settings, CostAccount account, MemoryBudget budget, RunReporter reporter) {
    this.settings = settings;
    starting =
        Guard.switchingOff(
            "Starting protection",
            settings.dryRun()
                ? "the dry run records no intervention, the run is only observed"
                : "the run is not protected, only observed");
    this.account = account;
    this.budget = budget;
    sink = reporter::report;
    reporter.countInterventionsBy(this::counts);
  }

  /** {@return the protection of the current run; null without one, or if it is only observed} */
  static @Nullable ProtectedRun ofCurrent(ListenerRuns runs) {
    ModelRun run = runs.current();
    Pipeline p = run == null ? null : run.pipeline();
    return p == null ? null : p.protectedRun();
  }

  /** Changes learning rates and stops together with workers that share their updates. */
  void changeTogetherWith(WorkerGroups groups) {
    workers = groups;
  }

  /** Continues from a saved state when protection starts. */
  void resume(ProtectionState state) {
    saved = state;
  }

  /** {@return the present state, or the unused saved one before the start; null for none} */
  @Nullable ProtectionState state() {
    Protection p = protection;
    return p == null ? saved : p.state();
  }

  /** Called when the gradient has been measured and diagnosed. */
  void onGradient(Model model, NetworkMeter meter, Diagnoser diagnoser) {
    if (!memory.begin()) {
      return;
    }
    try {
      if (protection == null && !unsupported) {
        tryStart(model, meter, diagnoser);
      }
      Protection p = protection;
      if (p != null && keepsClaim(meter)) {
        p.onGradient();
      }
    } catch (Throwable e) {
      beforeUpdate.failed(e);
    } finally {
      memory.done();
    }
  }

  /** {@return whether no other listener has started to protect the network} */
  private boolean keepsClaim(NetworkMeter meter) {
    Protector claim = protector;
    if (claim == null || claim.keep(Objects.requireNonNull(meter.measurement()).iteration())) {
      return true;
    }
    protector = null;
    unsupported = true;
    Protection p = protection;
    if (p != null) {
      ended = p;
      protection = null;
      p.release();
    }
    warnOfOther();
    return false;
  }

  private static void warnOfOther() {
    log.warn(
        "The run is observed, not protected: another listener protects this network. Two would"
            + " undo each other's changes. Remove one of them, or let it observe.");
  }

  private void tryStart(Model model, NetworkMeter meter, Diagnoser diagnoser) {
    unsupported = true; // until it has started
    try {
      protection = start(model, meter, diagnoser);
      unsupported = protection == null;
    } catch (Throwable e) {
      saved = null;
      starting.failed(e);
    }
  }

  /** Called when the gradient could not be measured or diagnosed; its step is kept. */
  void onGradientFailure() {
    Protection p = protection;
    if (p != null) {
      p.keepStep();
    }
  }

  /** {@return what protection changed about this iteration's step} */
  ProtectionStep step() {
    Protection p = protection;
    return p == null ? Pipeline.UNCHANGED_STEP : p.step();
  }

  /** Called when the network continues in another object, in which protection then starts. */
  void onNextRound() {
    Protection p = protection;
    if (p != null && memory.begin()) {
      try {
        saved = p.state().withoutLearningRateFactor();
        ended = p;
        protection = null;
        p.release();
      } finally {
        memory.done();
      }
    }
    if (protector != null) {
      protector.end();
      protector = null;
    }
    damagedStart = false;
    unsupported = false;
    stop = null;
  }

  /** Called when other code has changed the weights since the previous iteration. */
  void onOutsideChange() {
    Protection p = protection;
    if (damagedStart) {
      damagedStart = false;
      unsupported = false; // the new weights may be finite
    }
    if (p != null && memory.begin()) {
      try {
        p.onExternalChange();
      } finally {
        memory.done();
      }
    }
  }

  /** Called when other code changes the weights regularly, so that the objective moves. */
  void onMovingObjective() {
    if (protection != null) {
      protection.onMovingObjective();
    }
  }

  private @Nullable Protection start(Model model, NetworkMeter meter, Diagnoser diagnoser) {
    if (model.numParams() == 0 || !meter.isStochasticGradientDescent()) {
      log.warn(
          "The run is observed, not protected: {}",
          model.numParams() == 0
              ? "the network has no parameters"
              : "its solver, "
                  + model.conf().getOptimizationAlgo()
                  + ", computes several gradients per iteration");
      return null;
    }
    List<String> damaged = Protection.nonFinite(model);
    if (!damaged.isEmpty()) {
      damagedStart = true;
      log.warn(
          "The run is observed, not protected: {} {} NaN or Infinity before its first step, so that"
              + " there is no state to protect. Load another model, or initialize the network"
              + " again.",
          String.join(", ", damaged),
          damaged.size() == 1 ? "holds" : "hold");
      return null;
    }
    Measurement measurement = Objects.requireNonNull(meter.measurement());
    if (!settings.dryRun()) {
      protector = Protector.claim(model, measurement.iteration());
      if (protector == null) {
        warnOfOther();
        return null;
      }
    }
    Protection started =
        new Protection(
            settings,
            model,
            diagnoser,
            measurement,
            account,
            budget,
            meter::minibatch,
            sink,
            ended,
            workers);
    ended = null;
    if (saved != null) {
      started.resume(saved);
      saved = null;
    }
    return started;
  }

  /** Called when the update has been applied, before it is measured. */
  void onStepDone() {
    Protection p = protection;
    if (p == null || !memory.begin()) {
      return;
    }
    try {
      p.onStepDone();
    } catch (Throwable e) {
      undoing.failed(e);
    } finally {
      memory.done();
    }
  }

  /**
   * Called when the iteration has been diagnosed.
   *
   * @return whether the network was rolled back
   */
  boolean onIterationDone() {
    Protection p = protection;
    if (p == null || !memory.begin()) {
      return false;
    }
    account.chargeMandatory();
    try {
      TrainingStoppedException end = p.onIterationDone();
      if (end != null) {
        stop = end;
      }
    } catch (Throwable e) {
      afterUpdate.failed(e);
    } finally {
      memory.done();
    }
    account.countUncharged(); // snapshots have their own budget
    return p.hasRolledBack();
  }

  /** {@return the exception by which to stop the run, or null if it continues} */
  @Nullable TrainingStoppedException stop() {
    return stop;
  }

  /** {@return whether early stopping should end, which needs an epoch's model to return} */
  boolean shouldStopEarly() {
    return stop != null && epochEnded;
  }

  /** Called when an epoch of {@code fit(iterator)} or of early stopping has ended. */
  void onEpochEnd() {
    epochEnded = true;
  }

  /** Called when early stopping starts, also if it starts again. */
  void onEarlyStoppingStart() {
    epochEnded = false;
    stop = null;
  }

  /** Forgets the stop after it was thrown, so that training may continue with protection. */
  void clearStop() {
    stop = null;
  }

  /**
   * Ends protection permanently and frees its memory outside the Java heap. Any thread may call it,
   * repeatedly, also while another thread is in protection.
   */
  void release() {
    memory.end();
  }

  private void free() {
    Protector claim = protector;
    if (claim != null) {
      claim.end();
    }
    Protection p = protection;
    if (p != null) {
      p.release();
    }
  }

  /** Reports repetitions of interventions that have not been reported yet. */
  void reportPending() {
    Protection p = protection;
    if (p != null) {
      p.reportPending();
    }
  }

  List<Intervention> interventions() {
    Protection p = protection == null ? ended : protection;
    return p == null ? List.of() : p.interventions();
  }

  List<Trial> trials() {
    Protection p = protection == null ? ended : protection;
    return p == null ? List.of() : p.trials();
  }

  List<Check> notChecked() {
    Protection p = protection;
    return p == null ? List.of() : p.notChecked();
  }

  Map<Intervention.Kind, Long> counts() {
    Protection p = protection == null ? ended : protection;
    return p == null ? Map.of() : p.counts();
  }

  boolean isDryRun() {
    return settings.dryRun();
  }
}
