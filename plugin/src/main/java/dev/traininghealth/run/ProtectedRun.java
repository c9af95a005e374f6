package dev.traininghealth.run;

import dev.traininghealth.detect.diagnose.Diagnoser;
import dev.traininghealth.guard.CostAccount;
import dev.traininghealth.guard.Guard;
import dev.traininghealth.intervene.Intervention;
import dev.traininghealth.intervene.Protection;
import dev.traininghealth.intervene.ProtectionSettings;
import dev.traininghealth.intervene.ProtectionState;
import dev.traininghealth.intervene.TrainingStoppedException;
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
 * Protection as the pipeline uses it: begun at the first gradient where the run can be protected,
 * and never failing; nothing leaves it but a deliberate stop, which waits until it is asked for.
 */
final class ProtectedRun {
  private static final Logger log = LoggerFactory.getLogger(ProtectedRun.class);

  private final ProtectionSettings settings;
  private final CostAccount account;
  private final Consumer<Intervention> sink;
  private final Guard beginning;
  private final Guard beforeUpdate =
      Guard.retrying(
          "Protecting the training before the update",
          "the steps at which it fails are made as if there were no protection");
  private final Guard undoing =
      Guard.retrying(
          "Undoing a step", "the step is kept, and may have left weights that are not finite");
  private final Guard afterUpdate =
      Guard.retrying(
          "Protecting the training after the update",
          "at the iterations at which it fails there is neither another learning rate nor a"
              + " rollback");
  private volatile @Nullable Protection protection;
  private final MemoryLease memory = new MemoryLease(this::free);

  /** The network has no gradient to protect, or several an iteration, or beginning has failed. */
  private boolean impossible;

  private @Nullable TrainingStoppedException stop;
  private boolean epochEnded;
  private @Nullable ProtectionState saved;

  ProtectedRun(ProtectionSettings settings, CostAccount account, Consumer<Intervention> sink) {
    this.settings = settings;
    beginning =
        Guard.switchingOff(
            "Beginning to protect the run",
            settings.dryRun()
                ? "the dry run records no intervention, the run is only observed"
                : "the run is not protected, only observed");
    this.account = account;
    this.sink = sink;
  }

  /** Goes on, once it begins, where another run ended. */
  void resume(ProtectionState state) {
    saved = state;
  }

  @Nullable ProtectionState state() {
    Protection p = protection;
    return p == null ? saved : p.state();
  }

  /** When the gradient is known and diagnosed. */
  void onGradient(Model model, NetworkMeter meter, Diagnoser diagnoser) {
    if (!memory.begin()) {
      return;
    }
    try {
      if (protection == null && !impossible) {
        begin(model, meter, diagnoser);
      }
      Protection p = protection;
      if (p != null) {
        p.onGradient();
      }
    } catch (Throwable e) {
      beforeUpdate.failed(e);
    } finally {
      memory.done();
    }
  }

  private void begin(Model model, NetworkMeter meter, Diagnoser diagnoser) {
    impossible = true; // unless it can be begun
    try {
      protection = start(model, meter, diagnoser);
      impossible = protection == null;
    } catch (Throwable e) {
      saved = null;
      beginning.failed(e);
    }
  }

  /** When the gradient could not be measured or diagnosed: its step is let stand. */
  void gradientUnknown() {
    Protection p = protection;
    if (p != null) {
      p.keepStep();
    }
  }

  /** What was done to the step of this iteration. */
  ProtectionStep step() {
    Protection p = protection;
    return p == null ? Pipeline.NOTHING_DONE : p.step();
  }

  /** When somebody else has written other weights since the iteration before. */
  void changedOutside() {
    Protection p = protection;
    if (p != null && memory.begin()) {
      try {
        p.onExternalChange();
      } finally {
        memory.done();
      }
    }
  }

  /** When somebody else writes the weights all the time. */
  void objectiveMoves() {
    if (protection != null) {
      protection.onMovingObjective();
    }
  }

  private @Nullable Protection start(Model model, NetworkMeter meter, Diagnoser diagnoser) {
    if (model.numParams() == 0 || !meter.isStochasticGradientDescent()) {
      log.warn(
          "The training is observed, not protected: {}",
          model.numParams() == 0
              ? "the network has no parameters"
              : "its solver, "
                  + model.conf().getOptimizationAlgo()
                  + ", takes several gradients an iteration");
      return null;
    }
    Measurement measurement = Objects.requireNonNull(meter.measurement());
    Protection begun =
        new Protection(settings, model, diagnoser, measurement, account, meter::minibatch, sink);
    if (saved != null) {
      begun.resume(saved);
      saved = null;
    }
    return begun;
  }

  /** When the update has been applied, before anything of it is measured. */
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
   * When the iteration has been diagnosed.
   *
   * @return whether the network was set back
   */
  boolean iterationDone() {
    Protection p = protection;
    if (p == null || !memory.begin()) {
      return false;
    }
    account.lap();
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
    account.countUncharged(); // snapshots have a budget of their own
    return p.hasRolledBack();
  }

  /** Why the training is to end, or null where it is to go on. */
  @Nullable TrainingStoppedException stop() {
    return stop;
  }

  /** Whether early stopping is to end; it has a model to return once an epoch is over. */
  boolean shouldStopEarly() {
    return stop != null && epochEnded;
  }

  /** An epoch of {@code fit(iterator)}, or of early stopping, is over. */
  void epochEnded() {
    epochEnded = true;
  }

  /** Early stopping begins, maybe anew. */
  void onEarlyStoppingStart() {
    epochEnded = false;
    stop = null;
  }

  /** The end has been told: a training that is begun again is protected again. */
  void clearStop() {
    stop = null;
  }

  /**
   * Ends protection for good and frees its memory outside the Java heap; may be called by any
   * thread, also while another protects, and again.
   */
  void release() {
    memory.end();
  }

  private void free() {
    Protection p = protection;
    if (p != null) {
      p.release();
    }
  }

  /** Tells what has not been told yet of what goes on. */
  void settle() {
    Protection p = protection;
    if (p != null) {
      p.reportPending();
    }
  }

  List<Intervention> interventions() {
    Protection p = protection;
    return p == null ? List.of() : p.interventions();
  }

  List<Trial> trials() {
    Protection p = protection;
    return p == null ? List.of() : p.trials();
  }

  Map<Intervention.Kind, Long> counts() {
    Protection p = protection;
    return p == null ? Map.of() : p.counts();
  }

  boolean isDryRun() {
    return settings.dryRun();
  }
}
