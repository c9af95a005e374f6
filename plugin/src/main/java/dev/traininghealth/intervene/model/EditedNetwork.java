package dev.traininghealth.intervene.model;

import dev.traininghealth.numbers.NetworkLayout;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;

/**
 * A network that protection may change: its gradient, step, state and learning rates.
 *
 * <p>Everything that is written to a network under training is written through this class. In a dry
 * run nothing is written.
 *
 * <p>Several threads may use the learning rates. Everything else is for the training thread only.
 *
 * @hidden
 */
public final class EditedNetwork {
  private final Model model;
  private final ModelEditor editor;
  private final StepUndo undo;
  private final SharedStepUndo sharedUndo;
  private final LearningRates rates;
  private @Nullable BoundGradient gradient;

  /**
   * Reads the network's learning rates, and changes nothing yet.
   *
   * @param model an initialized network, whose arrays may be replaced later
   * @param dryRun whether nothing is written to it
   * @throws IllegalArgumentException if the model is neither a MultiLayerNetwork nor a
   *     ComputationGraph
   */
  public EditedNetwork(Model model, boolean dryRun) {
    this.model = model;
    editor = new ModelEditor(dryRun);
    undo = new StepUndo(editor);
    sharedUndo = new SharedStepUndo(editor);
    rates = LearningRates.of(model);
  }

  /**
   * Returns the gradient, bound to the network's present arrays.
   *
   * <p>It must have been computed at least once.
   *
   * @param layout the measured layout of this network
   * @return the same object until DL4J creates new gradient arrays
   * @throws IllegalArgumentException if the layout names a parameter that the network lacks
   */
  public EditedGradient gradient(NetworkLayout layout) {
    BoundGradient bound = gradient;
    if (bound == null || !bound.isBoundTo(model)) {
      if (bound != null) {
        bound.release();
      }
      bound = BoundGradient.of(model, layout, editor);
      gradient = bound;
    }
    return bound;
  }

  /**
   * Whether the network shares its updates with replicas of other workers.
   *
   * <p>It then must have the same parameters as they. Nothing that changes this network alone may
   * be applied to it, except to its own gradient.
   *
   * @return whether it has a gradients accumulator; it must be in training
   */
  public boolean sharesUpdates() {
    return SharedStepUndo.isNecessary(model);
  }

  /** {@return what all workers share that this network shares its updates with; null for none} */
  public @Nullable Object sharedAccumulator() {
    return SharedStepUndo.accumulator(model);
  }

  /**
   * Sets the gradient to zero, and prepares that {@link #undoStep} leaves no trace of the step.
   *
   * <p>Other listeners see the gradient of zero.
   */
  public void armSkip() {
    arm(true);
    editor.clearGradient(model);
  }

  /** Copies what the next step will change, so that {@link #undoStep} can restore it. */
  public void armUndo() {
    arm(false);
  }

  private void arm(boolean skip) {
    if (!editor.isDryRun() && sharesUpdates()) {
      sharedUndo.arm(model, skip);
    } else {
      undo.arm(model);
    }
  }

  /** {@return whether the step under way can be undone} */
  public boolean isUndoArmed() {
    return undo.isArmed() || sharedUndo.isArmed();
  }

  /**
   * {@return whether the step, for which undo is armed, left or would have left NaN or Infinity}
   */
  public boolean isStepBad() {
    return sharedUndo.isArmed() ? sharedUndo.isWithheld() : !isFinite();
  }

  /** Keeps the step. The memory of the copy serves for the next one. */
  public void disarmUndo() {
    undo.disarm();
    if (sharedUndo.isArmed()) {
      sharedUndo.disarm(model);
    }
  }

  /**
   * Restores everything that the step changed, bit-identically, and sets the update to zero, if
   * armed.
   *
   * <p>If the network shares its updates, its own update was not shared, and only the updater state
   * is restored: parameters and the applied update are those of the other workers.
   */
  public void undoStep() {
    if (sharedUndo.isArmed()) {
      sharedUndo.undo(model);
    } else {
      undo.undo(model);
    }
  }

  /**
   * Copies parameters and updater state.
   *
   * @param spare a state that is no longer needed: its memory is used if it fits, else freed; or
   *     null
   * @return the copy, to be released by the caller
   * @throws OutOfMemoryError if there is no memory for it
   */
  public NetworkState copyState(@Nullable NetworkState spare) {
    return NetworkState.of(model, spare);
  }

  /** {@return the memory that a copy of the state takes, bytes} */
  public long stateBytes() {
    return NetworkState.bytes(model);
  }

  /** {@return whether parameters and updater state are all finite; reads all of them} */
  public boolean isFinite() {
    return NetworkState.isFinite(model);
  }

  /**
   * Restores parameters and updater state, bit-identically.
   *
   * <p>Under truncated backpropagation through time, the next segment starts from the state with
   * which the present one started. If that was not finite, it starts without a state.
   *
   * @param state of this network
   */
  public void restore(NetworkState state) {
    editor.restore(model, state);
    RecurrentStates.undoSegmentOrClear(model, editor);
  }

  /**
   * Sets what {@code model.score()} returns until the next iteration.
   *
   * @param score any value
   */
  public void setScore(double score) {
    editor.setScore(model, score);
  }

  /**
   * Clears the masks of the minibatch, which DL4J leaves set when an exception ends {@code fit}.
   */
  public void clearMasks() {
    editor.clearMasks(model);
  }

  /**
   * Returns the factor on the configured learning rates. It never waits for another thread.
   *
   * @return above 0; 1 at first, unless the updaters are shared with a network whose rates are
   *     scaled
   */
  public double learningRateFactor() {
    return rates.factor();
  }

  /** {@return whether any learning rate can be scaled; an AdaDelta has none} */
  public boolean hasLearningRates() {
    return rates.hasAny();
  }

  /** {@return whether any learning rate follows a schedule} */
  public boolean hasLearningRateSchedule() {
    return rates.hasLearningRateSchedule();
  }

  /** {@return the updaters whose learning rate is not scaled, e.g. {@code AdaDelta (layer 0)}} */
  public List<String> updatersWithoutRate() {
    return rates.withoutRate();
  }

  /**
   * Multiplies the configured learning rates, including schedules, from the next step on.
   *
   * <p>Call {@link #detectUserChanges} before, so that the factor applies to the user's latest
   * rates.
   *
   * @param factor above 0 and finite; 1 restores the configured rates, bit-identically
   * @throws IllegalArgumentException if the factor is out of range
   * @throws RuntimeException if an updater or a schedule throws it; all rates are then as before
   */
  public void scaleLearningRates(double factor) {
    editor.scaleLearningRates(rates, factor);
  }

  /**
   * Treats the present rates as the configured ones times a factor.
   *
   * <p>This is for a network that was saved while its rates were scaled. Nothing is written.
   *
   * @param factor above 0 and finite
   */
  public void adoptLearningRateFactor(double factor) {
    rates.adoptFactor(factor);
  }

  /**
   * Detects learning rates and updaters that the user has replaced since the last change.
   *
   * <p>If there are any, all other rates are restored and the factor is 1. In a dry run the factor
   * is then 1 too, but no rate is set.
   */
  public void detectUserChanges() {
    editor.detectUserChanges(rates, model);
  }

  /** Frees the memory outside the Java heap. Nothing can be undone afterwards. */
  public void release() {
    undo.release();
    sharedUndo.release();
    if (gradient != null) {
      gradient.release();
    }
  }
}
